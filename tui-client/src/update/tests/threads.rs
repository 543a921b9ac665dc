//! Threads: opened, written in, read, left.

use std::time::Duration;

use chat_protocol::{Event, testing::body};

use super::{draft, unread};
use crate::{
    keys::key::{Code, Key},
    state::Mode,
    tests::scene::{Scene, room_id},
    update::{effect::Effect, input::Answer, request::Request},
};

/// A thread of bob's question, open: two replies, and something else said in the room meanwhile.
fn thread(width: u16, height: u16) -> (Scene, u64) {
    let mut scene = Scene::new(width, height);
    let first = scene.says("bob", "who reviews?");
    scene.replies("carol", first, "I do");
    scene.says("dave", "lunch?");
    scene.press_code(Code::Esc).write("gt");
    (scene, first)
}

fn thread_page(scene: &mut Scene, first: u64, seqs: &[u64]) {
    let first = scene.said(first).id;
    let messages = seqs.iter().map(|&seq| scene.said(seq)).collect();
    let room = room_id("lobby");
    let page = chat_protocol::api::MessagesPage { room, messages, has_more_before: false, has_more_after: false };
    scene.answer(Answer::Thread { room, first, result: Ok(page) });
}

#[test]
fn a_thread_stands_over_the_room_where_it_is_narrow_and_beside_it_where_it_is_wide() {
    for (width, height, beside) in [(80, 24, false), (140, 40, true)] {
        let (mut scene, first) = thread(width, height);
        let message = scene.said(first).id;
        let asks = Effect::Ask(
            crate::state::Ticket::default(),
            Request::Thread { room: room_id("lobby"), first: message, before: None },
        );
        assert!(scene.effects.contains(&asks), "{:?}", scene.effects);
        thread_page(&mut scene, first, &[first, first + 1]);
        assert!(
            scene.shows("⏎ thread of bob: who reviews?") && scene.shows("a thread in #lobby"),
            "{}",
            scene.screen()
        );
        assert!(scene.shows("who reviews?") && scene.shows("I do"), "{}", scene.screen());
        assert_eq!(scene.shows("lunch?"), beside, "{}", scene.screen());
        let later = scene.replies("dave", first, "me too");
        scene.says("erin", "cake in the kitchen");
        assert!(scene.shows("me too"), "{}", scene.screen());
        assert_eq!(scene.shows("cake in the kitchen"), beside, "{}", scene.screen());
        scene.edits(later, "me as well");
        assert!(scene.shows("me as well (edited)"), "{}", scene.screen());
        scene.press_code(Code::F(5));
        assert!(scene.shows("lunch?") && scene.shows("⏎ 2 replies"), "{}", scene.screen());
    }
}

#[test]
fn what_is_written_in_a_thread_answers_it_and_has_a_draft_of_its_own() {
    let (mut scene, first) = thread(80, 24);
    scene.press_code(Code::F(5)).write("for the room");
    scene.press_code(Code::Esc).write("gt");
    assert_eq!(draft(&scene), "");
    scene.write("for the thread").press_code(Code::F(5));
    assert_eq!(draft(&scene), "for the room");
    scene.press_code(Code::Esc).write("gt");
    assert_eq!(draft(&scene), "for the thread");
    scene.enter();
    let reply_to = Some(scene.said(first).id);
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: body("for the thread"), reply_to }));
    // Esc selects a message of the thread, and once more leaves it.
    scene.press_code(Code::Esc);
    assert!(matches!(scene.state.mode, Mode::Select { .. }) && scene.state.rooms.thread().is_some());
    scene.press_code(Code::Esc);
    assert!(scene.state.rooms.thread().is_none());
    assert_eq!(draft(&scene), "for the room");
}

#[test]
fn a_draft_outlives_an_edit_that_is_left_empty() {
    let (mut scene, first) = thread(80, 24);
    scene.replies("alice", first, "mine");
    scene.write("for the thread");
    scene.press_code(Code::Esc).write("e");
    assert_eq!(draft(&scene), "mine");
    scene.press(Key::ctrl('u')).press_code(Code::F(5));
    assert!(scene.state.rooms.thread().is_none(), "{}", scene.screen());
    scene.press_code(Code::Esc).write("gt");
    assert_eq!(draft(&scene), "for the thread", "{}", scene.screen());
}

#[test]
fn what_is_read_in_a_thread_leaves_the_room_unread() {
    let (mut scene, first) = thread(80, 24);
    // What was read before is told by now.
    scene.wait(Duration::from_secs(1));
    scene.replies("carol", first, "done");
    let tells = |scene: &Scene| scene.effects.iter().any(|effect| matches!(effect, Effect::Read { .. }));
    assert!(!tells(&scene), "{:?}", scene.effects);
    scene.wait(Duration::from_secs(1));
    assert!(!tells(&scene), "{:?}", scene.effects);
    assert_eq!(unread(&scene, "lobby"), (1, 0));
    scene.press_code(Code::F(5));
    assert_eq!(unread(&scene, "lobby"), (0, 0), "{}", scene.screen());
}

#[test]
fn a_room_that_goes_takes_its_thread_along_and_no_text() {
    let (mut scene, _) = thread(80, 24);
    scene.write("half a thou");
    scene.event(Event::RoomRemoved {
        room_id: room_id("lobby"),
        why: chat_protocol::RemovalReason::Kicked,
        by: Some(chat_protocol::testing::user_ref("bob")),
        reason: None,
    });
    assert_eq!(draft(&scene), "half a thou");
    assert!(!scene.shows("I do"), "{}", scene.screen());
    scene.press(Key::ctrl('n')).press(Key::ctrl('p'));
    assert!(scene.shows("#lobby"), "the room stays as long as the text is nowhere else\n{}", scene.screen());
}
