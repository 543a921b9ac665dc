//! What is being read stays where it is.

mod changes;

use chat_client::{Delivery, Status, Update};
use chat_protocol::{Event, Message, mention::Mention};
use ratatui::style::Modifier;

use crate::{
    keys::key::{Code, Key},
    state::{EntryKey, Scroll, Ticket},
    tests::scene::{Scene, room_id},
    update::{
        effect::Effect,
        input::{Answer, Input},
        request::Request,
    },
};

/// A lobby whose messages 101 to 200 are here, each of several rows.
fn long_lobby() -> Scene {
    let mut scene = Scene::unconnected(80, 24);
    let mut lobby = scene.room("lobby");
    lobby.last_seq = 200;
    lobby.read_seq = Some(200);
    scene.welcome(vec![lobby]);
    let page = (101..=200).map(|seq| numbered(&mut scene, seq)).collect();
    scene.page("lobby", page, true);
    scene
}

fn numbered(scene: &mut Scene, seq: u64) -> chat_protocol::Message {
    let words = "several words ".repeat(usize::try_from(seq % 9).unwrap());
    let author = if seq.is_multiple_of(3) { "bob" } else { "carol" };
    scene.message("lobby", seq, author, &format!("number {seq}. {words}end of {seq}."))
}

fn older_page(scene: &mut Scene) {
    let messages = (1..=100).map(|seq| numbered(scene, seq)).collect();
    let page = chat_protocol::api::MessagesPage {
        room: room_id("lobby"),
        messages,
        has_more_before: false,
        has_more_after: true,
    };
    scene.input(Input::Answer(Answer::Older { room: room_id("lobby"), result: Ok(page) }));
}

/// The text of the row at the top of the messages, without the time and the name that the top row may get.
fn top(scene: &Scene) -> String {
    let screen = scene.screen();
    let row = screen.lines().nth(1).unwrap();
    row.chars().skip(30).collect()
}

#[test]
fn an_incoming_message_does_not_move_what_is_read() {
    let mut scene = long_lobby();
    scene.press_code(Code::PageUp).press_code(Code::PageUp);
    let before = scene.screen();
    scene.says("dave", "meanwhile");
    let rows = |screen: &str| {
        screen.lines().take(19).map(|line| line.chars().skip(18).collect::<String>()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&before), rows(&scene.screen()));
}

#[test]
fn older_messages_do_not_move_what_is_read() {
    let mut scene = long_lobby();
    for _ in 0..40 {
        scene.press_code(Code::PageUp);
    }
    scene.press_code(Code::PageDown);
    let before = top(&scene);
    older_page(&mut scene);
    assert_eq!(top(&scene), before);
    scene.press_code(Code::PageUp);
    scene.press_code(Code::PageUp);
    assert!(scene.shows("number 99."), "{}", scene.screen());
}

#[test]
fn the_first_message_stays_when_the_day_above_it_goes() {
    let mut scene = long_lobby();
    for _ in 0..40 {
        scene.press_code(Code::PageUp);
    }
    let row = scene.row_of("number 101.");
    assert!(row.is_some());
    older_page(&mut scene);
    assert_eq!(scene.row_of("number 101."), row);
}

#[test]
fn another_width_keeps_the_place_in_the_text() {
    let mut scene = Scene::new(80, 24);
    let text = (0..300).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
    scene.says("bob", &text);
    for _ in 0..10 {
        scene.says("bob", "after it");
    }
    scene.press_code(Code::PageUp);
    let first_word = |scene: &Scene| top(scene).split_whitespace().next().unwrap().to_owned();
    let before = first_word(&scene);
    assert!(before.starts_with('w'), "{}", scene.screen());
    for (width, height) in [(100, 24), (64, 24), (140, 15), (80, 24)] {
        scene.resize(width, height);
        let screen = scene.screen();
        let shown = screen.lines().take(3).any(|line| line.split_whitespace().any(|word| word == before));
        assert!(shown, "{before} is not at the top of {width}x{height}\n{screen}");
    }
    assert_eq!(first_word(&scene), before, "back in the first width");
}

