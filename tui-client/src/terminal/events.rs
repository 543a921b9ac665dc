//! The events of the terminal, one after the other, as long as somebody asks for them.

use std::{
    io,
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, time};

#[cfg(not(unix))]
use super::console::Reader;
#[cfg(unix)]
use super::reader::Reader;
use super::{Event, size};

/// Events that wait for a loop that is busy; then the terminal waits.
const WAITING: usize = 1024;
/// A terminal that has answered before answers again within this time, also over slow lines.
const ANSWER_WAIT: Duration = Duration::from_secs(1);
/// From a terminal that has never answered, nothing more is on its way after so much silence, or so much time.
const QUIET: Duration = Duration::from_millis(50);
const QUIET_WAIT: Duration = Duration::from_millis(500);

/// The events of the terminal. Reading begins with the first question for one.
#[derive(Debug)]
pub(crate) struct Events {
    reading: Option<Reading>,
    resizes: Resizes,
    /// Whether this terminal says what it is.
    answers: bool,
}

/// A thread that reads, and what it has read.
#[derive(Debug)]
struct Reading {
    // In this order: the thread may be waiting for room in the queue.
    queue: mpsc::Receiver<Event>,
    _reader: Reader,
}

impl Events {
    /// Watches for changes of the window's size from now on, so that none is missed after the size was asked for. Needs a
    /// Tokio runtime.
    pub(crate) fn watch() -> Self {
        Self { reading: None, resizes: Resizes::watch(), answers: false }
    }

    /// The next event; `None` when no more can come.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            let reading = match &mut self.reading {
                Some(reading) => reading,
                none => none.insert(start().inspect_err(|error| tracing::error!(%error, "no terminal")).ok()?),
            };
            let event = tokio::select! {
                event = reading.queue.recv() => event?,
                Some(()) = self.resizes.next() => Event::Resize(size()),
            };
            self.answers |= matches!(event, Event::Attributes { .. });
            if event != (Event::Attributes { sixel: false }) {
                return Some(event);
            }
        }
    }

    /// Takes in and forgets what the terminal has still to send, and then stops reading. The terminal was asked to be
    /// quiet, and asked what it is: its answer comes after everything else.
    pub(crate) async fn finish(&mut self) {
        if let Some(reading) = &mut self.reading {
            let (most, silence) = if self.answers { (ANSWER_WAIT, ANSWER_WAIT) } else { (QUIET_WAIT, QUIET) };
            let until = Instant::now() + most;
            loop {
                let wait = silence.min(until.saturating_duration_since(Instant::now()));
                match time::timeout(wait, reading.queue.recv()).await {
                    Ok(Some(Event::Attributes { .. })) if self.answers => break,
                    Ok(Some(event)) => self.answers |= matches!(event, Event::Attributes { .. }),
                    Ok(None) | Err(_) => break,
                }
            }
        }
        self.stop();
    }

    /// Stops reading; what is typed from now on is somebody else's. The next question begins again.
    pub(crate) fn stop(&mut self) {
        self.reading = None;
    }
}

fn start() -> io::Result<Reading> {
    let (sender, queue) = mpsc::channel(WAITING);
    Ok(Reading { queue, _reader: Reader::start(sender)? })
}

/// Changes of the window's size.
#[derive(Debug)]
struct Resizes {
    /// `None` where they cannot be watched.
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Resizes {
    #[cfg(unix)]
    fn watch() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { signal: signal(SignalKind::window_change()).ok() }
    }

    /// Elsewhere the console tells them among its events.
    #[cfg(not(unix))]
    fn watch() -> Self {
        Self {}
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Option<()> {
        self.signal.as_mut()?.recv().await
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Option<()> {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn a_change_of_size_before_the_first_question_is_told() {
        let mut resizes = Resizes::watch();
        kill_process(getpid(), Signal::WINCH).unwrap();
        assert_eq!(resizes.next().await, Some(()));
    }
}
