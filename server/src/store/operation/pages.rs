//! Which messages a page has.

use std::ops::ControlFlow;

use chat_protocol::{Message, MessageId, RoomSelector, Timestamp, UserId};

use super::{find_message, find_room};
use crate::{
    access::Deed,
    store::{
        MessagePage, PageSize, Result, StoreError, Window,
        steps::{MessageSource, Reading, Way},
    },
};

/// A page of a room's messages, ascending, for somebody; `None` has no token. `encode` makes of each what the page holds, and
/// says how large that is.
pub(in crate::store) fn of_room<T>(
    db: &dyn Reading,
    room: &RoomSelector,
    reader: Option<UserId>,
    window: Window,
    size: PageSize,
    encode: impl Fn(Message) -> (T, usize),
) -> Result<MessagePage<T>> {
    let access = find_room(db, room, reader, Deed::Read)?;
    Pages { db, of: MessageSource { access, thread: None }, encode }.page(window, size)
}

/// A page of the thread that a message belongs to: the message that it began with, and the replies.
pub(in crate::store) fn of_thread<T>(
    db: &dyn Reading,
    id: MessageId,
    reader: Option<UserId>,
    window: Window,
    size: PageSize,
    encode: impl Fn(Message) -> (T, usize),
) -> Result<MessagePage<T>> {
    let (access, _) = find_message(db, reader, id)?;
    let thread = Some(db.thread_of(&access, id)?.ok_or(StoreError::NoMessage)?);
    Pages { db, of: MessageSource { access, thread }, encode }.page(window, size)
}

/// Reads pages of some messages.
struct Pages<'a, E> {
    db: &'a dyn Reading,
    of: MessageSource,
    encode: E,
}

/// Messages next to a position, the nearest first.
struct Run<T> {
    messages: Vec<T>,
    bytes: usize,
    /// Whether there are more that way.
    has_more: bool,
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self { messages: Vec::new(), bytes: 0, has_more: false }
    }
}

impl<T, E: Fn(Message) -> (T, usize)> Pages<'_, E> {
    fn page(&self, window: Window, size: PageSize) -> Result<MessagePage<T>> {
        let around = |seq: u64| (Some(seq.saturating_add(1)), Some(seq));
        let (before, after) = match window {
            Window::Newest => (Some(u64::MAX), None),
            Window::Before(seq) => (Some(seq), None),
            Window::After(seq) => (None, Some(seq)),
            Window::Around(seq) => around(seq),
            Window::Since(at) => around(self.first_since(at)?),
        };
        // Half of the page stands on each side of the middle, as the messages and as the bytes are counted. What the
        // older ones leave of the bytes is for the newer ones.
        let older = match (before, after) {
            (Some(_), Some(_)) => PageSize { items: size.items.div_ceil(2), bytes: size.bytes / 2 },
            _ => size,
        };
        let older = before.map(|seq| self.run(Way::Back, seq, older, 1)).transpose()?.unwrap_or_default();
        let rest = PageSize {
            items: if before.is_some() { size.items / 2 } else { size.items },
            bytes: size.bytes.saturating_sub(older.bytes),
        };
        let least = usize::from(older.messages.is_empty());
        let newer = after.map(|seq| self.run(Way::On, seq, rest, least)).transpose()?.unwrap_or_default();
        let (mut has_more_before, mut has_more_after) = (older.has_more, newer.has_more);
        match window {
            Window::Before(seq) => has_more_after = self.db.has_any(&self.of, Way::On, seq)?,
            Window::After(seq) => has_more_before = self.db.has_any(&self.of, Way::Back, seq)?,
            Window::Newest | Window::Around(_) | Window::Since(_) => {}
        }
        let Run { messages: mut page, .. } = older;
        page.reverse();
        page.extend(newer.messages);
        Ok(MessagePage { room: self.of.access.id(), messages: page, has_more_before, has_more_after })
    }

    /// Reads away from a position, without the message at it, until the size is reached; the first `least` messages are taken
    /// however large they are.
    fn run(&self, way: Way, seq: u64, size: PageSize, least: usize) -> Result<Run<T>> {
        let mut run = Run::default();
        // One more than fit tells whether there are more.
        self.db.walk(&self.of, way, seq, size.items + 1, &mut |message| {
            if run.messages.len() < size.items {
                let (encoded, bytes) = (self.encode)(message);
                if run.bytes + bytes <= size.bytes || run.messages.len() < least {
                    run.bytes += bytes;
                    run.messages.push(encoded);
                    return ControlFlow::Continue(());
                }
            }
            run.has_more = true;
            ControlFlow::Break(())
        })?;
        Ok(run)
    }

    /// The position of the first message sent at a time or later; where there is none, one after the last. Times ascend with
    /// positions, so that a few dozen looks find it without an index.
    fn first_since(&self, at: Timestamp) -> Result<u64> {
        // All before `low` were sent earlier, and none from `high` on.
        let (mut low, mut high) = (0, u64::MAX / 2);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.db.first_from(&self.of, middle)? {
                Some((seq, sent_at)) if sent_at < at => low = seq + 1,
                _ => high = middle,
            }
        }
        Ok(self.db.first_from(&self.of, low)?.map_or(low, |(seq, _)| seq))
    }
}