#[test]
fn a_composer_that_grows_moves_only_the_end() {
    let mut scene = long_lobby();
    scene.press_code(Code::PageUp);
    let before = top(&scene);
    scene.input(Input::Paste("one\ntwo\nthree\nfour".to_owned()));
    assert_eq!(top(&scene), before);
}

#[test]
fn the_live_end_follows_whatever_happens() {
    let mut scene = long_lobby();
    scene.says("dave", "newest");
    assert!(scene.shows("newest"));
    scene.resize(60, 16);
    assert!(scene.shows("newest"));
    scene.input(Input::Paste("one\ntwo\nthree\nfour".to_owned()));
    assert!(scene.shows("newest"));
    scene.outbox("mine", Delivery::Queued);
    assert!(scene.shows("mine"));
}

#[test]
fn scrolling_down_to_the_end_follows_again() {
    let mut scene = long_lobby();
    scene.press_code(Code::PageUp);
    for _ in 0..3 {
        scene.press_code(Code::PageDown);
    }
    assert_eq!(scene.state.rooms.current().unwrap().scroll, Scroll::Live);
    scene.says("dave", "newest");
    assert!(scene.shows("newest"));
}

#[test]
fn while_selecting_the_screen_stands_still() {
    let mut scene = long_lobby();
    scene.press_code(Code::Esc);
    let before = scene.row_of("end of 200.");
    scene.says("dave", "newest");
    assert_eq!(scene.row_of("end of 200."), before);
    assert!(!scene.shows("newest"));
    scene.write("i");
    scene.press(Key::alt(Code::End));
    assert!(scene.shows("newest"));
}

#[test]
fn a_message_taller_than_the_screen_scrolls_by_rows() {
    let mut scene = Scene::new(80, 16);
    let text = (0..60).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    scene.says("bob", &text);
    assert!(scene.shows("line 59") && !scene.shows("line 10"));
    scene.press_code(Code::Esc);
    for _ in 0..20 {
        scene.write("k");
    }
    assert!(scene.shows("line 0"), "{}", scene.screen());
    for _ in 0..20 {
        scene.write("j");
    }
    assert!(scene.shows("line 59"), "{}", scene.screen());
}

#[test]
fn a_message_that_is_stored_keeps_the_place_it_held() {
    let mut scene = long_lobby();
    let id = scene.outbox("mine", Delivery::Sending);
    scene.press_code(Code::Esc);
    let before = scene.row_of("mine");
    let seq = scene.next_seq("lobby");
    let mut message = scene.message("lobby", seq, "alice", "mine");
    message.id = id;
    scene.event(Event::Logged(message.into()));
    assert_eq!(scene.row_of("mine"), before);
    let crate::state::Mode::Select { selected, .. } = scene.state.mode else { panic!("still selecting") };
    assert_eq!(selected, EntryKey::Logged(seq));
}

#[test]
fn more_unread_messages_than_fit_begin_at_the_line() {
    let mut scene = Scene::new(80, 24);
    for number in 0..60 {
        scene.says_in("random", "bob", &format!("message {number}"));
    }
    scene.press(Key::ctrl('n'));
    assert!(scene.shows("60 new") && scene.shows("message 0") && !scene.shows("message 59"), "{}", scene.screen());
    let room = scene.state.rooms.room(room_id("random")).unwrap();
    assert!(room.unread > 0 && room.unread < 60, "only what is on the screen is read");
}

