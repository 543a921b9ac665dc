//! What a device holds of a room: a piece of its log, without gaps, up to its cursor.

use chat_protocol::{Cursor, Event};

/// A piece of a room's log.
#[derive(Debug)]
pub(crate) struct Held {
    /// The event before the first.
    base: Cursor,
    /// In order; and whether names in them are those of now.
    events: Vec<(Event, bool)>,
}

impl Held {
    /// Nothing yet, but a place in the log.
    pub(crate) fn after(base: Cursor) -> Self {
        Self { base, events: Vec::new() }
    }

    /// What the device gives back when it returns.
    pub(crate) fn cursor(&self) -> Cursor {
        match self.events.last().and_then(|(event, _)| event.logged()) {
            Some((_, seq, at)) => Cursor { seq, at: Some(at) },
            None => self.base,
        }
    }

    /// The next event came; `current` if nobody was renamed while it may have been on its way.
    pub(crate) fn take(&mut self, event: Event, current: bool) {
        let (_, seq, at) = event.logged().expect("a logged event");
        let before = self.cursor();
        assert_eq!(seq, before.seq + 1, "promise 2: a cursor moves by one; held {before:?}, came {event:?}");
        assert!(before.at.is_none_or(|before| before <= at), "promise 2: time never runs backwards: {event:?}");
        self.events.push((event, current));
    }

    /// Someone was renamed: what came until now may show the name before.
    pub(crate) fn age(&mut self) {
        self.events.iter_mut().for_each(|(_, current)| *current = false);
    }

    /// The events, each at its position, and whether names in them are those of now.
    pub(crate) fn events(&self) -> impl Iterator<Item = (u64, &Event, bool)> {
        (self.base.seq + 1..).zip(&self.events).map(|(seq, (event, current))| (seq, event, *current))
    }
}
