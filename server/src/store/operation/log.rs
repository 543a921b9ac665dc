//! Reading a room's log on from a position.

use std::ops::ControlFlow;

use chat_protocol::{LogEntry, RoomSelector, UserId};

use super::find_room;
use crate::{
    access::Deed,
    store::{LogPage, PageSize, Result, access::Access, steps::Reading},
};

/// What comes after a position, for somebody, and where the log ends. `encode` makes of each event what the page holds, and
/// says how large that is.
pub(in crate::store) fn page_after<T>(
    db: &dyn Reading,
    reader: Option<UserId>,
    room: &RoomSelector,
    after: u64,
    size: PageSize,
    encode: impl Fn(LogEntry) -> (T, usize),
) -> Result<LogPage<T>> {
    let access = find_room(db, room, reader, Deed::Read)?;
    let extent = db.extent(&access)?;
    let entries = entries_after(db, &access, after, size, encode)?;
    Ok(LogPage { room: access.id(), entries, extent })
}

/// The events after a position, until the page is full; one at least, if there is one.
pub(super) fn entries_after<T>(
    db: &dyn Reading,
    access: &Access,
    after: u64,
    size: PageSize,
    encode: impl Fn(LogEntry) -> (T, usize),
) -> Result<Vec<T>> {
    let (mut entries, mut bytes) = (Vec::new(), 0);
    db.entries_after(access, after, size.items, &mut |entry| {
        let (encoded, length) = encode(entry);
        bytes += length;
        if bytes > size.bytes && !entries.is_empty() {
            return ControlFlow::Break(());
        }
        entries.push(encoded);
        ControlFlow::Continue(())
    })?;
    Ok(entries)
}
