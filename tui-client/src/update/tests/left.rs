//! Rooms that the user left: what they wrote there and nobody has is never lost.

use std::collections::HashMap;

use chat_client::{Cached, Delivery, Entry, Update, unknown_room};
use chat_protocol::{Event, LogEntry, LogEvent, MessageId, Room, RoomId};

use super::{current, draft};
use crate::keys::key::{Code, Key};
use crate::state::Mode;
use crate::tests::scene::{Scene, room_id, user};
use crate::update::start_from_cache;
use crate::update::{
    effect::Effect,
    input::{Answer, Input},
};

/// A message for a room.
fn entry(room: &str, body: &str, state: Delivery) -> Entry {
    let (id, room) = (MessageId::now_v7(), room_id(room));
    Entry {
        id,
        room,
        action: chat_client::Action::Message,
        body: body.to_owned(),
        reply_to: None,
        files: Vec::new(),
        state,
        written_at: Default::default(),
    }
}

/// A start with what the disk knows, before the server has said a word.
fn start(rooms: &[&str], left: &[&str], drafts: &[(&str, &str)], outbox: &[Entry]) -> Scene {
    let mut scene = Scene::unconnected(80, 24);
    let facts = |names: &[&str]| -> Vec<Room> { names.iter().map(|name| scene.room(name)).collect() };
    let (rooms, left) = (facts(rooms), facts(left));
    let drafts: HashMap<RoomId, String> =
        drafts.iter().map(|(room, text)| (room_id(room), (*text).to_owned())).collect();
    let (outbox, cursors) = (outbox.to_vec(), HashMap::new());
    start_from_cache(
        &mut scene.state,
        Cached { user: user("alice", true), rooms, left, drafts, thread_drafts: HashMap::new(), outbox, cursors },
    );
    scene.input(Input::Time);
    scene
}

fn welcome(scene: &mut Scene, rooms: &[&str]) {
    let rooms = rooms.iter().map(|name| scene.room(name)).collect();
    scene.welcome(rooms);
}

#[test]
fn a_start_shows_what_was_written_to_a_room_that_was_left() {
    let refused = entry("release", "tagging now", Scene::failed());
    let waiting = entry("random", "cake!", Delivery::Queued);
    let mut scene =
        start(&["lobby"], &["random", "release"], &[("release", "half a thought")], &[refused.clone(), waiting]);
    assert_eq!(current(&scene), "#lobby");
    welcome(&mut scene, &["lobby"]);
    assert!(scene.shows("#random") && scene.shows("#release"), "{}", scene.screen());

    scene.press(Key::alt(Code::Char('3')));
    assert_eq!((current(&scene).as_str(), draft(&scene)), ("#release", "half a thought"));
    assert!(scene.shows("tagging now") && scene.shows("/join release"), "{}", scene.screen());

    // It can be copied and dropped; sent again when the user is back.
    scene.press_code(Code::Esc).write("y");
    assert!(scene.effects.contains(&Effect::Copy("tagging now".to_owned())), "{:?}", scene.effects);
    scene.write("R");
    assert!(scene.shows("/join release first, then R sends it"), "{}", scene.screen());
    assert!(!scene.effects.contains(&Effect::Retry(refused.id)));
    let room = scene.room("release");
    scene.event(Event::RoomAdded { room });
    scene.write("R");
    assert!(scene.effects.contains(&Effect::Retry(refused.id)), "{:?}", scene.effects);
    assert_eq!(draft(&scene), "half a thought");
    scene.press(Key::ctrl('n')).press(Key::ctrl('n'));
    assert_eq!(current(&scene), "#random");
    scene.press_code(Code::Esc).write("D");
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Forget(_))), "{:?}", scene.effects);
    scene.press(Key::ctrl('n'));
    assert!(!scene.shows("#random"), "nothing is left there: {}", scene.screen());
}

#[test]
fn where_no_room_is_known_the_server_says_which_were_left() {
    let lost = entry("release", "one", Delivery::Queued);
    let mut scene = start(&[], &["lobby", "release"], &[("lobby", "two")], std::slice::from_ref(&lost));
    assert_eq!((current(&scene).as_str(), draft(&scene)), ("#lobby", "two"));
    assert!(!scene.shows("no longer in #lobby"), "{}", scene.screen());
    welcome(&mut scene, &["lobby"]);
    assert_eq!(draft(&scene), "two");
    let room = scene.state.rooms.room(room_id("release")).unwrap();
    assert!(room.gone && room.timeline.pending_entry(lost.id).is_some());
}

