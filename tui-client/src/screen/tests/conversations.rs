//! Whole screens of what conversations bring: changed messages, threads, rooms in sections, lists.

use chat_protocol::{
    Event, Notify, Room, RoomKind, Timestamp,
    api::Report,
    testing::{room, user_ref},
};
use insta::assert_snapshot;

use crate::{
    keys::key::Code,
    tests::scene::{MORNING, Scene, room_id, user, user_id},
    update::input::{Answer, Fetched},
};

const SIZES: [(u16, u16); 2] = [(80, 24), (140, 40)];

/// A room with messages that were edited, deleted, answered, reacted to and pinned, among rooms of all kinds.
fn conversation(width: u16, height: u16) -> Scene {
    let mut scene = Scene::new(width, height);
    let private = Room { kind: RoomKind::Private, ..room("ops") };
    let people = vec![user_ref("alice"), user_ref("bob")];
    let direct = Room { name: String::new(), kind: RoomKind::Direct, people, ..room("direct") };
    for room in [private, direct] {
        scene.event(Event::RoomAdded { room });
    }
    let (favourite, muted) = (room_id("release"), room_id("random"));
    let settings = |room, notify, favourite| Event::RoomSettings { room, notify, favourite, hidden: false };
    scene.event(settings(favourite, Notify::Mentions, true));
    scene.event(settings(muted, Notify::None, false));
    let members = ["alice", "bob", "carol", "dave"].map(|name| user(name, name != "dave")).to_vec();
    scene.event(Event::Members {
        room: room_id("lobby"),
        total: 4,
        online: 3,
        members,
        moderators: vec![user_id("bob")],
    });
    let first = scene.at(2).says("bob", "who reviews the fix of the reconnect test?");
    scene.at(3).replies("carol", first, "I do");
    scene.reacts("carol", first, "👍", 1);
    scene.reacts("alice", first, "👍", 2);
    scene.reacts("carol", first, "🎉", 1);
    let checklist = scene.at(5).says("carol", "checklist: tag, changelog, site");
    scene.edits(checklist, "checklist: tag, changelog, site, announce");
    scene.pins("carol", checklist);
    let secret = scene.at(7).says("bob", "the password is hunter2");
    scene.deletes("bob", secret);
    scene.at(8).replies("alice", first, "thank you");
    scene.says_in("random", "erin", "cake in the kitchen");
    scene.says_in("direct", "bob", "did you see this?");
    scene
}

fn look(name: &str, then: impl Fn(&mut Scene)) {
    for (width, height) in SIZES {
        let mut scene = conversation(width, height);
        then(&mut scene);
        assert_snapshot!(format!("{name}_{width}x{height}"), scene.screen());
    }
}

#[test]
fn messages_that_were_changed_and_rooms_in_sections() {
    look("a_conversation", |_| {});
}

#[test]
fn a_thread() {
    look("a_thread", |scene| {
        scene.press_code(Code::Esc).write("gt").write("half a thought");
    });
}

#[test]
fn emojis_to_react_with() {
    look("emojis", |scene| {
        scene.press_code(Code::Esc).write("g+").write("ta");
    });
}

#[test]
fn reports() {
    look("reports", |scene| {
        let message = scene.says("dave", "buy cheap watches at once");
        let message = scene.said(message);
        scene.write("/reports").enter();
        let report = |id, by: &str, reason: Option<&str>| Report {
            id,
            at: Timestamp::from_millis(MORNING),
            by: user_ref(by),
            room: room_id("lobby"),
            message: message.clone(),
            reason: reason.map(str::to_owned),
        };
        let reports = vec![report(1, "carol", Some("an advertisement")), report(2, "bob", None)];
        scene.answer(Answer::Records(scene.ticket(), Ok(Fetched::Reports(reports))));
        scene.write("jx");
    });
}
