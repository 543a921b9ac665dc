//! Carrying out a command once, however often it is sent.

use chat_protocol::{MessageId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Transaction;
use crate::store::{Done, Result, StoreError, steps::MessageHash};

/// How a command was answered that was carried out before under this id. The same id for anything else is a conflict: ids
/// of messages and commands are one space.
pub(super) fn done_before(tx: &mut dyn Transaction, id: MessageId, hash: &MessageHash) -> Result<Option<Done>> {
    match tx.find_command(id)? {
        Some((done, stored)) if stored == *hash => Ok(Some(done)),
        Some(_) => Err(StoreError::IdConflict),
        None if tx.find_message(id)?.is_some() => Err(StoreError::IdConflict),
        None => Ok(None),
    }
}

/// What a command asks for. The numbers stand in the hashes of the database: they stay.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Edit = 1,
    Delete = 2,
    React = 3,
    Unreact = 4,
    Pin = 5,
    Unpin = 6,
    UpdateRoom = 7,
    Moderate = 8,
    Add = 9,
}

/// What identifies a command beside its id: who wants what done to which message or room. It is compared with what later
/// versions make of the same command, so `content` is text or JSON, never how a type prints itself.
pub(super) fn hash(kind: Kind, user: UserId, target: Uuid, content: &[u8]) -> MessageHash {
    let mut hash = Sha256::new();
    hash.update([kind as u8]);
    hash.update(user.uuid().as_bytes());
    hash.update(target.as_bytes());
    hash.update(content);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use chat_protocol::RoomChanges;
    use serde_json::json;

    use super::*;

    /// Computed with another program: databases hold it.
    #[test]
    fn a_command_keeps_its_hash() {
        let user = "01890a5d-ac96-7c8d-9a1b-2c3d4e5f6071".parse().unwrap();
        let room = Uuid::parse_str("01890a5e-1111-7222-8333-444455556666").unwrap();
        let changes = RoomChanges { topic: Some("deploys".to_owned()), ..RoomChanges::default() };
        let hash = hash(Kind::UpdateRoom, user, room, json!(changes).to_string().as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "8ff65f1dbe903da6903703dc3802874e7f8aadf6b1ce41e10ac5c6d6899667c9");
    }
}
