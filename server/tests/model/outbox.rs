//! What a device has been told to say or do and has no answer for.

use std::{collections::VecDeque, time::Duration};

use chat_protocol::{Command, MessageId};

/// A message or a command about one that waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) id: MessageId,
    command: Command,
    /// On this connection, without an answer yet.
    sent: bool,
    /// How long the server said to wait with it.
    wait: Option<Duration>,
}

/// Messages and commands in the order in which they were typed.
#[derive(Debug, Default)]
pub(crate) struct Outbox(VecDeque<Waiting>);

impl Outbox {
    pub(crate) fn push(&mut self, id: MessageId, command: Command) {
        self.0.push_back(Waiting { id, command, sent: false, wait: None });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn holds(&self, id: MessageId) -> bool {
        self.0.iter().any(|waiting| waiting.id == id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = MessageId> {
        self.0.iter().map(|waiting| waiting.id)
    }

    /// Whether an answer is awaited.
    pub(crate) fn is_under_way(&self) -> bool {
        self.0.iter().any(|waiting| waiting.sent)
    }

    /// How long to wait before anything is sent.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.0.iter().filter_map(|waiting| waiting.wait).max()
    }

    /// Takes the next few to be sent.
    pub(crate) fn send(&mut self, most: usize) -> Vec<Command> {
        let unsent = self.0.iter_mut().filter(|waiting| !waiting.sent).take(most);
        let taken = unsent.map(|waiting| {
            (waiting.sent, waiting.wait) = (true, None);
            waiting.command.clone()
        });
        taken.collect()
    }

    /// It is stored, or refused for good.
    pub(crate) fn answered(&mut self, id: MessageId) {
        self.0.retain(|waiting| waiting.id != id);
    }

    /// It must be sent again.
    pub(crate) fn put_off(&mut self, id: MessageId, wait: Duration) {
        if let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.id == id) {
            (waiting.sent, waiting.wait) = (false, Some(wait));
        }
    }

    /// The connection is gone: nothing of it will be answered, and a new one starts free.
    pub(crate) fn lost(&mut self) {
        for waiting in &mut self.0 {
            (waiting.sent, waiting.wait) = (false, None);
        }
    }
}
