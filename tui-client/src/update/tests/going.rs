//! Going from room to room and from message to message, commands, the palette, quitting.

use std::{collections::HashMap, time::Duration};

use chat_client::{Cached, Status, StorageNotice, Update};
use chat_protocol::{Event, RoomChanges, api::MessagesPage, testing::body};

use super::{current, draft};
use crate::keys::key::{Code, Key};
use crate::state::Mode;
use crate::tests::scene::{Scene, room_id, user};
use crate::update::{before_draw, start_from_cache};
use crate::{
    state::Ticket,
    update::{
        effect::Effect,
        input::{Answer, Input},
        request::Request,
    },
};

#[test]
fn what_happened_to_the_files_is_told_until_esc_closes_it() {
    let mut scene = Scene::new(80, 24);
    for file in ["one.db", "two.db"] {
        scene.client(Update::Storage(StorageNotice::Replaced { file: file.into() }));
    }
    scene.wait(Duration::from_secs(3600));
    scene.press(Key::alt(Code::Char('2'))).write("going on");
    assert!(scene.shows("one.db") && scene.shows("Esc closes this"), "{}", scene.screen());
    scene.press(Key::alt(Code::Char('9')));
    assert!(scene.shows("there is no room 9") && !scene.shows("one.db"), "what is told for a moment comes first");
    scene.press_code(Code::Esc);
    scene.wait(Duration::from_secs(60));
    assert!(scene.shows("one.db"), "nobody saw it when Esc came");
    scene.press_code(Code::Esc);
    assert!(scene.shows("two.db") && !scene.shows("one.db"));
    scene.press_code(Code::Esc);
    assert!(!scene.shows("two.db"));
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
fn a_start_reads_the_cached_messages_of_rooms_that_are_seen() {
    let mut scene = Scene::unconnected(80, 24);
    let rooms = ["lobby", "random"].map(|name| scene.room(name)).to_vec();
    let (user, drafts, outbox, cursors) = (user("alice", true), HashMap::new(), Vec::new(), HashMap::new());
    start_from_cache(
        &mut scene.state,
        Cached { user, rooms, left: Vec::new(), drafts, thread_drafts: HashMap::new(), outbox, cursors },
    );
    assert_eq!(before_draw(&mut scene.state), [Effect::ReadCached(room_id("lobby"))]);
    let messages = vec![scene.message("lobby", 5, "bob", "from the disk")];
    scene.input(Input::Answer(Answer::Cached { room: room_id("lobby"), messages }));
    assert!(scene.shows("from the disk"));

    // What comes meanwhile stands after what is on disk.
    scene.says_in("random", "bob", "new");
    scene.press(Key::ctrl('n'));
    assert_eq!(scene.effects, [Effect::ReadCached(room_id("random"))]);
    let old = scene.message("random", 0, "bob", "old");
    scene.input(Input::Answer(Answer::Cached { room: room_id("random"), messages: vec![old] }));
    let screen = scene.screen();
    assert!(screen.find("old").unwrap() < screen.find("new").unwrap(), "{screen}");
    scene.press(Key::ctrl('n'));
    assert!(scene.shows("from the disk"));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::ReadCached(_))), "{:?}", scene.effects);
}

#[test]
fn a_start_in_a_room_without_cached_messages_asks_for_them() {
    let mut scene = Scene::unconnected(80, 24);
    let rooms = vec![scene.room("lobby")];
    let (user, drafts, outbox, cursors) = (user("alice", true), HashMap::new(), Vec::new(), HashMap::new());
    let cached =
        Cached { user, rooms: rooms.clone(), left: Vec::new(), drafts, thread_drafts: HashMap::new(), outbox, cursors };
    start_from_cache(&mut scene.state, cached);
    before_draw(&mut scene.state);
    scene.input(Input::Answer(Answer::Cached { room: room_id("lobby"), messages: Vec::new() }));
    scene.welcome(rooms);
    scene.client(Update::Status(Status::Connected { round_trip: None }));
    let asked = Effect::Ask(Ticket(0), Request::Older { room: room_id("lobby"), before: 1 });
    assert!(scene.effects.contains(&asked), "{:?}", scene.effects);
    let page =
        MessagesPage { room: room_id("lobby"), messages: Vec::new(), has_more_before: false, has_more_after: false };
    scene.answer(Answer::Older { room: room_id("lobby"), result: Ok(page) });
    assert!(scene.shows("this is where #lobby begins"), "{}", scene.screen());
}

