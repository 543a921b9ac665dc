//! Whole screens, to be looked at.

mod conversations;

use std::time::Duration;

use chat_client::Delivery;
use insta::assert_snapshot;

use crate::{
    keys::key::{Code, Key},
    screen::theme::{Glyphs, Theme},
    tests::scene::{Scene, morning, room_id},
    update::input::{Answer, Input},
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
fn selecting() {
    let mut scene = morning(140, 40);
    scene.press_code(Code::Esc).write("kkk");
    assert_snapshot!(scene.screen());
}

#[test]
fn a_link_for_another_device() {
    let mut scene = morning(80, 24);
    scene.write("/link").enter();
    let link = ("K7WQ-M2ZP-9RTX".to_owned(), "http://localhost:3000/#link=K7WQM2ZP9RTX".to_owned());
    scene.answer(Answer::Link(scene.ticket(), Ok(link)));
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
    scene.answer(Answer::Rooms(scene.ticket(), Ok(rooms)));
    assert_snapshot!(scene.screen());
}

#[test]
fn ascii_signs() {
    let mut scene = morning(80, 24);
    scene.theme = Theme { glyphs: Glyphs::Ascii, ..scene.theme };
    assert_snapshot!(scene.screen());
    scene.theme = Theme { glyphs: Glyphs::OnlyAscii, ..scene.theme };
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
fn a_light_background_gets_colours_of_its_own() {
    use ratatui::style::Color;
    let mut scene = morning(140, 40);
    let one_of_sixteen = |scene: &Scene| {
        let buffer = scene.buffer();
        buffer.content.iter().any(|cell| !matches!(cell.fg, Color::Indexed(_) | Color::Reset))
    };
    assert!(one_of_sixteen(&scene));
    scene.input(Input::Background { light: true });
    assert!(!one_of_sixteen(&scene));
    scene.input(Input::Background { light: false });
    assert!(one_of_sixteen(&scene));
}

#[test]
fn links_take_no_cells() {
    let mut scene = morning(80, 24);
    let plain = scene.screen();
    scene.theme = Theme { links: true, ..scene.theme };
    assert_eq!(scene.screen(), plain);
}

#[test]
fn before_anything_is_known() {
    let mut scene = Scene::unconnected(80, 24);
    scene.input(Input::Time);
    assert_snapshot!(scene.screen());
    assert!(scene.state.rooms.room(room_id("lobby")).is_none());
}

#[test]
fn every_message_says_when_and_a_mark_stands_behind_its_text() {
    for (width, height) in [(40, 12), (80, 24), (140, 40), (200, 60)] {
        let mut scene = Scene::new(width, height);
        scene.says("bob", "one\ntwo");
        scene.says("bob", "three");
        scene.says("alice", "mine");
        let screen = scene.screen();
        assert_eq!(screen.matches("09:00").count(), 3, "{screen}");
        assert!(screen.contains("mine  ✓"), "{screen}");
    }
}

#[test]
fn names_have_the_room_that_the_longest_of_them_needs() {
    let mut scene = Scene::new(140, 30);
    scene.says("bob", "short names");
    let column = |scene: &Scene, text: &str| {
        let screen = scene.screen();
        let row = screen.lines().find(|row| row.contains(text)).unwrap().to_owned();
        crate::text::width(&row[..row.find(text).unwrap()])
    };
    let before = column(&scene, "short names");
    scene.members("lobby", &[("alice", true), ("bob", true), ("quiet-otter-42", true)]);
    scene.says("quiet-otter-42", "a long name");
    assert!(scene.shows("quiet-otter-42 a long name"), "{}", scene.screen());
    assert_eq!(column(&scene, "short names"), before + "quiet-otter-42".len() - "alice".len());
}

#[test]
fn who_is_not_here_stands_below_a_heading_of_its_own() {
    for width in [80, 140] {
        let mut scene = Scene::new(width, 30);
        let row =
            |scene: &Scene, text: &str| scene.row_of(text).unwrap_or_else(|| panic!("{text}:\n{}", scene.screen()));
        assert!(row(&scene, "ONLINE 4") < row(&scene, "● dave"));
        assert!(row(&scene, "● dave") < row(&scene, "OFFLINE 2"));
        assert!(row(&scene, "OFFLINE 2") < row(&scene, "○ erin"));
        scene.goes("dave", 3);
        assert!(row(&scene, "OFFLINE 3") < row(&scene, "○ dave"));
    }
}

#[test]
fn windows_leave_no_pieces_of_what_is_behind_them() {
    for width in 24..180 {
        let mut scene = morning(width, 24);
        scene.press(Key::ctrl('k'));
        let screen = scene.screen();
        for row in screen.lines().filter(|row| row.contains('│') || row.contains('╭')) {
            let Some(begin) = row.chars().position(|c| matches!(c, '╭' | '╰')) else { continue };
            let before: Vec<char> = row.chars().take(begin).collect();
            assert!(before.len() != 1 && before.last().is_none_or(|c| *c == ' '), "{width}\n{screen}");
        }
    }
}

#[test]
fn every_command_can_be_reached_from_the_list() {
    let mut scene = Scene::new(80, 24);
    scene.write("/");
    assert!(scene.shows(" more"), "{}", scene.screen());
    for row in crate::keys::slash::TABLE {
        scene.press_code(Code::Down);
        assert!(scene.shows(&format!("▸{}", row.usage())), "{}\n{}", row.usage(), scene.screen());
    }
}

#[test]
fn rows_of_lists_that_do_not_fit_say_so() {
    for width in [24, 40, 60, 80] {
        let mut scene = Scene::new(width, 20);
        scene.press(Key::ctrl('k'));
        for _ in 0..40 {
            let screen = scene.screen();
            assert!(screen.contains(" more") && screen.contains(['↓', '↑']), "{screen}");
            let chosen = screen.lines().find(|row| row.contains('▸')).unwrap().to_owned();
            let shown = chosen.split('▸').nth(1).unwrap();
            let whole = crate::keys::slash::TABLE.iter().any(|row| shown.contains(&row.usage()))
                || crate::keys::bindings::TABLE
                    .iter()
                    .filter_map(|row| row.action.title())
                    .any(|title| shown.contains(title))
                || shown.contains('#');
            assert!(whole || shown.contains('…'), "{screen}");
            scene.press_code(Code::Down);
        }
    }
}

#[test]
fn a_notice_covers_no_message() {
    for (width, height) in [(30, 8), (40, 12), (80, 24), (140, 40)] {
        let mut scene = Scene::new(width, height);
        for number in 0..60 {
            scene.says("bob", &format!("message {number}."));
        }
        scene.write("/nonsense").enter();
        assert!(scene.shows("there is no command") && scene.shows("message 59."), "{}", scene.screen());
        let notice = scene.row_of("there is no command").unwrap();
        assert!(scene.row_of("message 59.").unwrap() < notice, "{}", scene.screen());
        // Not one of them is missing between the first and the last that are shown.
        let check = |scene: &Scene| {
            let screen = scene.screen();
            let shown: Vec<u32> =
                screen.split("message ").skip(1).filter_map(|rest| rest.split('.').next()?.parse().ok()).collect();
            assert!(shown.len() > 1 && shown.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{shown:?}\n{screen}");
            shown.len()
        };
        let with = check(&scene);
        scene.wait(Duration::from_secs(10));
        assert!(!scene.shows("there is no command"));
        assert!(check(&scene) >= with && scene.shows("message 59."), "{}", scene.screen());
        // Somebody who reads further up sees what is read go on.
        scene.press_code(Code::PageUp);
        let top = scene.state.timeline_view.rows[0].clone();
        scene.press(Key::ctrl('c'));
        scene.write("/nonsense").enter();
        check(&scene);
        scene.wait(Duration::from_secs(10));
        assert_eq!(scene.state.timeline_view.rows[0], top, "{}", scene.screen());
    }
}

#[test]
fn an_action_is_one_sentence() {
    let mut scene = Scene::new(80, 24);
    scene.says("alice", "hello");
    scene.says("alice", "*alice waves*");
    scene.says("bob", "*bob*");
    assert!(scene.shows("*     alice waves"), "{}", scene.screen());
    assert!(scene.shows("bob   bob"), "{}", scene.screen());
    scene.resize(40, 12);
    assert!(scene.shows("* alice waves"), "{}", scene.screen());
}

#[test]
fn an_empty_room_says_what_it_is_for_who_is_here_and_what_to_do() {
    for (width, height) in [(30, 10), (40, 12), (80, 24), (140, 40), (200, 60)] {
        let mut scene = Scene::new(width, height);
        for text in ["#lobby", "Release planning", "bob, carol and dave", "write", "/topic", "invite", "/join lobby"] {
            assert!(scene.shows(text), "{text} on {width}x{height}\n{}", scene.screen());
        }
        scene.says("bob", "hello");
        assert!(!scene.shows("/join lobby"), "{}", scene.screen());
    }
    let mut alone = Scene::new(80, 24);
    alone.members("lobby", &[("alice", true)]);
    assert!(alone.shows("you are the only member so far"), "{}", alone.screen());
}
