//! What a device holds of a room: a piece of its log, without gaps, up to its cursor.

use chat_protocol::{Cursor, Event};

/// A piece of a room's log.
#[derive(Debug)]
pub(crate) struct Held {
    /// The event before the first.
    base: Cursor,
    /// In order.
    events: Vec<Event>,
}

impl Held {
    /// Nothing yet, but a place in the log.
    pub(crate) fn after(base: Cursor) -> Self {
        Self { base, events: Vec::new() }
    }

    /// What the device gives back when it returns.
    pub(crate) fn cursor(&self) -> Cursor {
        match self.events.last().and_then(Event::logged) {
            Some((_, seq, at)) => Cursor { seq, at: Some(at) },
            None => self.base,
        }
    }

    /// The next event came.
    pub(crate) fn take(&mut self, event: Event) {
        let (_, seq, at) = event.logged().expect("a logged event");
        let before = self.cursor();
        assert_eq!(seq, before.seq + 1, "promise 2: a cursor moves by one; held {before:?}, came {event:?}");
        assert!(before.at.is_none_or(|before| before <= at), "promise 2: time never runs backwards: {event:?}");
        self.events.push(event);
    }

    /// The events, each at its position.
    pub(crate) fn events(&self) -> impl Iterator<Item = (u64, &Event)> {
        (self.base.seq + 1..).zip(&self.events)
    }
}
