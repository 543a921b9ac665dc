//! What rings, and what the server hears of whether somebody is here.

use std::time::Duration;

use chat_client::{Status, Update};
use chat_protocol::{Event, Notify, Room, RoomId, RoomKind, testing::user_ref};

use crate::{
    keys::key::Key,
    state::{Notifications, Preferences},
    tests::scene::{Scene, room_id, user_id},
    update::{
        effect::{Effect, Notification},
        input::Input,
    },
};

fn told(scene: &Scene) -> Option<Notification> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Notify(notification) => Some(notification.clone()),
        _ => None,
    })
}

fn notification(title: &str, text: &str) -> Option<Notification> {
    Some(Notification { title: title.to_owned(), text: text.to_owned() })
}

/// The user looks at another window.
fn elsewhere() -> Scene {
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Focus(false));
    scene
}

fn set(scene: &mut Scene, room: RoomId, notify: Notify) {
    scene.event(Event::RoomSettings { room, notify, favourite: false, hidden: false });
}

/// Says something long after what was said last.
fn later(scene: &mut Scene, room: &str, author: &str, text: &str) -> Option<Notification> {
    scene.wait(Duration::from_secs(2));
    scene.says_in(room, author, text);
    told(scene)
}

#[test]
fn a_mention_notifies_and_a_room_may_say_otherwise() {
    let mut scene = elsewhere();
    assert_eq!(later(&mut scene, "lobby", "bob", "hello"), None);
    let mention = "@alice can you look at the **reconnect** test?";
    let told = notification("bob in #lobby", "@alice can you look at the reconnect test?");
    assert_eq!(later(&mut scene, "lobby", "bob", mention), told);
    assert_eq!(later(&mut scene, "random", "bob", "@alice too").unwrap().title, "bob in #random");
    set(&mut scene, room_id("lobby"), Notify::All);
    assert_eq!(later(&mut scene, "lobby", "bob", "hello"), notification("bob in #lobby", "hello"));
    assert_eq!(later(&mut scene, "lobby", "alice", "said elsewhere"), None);
    set(&mut scene, room_id("lobby"), Notify::None);
    assert_eq!(later(&mut scene, "lobby", "bob", mention), None);
}

#[test]
fn nothing_notifies_of_what_the_user_sees() {
    let mut scene = Scene::new(80, 24);
    assert_eq!(later(&mut scene, "lobby", "bob", "@alice hello"), None);
    assert!(later(&mut scene, "random", "bob", "@alice hello").is_some());
    for number in 0..40 {
        scene.says("carol", &format!("message {number}"));
    }
    scene.press_code(crate::keys::key::Code::PageUp);
    assert!(later(&mut scene, "lobby", "bob", "@alice hello").is_some(), "it is further down");
    scene.press(Key::alt(crate::keys::key::Code::End));
    assert_eq!(later(&mut scene, "lobby", "bob", "@alice hello"), None);
    scene.press(Key::ctrl('k'));
    assert!(later(&mut scene, "lobby", "bob", "@alice hello").is_some(), "a list stands above it");
}

#[test]
fn a_direct_room_and_a_followed_thread_notify_and_ignored_users_never() {
    let mut scene = elsewhere();
    let people = vec![user_ref("alice"), user_ref("bob")];
    let direct =
        Room { name: String::new(), kind: RoomKind::Direct, people, notify: Some(Notify::All), ..scene.room("d") };
    scene.event(Event::RoomAdded { room: direct });
    assert_eq!(later(&mut scene, "d", "bob", "did you see this?"), notification("bob", "did you see this?"));

    let first = scene.says("carol", "who reviews?");
    let message_id = scene.said(first).id;
    scene.wait(Duration::from_secs(2));
    scene.replies("bob", first, "I do");
    assert_eq!(told(&scene), None);
    scene.event(Event::ThreadFollowed { message_id, following: true });
    scene.wait(Duration::from_secs(2));
    scene.replies("bob", first, "I do");
    assert_eq!(told(&scene), notification("bob in #lobby", "I do"));
    let unread = scene.state.rooms.room(room_id("lobby")).unwrap().mentions;
    assert_eq!(unread, 0, "it is no mention");

    scene.event(Event::Ignored { users: vec![user_id("bob")] });
    scene.wait(Duration::from_secs(2));
    scene.replies("bob", first, "@alice I do");
    assert_eq!(told(&scene), None);
    assert_eq!(later(&mut scene, "d", "bob", "hello?"), None);
    scene.event(Event::Ignored { users: Vec::new() });
    scene.event(Event::ThreadFollowed { message_id, following: false });
    scene.wait(Duration::from_secs(2));
    scene.replies("bob", first, "done");
    assert_eq!(told(&scene), None);
}

