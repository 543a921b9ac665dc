//! Carrying out a command once, however often it is sent.

use chat_protocol::MessageId;

use super::Transaction;
use crate::store::{Done, Result, StoreError, steps::MessageHash};

/// How a command was answered that was carried out before under this id. The same id for anything else is a conflict: ids
/// of messages and commands are one space.
pub(super) fn done_before(tx: &mut impl Transaction, id: MessageId, hash: &MessageHash) -> Result<Option<Done>> {
    match tx.find_command(id)? {
        Some((done, stored)) if stored == *hash => Ok(Some(done)),
        Some(_) => Err(StoreError::IdConflict),
        None if tx.find_message(id)?.is_some() => Err(StoreError::IdConflict),
        None => Ok(None),
    }
}