#[test]
fn commands_ask_the_server() {
    let mut scene = Scene::new(80, 24);
    let lobby = room_id("lobby");
    let topic = |topic: &str| {
        let changes = RoomChanges { topic: Some(topic.to_owned()), ..RoomChanges::default() };
        Effect::UpdateRoom { room: lobby, changes }
    };
    for (line, effect) in [
        ("/join #rust", Effect::Ask(Ticket(0), Request::Join { name: "rust".to_owned() })),
        ("/topic all about it", topic("all about it")),
        ("/topic -", topic("")),
        ("/nick @al", Effect::Ask(Ticket(0), Request::Nick { name: "al".to_owned() })),
        ("/part random", Effect::Ask(Ticket(0), Request::Part { room: room_id("random") })),
        ("/me waves", Effect::Send { room: lobby, body: body("*alice waves*"), reply_to: None }),
        ("//etc", Effect::Send { room: lobby, body: body("/etc"), reply_to: None }),
        ("/rooms", Effect::Ask(Ticket(0), Request::Rooms)),
    ] {
        scene.write(line).enter();
        let effect = match effect {
            Effect::Ask(_, request) => Effect::Ask(scene.ticket(), request),
            effect => effect,
        };
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
    scene.write("/join rust").enter();
    let ticket = scene.ticket();
    scene.answer(Answer::Joined(ticket, Ok((Box::new(room.clone()), false))));
    assert_eq!(current(&scene), "#lobby");
    scene.event(Event::RoomAdded { room });
    assert_eq!(current(&scene), "#rust");
    scene.write("/part").enter();
    scene.event(chat_protocol::testing::room_removed(room_id("rust")));
    assert_ne!(current(&scene), "#rust");
    assert!(scene.shows("you left #rust"));
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
fn the_room_of_the_command_line_opens_first() {
    let mut scene = Scene::unconnected(80, 24);
    scene.state.setup.first_room = Some("#Random".to_owned());
    let rooms = ["lobby", "random"].map(|name| scene.room(name)).to_vec();
    scene.welcome(rooms);
    assert_eq!(current(&scene), "#random");

    let mut scene = Scene::unconnected(80, 24);
    scene.state.setup.first_room = Some("rust".to_owned());
    let rooms = vec![scene.room("lobby")];
    scene.welcome(rooms);
    assert_eq!(current(&scene), "#lobby");
    assert!(scene.shows("you are not in #rust: /join rust"));
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
fn the_end_keeps_the_draft() {
    let mut scene = Scene::new(80, 24);
    scene.write("unfinished");
    scene.input(Input::Terminate);
    let kept = Effect::SaveDraft { room: room_id("lobby"), text: "unfinished".to_owned() };
    assert!(scene.effects.contains(&kept));
    assert_eq!(scene.effects.last(), Some(&Effect::Quit));
}

#[test]
fn a_command_that_ends_the_program_is_never_kept_as_a_draft() {
    let mut scene = Scene::new(80, 24);
    scene.write("/quit").enter();
    let keeps_a_text = |effect: &Effect| matches!(effect, Effect::SaveDraft { text, .. } if !text.is_empty());
    assert!(!scene.effects.iter().any(keeps_a_text), "{:?}", scene.effects);
    assert!(scene.effects.contains(&Effect::Quit));
}

#[test]
fn half_a_page_moves_the_selection_up_to_the_ends() {
    let mut scene = Scene::new(80, 24);
    for number in 0..40 {
        scene.says("bob", &format!("number {number}"));
    }
    scene.press_code(Code::Esc);
    let selects = |scene: &Scene, text: &str| {
        let screen = scene.screen();
        screen.lines().any(|line| line.split_once('▐').is_some_and(|(_, row)| row.ends_with(text)))
    };
    scene.press(Key::ctrl('u'));
    assert!(selects(&scene, "number 30"), "{}", scene.screen());
    for (key, end) in [('u', "number 0"), ('d', "number 39")] {
        for _ in 0..9 {
            scene.press(Key::ctrl(key));
        }
        assert!(selects(&scene, end), "{}", scene.screen());
    }
}