#[test]
fn a_crowd_rings_once_a_second_for_each_room_and_not_for_every_room() {
    let mut scene = elsewhere();
    let mut rings = 0;
    for _ in 0..100 {
        scene.says("bob", "@alice!");
        rings += usize::from(told(&scene).is_some());
    }
    assert_eq!(rings, 1);
    let names = ["a", "b", "c", "d", "e", "f"];
    for name in names {
        let room = scene.room(name);
        scene.event(Event::RoomAdded { room });
    }
    scene.wait(Duration::from_secs(1));
    let mut rings = 0;
    for name in names {
        scene.says_in(name, "bob", "@alice!");
        rings += usize::from(told(&scene).is_some());
    }
    assert_eq!(rings, 4);
}

#[test]
fn what_was_missed_before_the_start_does_not_ring_and_what_was_missed_since_does_once() {
    let mut scene = Scene::unconnected(80, 24);
    let rooms = ["lobby", "random"].map(|name| scene.room(name)).to_vec();
    scene.welcome(rooms);
    scene.input(Input::Focus(false));
    scene.says("bob", "@alice before the start");
    assert_eq!(told(&scene), None);
    scene.event(Event::Live {});
    scene.wait(Duration::from_secs(2));
    scene.offline(Duration::from_secs(3));
    scene.client(Update::Status(Status::CatchingUp { done: 0, total: 2 }));
    let mut rings = 0;
    for text in ["@alice one", "@alice two"] {
        scene.says("bob", text);
        rings += usize::from(told(&scene).is_some());
    }
    assert_eq!(rings, 1);
    // What was read on another device meanwhile does not.
    scene.wait(Duration::from_secs(2));
    scene.event(Event::ReadMarker { room: room_id("lobby"), seq: 9, unread: 0, mentions: 0 });
    assert_eq!(later(&mut scene, "lobby", "bob", "@alice three"), None);
}

#[test]
fn how_much_is_told_is_set_by_a_command_and_remembered() {
    for (word, level, told) in [
        ("bell", Notifications::Bell, notification("", "")),
        ("names", Notifications::Names, notification("bob in #lobby", "")),
        ("full", Notifications::Full, notification("bob in #lobby", "@alice a secret")),
        ("off", Notifications::Off, None),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.write(&format!("/notifications {word}")).enter();
        let preferences = Preferences { notifications: level, ..Preferences::default() };
        assert!(scene.effects.contains(&Effect::SavePreferences(preferences)), "{:?}", scene.effects);
        scene.input(Input::Focus(false));
        assert_eq!(later(&mut scene, "lobby", "bob", "@alice a secret"), told, "{word}");
    }
    let mut scene = Scene::new(80, 24);
    scene.write("/notifications loud").enter();
    assert!(scene.shows("usage: /notifications full"), "{}", scene.screen());
}

fn away(scene: &Scene) -> Vec<bool> {
    let told = scene.effects.iter().filter_map(|effect| match effect {
        Effect::Away(away) => Some(*away),
        _ => None,
    });
    told.collect()
}

#[test]
fn ten_minutes_without_a_key_are_away_until_the_next_one() {
    let mut scene = Scene::new(80, 24);
    scene.wait(Duration::from_secs(599));
    assert!(away(&scene).is_empty());
    scene.says("bob", "are you there?");
    scene.wait(Duration::from_secs(1));
    assert_eq!(away(&scene), [true]);
    assert!(scene.shows("◐ away"), "{}", scene.screen());
    scene.wait(Duration::from_secs(600));
    assert!(away(&scene).is_empty(), "it is told once");
    scene.write("y");
    assert_eq!(away(&scene), [false]);
    assert!(!scene.shows("◐ away"), "{}", scene.screen());
}

#[test]
fn away_by_hand_is_ended_by_hand() {
    let mut scene = Scene::new(80, 24);
    scene.write("/away").enter();
    assert_eq!(away(&scene), [true]);
    scene.write("still writing");
    assert!(away(&scene).is_empty() && scene.shows("◐ away"), "{}", scene.screen());
    scene.press(Key::ctrl('u')).write("/away").enter();
    assert_eq!(away(&scene), [false]);
}
