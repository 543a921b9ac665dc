//! What the terminal sends, read in a thread of its own. The reader waits inside of the system's calls, and does not
//! come back from them where the terminal is gone: that may cost a thread, never the loop.

use std::thread;

use crossterm::{
    event::{self, Event},
    terminal,
};
use tokio::sync::mpsc;

/// Events that wait for a loop that is busy; then the terminal waits.
const WAITING: usize = 1024;

/// The events of the terminal. Reading begins with the first question for one.
#[derive(Debug, Default)]
pub struct Events {
    receiver: Option<mpsc::Receiver<Event>>,
    resizes: Resizes,
}

impl Events {
    /// The next event; `None` when no more can come.
    pub async fn next(&mut self) -> Option<Event> {
        let receiver = self.receiver.get_or_insert_with(read);
        tokio::select! {
            event = receiver.recv() => event,
            Some((columns, rows)) = self.resizes.next() => Some(Event::Resize(columns, rows)),
        }
    }
}

/// Changes of the window's size. crossterm tells them too, but forgets one that comes together with a key.
#[derive(Debug, Default)]
struct Resizes {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Resizes {
    #[cfg(unix)]
    async fn next(&mut self) -> Option<(u16, u16)> {
        use tokio::signal::unix::{SignalKind, signal};
        if self.signal.is_none() {
            self.signal = signal(SignalKind::window_change()).ok();
        }
        self.signal.as_mut()?.recv().await?;
        terminal::size().ok()
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Option<(u16, u16)> {
        None
    }
}

fn read() -> mpsc::Receiver<Event> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let reader = thread::Builder::new().name("terminal".to_owned()).spawn(move || {
        while let Ok(event) = event::read() {
            if sender.blocking_send(event).is_err() {
                return;
            }
        }
    });
    if let Err(error) = reader {
        tracing::error!(%error, "the terminal cannot be read");
    }
    receiver
}
