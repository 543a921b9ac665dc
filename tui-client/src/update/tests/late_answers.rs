//! Answers that come after the user has typed on.

use chat_protocol::Event;

use super::{
    current, draft,
    typing_ahead::{mode_kind, offered},
};
use crate::{
    keys::key::{Code, Key},
    state::{Mode, Pick, Source},
    tests::scene::{Scene, room_id},
    update::{effect::Effect, input::Answer},
};

#[test]
fn what_is_typed_after_a_join_is_said_where_it_was_begun() {
    let mut scene = Scene::new(80, 24);
    scene.write("/join rust").enter();
    let ticket = scene.ticket();
    scene.write("half ");
    scene.answer(Answer::Joined(ticket, Ok((Box::new(scene.room("rust")), false))));
    scene.event(Event::RoomAdded { room: scene.room("rust") });
    scene.write("a sentence");
    assert_eq!((current(&scene), draft(&scene)), ("#lobby".to_owned(), "half a sentence"));
    scene.event(Event::RoomAdded { room: scene.room("salon") });
    assert_eq!(current(&scene), "#lobby");
}

#[test]
fn a_late_room_says_how_to_go_there() {
    let mut scene = Scene::new(80, 24);
    scene.write("/join rust").enter();
    let ticket = scene.ticket();
    scene.write("x");
    scene.event(Event::RoomAdded { room: scene.room("rust") });
    scene.answer(Answer::Joined(ticket, Ok((Box::new(scene.room("rust")), false))));
    assert!(scene.shows("you are in #rust now: Alt-4 goes there"), "{}", scene.screen());
}

#[test]
fn a_room_left_elsewhere_stays_as_an_empty_page_with_its_draft() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('n'));
    scene.says_in("random", "bob", "cake");
    scene.write("half a thou");
    scene.event(chat_protocol::testing::room_removed(room_id("random")));
    assert!(scene.shows("you are no longer in #random") && !scene.shows("cake"), "{}", scene.screen());
    scene.write("ght").enter();
    assert_eq!(draft(&scene), "half a thought");
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
    // It goes with the text that keeps it.
    scene.press(Key::ctrl('p'));
    assert!(scene.state.rooms.room(room_id("random")).is_some());
    scene.press(Key::ctrl('n')).press(Key::ctrl('u')).press(Key::ctrl('p'));
    assert!(scene.state.rooms.room(room_id("random")).is_none());
}

#[test]
fn a_room_that_was_left_and_joined_again_has_its_draft() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('n')).write("still here");
    scene.event(chat_protocol::testing::room_removed(room_id("random")));
    scene.event(Event::RoomAdded { room: scene.room("random") });
    assert_eq!(draft(&scene), "still here");
    scene.enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })));
}

#[test]
fn the_form_that_waits_ends_by_its_answer_and_one_typed_into_since_does_not() {
    for (typed_since, mode) in [(false, "compose"), (true, "password form")] {
        let mut scene = Scene::new(80, 24);
        scene.write("/password").enter().press_code(Code::Tab).write("password").press_code(Code::Tab);
        scene.write("password").enter();
        let ticket = scene.ticket();
        if typed_since {
            scene.write("hello");
        }
        scene.answer(Answer::Password(ticket, Ok(())));
        assert_eq!(mode_kind(&scene.state.mode), mode);
        assert_eq!(draft(&scene), "");
        scene.press_code(Code::Enter);
        assert_eq!(mode_kind(&scene.state.mode), "compose");
    }
}

#[test]
fn a_list_without_an_answer_says_so_and_stays() {
    let mut scene = Scene::new(80, 24);
    scene.write("/rooms").enter();
    let ticket = scene.ticket();
    scene.write("ru");
    scene.answer(Answer::Rooms(ticket, Err("the server is away".to_owned())));
    assert!(scene.shows("the server is away"));
    assert!(matches!(&scene.state.mode, Mode::List(list) if matches!(list.source, Source::Rooms(None))));
    scene.write("/link").press_code(Code::Esc).write("/link").enter();
    scene.answer(Answer::Link(scene.ticket(), Err("not now".to_owned())));
    assert!(scene.shows("not now"));
    assert_eq!(mode_kind(&scene.state.mode), "link card");
}

#[test]
fn a_link_code_that_comes_under_another_overlay_is_shown_and_stays() {
    let mut scene = Scene::new(80, 24);
    scene.write("/link").enter();
    let ticket = scene.ticket();
    scene.press(Key::ctrl('k')).write("rel");
    scene.answer(Answer::Link(ticket, Ok(("ABCD-EFGH".to_owned(), "http://chat.example/#link=ABCD-EFGH".to_owned()))));
    assert_eq!(mode_kind(&scene.state.mode), "list");
    scene.wait(std::time::Duration::from_secs(60));
    assert!(scene.shows("--link ABCD-EFGH"), "{}", scene.screen());
}

#[test]
fn enter_takes_the_row_that_was_chosen_wherever_it_is_by_now() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('k')).write("#r");
    let chosen = loop {
        scene.press_code(Code::Down);
        if let (Some(pick), _) = offered(&scene)
            && pick == Pick::Open(room_id("release"))
        {
            break pick;
        }
    };
    for name in ["ra", "rb", "rc"] {
        scene.event(Event::RoomAdded { room: scene.room(name) });
    }
    assert_eq!(offered(&scene).0, Some(chosen));
    scene.enter();
    assert_eq!(current(&scene), "#release");
}
