//! What the clipboard holds is shown first, and goes out with what is written.

use chat_client::NewFile;
use chat_protocol::{MessageId, body::Body, testing::body};

use super::draft;
use crate::{
    keys::key::{Code, Key},
    state::Ticket,
    tests::scene::{Scene, room_id},
    update::{
        effect::Effect,
        input::{Answer, Clipping, Input},
    },
};

const NAME: &str = "pasted-2026-11-24-090000.png";

/// Which key asks the disk for the clipboard.
fn reads(scene: &Scene) -> Option<Ticket> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::ReadClipboard(ticket) => Some(*ticket),
        _ => None,
    })
}

/// Asks for the clipboard by the key.
fn asks(scene: &mut Scene) -> Ticket {
    scene.press(Key::ctrl('v'));
    reads(scene).unwrap_or_else(|| panic!("{:?}", scene.effects))
}

fn holds_picture(scene: &mut Scene, ticket: Ticket) {
    scene.answer(Answer::Clipboard(ticket, Ok(Clipping::Picture(vec![7; 84_000]))));
}

fn picture() -> Vec<NewFile> {
    vec![NewFile::of_bytes(NAME, vec![7; 84_000])]
}

fn sent(files: Vec<NewFile>, body: Body, reply_to: Option<MessageId>) -> Effect {
    Effect::SendFiles { room: room_id("lobby"), files, body, reply_to }
}

fn sends(scene: &Scene) -> bool {
    scene.effects.iter().any(|effect| matches!(effect, Effect::SendFiles { .. } | Effect::Send { .. }))
}

#[test]
fn a_picture_is_shown_first_and_goes_out_with_what_is_written() {
    for width in [40, 80, 140] {
        let mut scene = Scene::new(width, 24);
        let ticket = asks(&mut scene);
        assert!(scene.shows("reading the clip"), "{}", scene.screen());
        holds_picture(&mut scene, ticket);
        assert!(scene.shows("▤ pasted-") && scene.shows("Enter sends · Esc drops"), "{}", scene.screen());
        if width > 40 {
            assert!(scene.shows(&format!("▤ {NAME} · 84 KB")), "{}", scene.screen());
        }
        scene.write("look").enter();
        assert!(scene.effects.contains(&sent(picture(), body("look"), None)), "{:?}", scene.effects);
        assert_eq!(draft(&scene), "");
        assert!(!scene.shows("▤ pasted"), "{}", scene.screen());
        scene.enter();
        assert!(!sends(&scene), "it goes out once");
    }
}

#[test]
fn the_command_takes_it_with_a_text_or_without_and_into_a_reply() {
    let mut scene = Scene::new(80, 24);
    scene.write("/paste look at this").enter();
    let ticket = reads(&scene).unwrap();
    assert_eq!(draft(&scene), "look at this");
    holds_picture(&mut scene, ticket);
    scene.enter();
    assert!(scene.effects.contains(&sent(picture(), body("look at this"), None)), "{:?}", scene.effects);

    let seq = scene.says("bob", "how does it look?");
    scene.press_code(Code::Esc).write("r/paste").enter();
    let ticket = reads(&scene).unwrap();
    holds_picture(&mut scene, ticket);
    assert!(scene.shows("84 KB ↪ bob: how"), "{}", scene.screen());
    scene.enter();
    let answered = scene.said(seq).id;
    assert!(scene.effects.contains(&sent(picture(), Body::empty(), Some(answered))), "{:?}", scene.effects);

    scene.write("half").press(Key::ctrl('k')).write("/paste").enter();
    assert!(reads(&scene).is_some() && draft(&scene) == "half", "{}", scene.screen());
}

#[test]
fn copied_files_are_named_and_sent_as_they_are_but_not_too_many() {
    let mut scene = Scene::new(140, 24);
    let ticket = asks(&mut scene);
    let paths = ["/home/alice/cat.png", "/home/alice/my\u{202e} notes.txt"];
    let files = paths.iter().zip([84_000, 12]).map(|(path, size)| (path.into(), size)).collect();
    scene.answer(Answer::Clipboard(ticket, Ok(Clipping::Files(files))));
    assert!(scene.shows("▤ cat.png · 84 KB, my"), "{}", scene.screen());
    assert!(!scene.screen().contains('\u{202e}'), "{}", scene.screen());
    scene.enter();
    let files = paths.iter().map(NewFile::at).collect();
    assert!(scene.effects.contains(&sent(files, Body::empty(), None)), "{:?}", scene.effects);

    let ticket = asks(&mut scene);
    let many = (0..11).map(|number| (format!("/home/alice/{number}").into(), 1)).collect();
    scene.answer(Answer::Clipboard(ticket, Ok(Clipping::Files(many))));
    assert!(scene.shows("✗ the clipboard has 11 files: a message takes 10"), "{}", scene.screen());
}

