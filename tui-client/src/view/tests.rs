//! Whole screens, to be looked at.

use std::time::Duration;

use chat_client::Delivery;
use insta::assert_snapshot;

use crate::{
    input::{Answer, Input},
    key::{Code, Key},
    scene::{Scene, morning, room_id},
    theme::{Signs, Theme},
};

#[test]
fn a_morning_on_80x24() {
    let mut scene = morning(80, 24);
    scene.input(Input::Paste("the fix is in the backoff: we never reset `attempt` after a good\npong".to_owned()));
    assert_snapshot!(scene.screen());
}

#[test]
fn a_morning_on_140x40() {
    assert_snapshot!(morning(140, 40).screen());
}

#[test]
fn a_morning_on_40x12() {
    assert_snapshot!(morning(40, 12).screen());
}

#[test]
fn a_morning_on_20x5() {
    assert_snapshot!(morning(20, 5).screen());
}

#[test]
fn a_morning_on_1x1() {
    assert_snapshot!(morning(1, 1).screen());
}

#[test]
fn no_size_breaks_any_window() {
    for (width, height) in [(0, 0), (1, 1), (2, 3), (5, 5), (8, 30), (20, 5), (39, 9), (61, 10), (300, 80)] {
        let mut scene = morning(width, height);
        scene.screen();
        for open in ["/rooms", "/link", "/password", "/help"] {
            scene.write(open).enter();
            scene.screen();
            scene.press_code(Code::Esc);
        }
        scene.press(Key::ctrl('k')).write("a");
        scene.screen();
        scene.press_code(Code::Esc).press_code(Code::Esc).write("k").press_code(Code::PageUp);
        scene.screen();
    }
}

#[test]
fn offline_with_what_waits_and_what_failed() {
    let mut scene = morning(80, 24);
    scene.offline(Duration::from_secs(4));
    scene.at(23).outbox("typed while offline", Delivery::Queued);
    scene.outbox("too much of a good thing", Scene::failed());
    assert_snapshot!(scene.screen());
}

#[test]
fn the_palette() {
    let mut scene = morning(80, 24);
    scene.press(Key::ctrl('k'));
    assert_snapshot!("the_palette_empty", scene.screen());
    scene.write("re");
    assert_snapshot!("the_palette_with_a_query", scene.screen());
}

#[test]
fn the_keys() {
    let mut scene = morning(80, 24);
    scene.press_code(Code::F(1));
    assert_snapshot!(scene.screen());
}

#[test]
fn suggestions_for_a_name() {
    let mut scene = morning(80, 24);
    scene.write("cc @");
    assert_snapshot!(scene.screen());
}

#[test]
fn browsing() {
    let mut scene = morning(140, 40);
    scene.press_code(Code::Esc).write("kkk");
    assert_snapshot!(scene.screen());
}

#[test]
fn a_link_for_another_device() {
    let mut scene = morning(80, 24);
    scene.write("/link").enter();
    let link = ("K7WQ-M2ZP-9RTX".to_owned(), "http://localhost:3000/#link=K7WQM2ZP9RTX".to_owned());
    scene.input(Input::Answer(Answer::Link(Ok(link))));
    assert_snapshot!(scene.screen());
}

#[test]
fn a_new_password_is_hidden() {
    let mut scene = morning(80, 24);
    scene.write("/password").enter();
    scene.press_code(Code::Tab).write("secret").enter().write("secret").enter();
    assert!(!scene.shows("secret"));
    assert_snapshot!(scene.screen());
}

#[test]
fn the_rooms_of_the_server() {
    let mut scene = morning(80, 24);
    scene.write("/rooms").enter();
    let mut rooms = vec![scene.room("lobby"), scene.room("rust")];
    rooms[1].joined = false;
    rooms[1].topic = "borrow checkers".to_owned();
    scene.input(Input::Answer(Answer::Rooms(Ok(rooms))));
    assert_snapshot!(scene.screen());
}

#[test]
fn ascii_signs() {
    let mut scene = morning(80, 24);
    scene.theme = Theme { signs: Signs::Ascii, ..scene.theme };
    assert_snapshot!(scene.screen());
    scene.theme = Theme { signs: Signs::OnlyAscii, ..scene.theme };
    assert!(scene.screen().is_ascii());
}

#[test]
fn every_kind_of_text() {
    let mut scene = Scene::new(80, 30);
    scene.at(1).says(
        "bob",
        "# A heading\n\n**bold**, *italic*, ~~gone~~ and `code`\n\n> quoted\n> twice\n>> deeper\n\n1. first\n2. second\n   - nested, and long enough to need another row of text\n\n[a link](https://example.org/a) and https://example.org/b\n\n```rust\nfn main() {}\n```\nthe end",
    );
    assert_snapshot!(scene.screen());
}

#[test]
fn no_colour_leaves_no_colour_in_any_cell() {
    let mut scene = morning(140, 40);
    scene.theme = Theme { colours: false, ..scene.theme };
    let buffer = scene.buffer();
    for cell in &buffer.content {
        assert_eq!((cell.fg, cell.bg), (ratatui::style::Color::Reset, ratatui::style::Color::Reset), "{cell:?}");
    }
}

#[test]
fn links_lead_somewhere_and_take_no_cells() {
    let mut scene = morning(80, 24);
    let plain = scene.screen();
    scene.theme = Theme { links: true, ..scene.theme };
    let linked = scene.screen();
    assert!(linked.contains("\x1b]8;id="), "{linked}");
    let stripped = chat_protocol::terminal::SafeText::block(&linked);
    assert_eq!(stripped.as_str().lines().count(), plain.lines().count());
    assert!(stripped.as_str().contains("https://git.example/rel/0.3#notes"));
}

#[test]
fn before_anything_is_known() {
    let mut scene = Scene::unconnected(80, 24);
    scene.input(Input::Time);
    assert_snapshot!(scene.screen());
    assert!(scene.state.rooms.room(room_id("lobby")).is_none());
}
