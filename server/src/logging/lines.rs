//! Lines on their way to standard error: written by a thread of their own, and dropped where they cannot be.
//!
//! Logging never waits and never fails. A pipe that nobody reads fills the queue; a full disk or a closed pipe
//! refuses the line. Either way the line is counted and gone, and the next one is tried again.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, SyncSender},
    },
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait at most: some hundred kilobytes, and more than a server logs in a second.
const WAITING: usize = 2_048;

/// The queue; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    queue: SyncSender<Order>,
    lost: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Order {
    Write(Vec<u8>),
    /// Answers once everything before it was tried.
    Flush(SyncSender<()>),
}

impl Lines {
    /// Begins to write to `out`. Without a thread every line is lost, and counted.
    pub(super) fn to(out: impl Write + Send + 'static) -> Self {
        let (queue, orders) = mpsc::sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        let work = move || write_all(out, &orders, &counted);
        // Nobody can be told of a failure: the queue's other end is gone then.
        _ = std::thread::Builder::new().name("log".to_owned()).spawn(work);
        Self { queue, lost }
    }

    /// How many lines were dropped.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until what was logged so far is written, but no longer than this.
    pub(super) fn flush(&self, at_most: Duration) {
        let (done, flushed) = mpsc::sync_channel(1);
        if self.queue.try_send(Order::Flush(done)).is_ok() {
            _ = flushed.recv_timeout(at_most);
        }
    }
}

fn write_all(mut out: impl Write, orders: &Receiver<Order>, lost: &AtomicU64) {
    for order in orders {
        match order {
            Order::Write(line) => {
                if out.write_all(&line).is_err() {
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            }
            // The one who asked may have gone.
            Order::Flush(done) => drop(done.try_send(())),
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &Lines {
    /// Takes one whole line: the subscriber writes each event at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Order::Write(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Refuses as long as it is told to.
    struct Disk {
        full: Arc<AtomicU64>,
        written: mpsc::Sender<Vec<u8>>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.full.load(Ordering::SeqCst) > 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_cannot_be_written_is_counted_and_the_next_one_is_tried() {
        let (written, seen) = mpsc::channel();
        let full = Arc::new(AtomicU64::new(1));
        let lines = Lines::to(Disk { full: Arc::clone(&full), written });
        (&lines).write_all(b"refused\n").unwrap();
        lines.flush(Duration::from_secs(60));
        assert_eq!(lines.lost(), 1);
        full.store(0, Ordering::SeqCst);
        (&lines).write_all(b"written\n").unwrap();
        assert_eq!(seen.recv().unwrap(), b"written\n");
        assert_eq!(lines.lost(), 1);
    }

    /// A pipe that nobody reads.
    struct Stuck(Receiver<()>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Ends when the test does.
            _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_reader_that_does_not_read() {
        let (_stuck, never) = mpsc::channel();
        let lines = Lines::to(Stuck(never));
        for _ in 0..WAITING + 10 {
            (&lines).write_all(b"line\n").unwrap();
        }
        // One is being written, and the queue holds the rest.
        assert!((9..=10).contains(&lines.lost()), "{} lost", lines.lost());
    }
}
