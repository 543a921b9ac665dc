//! What keys, the server and time do to the state.

use std::time::Duration;

use chat_client::{Delivery, Status, Update};
use chat_protocol::{Event, ResetReason, Timestamp};

use crate::{
    input::{Answer, Effect, Input, Request},
    key::{Code, Key},
    scene::{Scene, morning, room_id, user_id},
    state::{EntryKey, Mode},
    update::wake,
};

fn unread(scene: &Scene, room: &str) -> (u64, u64) {
    let room = scene.state.rooms.room(room_id(room)).unwrap();
    (room.unread, room.mentions)
}

fn current(scene: &Scene) -> String {
    scene.state.rooms.current().unwrap().label()
}

fn draft(scene: &Scene) -> &str {
    scene.state.rooms.current().unwrap().draft.text()
}

#[test]
fn enter_sends_what_was_written() {
    let mut scene = Scene::new(80, 24);
    scene.write("hello");
    assert!(scene.effects.contains(&Effect::Typing(room_id("lobby"))));
    scene.enter();
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: "hello".to_owned() }));
    assert_eq!(draft(&scene), "");
    scene.write("   ").enter();
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
}

#[test]
fn a_message_that_the_outbox_did_not_take_comes_back() {
    let mut scene = Scene::new(80, 24);
    scene.write("precious").enter();
    let answer =
        Answer::NotSent { room: room_id("lobby"), body: "precious".to_owned(), reason: "the disk is full".to_owned() };
    scene.input(Input::Answer(answer));
    assert_eq!(draft(&scene), "precious");
    assert!(scene.shows("the disk is full"));
}

#[test]
fn a_pasted_text_of_many_lines_is_not_sent() {
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Paste("one\r\ntwo\nthree".to_owned()));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
    assert_eq!(draft(&scene), "one\ntwo\nthree");
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
    scene.event(Event::Message { room: room_id("lobby"), seq, at: message.sent_at, message });
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
    assert!(matches!(scene.state.mode, Mode::Browse { selected } if selected == EntryKey::Pending(id)));
    scene.write("R");
    assert!(scene.effects.contains(&Effect::Retry(id)));
    scene.write("D");
    assert!(scene.effects.contains(&Effect::Forget(id)));
    assert!(!scene.shows("too long"));
}

#[test]
fn what_is_on_the_screen_of_a_focused_window_is_read_and_nothing_else() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "seen");
    assert!(scene.effects.contains(&Effect::Read { room: room_id("lobby"), seq }));
    assert_eq!(unread(&scene, "lobby"), (0, 0));

    scene.input(Input::Focus(false));
    scene.says("bob", "not seen, @alice");
    scene.wait(Duration::from_secs(1));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Read { .. })));
    assert_eq!(unread(&scene, "lobby"), (1, 1));
    assert!(scene.shows("1 new since 09:00"));

    scene.input(Input::Focus(true));
    assert_eq!(unread(&scene, "lobby"), (0, 0));
    assert!(scene.shows("1 new since 09:00"), "the line stays until the room is left");
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
    assert_eq!(wake(&scene.state), None, "nothing is due any more");
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
        scene.event(Event::Message { room: room_id("random"), seq, at: message.sent_at, message });
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

#[test]
fn rooms_by_number_and_by_their_order() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::alt(Code::Char('2')));
    assert_eq!(current(&scene), "#random");
    scene.press(Key::ctrl('n'));
    assert_eq!(current(&scene), "#release");
    scene.press(Key::alt(Code::Down));
    assert_eq!(current(&scene), "#lobby");
    scene.press(Key::ctrl('p'));
    assert_eq!(current(&scene), "#release");
    scene.press(Key::alt(Code::Char('9')));
    assert!(scene.shows("there is no room 9"));
}

#[test]
fn each_room_has_a_draft_of_its_own_and_it_is_kept() {
    let mut scene = Scene::new(80, 24);
    scene.write("half a thou");
    scene.press(Key::ctrl('n'));
    let kept = Effect::SaveDraft { room: room_id("lobby"), text: "half a thou".to_owned() };
    assert!(scene.effects.contains(&kept));
    assert_eq!(draft(&scene), "");
    scene.write("else");
    scene.wait(Duration::from_secs(2));
    assert!(scene.effects.contains(&Effect::SaveDraft { room: room_id("random"), text: "else".to_owned() }));
    scene.press(Key::ctrl('p'));
    assert_eq!(draft(&scene), "half a thou");
}

