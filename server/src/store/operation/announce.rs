//! When the log begins to speak of a guest.

use chat_protocol::LogEvent;

use super::{Transaction, access};
use crate::{
    access::Deed,
    store::{Result, RowId},
};

/// Makes a guest that only read known in the lobby: it wrote, joined a room or chose a name.
pub(in crate::store) fn announce(tx: &mut dyn Transaction, user: RowId) -> Result<()> {
    let Some(room) = tx.unannounced_room(user)? else { return Ok(()) };
    let access = access(tx, &room.into(), user, Deed::Join)?;
    tx.set_announced(&access, user)?;
    tx.change_member_count(&access, 1)?;
    let event = LogEvent::UserJoined { user: tx.user_ref(user)?, by: None };
    tx.append(&access, user.into(), event)?;
    Ok(())
}
