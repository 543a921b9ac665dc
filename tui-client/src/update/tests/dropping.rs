//! A file that is dropped on the terminal is sent only when the user says so.

use chat_client::NewFile;
use chat_protocol::{body::Body, testing::body};

use super::draft;
use crate::{
    keys::key::{Code, Key},
    state::Ticket,
    tests::scene::{Scene, room_id},
    update::{
        effect::Effect,
        input::{Answer, Input},
    },
};

const PATH: &str = "/home/alice/my cat.png";

/// Its path is pasted, and the disk has such a file.
fn dropped(scene: &mut Scene) {
    scene.input(Input::Paste(format!("'{PATH}'")));
    let looks = scene.effects.iter().find_map(|effect| match effect {
        Effect::LookForFile { ticket, paths, pasted } => Some((*ticket, paths.clone(), pasted.clone())),
        _ => None,
    });
    let (ticket, paths, pasted) = looks.unwrap_or_else(|| panic!("{:?}", scene.effects));
    assert_eq!(paths, [PATH]);
    scene.answer(Answer::Dropped { ticket, path: PATH.to_owned(), size: 84_000, pasted });
}

fn sent(body: Body) -> Effect {
    Effect::SendFiles { room: room_id("lobby"), files: vec![NewFile::at(PATH)], body, reply_to: None }
}

fn sends(scene: &Scene) -> bool {
    scene.effects.iter().any(|effect| matches!(effect, Effect::SendFiles { .. } | Effect::Send { .. }))
}

#[test]
fn enter_sends_it_and_says_so_before() {
    let mut scene = Scene::new(80, 24);
    dropped(&mut scene);
    for shown in ["Enter sends my cat.png · 84 KB as a file; any other key", "keeps the text"] {
        assert!(scene.shows(shown), "{}", scene.screen());
    }
    assert!(!sends(&scene));
    scene.enter();
    assert!(scene.effects.contains(&sent(Body::empty())), "{:?}", scene.effects);
    assert_eq!(draft(&scene), "");
    assert!(!scene.shows("as a file"), "{}", scene.screen());
}

#[test]
fn what_else_is_written_goes_with_it() {
    let mut scene = Scene::new(80, 24);
    scene.write("look: ");
    dropped(&mut scene);
    scene.enter();
    assert!(scene.effects.contains(&sent(body("look:"))), "{:?}", scene.effects);
}

#[test]
fn any_other_key_keeps_it_as_text() {
    for key in [Key::char('!'), Key::plain(Code::Left), Key::plain(Code::Esc)] {
        let mut scene = Scene::new(80, 24);
        scene.write("it is at ");
        dropped(&mut scene);
        scene.press(key);
        assert!(!scene.shows("as a file") && !sends(&scene), "{}", scene.screen());
        assert!(draft(&scene).starts_with(&format!("it is at '{PATH}'")), "{key:?}: {}", draft(&scene));
        assert_eq!(super::typing_ahead::mode_kind(&scene.state.mode), "compose", "{key:?}");
        scene.enter();
        let said = |effect: &Effect| matches!(effect, Effect::Send { body, .. } if body.as_str().contains(PATH));
        assert!(scene.effects.iter().any(said), "{:?}", scene.effects);
    }
}

#[test]
fn an_answer_that_comes_after_a_key_changes_nothing() {
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Paste(PATH.to_owned()));
    let ticket = scene.ticket();
    scene.write("!");
    scene.answer(Answer::Dropped { ticket, path: PATH.to_owned(), size: 1, pasted: 0..PATH.len() });
    assert!(!scene.shows("as a file"), "{}", scene.screen());
    scene.enter();
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::SendFiles { .. })), "{:?}", scene.effects);
}

#[test]
fn what_is_no_path_and_what_belongs_to_a_command_is_not_looked_for() {
    let looks = |scene: &Scene| scene.effects.iter().any(|effect| matches!(effect, Effect::LookForFile { .. }));
    let mut scene = Scene::new(80, 24);
    for text in ["see /etc/hosts", "/etc/hosts\n/etc/passwd", "cat.png"] {
        scene.input(Input::Paste(text.to_owned()));
        assert!(!looks(&scene), "{text}");
        scene.press(Key::ctrl('c'));
    }
    scene.press(Key::ctrl('o'));
    scene.input(Input::Paste(PATH.to_owned()));
    assert!(!looks(&scene), "{:?}", scene.effects);
    scene.press(Key::ctrl('c')).press(Key::ctrl('k'));
    scene.input(Input::Paste(PATH.to_owned()));
    assert!(!looks(&scene), "a window is no draft");
    assert_ne!(scene.ticket(), Ticket::default());
}
