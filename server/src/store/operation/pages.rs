//! Which messages a page has.

use chat_protocol::Timestamp;

use crate::store::{
    MessagePage, PageSize, Result, Window,
    steps::{RoomMessages, Run, Way},
};

/// A page of a room's messages, ascending.
pub(in crate::store) fn page<R: RoomMessages>(
    messages: &R,
    window: Window,
    size: PageSize,
) -> Result<MessagePage<R::Item>> {
    let around = |seq: u64| (Some(seq.saturating_add(1)), Some(seq));
    let (before, after) = match window {
        Window::Newest => (Some(u64::MAX), None),
        Window::Before(seq) => (Some(seq), None),
        Window::After(seq) => (None, Some(seq)),
        Window::Around(seq) => around(seq),
        Window::Since(at) => around(first_since(messages, at)?),
    };
    // Half of the page stands on each side of the middle, as the messages and as the bytes are counted. What the
    // older ones leave of the bytes is for the newer ones.
    let older = match (before, after) {
        (Some(_), Some(_)) => PageSize { items: size.items.div_ceil(2), bytes: size.bytes / 2 },
        _ => size,
    };
    let older = before.map(|seq| messages.run(Way::Back, seq, older, 1)).transpose()?.unwrap_or_default();
    let rest = PageSize {
        items: if before.is_some() { size.items / 2 } else { size.items },
        bytes: size.bytes.saturating_sub(older.bytes),
    };
    let least = usize::from(older.messages.is_empty());
    let newer = after.map(|seq| messages.run(Way::On, seq, rest, least)).transpose()?.unwrap_or_default();
    let (mut has_more_before, mut has_more_after) = (older.has_more, newer.has_more);
    match window {
        Window::Before(seq) => has_more_after = messages.has_any(Way::On, seq)?,
        Window::After(seq) => has_more_before = messages.has_any(Way::Back, seq)?,
        Window::Newest | Window::Around(_) | Window::Since(_) => {}
    }
    let Run { messages: mut page, .. } = older;
    page.reverse();
    page.extend(newer.messages);
    Ok(MessagePage { room: messages.room(), messages: page, has_more_before, has_more_after })
}

/// The position of the first message sent at a time or later; where there is none, one after the last. Times ascend with
/// positions, so that a few dozen looks find it without an index.
fn first_since<R: RoomMessages>(messages: &R, at: Timestamp) -> Result<u64> {
    // All before `low` were sent earlier, and none from `high` on.
    let (mut low, mut high) = (0, u64::MAX / 2);
    while low < high {
        let middle = low + (high - low) / 2;
        match messages.first_from(middle)? {
            Some((seq, sent_at)) if sent_at < at => low = seq + 1,
            _ => high = middle,
        }
    }
    Ok(messages.first_from(low)?.map_or(low, |(seq, _)| seq))
}
