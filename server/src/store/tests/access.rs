//! Rooms that not everyone may see: for others they do not exist, whatever is asked of them.

use chat_protocol::{RoomKind, RoomRole, RoomSelector, name::RoomName};

use super::*;
use crate::access::{Deed, Person, Standing, check};

const SIZE: PageSize = PageSize { items: 10, bytes: usize::MAX };

/// A room of any kind that one user is in.
async fn make_room(scene: &Scene, kind: RoomKind, maker: UserId) -> RoomSelector {
    let new = match kind {
        RoomKind::Direct => NewRoomRow::Direct { people: vec![] },
        kind => {
            let name = RoomName::parse(&format!("a-{kind:?}-room")).unwrap();
            NewRoomRow::Named { kind, name, topic: Line::default(), members: vec![] }
        }
    };
    scene.store.create_room(maker, new, RoomLimits::default()).await.unwrap().0.id.into()
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
    for kind in [RoomKind::Private, RoomKind::Direct] {
        let hidden = make_room(&scene, kind, alice).await;
        let named = RoomSelector::from(format!("a-{kind:?}-room").as_str());
        for other in others {
            let missing = ask_for_everything(&scene.store, other, &RoomId::now_v7().into()).await;
            assert!(missing.iter().all(|(_, answer)| answer == "no such room"), "{missing:?}");
            assert_eq!(ask_for_everything(&scene.store, other, &hidden).await, missing, "{kind:?}, {other:?}");
            assert_eq!(ask_for_everything(&scene.store, other, &named).await, missing, "{kind:?} by name, {other:?}");
        }
        let of_member = ask_for_everything(&scene.store, Some(alice), &hidden).await;
        assert!(of_member.iter().all(|(_, answer)| answer == "yes"), "{of_member:?}");
        if kind == RoomKind::Direct {
            // Left, it is only out of sight.
            continue;
        }
        let after_leaving = ask_for_everything(&scene.store, Some(alice), &hidden).await;
        assert!(after_leaving.iter().all(|(_, answer)| answer == "no such room"), "{after_leaving:?}");
    }
}

#[tokio::test]
async fn a_list_has_the_rooms_that_one_may_see() {
    for kind in [RoomKind::Public, RoomKind::Private, RoomKind::Direct] {
        for is_member in [true, false] {
            let scene = Scene::new();
            let alice = scene.user("alice", Role::Member).await;
            let maker = if is_member { alice } else { scene.user("bob", Role::Member).await };
            let RoomSelector::Id(id) = make_room(&scene, kind, maker).await else { unreachable!("made by id") };
            let standing = |person| Standing { kind, is_lobby: false, archived: false, person };
            let person = match is_member {
                true => Person::Member { role: Role::Member, room_role: RoomRole::Member, muted: None },
                false => Person::Outsider { role: Role::Member, banned: false },
            };
            let may = check(standing(person), Deed::See).is_ok();
            let filter = || RoomFilter { q: None, joined: None, limit: 10, after: None };
            let listed = scene.store.rooms(Some(alice), filter()).await.unwrap();
            assert_eq!(listed.items.iter().any(|room| room.id == id), may, "{kind:?}, {is_member}");
            let may = check(standing(Person::Stranger), Deed::See).is_ok();
            let listed = scene.store.rooms(None, filter()).await.unwrap();
            assert_eq!(listed.items.iter().any(|room| room.id == id), may, "{kind:?} for a stranger");
        }
    }
}
