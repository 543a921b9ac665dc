//! Rooms that not everyone may see: for others they do not exist, whatever is asked of them.

use chat_protocol::{RoomKind, RoomRole, RoomSelector};
use rusqlite::params;

use super::*;
use crate::access::{Deed, Person, Standing, check};

const SIZE: PageSize = PageSize { items: 10, bytes: usize::MAX };

/// Makes a room of any kind, with these members, as the program does not yet.
fn make_room(scene: &Scene, kind: &str, members: &[UserId]) -> RoomSelector {
    let id = RoomId::now_v7();
    let db = rusqlite::Connection::open(scene.folder.path().join("chat.db")).unwrap();
    db.execute(
        "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, topic, created_at)
         VALUES (?1, ?2, ?2, ?2, ?2, ?3, '', 0)",
        params![id.uuid(), format!("a-{kind}-room"), kind],
    )
    .unwrap();
    for member in members {
        db.execute(
            "INSERT INTO member (room, user, joined, announced, read_seq, read_messages, read_sent)
             SELECT room.id, user.id, 1, 1, 0, 0, 0 FROM room, user WHERE room.uuid = ?1 AND user.uuid = ?2",
            params![id.uuid(), member.uuid()],
        )
        .unwrap();
    }
    id.into()
}

/// Asks for everything that concerns a room; gives what each was answered, or why it was refused.
async fn ask_for_everything(store: &Store, user: Option<UserId>, room: &RoomSelector) -> Vec<(&'static str, String)> {
    let room = || room.clone();
    let text = |done: Result<()>| done.map_or_else(|refusal| refusal.to_string(), |()| "yes".to_owned());
    let filter = UserFilter { q: None, online: None, limit: 10, after: None };
    let mut answers = vec![
        ("see", text(store.room(room(), user).await.map(drop))),
        ("read messages", text(store.messages(user, room(), Window::Newest, SIZE, |m| (m, 0)).await.map(drop))),
        ("read the log", text(store.log_after(user, room(), 0, SIZE, |entry| (entry, 0)).await.map(drop))),
        ("list members", text(store.members(user, room(), filter).await.map(drop))),
        ("follow", text(store.find_room(room(), user, Deed::Follow).await.map(drop))),
    ];
    let Some(user) = user else { return answers };
    let message = NewMessageRow { room: room(), ..message(user, "hello") };
    answers.push(("write", text(store.send(message).await.map(drop))));
    answers.push((
        "move the marker",
        text(store.read_up_to(user, room(), ReadPosition { seq: 0, back: false }).await.map(drop)),
    ));
    answers.push(("set the topic", text(store.update_room(user, room(), topic("topic")).await.map(drop))));
    answers.push(("join", text(store.join(user, room(), 50).await)));
    answers.push(("leave", text(store.leave(user, room()).await)));
    answers
}

#[tokio::test]
async fn a_room_that_one_may_not_see_is_answered_like_one_that_is_not_there() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let others = [
        None,
        Some(scene.user("zoe", Role::Guest).await),
        Some(scene.user("bob", Role::Member).await),
        Some(scene.user("carol", Role::Admin).await),
    ];
    for kind in ["private", "direct"] {
        let hidden = make_room(&scene, kind, &[alice]);
        let named = RoomSelector::from(format!("a-{kind}-room").as_str());
        for other in others {
            let missing = ask_for_everything(&scene.store, other, &RoomId::now_v7().into()).await;
            assert!(missing.iter().all(|(_, answer)| answer == "no such room"), "{missing:?}");
            assert_eq!(ask_for_everything(&scene.store, other, &hidden).await, missing, "{kind}, {other:?}");
            assert_eq!(ask_for_everything(&scene.store, other, &named).await, missing, "{kind} by name, {other:?}");
        }
        let of_member = ask_for_everything(&scene.store, Some(alice), &hidden).await;
        assert!(of_member.iter().all(|(_, answer)| answer == "yes"), "{of_member:?}");
        let after_leaving = ask_for_everything(&scene.store, Some(alice), &hidden).await;
        assert!(after_leaving.iter().all(|(_, answer)| answer == "no such room"), "{after_leaving:?}");
    }
}

#[tokio::test]
async fn a_list_has_the_rooms_that_one_may_see() {
    let kinds = [("public", RoomKind::Public), ("private", RoomKind::Private), ("direct", RoomKind::Direct)];
    for (name, kind) in kinds {
        for is_member in [true, false] {
            let scene = Scene::new();
            let alice = scene.user("alice", Role::Member).await;
            let members = if is_member { vec![alice] } else { vec![] };
            let RoomSelector::Id(id) = make_room(&scene, name, &members) else { unreachable!("made by id") };
            let standing = |person| Standing { kind, is_lobby: false, archived: false, person };
            let person = match is_member {
                true => Person::Member { role: Role::Member, room_role: RoomRole::Member, muted: None },
                false => Person::Outsider { role: Role::Member, banned: false },
            };
            let may = check(standing(person), Deed::See).is_ok();
            let filter = || RoomFilter { q: None, joined: None, limit: 10, after: None };
            let listed = scene.store.rooms(Some(alice), filter()).await.unwrap();
            assert_eq!(listed.items.iter().any(|room| room.id == id), may, "{name}, {is_member}");
            let may = check(standing(Person::Stranger), Deed::See).is_ok();
            let listed = scene.store.rooms(None, filter()).await.unwrap();
            assert_eq!(listed.items.iter().any(|room| room.id == id), may, "{name} for a stranger");
        }
    }
}
