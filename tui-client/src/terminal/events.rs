//! What the terminal sends, read in a thread of its own. The reader waits inside of the system's calls, and does not
//! come back from them where the terminal is gone: that may cost a thread, never the loop.

use std::thread;

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// Events that wait for a loop that is busy; then the terminal waits.
const WAITING: usize = 1024;

/// The events of the terminal. Reading begins with the first question for one.
#[derive(Debug, Default)]
pub struct Events {
    receiver: Option<mpsc::Receiver<Event>>,
}

impl Events {
    /// The next event; `None` when no more can come.
    pub async fn next(&mut self) -> Option<Event> {
        self.receiver.get_or_insert_with(read).recv().await
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