#[test]
fn what_was_found_in_a_damaged_file_is_not_the_first_room_and_cannot_be_joined() {
    let found = entry("recovered", "one", Scene::failed());
    let recovered = Room { name: "recovered".to_owned(), ..unknown_room(room_id("recovered")) };
    let mut scene = Scene::unconnected(80, 24);
    let (user, rooms, left) = (user("alice", true), Vec::new(), vec![recovered]);
    let (drafts, outbox, cursors) = (HashMap::new(), vec![found], HashMap::new());
    start_from_cache(
        &mut scene.state,
        Cached { user, rooms, left, drafts, thread_drafts: HashMap::new(), outbox, cursors },
    );
    scene.input(Input::Time);
    assert!(scene.state.rooms.current().is_none(), "{}", scene.screen());
    welcome(&mut scene, &["lobby"]);
    assert_eq!(current(&scene), "#lobby");

    scene.press(Key::ctrl('n'));
    let notice = "#recovered is only on this device: copy (y) or drop (D) it";
    assert_eq!(scene.state.rooms.current().unwrap().beginning(), notice);
    scene.write("hello").press_code(Code::Enter);
    assert!(scene.shows("is only on this device") && !scene.shows("/join"), "{}", scene.screen());
    scene.press_code(Code::Esc).write("R");
    assert!(!scene.shows("/join"), "{}", scene.screen());
    scene.write("D").press(Key::ctrl('n'));
    assert_eq!(current(&scene), "#lobby");
}

#[test]
fn no_number_of_a_room_is_too_large() {
    let scene = Scene::unconnected(80, 24);
    let huge: Vec<Room> = ["lobby", "random", "release"]
        .map(|name| {
            let (most, read_seq, unread, mentions) = (u64::MAX, Some(u64::MAX), Some(u64::MAX), Some(u64::MAX));
            Room { members: most, last_seq: most, read_seq, unread, mentions, ..scene.room(name) }
        })
        .to_vec();
    let mut scene = Scene::unconnected(80, 24);
    let (user, left, drafts, cursors) = (user("alice", true), huge[1..].to_vec(), HashMap::new(), HashMap::new());
    let outbox = vec![entry("release", "one", Delivery::Queued)];
    start_from_cache(
        &mut scene.state,
        Cached { user, rooms: huge[..2].to_vec(), left, drafts, thread_drafts: HashMap::new(), outbox, cursors },
    );
    scene.input(Input::Time);
    scene.input(Input::Answer(Answer::Cached { room: room_id("lobby"), messages: Vec::new() }));
    scene.welcome(huge);
    let message = scene.message("lobby", u64::MAX, "bob", "@alice hello");
    let (room, seq, at) = (room_id("lobby"), u64::MAX, message.sent_at);
    scene.event(Event::Logged(LogEntry { room, seq, at, event: LogEvent::Message { message } }));
    assert!(scene.shows("hello"), "{}", scene.screen());
    scene.press(Key::ctrl('n'));
}

#[test]
fn a_left_room_is_never_the_first_on_the_screen() {
    let mut scene = start(&["zoo"], &["attic"], &[], &[entry("attic", "old", Scene::failed())]);
    assert_eq!(current(&scene), "#zoo");
    welcome(&mut scene, &["zoo"]);
    assert_eq!(current(&scene), "#zoo");
}

#[test]
fn no_message_of_the_outbox_is_ever_ignored() {
    for state in [Delivery::Saving, Delivery::Queued, Delivery::Sending, Scene::failed(), unsaved()] {
        // A room that was left a moment ago, one that another process was in, and one of which nobody has heard.
        for room in ["random", "attic", "nowhere"] {
            let mut scene = Scene::new(80, 24);
            scene.event(chat_protocol::testing::room_removed(room_id("random")));
            let attic = scene.room("attic");
            scene.client(Update::Left(attic));
            let entry = entry(room, "precious", state.clone());
            scene.client(Update::Outbox(entry.clone()));
            assert_eq!(current(&scene), "#lobby");
            let shown = scene.state.rooms.room(entry.room).expect("its room is on the list");
            assert!(shown.gone && shown.timeline.pending_entry(entry.id).is_some(), "{room} {state:?}");
            if room != "nowhere" {
                assert_eq!(shown.label(), format!("#{room}"));
            }
            // When the server has it after all, nothing is left to do there.
            scene.client(Update::Outbox(Entry { state: Delivery::Sent { seq: 7 }, ..entry.clone() }));
            assert!(scene.state.rooms.room(entry.room).is_none(), "{room} {state:?}");
        }
    }
}

fn unsaved() -> Delivery {
    Delivery::Unsaved { detail: "the disk is full".to_owned() }
}

#[test]
fn what_is_sent_does_not_keep_a_room_that_is_left() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('n'));
    let sent = entry("random", "bye", Delivery::Sent { seq: 9 });
    scene.client(Update::Outbox(sent));
    scene.press(Key::ctrl('p'));
    scene.event(chat_protocol::testing::room_removed(room_id("random")));
    assert!(!scene.shows("#random:"), "{}", scene.screen());
    assert!(scene.state.rooms.room(room_id("random")).is_none());
    assert!(matches!(scene.state.mode, Mode::Compose));
}
