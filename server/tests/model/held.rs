//! What a device holds of a room: a piece of its log, without gaps, up to its cursor.

use chat_protocol::{Cursor, LogEntry};

/// A piece of a room's log.
#[derive(Debug)]
pub(crate) struct Held {
    /// The event before the first.
    base: Cursor,
    /// In order; and whether names in them are those of now.
    events: Vec<(LogEntry, bool)>,
}

impl Held {
    /// Nothing yet, but a place in the log.
    pub(crate) fn after(base: Cursor) -> Self {
        Self { base, events: Vec::new() }
    }

    /// What the device gives back when it returns.
    pub(crate) fn cursor(&self) -> Cursor {
        self.events.last().map_or(self.base, |(entry, _)| entry.cursor())
    }

    /// The next event came; `current` if nobody was renamed while it may have been on its way.
    pub(crate) fn take(&mut self, event: LogEntry, current: bool) {
        let LogEntry { seq, at, .. } = event;
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
    pub(crate) fn events(&self) -> impl Iterator<Item = (u64, &LogEntry, bool)> {
        (self.base.seq + 1..).zip(&self.events).map(|(seq, (event, current))| (seq, event, *current))
    }
}
