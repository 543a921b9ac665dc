//! What the server and the outbox tell.

use std::time::Duration;

use chat_client::{Delivery, Status, Update};
use chat_protocol::{Event, ResetReason, Timestamp, testing::body};

use super::draft;
use crate::keys::key::{Code, Key};
use crate::state::{EntryKey, Mode};
use crate::tests::scene::{Scene, morning, room_id, user_id};
use crate::update::{presence, wake};
use crate::{
    state::Ticket,
    update::{
        effect::Effect,
        input::{Answer, Input},
        request::Request,
    },
};

#[test]
fn a_message_that_the_outbox_did_not_take_comes_back() {
    let mut scene = Scene::new(80, 24);
    scene.write("precious").enter();
    scene.write("the next one");
    let id = scene.outbox("precious", Delivery::Unsaved { detail: "the disk is full".to_owned() });
    assert_eq!(draft(&scene), "the next one");
    assert!(scene.shows("precious") && scene.shows("✗ not sent") && scene.shows("the disk is full"));
    // It can be copied, sent again and dropped.
    scene.press_code(Code::Esc).write("y");
    assert!(scene.effects.contains(&Effect::Copy("precious".to_owned())));
    scene.write("R");
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: body("precious"), reply_to: None }));
    assert!(!scene.shows("precious"), "it comes back as a new one");
    scene.outbox_again(id, "precious", Delivery::Unsaved { detail: "the disk is full".to_owned() });
    scene.press_code(Code::Esc).write("D");
    assert!(!scene.shows("precious"));
}

#[test]
fn the_outbox_shows_each_state_and_one_message() {
    let mut scene = Scene::new(80, 24);
    let id = scene.outbox("on its way", Delivery::Queued);
    assert!(scene.shows("◌ queued"));
    scene.outbox_again(id, "on its way", Delivery::Sending);
    assert!(scene.shows("◌ sending"));
    let seq = scene.next_seq("lobby");
    let mut message = scene.message("lobby", seq, "alice", "on its way");
    message.id = id;
    scene.event(Event::Logged(message.into()));
    assert!(scene.shows("✓") && !scene.shows("◌"));
    // Whatever the outbox still says of it, it is there once.
    scene.outbox_again(id, "on its way", Delivery::Sent { seq });
    assert_eq!(scene.screen().matches("on its way").count(), 1);
}

#[test]
fn a_failed_message_can_be_retried_and_dropped() {
    let mut scene = Scene::new(80, 24);
    let id = scene.outbox("too long", Scene::failed());
    scene.says("bob", "meanwhile");
    scene.press_code(Code::Esc);
    assert!(matches!(scene.state.mode, Mode::Select { selected, .. } if selected == EntryKey::Pending(id)));
    scene.write("R");
    assert!(scene.effects.contains(&Effect::Retry(id)));
    scene.write("D");
    assert!(scene.effects.contains(&Effect::Forget(id)));
    assert!(!scene.shows("too long"));
}

#[test]
fn the_countdown_wakes_each_second_and_nothing_else_does() {
    let mut scene = Scene::new(80, 24);
    assert_eq!(wake(&scene.state), presence::due(&scene.state));
    scene.offline(Duration::from_millis(2500));
    assert!(scene.shows("retry in 3 s"));
    assert_eq!(wake(&scene.state), Some(scene.instant() + Duration::from_millis(500)));
    scene.wait(Duration::from_millis(500));
    assert!(scene.shows("retry in 2 s"));
    scene.wait(Duration::from_secs(2));
    assert!(scene.shows("trying again"));
    assert_eq!(wake(&scene.state), presence::due(&scene.state));
    scene.press(Key::ctrl('r'));
    assert_eq!(scene.effects, [Effect::Reconnect]);
}

#[test]
fn while_offline_nobody_is_shown_as_here_or_writing() {
    let mut scene = morning(80, 24);
    assert!(scene.shows("● bob"));
    scene.offline(Duration::from_secs(1));
    assert!(!scene.shows("● bob") && !scene.shows("typing"));
}

#[test]
fn a_reset_drops_what_was_known_and_keeps_what_waits() {
    let mut scene = morning(80, 24);
    let room = room_id("lobby");
    scene.press_code(Code::Esc);
    scene.event(Event::Reset { room, last_seq: 900, at: Some(Timestamp::from_millis(0)), why: ResetReason::TooFar });
    assert!(!scene.shows("morning!") && scene.shows("pushing a fix"));
    let message = scene.message("lobby", 900, "bob", "the newest");
    scene.page("lobby", vec![message], true);
    assert!(scene.shows("the newest"));
    assert!(
        scene.effects.contains(&Effect::Ask(Ticket::default(), Request::Older { room, before: 900 })),
        "the screen is not full"
    );
}

#[test]
fn older_messages_are_asked_for_once_and_not_again_after_a_failure() {
    let mut scene = Scene::unconnected(80, 24);
    let lobby = scene.room("lobby");
    scene.welcome(vec![lobby]);
    scene.client(Update::Status(Status::Connected { round_trip: None }));
    let message = scene.message("lobby", 50, "bob", "fifty");
    scene.page("lobby", vec![message], true);
    let ask = Effect::Ask(Ticket::default(), Request::Older { room: room_id("lobby"), before: 50 });
    assert!(scene.effects.contains(&ask));
    scene.input(Input::Time);
    assert!(!scene.effects.contains(&ask));
    scene.input(Input::Answer(Answer::Older { room: room_id("lobby"), result: Err("no".to_owned()) }));
    assert!(!scene.effects.contains(&ask));
    scene.press_code(Code::PageUp);
    assert!(scene.effects.contains(&ask), "the user wants it");
}

#[test]
fn somebody_who_goes_is_shown_as_gone() {
    let mut scene = Scene::new(80, 24);
    scene.goes("bob", 3);
    assert!(scene.shows("○ bob"));
    let person = scene.state.people.person(user_id("bob")).unwrap();
    assert!(person.last_seen.is_some());
}

#[test]
fn names_and_topics_of_others_cannot_reach_the_terminal_as_they_are() {
    let mut scene = Scene::new(80, 24);
    let evil = "\x1b]0;owned\x07\x1b[2J\u{202e}evil\u{9b}31m";
    let mut room = scene.room("x");
    room.name = evil.to_owned();
    room.topic = evil.to_owned();
    scene.event(Event::RoomAdded { room });
    scene.event(Event::UserTyping {
        room: room_id("lobby"),
        user: chat_protocol::UserRef { id: user_id("mallory"), name: evil.to_owned() },
    });
    let seq = scene.next_seq("lobby");
    let mut message = scene.message("lobby", seq, "mallory", evil);
    message.author.name = evil.to_owned();
    scene.event(Event::Logged(message.into()));
    scene.client(Update::Refused { code: chat_protocol::ErrorCode::Forbidden, detail: evil.to_owned() });
    scene.press(Key::alt(Code::Char('2')));
    for cell in &scene.buffer().content {
        let hostile =
            |char: char| char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!cell.symbol().contains(hostile), "{:?}", cell.symbol());
    }
    assert!(!scene.state.title().contains(char::is_control));
}