#[test]
fn tab_completes_and_goes_through_the_suggestions() {
    let mut scene = Scene::new(80, 24);
    scene.write("cc @ca").press_code(Code::Tab);
    assert_eq!(draft(&scene), "cc @carol ");
    scene.press(Key::ctrl('u')).write("@").press_code(Code::Tab).press_code(Code::Tab);
    assert_eq!(draft(&scene), "@carol ");
    scene.press(Key::shift(Code::Tab));
    assert_eq!(draft(&scene), "@bob ");
    scene.press(Key::ctrl('u')).write("#rel").press_code(Code::Tab);
    assert_eq!(draft(&scene), "#release ");
    scene.press(Key::ctrl('u')).write("/to").press_code(Code::Tab);
    assert_eq!(draft(&scene), "/topic ");
}

#[test]
fn enter_accepts_only_what_was_chosen() {
    let mut scene = Scene::new(80, 24);
    scene.write("@b").enter();
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: "@b".to_owned() }));
    scene.write("@b").press_code(Code::Down).enter();
    assert_eq!(draft(&scene), "@bob ");
}

#[test]
fn escape_never_destroys_text() {
    let mut scene = morning(80, 24);
    scene.write("@b");
    for _ in 0..4 {
        scene.press_code(Code::Esc);
        assert_eq!(draft(&scene), "@b");
    }
}

#[test]
fn a_letter_typed_while_browsing_is_written() {
    let mut scene = morning(80, 24);
    scene.press_code(Code::Esc).write("Hi");
    assert_eq!(draft(&scene), "Hi");
}

#[test]
fn commands_ask_the_server() {
    let mut scene = Scene::new(80, 24);
    let lobby = room_id("lobby");
    for (line, effect) in [
        ("/join #rust", Effect::Ask(Request::Join { name: "rust".to_owned() })),
        ("/topic all about it", Effect::Ask(Request::Topic { room: lobby, topic: "all about it".to_owned() })),
        ("/topic -", Effect::Ask(Request::Topic { room: lobby, topic: String::new() })),
        ("/nick @al", Effect::Ask(Request::Nick { name: "al".to_owned() })),
        ("/part random", Effect::Ask(Request::Part { room: room_id("random") })),
        ("/me waves", Effect::Send { room: lobby, body: "*alice waves*".to_owned() }),
        ("//etc", Effect::Send { room: lobby, body: "/etc".to_owned() }),
        ("/rooms", Effect::Ask(Request::Rooms)),
    ] {
        scene.write(line).enter();
        assert!(scene.effects.contains(&effect), "{line}: {:?}", scene.effects);
        scene.press_code(Code::Esc);
    }
}

#[test]
fn a_command_that_makes_no_sense_stays_to_be_mended() {
    for (line, told) in [
        ("/wave", "there is no command /wave"),
        ("/nick", "/nick NAME"),
        ("/part lobby", "nobody can leave the lobby"),
        ("/part nowhere", "you are in no room nowhere"),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.write(line).press_code(Code::Enter);
        assert!(scene.shows(told), "{line}\n{}", scene.screen());
        assert_eq!(draft(&scene), line);
    }
}

#[test]
fn a_joined_room_opens_when_it_is_there() {
    let mut scene = Scene::new(80, 24);
    let room = scene.room("rust");
    scene.input(Input::Answer(Answer::Joined(Ok((Box::new(room.clone()), false)))));
    assert_eq!(current(&scene), "#lobby");
    scene.event(Event::RoomAdded { room });
    assert_eq!(current(&scene), "#rust");
    scene.event(Event::RoomRemoved { room_id: room_id("rust") });
    assert_ne!(current(&scene), "#rust");
}

#[test]
fn the_palette_goes_to_rooms_mentions_people_and_runs_commands() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('k')).write("rel").enter();
    assert_eq!(current(&scene), "#release");
    scene.press(Key::ctrl('k')).write("@carol").enter();
    assert_eq!(draft(&scene), "@carol ");
    scene.press(Key::ctrl('k')).write("repaint").enter();
    assert!(scene.effects.contains(&Effect::Repaint));
    scene.press(Key::ctrl('k')).press(Key::ctrl('k'));
    assert!(matches!(scene.state.mode, Mode::Compose));
}

