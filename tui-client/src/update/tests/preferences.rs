//! The user's own settings by commands and keys.

use chat_protocol::{Event, Notify, Status, api::SettingsPatch};

use super::draft;
use crate::{
    keys::key::Code,
    tests::scene::{Scene, room_id},
    update::{effect::Effect, input::Answer, request::Request},
};

fn asked(scene: &Scene) -> Option<&Request> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, request) => Some(request),
        _ => None,
    })
}

fn patch(scene: &Scene) -> SettingsPatch {
    match asked(scene) {
        Some(Request::Settings { patch, .. }) => *patch,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_room_is_muted_and_heard_again_by_command_and_by_key() {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "hello");
    scene.write("/notify all").enter();
    assert_eq!(patch(&scene).notify, Some(Notify::All));
    scene.write("/notify loud").enter();
    assert!(asked(&scene).is_none() && scene.shows("usage: /notify all"), "{}", scene.screen());
    scene.press(crate::keys::key::Key::ctrl('c')).press_code(Code::Esc).write("m");
    assert_eq!(patch(&scene).notify, Some(Notify::None));
    let room = room_id("lobby");
    scene.event(Event::RoomSettings { room, notify: Notify::None, favourite: false, hidden: false });
    assert!(scene.screen().lines().any(|row| row.contains("▌#lobby") && row.contains('⌀')), "{}", scene.screen());
    scene.write("m");
    assert_eq!(patch(&scene).notify, Some(Notify::Mentions));
}

#[test]
fn rooms_are_kept_above_others_and_taken_off_the_list() {
    let mut scene = Scene::new(80, 24);
    scene.write("/fav").enter();
    assert_eq!(patch(&scene), SettingsPatch { favourite: Some(true), ..SettingsPatch::default() });
    let room = room_id("lobby");
    scene.event(Event::RoomSettings { room, notify: Notify::Mentions, favourite: true, hidden: false });
    assert!(scene.row_of("FAVOURITES").unwrap() < scene.row_of("▌#lobby").unwrap(), "{}", scene.screen());
    scene.write("/favourite").enter();
    assert_eq!(patch(&scene).favourite, Some(false));
    scene.write("/hide").enter();
    assert_eq!(patch(&scene).hidden, Some(true));
}

#[test]
fn a_status_has_an_emoji_words_or_both_and_is_cleared_alone() {
    let mut scene = Scene::new(80, 24);
    let status = |emoji: &str, text: &str| {
        Request::Status(Some(Status { text: text.to_owned(), emoji: emoji.to_owned(), until: None }))
    };
    for (line, request) in [
        ("/status 🌴 on holiday", status("🌴", "on holiday")),
        ("/status in a meeting", status("", "in a meeting")),
        ("/status 🌴", status("🌴", "")),
        ("/status", Request::Status(None)),
    ] {
        scene.write(line).enter();
        assert_eq!(asked(&scene), Some(&request), "{line}");
    }
    scene.write(&format!("/status {}", "x".repeat(101))).enter();
    assert!(asked(&scene).is_none() && draft(&scene).starts_with("/status"), "{}", scene.screen());
}

#[test]
fn someone_is_ignored_and_their_mentions_count_no_more() {
    let mut scene = Scene::new(80, 24);
    scene.page("random", Vec::new(), false);
    scene.says_in("random", "bob", "@alice look");
    assert_eq!(super::unread(&scene, "random"), (1, 1));
    scene.write("/ignore @bob").enter();
    assert_eq!(asked(&scene), Some(&Request::Ignore { name: "bob".to_owned(), on: true }));
    scene.event(Event::Ignored { users: vec![chat_protocol::testing::user_id("bob")] });
    assert_eq!(super::unread(&scene, "random"), (1, 0));
    scene.write("/unignore bob").enter();
    assert_eq!(asked(&scene), Some(&Request::Ignore { name: "bob".to_owned(), on: false }));
}

#[test]
fn pinned_messages_are_listed_and_gone_to() {
    let mut scene = Scene::new(80, 24);
    let checklist = scene.says("bob", "release checklist");
    scene.says("carol", "lunch?");
    scene.write("/pins").enter();
    let room = room_id("lobby");
    assert_eq!(asked(&scene), Some(&Request::Pins { room }));
    assert!(scene.shows("asking the server"), "{}", scene.screen());
    scene.answer(Answer::Pins { room, result: Ok(vec![scene.said(checklist)]) });
    assert!(scene.shows("▸ bob: release checklist"), "{}", scene.screen());
    scene.enter();
    assert_eq!(scene.state.mode.selected(), Some(crate::state::EntryKey::Logged(checklist)));
    scene.write("i/pins").enter();
    scene.answer(Answer::Pins { room, result: Ok(Vec::new()) });
    assert!(scene.shows("nothing is pinned"), "{}", scene.screen());
}
