//! The direct room with someone, before it is known: it may not be made yet, which its first message does.

use chat_protocol::{Room, RoomId, RoomKind, UserId, UserRef, name};
use uuid::Uuid;

use crate::{Error, unknown_room};

/// The names of people in this space are the ids of rooms that stand for those with them.
const SPACE: Uuid = Uuid::from_u128(0x8f1d_6c52_93b7_4e0a_a2c4_5b7e_90d3_164f);

/// A room that stands for the direct room with someone of this name, with or without `@`, until that is known: what is
/// queued for it waits there, and is sent by the name.
pub(crate) fn unknown_direct(name: &str) -> Result<Room, Error> {
    let name = name.strip_prefix('@').unwrap_or(name);
    let id = stand_in(name).ok_or_else(|| Error::NoName(name.to_owned()))?;
    let person = UserRef { id: UserId::from(id.uuid()), name: name.to_owned() };
    Ok(Room { name: String::new(), kind: RoomKind::Direct, people: vec![person], ..unknown_room(id) })
}

/// Whom a room is with that stands for another; `None` for every other room.
pub(crate) fn recipient(room: &Room) -> Option<&str> {
    let [person] = room.people.as_slice() else { return None };
    (stand_in(&person.name) == Some(room.id)).then_some(person.name.as_str())
}

/// Whether a room is the direct room of someone with the user of this name; with their own, it is their notebook.
pub(crate) fn is_with(room: &Room, me: UserId, recipient: &str) -> bool {
    let wanted = name::lookup(recipient);
    let is_wanted = |person: &UserRef| wanted.is_some() && name::lookup(&person.name) == wanted;
    room.kind == RoomKind::Direct
        && match room.people.as_slice() {
            [one] => one.id == me && is_wanted(one),
            [one, other] => (one.id == me && is_wanted(other)) || (other.id == me && is_wanted(one)),
            _ => false,
        }
}

/// The same for every way in which a name can be written; `None` for what is no name.
fn stand_in(name: &str) -> Option<RoomId> {
    name::lookup(name).map(|name| Uuid::new_v5(&SPACE, name.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> UserRef {
        UserRef { id: UserId::now_v7(), name: name.to_owned() }
    }

    fn direct(people: &[&UserRef]) -> Room {
        let people = people.iter().copied().cloned().collect();
        Room { kind: RoomKind::Direct, people, ..unknown_room(RoomId::now_v7()) }
    }

    #[test]
    fn one_room_stands_for_all_ways_to_write_a_name() {
        let room = unknown_direct("@Bob").unwrap();
        assert_eq!(room.id, unknown_direct("bob").unwrap().id);
        assert_ne!(room.id, unknown_direct("bobby").unwrap().id);
        assert_eq!(recipient(&room), Some("Bob"));
        assert_eq!(recipient(&direct(&[&person("bob")])), None);
        assert!(unknown_direct("@").is_err() && unknown_direct("no name").is_err());
    }

    #[test]
    fn the_room_with_someone_has_them_and_oneself_and_nobody_else() {
        let (me, bob, carol) = (person("alice"), person("Bob"), person("carol"));
        assert!(is_with(&direct(&[&bob, &me]), me.id, "bob"));
        assert!(is_with(&direct(&[&me]), me.id, "Alice"));
        for other in [&[&me, &carol][..], &[&me, &bob, &carol], &[&me], &[&bob], &[&carol, &bob]] {
            assert!(!is_with(&direct(other), me.id, "bob"), "{other:?}");
        }
        assert!(!is_with(&direct(&[&bob, &me]), me.id, "alice"), "a notebook is for one alone");
        assert!(!is_with(&Room { kind: RoomKind::Private, ..direct(&[&bob, &me]) }, me.id, "bob"));
    }
}