#[test]
fn a_room_opens_at_the_first_unread_message_also_if_that_is_not_here_yet() {
    let mut scene = Scene::unconnected(80, 24);
    let mut lobby = scene.room("lobby");
    (lobby.last_seq, lobby.read_seq, lobby.unread) = (200, Some(50), Some(150));
    scene.welcome(vec![lobby]);
    scene.client(Update::Status(Status::Connected { round_trip: None }));
    let page = (101..=200).map(|seq| numbered(&mut scene, seq)).collect();
    scene.page("lobby", page, true);
    let ask = Effect::Ask(Ticket::default(), Request::Older { room: room_id("lobby"), before: 101 });
    assert!(scene.effects.contains(&ask));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Read { .. })), "nothing is read yet");
    older_page(&mut scene);
    assert!(scene.shows("150 new") && scene.shows("number 51."), "{}", scene.screen());
}

#[test]
fn a_run_of_comings_and_goings_is_one_row_however_long() {
    let mut scene = Scene::new(80, 24);
    for name in ["u1", "u2", "u3", "u4", "u5", "u6"] {
        scene.joins(name);
    }
    scene.leaves("u1");
    assert!(scene.shows("u1, u2 and 4 more joined · u1 left"), "{}", scene.screen());
    scene.press_code(Code::Esc).write("kkkk");
    scene.joins("u7");
    assert_eq!(scene.screen().matches("joined").count(), 1);
}

#[test]
fn fifty_thousand_messages_are_no_more_work_than_a_screenful() {
    let mut scene = Scene::unconnected(80, 24);
    let mut lobby = scene.room("lobby");
    lobby.last_seq = 50_000;
    lobby.read_seq = Some(50_000);
    scene.welcome(vec![lobby]);
    let page = (1..=50_000).map(|seq| numbered(&mut scene, seq)).collect();
    scene.page("lobby", page, false);
    let laid_out = scene.state.layouts.made();
    assert!(laid_out < 100, "{laid_out} messages were laid out for one screen");
    scene.press_code(Code::PageUp);
    scene.says("dave", "newest");
    assert!(scene.state.layouts.made() < 200);
}

#[test]
fn a_mention_stays_that_of_its_user_and_of_nobody_who_has_the_name_now() {
    let golden = include_str!("../../../../protocol/fixtures/blocks/renamed.json");
    let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
    let mut scene = Scene::new(80, 24);
    let me = scene.state.me;
    // Another user has the name by now, and is here.
    scene.joins("ali");
    let seq = scene.next_seq("lobby");
    let message = scene.message("lobby", seq, "bob", golden["body"].as_str().unwrap());
    let mentioned = vec![Mention { name: "Ali".to_owned(), user: me }];
    scene.event(Event::Logged(Message { mentions: vec![me], mentioned, ..message }.into()));
    let row = u16::try_from(scene.row_of("@Ali and @ali, not @nobody").unwrap()).unwrap();
    let buffer = scene.buffer();
    let cells = |text: &str| {
        let line: String = (0..80).map(|x| buffer[(x, row)].symbol()).collect();
        let from = u16::try_from(line[..line.find(text).unwrap()].chars().count()).unwrap();
        (from..from + 4).map(|x| buffer[(x, row)].modifier).collect::<Vec<_>>()
    };
    for (written, stands_out) in [("@Ali", true), ("@ali", true), ("@nobody", false)] {
        let marked = cells(written).iter().all(|modifier| modifier.contains(Modifier::REVERSED));
        assert_eq!(marked, stands_out, "{written}: {}", scene.screen());
    }
}

#[test]
fn an_answer_says_what_it_answers() {
    let mut scene = Scene::new(80, 24);
    let bob = scene.says("bob", "shall we **tag** it?\n\n> or wait");
    scene.answers("carol", bob, "tag it");
    scene.answers("dave", 1000, "no");
    assert!(scene.shows("carol ╭ bob: shall we tag it? > or wait"), "{}", scene.screen());
    assert!(scene.shows("dave  ╭ a message further up"), "{}", scene.screen());
    scene.resize(59, 24);
    assert!(scene.shows("carol ╭ bob: shall we tag it?"), "{}", scene.screen());
}