#[test]
fn esc_lets_go_of_it_and_keeps_the_text() {
    let mut scene = Scene::new(80, 24);
    let ticket = asks(&mut scene);
    scene.write("look");
    holds_picture(&mut scene, ticket);
    scene.press_code(Code::Esc);
    assert!(!scene.shows("▤ pasted") && draft(&scene) == "look", "{}", scene.screen());
    scene.enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{:?}", scene.effects);

    // The same while it is read: what comes then is for nobody.
    let ticket = asks(&mut scene);
    scene.press_code(Code::Esc);
    holds_picture(&mut scene, ticket);
    assert!(!scene.shows("▤ pasted"), "{}", scene.screen());

    let ticket = asks(&mut scene);
    holds_picture(&mut scene, ticket);
    scene.press(Key::ctrl('c'));
    assert!(!scene.shows("▤ pasted") && !scene.shows("Ctrl-C again quits"), "{}", scene.screen());
}

#[test]
fn enter_never_sends_the_text_without_it_unseen() {
    let mut scene = Scene::new(80, 24);
    let ticket = asks(&mut scene);
    scene.write("look").enter();
    assert!(!sends(&scene) && scene.shows("still being read"), "{}", scene.screen());
    let problem = "the clipboard has no picture and no file: copy one";
    scene.answer(Answer::Clipboard(ticket, Err(problem.to_owned())));
    assert!(scene.shows(&format!("✗ {problem}")), "{}", scene.screen());
    scene.enter();
    assert!(!sends(&scene) && scene.shows("sends the text alone"), "{}", scene.screen());
    scene.enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{:?}", scene.effects);

    // Who has pressed no key since waits for the answer, and sees it.
    let ticket = asks(&mut scene);
    scene.answer(Answer::Clipboard(ticket, Err(problem.to_owned())));
    assert!(scene.shows(&format!("✗ {problem}")), "{}", scene.screen());
    scene.write("so what").enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{:?}", scene.effects);
}

#[test]
fn it_stays_with_the_draft_that_it_was_taken_for() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "who reviews?");
    let ticket = asks(&mut scene);
    scene.press(Key::ctrl('n'));
    holds_picture(&mut scene, ticket);
    assert!(!scene.shows("▤ pasted"), "{}", scene.screen());
    scene.write("elsewhere").enter();
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::SendFiles { .. })), "{:?}", scene.effects);
    scene.press(Key::ctrl('p'));
    assert!(scene.shows("▤ pasted"), "{}", scene.screen());
    // A command is no text that goes with it.
    scene.write("/join random").enter();
    scene.press(Key::ctrl('p'));
    assert!(scene.shows("▤ pasted"), "{}", scene.screen());
    scene.press_code(Code::Esc).press_code(Code::Esc).write("t").input(Input::Time);
    let ticket = asks(&mut scene);
    scene.press_code(Code::F(5));
    holds_picture(&mut scene, ticket);
    assert!(!scene.shows("▤ pasted"), "{}", scene.screen());
    scene.press_code(Code::Esc).write("t");
    assert!(scene.shows("▤ pasted"), "{}", scene.screen());
    scene.enter();
    let first = scene.said(seq).id;
    assert!(scene.effects.contains(&sent(picture(), Body::empty(), Some(first))), "{:?}", scene.effects);
}

#[test]
fn what_takes_no_files_says_so() {
    let mut scene = Scene::new(80, 24);
    scene.says("alice", "the bild");
    scene.press_code(Code::Up).press(Key::ctrl('v'));
    assert!(reads(&scene).is_none() && scene.shows("an edit takes no files"), "{}", scene.screen());
    // An edit that is begun beside it goes first.
    scene.press_code(Code::Esc);
    let ticket = asks(&mut scene);
    holds_picture(&mut scene, ticket);
    scene.press_code(Code::Up).write("!").enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Change { .. })) && !sends(&scene));
    assert!(scene.shows("▤ pasted"), "{}", scene.screen());
}
