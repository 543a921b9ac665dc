//! What counts as read, and what is unread.

use std::time::Duration;

use chat_protocol::Event;

use super::{current, unread};
use crate::keys::key::{Code, Key};
use crate::tests::scene::{Scene, room_id};
use crate::update::{effect::Effect, input::Input};
use crate::update::{presence, wake};

#[test]
fn what_is_on_the_screen_of_a_focused_window_is_read_and_nothing_else() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "seen");
    assert!(scene.effects.contains(&Effect::Read { room: room_id("lobby"), seq }));
    assert_eq!(unread(&scene, "lobby"), (0, 0));

    scene.input(Input::Focus(false));
    scene.at(5).says("bob", "not seen, @alice");
    scene.wait(Duration::from_secs(1));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Read { .. })));
    assert_eq!(unread(&scene, "lobby"), (1, 1));
    assert!(scene.shows("1 new since 09:00"));

    scene.input(Input::Focus(true));
    assert_eq!(unread(&scene, "lobby"), (0, 0));
    assert!(scene.shows("1 new since 09:00"), "the line stays until the room is left");
}

#[test]
fn who_only_looks_over_to_another_window_has_seen_what_passed() {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "seen");
    scene.input(Input::Focus(false));
    scene.says("bob", "passes by");
    assert_eq!(unread(&scene, "lobby"), (1, 0), "it is unread nevertheless");
    assert!(!scene.shows("new since"), "{}", scene.screen());
    scene.input(Input::Focus(true));
    assert!(!scene.shows("new since"), "{}", scene.screen());

    scene.input(Input::Focus(false));
    scene.says("bob", "while going");
    scene.at(10);
    scene.input(Input::Focus(true));
    assert!(scene.shows("1 new since 09:00"), "{}", scene.screen());
}

#[test]
fn the_line_says_the_time_of_what_stands_above_it_and_goes_with_an_answer() {
    let mut scene = Scene::new(80, 24);
    scene.at(1).says("bob", "a question");
    scene.at(3).says("alice", "an answer from the phone");
    scene.input(Input::Focus(false));
    scene.at(9).says("bob", "news");
    assert!(scene.shows("1 new since 09:03"), "{}", scene.screen());
    scene.input(Input::Focus(true));
    scene.write("thanks").enter();
    assert!(!scene.shows("new since"), "{}", scene.screen());
}

#[test]
fn messages_below_the_screen_are_unread() {
    let mut scene = Scene::new(80, 24);
    for number in 0..40 {
        scene.says("bob", &format!("message {number}"));
    }
    scene.press_code(Code::PageUp);
    scene.says("bob", "below");
    assert_eq!(unread(&scene, "lobby"), (1, 0));
    assert!(scene.shows("below · Alt-End"));
    scene.press(Key::alt(Code::End));
    assert_eq!(unread(&scene, "lobby"), (0, 0));
}

#[test]
fn read_positions_do_not_flood_the_server() {
    let mut scene = Scene::new(80, 24);
    let mut told = 0;
    for number in 0..50 {
        scene.says("bob", &format!("message {number}"));
        told += scene.effects.iter().filter(|effect| matches!(effect, Effect::Read { .. })).count();
    }
    assert_eq!(told, 1);
    assert!(wake(&scene.state).is_some());
    scene.wait(Duration::from_secs(1));
    assert!(scene.effects.contains(&Effect::Read { room: room_id("lobby"), seq: 50 }));
    assert_eq!(wake(&scene.state), presence::due(&scene.state), "nothing else is due any more");
}

#[test]
fn an_answer_that_is_older_than_what_was_read_since_changes_nothing() {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "one");
    scene.says("bob", "two");
    scene.event(Event::ReadMarker { room: room_id("lobby"), seq: 1, unread: 1, mentions: 0 });
    assert_eq!(unread(&scene, "lobby"), (0, 0));
}

#[test]
fn another_device_of_the_user_reads_too() {
    let mut scene = Scene::new(80, 24);
    scene.says_in("random", "bob", "one");
    assert_eq!(unread(&scene, "random"), (1, 0));
    scene.event(Event::ReadMarker { room: room_id("random"), seq: 1, unread: 0, mentions: 0 });
    assert_eq!(unread(&scene, "random"), (0, 0));
}

#[test]
fn unread_messages_that_were_counted_by_the_server_are_not_counted_again() {
    let mut scene = Scene::unconnected(80, 24);
    let mut room = scene.room("random");
    (room.last_seq, room.unread, room.mentions) = (10, Some(3), Some(1));
    let lobby = scene.room("lobby");
    scene.welcome(vec![lobby, room]);
    // The last two of the ten come as missed events, then a new one.
    for seq in [9, 10, 11] {
        let message = scene.message("random", seq, "bob", "hi");
        scene.event(Event::Logged(message.into()));
    }
    assert_eq!(unread(&scene, "random"), (4, 1));
}

#[test]
fn alt_a_goes_through_what_is_unread_and_comes_back() {
    let mut scene = Scene::new(80, 24);
    scene.says_in("random", "bob", "cake");
    scene.says_in("release", "bob", "@alice tag?");
    let next = Key::alt(Code::Char('a'));
    scene.press(next);
    assert_eq!(current(&scene), "#release", "mentions first");
    scene.press(next);
    assert_eq!(current(&scene), "#random");
    scene.press(next);
    assert_eq!(current(&scene), "#lobby", "back to where it began");
}
