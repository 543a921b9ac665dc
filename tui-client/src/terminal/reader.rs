//! Reads the terminal in a thread of its own, and stops when told to: the caller who stopped it knows that nothing of what is
//! typed from then on is taken from the next program.

use std::{
    fs::File,
    io::{self, PipeReader, PipeWriter, stdin},
    os::fd::{AsFd, OwnedFd},
    thread::{self, JoinHandle},
    time::Instant,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::{Errno, read},
    termios::isatty,
};
use tokio::sync::mpsc;

use super::{Event, bursts::Bursts, decode::Decoder};

/// Bytes that are read at once: as much as a terminal holds.
const AT_ONCE: usize = 4096;

/// The thread; dropping this stops it, and returns when it has stopped.
#[derive(Debug)]
pub(super) struct Reader {
    /// Closing it wakes the thread.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Begins to read.
    ///
    /// # Errors
    /// When there is no terminal, or the system gives no thread.
    pub(super) fn start(sender: mpsc::Sender<Event>) -> io::Result<Self> {
        let terminal = terminal()?;
        let (stopped, stop) = io::pipe()?;
        let thread = thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            if let Err(error) = follow(&terminal, &stopped, &sender) {
                tracing::debug!(%error, "the terminal cannot be read any more");
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it was told already.
            _ = thread.join();
        }
    }
}

/// Standard input, or the terminal of this session where that is something else.
fn terminal() -> io::Result<OwnedFd> {
    if isatty(stdin()) { stdin().as_fd().try_clone_to_owned() } else { Ok(File::open("/dev/tty")?.into()) }
}

fn follow(terminal: &OwnedFd, stopped: &PipeReader, sender: &mpsc::Sender<Event>) -> io::Result<()> {
    let (mut decoder, mut bursts) = (Decoder::default(), Bursts::default());
    let mut bytes = [0; AT_ONCE];
    loop {
        let deadline = [decoder.deadline(), bursts.deadline()].into_iter().flatten().min();
        let timeout = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = timeout.map(|timeout| Timespec::try_from(timeout).unwrap_or_default());
        let mut watched = [PollFd::new(terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::empty())];
        match poll(&mut watched, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let [readable, stop] = watched.map(|watched| watched.revents());
        if !stop.is_empty() {
            return Ok(());
        }
        let (mut decoded, mut events) = (Vec::new(), Vec::new());
        if readable.is_empty() {
            let now = Instant::now();
            decoder.silence(now, &mut decoded);
            bursts.feed(decoded, now, &mut events);
            bursts.silence(now, &mut events);
        } else {
            let count = match read(terminal, &mut bytes) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(error) => return Err(error.into()),
            };
            let now = Instant::now();
            decoder.feed(&bytes[..count], now, &mut decoded);
            bursts.feed(decoded, now, &mut events);
        }
        for event in events {
            if sender.blocking_send(event).is_err() {
                return Ok(());
            }
        }
    }
}
