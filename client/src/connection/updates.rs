//! The updates that wait for the program. A program that does not listen stops the reading, and nothing else.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use crate::{Status, Update};

/// Updates that may wait for the program before nothing more is read from the server.
pub(crate) const CAPACITY: usize = 256;

/// The way to the program.
#[derive(Debug)]
pub(crate) struct UpdateQueue {
    updates: mpsc::Sender<Update>,
    /// What the channel did not take: at most what one frame or the program itself brought about.
    waiting: VecDeque<Update>,
    status: Option<Status>,
}

impl UpdateQueue {
    pub(crate) fn new(updates: mpsc::Sender<Update>) -> Self {
        Self { updates, waiting: VecDeque::new(), status: None }
    }

    /// Adds one, after all others.
    pub(crate) fn push(&mut self, update: Update) {
        self.waiting.push_back(update);
        while let Some(update) = self.waiting.pop_front() {
            match self.updates.try_send(update) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(update)) => {
                    self.waiting.push_front(update);
                    break;
                }
                // Nobody listens any more; a bot that only talks need not.
                Err(mpsc::error::TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
    }

    /// Tells the state of the connection, if it is another one.
    pub(crate) fn status(&mut self, status: Status) {
        if self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            self.push(Update::Status(status));
        }
    }

    /// Whether the program keeps up.
    pub(crate) fn is_clear(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Waits until the program takes something of what waits. For ever, if nothing does.
    pub(crate) async fn drained(&mut self) {
        if self.waiting.is_empty() {
            return std::future::pending().await;
        }
        match self.updates.reserve().await {
            Ok(place) => {
                if let Some(update) = self.waiting.pop_front() {
                    place.send(update);
                }
            }
            Err(_) => self.waiting.clear(),
        }
    }
}