#[test]
fn ctrl_c_clears_then_quits_when_pressed_twice() {
    let mut scene = Scene::new(80, 24);
    scene.write("draft").press(Key::ctrl('c'));
    assert_eq!(draft(&scene), "");
    scene.press(Key::ctrl('_'));
    assert_eq!(draft(&scene), "draft");
    scene.press(Key::ctrl('c')).press(Key::ctrl('c'));
    assert!(!scene.effects.contains(&Effect::Quit));
    scene.wait(Duration::from_secs(5));
    scene.press(Key::ctrl('c'));
    assert!(!scene.effects.contains(&Effect::Quit), "the first press was too long ago");
    scene.press(Key::ctrl('c'));
    assert!(scene.effects.contains(&Effect::Quit));
}

#[test]
fn the_countdown_wakes_each_second_and_nothing_else_does() {
    let mut scene = Scene::new(80, 24);
    assert_eq!(wake(&scene.state), None);
    scene.offline(Duration::from_millis(2500));
    assert!(scene.shows("retry in 3 s"));
    assert_eq!(wake(&scene.state), Some(scene.instant() + Duration::from_millis(500)));
    scene.wait(Duration::from_millis(500));
    assert!(scene.shows("retry in 2 s"));
    scene.wait(Duration::from_secs(2));
    assert!(scene.shows("trying again"));
    assert_eq!(wake(&scene.state), None);
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
    assert!(scene.effects.contains(&Effect::Ask(Request::Older { room, before: 900 })), "the screen is not full");
}

#[test]
fn older_messages_are_asked_for_once_and_not_again_after_a_failure() {
    let mut scene = Scene::unconnected(80, 24);
    let lobby = scene.room("lobby");
    scene.welcome(vec![lobby]);
    scene.client(Update::Status(Status::Connected { round_trip: None }));
    let message = scene.message("lobby", 50, "bob", "fifty");
    scene.page("lobby", vec![message], true);
    let ask = Effect::Ask(Request::Older { room: room_id("lobby"), before: 50 });
    assert!(scene.effects.contains(&ask));
    scene.input(Input::Time);
    assert!(!scene.effects.contains(&ask));
    scene.input(Input::Answer(Answer::Older { room: room_id("lobby"), result: Err("no".to_owned()) }));
    assert!(!scene.effects.contains(&ask));
    scene.press_code(Code::PageUp);
    assert!(scene.effects.contains(&ask), "the user wants it");
}

#[test]
fn typing_is_told_until_nothing_is_left_to_send() {
    let mut scene = Scene::new(80, 24);
    scene.write("a").press_code(Code::Backspace);
    assert!(scene.effects.contains(&Effect::StoppedTyping(room_id("lobby"))));
    scene.write("/topic secret plans");
    assert!(!scene.effects.contains(&Effect::Typing(room_id("lobby"))), "a command is nobody's business");
}

#[test]
fn the_end_keeps_the_draft() {
    let mut scene = Scene::new(80, 24);
    scene.write("unfinished");
    scene.input(Input::Terminate);
    let kept = Effect::SaveDraft { room: room_id("lobby"), text: "unfinished".to_owned() };
    assert!(scene.effects.contains(&kept));
    assert_eq!(scene.effects.last(), Some(&Effect::Quit));
}

#[test]
fn somebody_who_goes_is_shown_as_gone() {
    let mut scene = Scene::new(80, 24);
    scene.goes("bob", 3);
    assert!(scene.shows("○ bob"));
    let person = scene.state.directory.person(user_id("bob")).unwrap();
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
    scene.event(Event::Message { room: room_id("lobby"), seq, at: message.sent_at, message });
    scene.client(Update::Refused { code: chat_protocol::ErrorCode::Forbidden, detail: evil.to_owned() });
    scene.press(Key::alt(Code::Char('2')));
    for cell in &scene.buffer().content {
        let hostile =
            |char: char| char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!cell.symbol().contains(hostile), "{:?}", cell.symbol());
    }
    assert!(!scene.state.title().contains(char::is_control));
}
