//! Whether a message notifies someone, so that every client decides alike. `fixtures/notify.json` has a case for each rule;
//! the page is tested with the same ones.

use std::collections::HashSet;

use crate::{Message, MessageId, Notify, Room, RoomKind, Viewer};

/// What decides in a room which of its messages notify one of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attention {
    /// In a direct room, everything that others say calls its people.
    pub kind: RoomKind,
    /// What the member has chosen.
    pub notify: Notify,
    /// Up to where they have read.
    pub read_seq: u64,
}

impl From<&Room> for Attention {
    fn from(room: &Room) -> Self {
        let usual = if room.kind == RoomKind::Direct { Notify::All } else { Notify::default() };
        Self { kind: room.kind, notify: room.notify.unwrap_or(usual), read_seq: room.read_seq.unwrap_or(0) }
    }
}

/// Whether a message is to notify someone, who follows these threads: as they set it for the room, and by default of what
/// mentions them and of replies in threads that they follow. What they wrote, have read or cannot read any more never
/// does, nor anything of someone whom they ignore.
pub fn notifies(message: &Message, room: impl Into<Attention>, viewer: &Viewer, followed: &HashSet<MessageId>) -> bool {
    let Attention { kind, notify, read_seq } = room.into();
    let author = message.author.id;
    if author == viewer.id || message.deleted || message.seq <= read_seq || viewer.ignored.contains(&author) {
        return false;
    }
    match notify {
        Notify::All => true,
        Notify::None => false,
        Notify::Mentions => {
            let follows = message.thread.is_some_and(|thread| followed.contains(&thread));
            follows || kind == RoomKind::Direct || message.mentions(viewer.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::*;
    use crate::UserId;

    /// One room and one message, and what becomes of the answer when some of their fields are others.
    #[derive(Deserialize)]
    struct Fixture {
        me: UserId,
        room: Value,
        message: Value,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        about: String,
        #[serde(default)]
        room: Map<String, Value>,
        #[serde(default)]
        message: Map<String, Value>,
        #[serde(default)]
        ignored: Vec<UserId>,
        #[serde(default)]
        followed: HashSet<MessageId>,
        notifies: bool,
    }

    fn with<T: serde::de::DeserializeOwned>(base: &Value, fields: Map<String, Value>) -> T {
        let mut all = base.as_object().unwrap().clone();
        all.extend(fields);
        serde_json::from_value(Value::Object(all)).unwrap()
    }

    #[test]
    fn messages_notify_as_the_cases_say() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/notify.json");
        let Fixture { me, room, message, cases } = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert!(cases.len() >= 12, "there are cases");
        for case in cases {
            let (room, message): (Room, Message) = (with(&room, case.room), with(&message, case.message));
            let viewer = Viewer { id: me, ignored: case.ignored };
            assert_eq!(notifies(&message, &room, &viewer, &case.followed), case.notifies, "{}", case.about);
        }
    }
}
