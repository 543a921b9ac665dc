//! Writing: drafts, completions, pasted text.

use std::time::Duration;

use chat_protocol::testing::body;

use super::draft;
use crate::keys::key::{Code, Key};
use crate::tests::scene::{Scene, morning, room_id};
use crate::update::{effect::Effect, input::Input};

#[test]
fn enter_sends_what_was_written() {
    let mut scene = Scene::new(80, 24);
    scene.write("hello");
    assert!(scene.effects.contains(&Effect::Typing(room_id("lobby"))));
    scene.enter();
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: body("hello"), reply_to: None }));
    assert_eq!(draft(&scene), "");
    scene.write("   ").enter();
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
}

#[test]
fn a_pasted_text_of_many_lines_is_not_sent() {
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Paste("one\r\ntwo\nthree".to_owned()));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
    assert_eq!(draft(&scene), "one\ntwo\nthree");
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
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: body("@b"), reply_to: None }));
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
fn a_letter_typed_while_selecting_is_written() {
    let mut scene = morning(80, 24);
    scene.press_code(Code::Esc).write("Hi");
    assert_eq!(draft(&scene), "Hi");
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
fn a_message_that_the_server_would_not_take_stays_in_the_composer() {
    let mut scene = Scene::new(80, 24);
    scene.state.longest_body = Some(20);
    scene.write("eighteen letters..");
    assert!(!scene.shows("/20"), "near the end it is told, not before");
    scene.write("!");
    assert!(scene.shows("19/20 bytes"));
    scene.write("!!").enter();
    assert!(scene.shows("21/20 bytes"));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
    assert!(scene.shows("1 byte too long"));
    assert_eq!(draft(&scene), "eighteen letters..!!!");
    scene.press_code(Code::Backspace).enter();
    assert_eq!(draft(&scene), "");
}

#[test]
fn lines_that_look_like_code_offer_a_fence() {
    let mut scene = Scene::new(80, 24);
    let code = "fn main() {\n    go();\n}";
    scene.input(Input::Paste(code.to_owned()));
    assert!(scene.shows("^X as code"), "{}", scene.screen());
    scene.press(Key::ctrl('x'));
    assert_eq!(draft(&scene), format!("```\n{code}\n```"));
    assert!(!scene.shows("^X as code"), "{}", scene.screen());
    scene.press(Key::ctrl('_'));
    assert_eq!(draft(&scene), code);

    let mut scene = Scene::new(80, 24);
    scene.input(Input::Paste("hello\nthere".to_owned()));
    assert!(!scene.shows("as code"), "{}", scene.screen());
}

#[test]
fn what_begins_with_a_slash_is_a_command_or_refused_and_never_said() {
    for line in ["/nonsense/join #ops", "/etc/hosts", "/", "/ me", "/* a comment */", "/wave", "/me", "/nick"] {
        let mut scene = Scene::new(80, 24);
        scene.write(line).enter();
        assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{line}");
        assert!(scene.state.notice.is_some(), "{line}");
    }
}

#[test]
fn what_is_typed_after_a_refused_command_takes_its_place() {
    for (refused, typed, left) in [
        ("/wave", "hello", "hello"),
        ("/nonsense", "/join #ops", "/join #ops"),
        ("/part lobby", "hello", "hello"),
        ("/nick", "bob", "/nick bob"),
        ("/me", "/join #ops", "/join #ops"),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.write(refused).enter();
        assert_eq!(draft(&scene), refused);
        scene.write(typed);
        assert_eq!(draft(&scene), left, "{refused}");
    }
    // Who corrects it keeps it, and undoing brings it back.
    let mut scene = Scene::new(80, 24);
    scene.write("/wavee").enter().press_code(Code::Backspace).write("s");
    assert_eq!(draft(&scene), "/waves");
    scene.enter().input(Input::Paste("instead".to_owned()));
    assert_eq!(draft(&scene), "instead");
    scene.press(Key::ctrl('_')).press(Key::ctrl('_'));
    assert_eq!(draft(&scene), "/waves");
}

#[test]
fn a_command_of_several_lines_is_kept_as_it_is() {
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Paste("/join salon\n/password".to_owned()));
    scene.enter();
    assert!(scene.state.notice.is_some());
    assert_eq!(draft(&scene), "/join salon\n/password");
    scene.write("!");
    assert_eq!(draft(&scene), "/join salon\n/password!", "what is typed goes on with it");
}

#[test]
fn a_notice_about_one_room_does_not_follow_into_another() {
    let mut scene = Scene::new(80, 24);
    scene.write("/topic").enter();
    assert!(scene.shows("#lobby: Release planning"));
    scene.press(Key::ctrl('n'));
    assert!(scene.state.notice.is_none());
    // What concerns no room stays for its time.
    scene.event(chat_protocol::Event::Draining { retry_after_ms: 1 });
    scene.press(Key::ctrl('n'));
    assert!(scene.shows("the server is about to restart"));
}
