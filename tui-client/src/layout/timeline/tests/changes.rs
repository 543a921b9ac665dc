//! What changes a message shows in its rows, and moves nothing that is read.

use chat_protocol::{LogEvent, Message, ModerationAction, RoomChanges, Timestamp};

use super::{long_lobby, top};
use crate::{
    keys::key::Code,
    state::EntryKey,
    tests::scene::{MORNING, Scene, room_id},
    update::effect::Effect,
};

#[test]
fn an_edited_message_shows_its_new_text_and_that_it_was_edited() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "the bild is green");
    scene.says("carol", "good");
    scene.edits(seq, "the build is green");
    assert!(scene.shows("the build is green (edited)") && !scene.shows("bild"), "{}", scene.screen());
    assert!(scene.row_of("the build is green").unwrap() < scene.row_of("good").unwrap());
    assert_eq!(scene.screen().matches("09:00").count(), 2, "the edit has no row of its own\n{}", scene.screen());
}

#[test]
fn a_deleted_message_leaves_a_tombstone_and_nothing_of_its_text() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "the password is hunter2");
    scene.reacts("carol", seq, "👍", 1);
    scene.replies("dave", seq, "oh no");
    assert!(scene.shows("👍 1") && scene.shows("bob: the password"), "{}", scene.screen());
    scene.deletes("bob", seq);
    assert!(scene.shows("message deleted") && !scene.shows("hunter2") && !scene.shows("👍"), "{}", scene.screen());
    assert!(scene.shows("oh no") && scene.shows("⏎ 1 reply"), "the thread stays\n{}", scene.screen());
    assert!(!format!("{:?}", scene.state.rooms.current().unwrap().timeline).contains("hunter2"));
    // What comes later for it changes nothing.
    scene.reacts("erin", seq, "🎉", 1);
    scene.edits(seq, "back again");
    assert!(!scene.shows("🎉") && !scene.shows("back again"), "{}", scene.screen());
}

#[test]
fn reactions_are_counted_by_the_server_and_own_ones_are_marked() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "tag it?");
    scene.reacts("carol", seq, "👍", 1);
    scene.reacts("alice", seq, "👍", 2);
    scene.reacts("alice", seq, "👍", 2);
    scene.reacts("dave", seq, "🎉", 1);
    assert!(scene.shows("[👍 2]  🎉 1"), "{}", scene.screen());
    scene.takes_back("alice", seq, "👍", 1);
    assert!(scene.shows("👍 1  🎉 1") && !scene.shows("[👍"), "{}", scene.screen());
    scene.takes_back("dave", seq, "🎉", 0);
    assert!(!scene.shows("🎉"), "{}", scene.screen());
}

#[test]
fn reactions_wrap_where_it_is_narrow() {
    let mut scene = Scene::new(40, 20);
    let seq = scene.says("bob", "vote");
    for (emoji, count) in ["👍", "🎉", "😀", "🚀", "👀", "🍰"].into_iter().zip(1..) {
        scene.reacts("carol", seq, emoji, count);
    }
    let screen = scene.screen();
    for (emoji, count) in ["👍", "🎉", "😀", "🚀", "👀", "🍰"].into_iter().zip(1..) {
        assert!(screen.contains(&format!("{emoji} {count}")), "{screen}");
    }
    assert_ne!(scene.row_of("👍 1"), scene.row_of("🍰 6"), "{screen}");
}

#[test]
fn a_first_message_counts_its_replies_live() {
    let mut scene = Scene::new(80, 24);
    let first = scene.says("bob", "who reviews?");
    scene.at(2).replies("carol", first, "I do");
    let second = scene.at(7).replies("dave", first, "me too");
    assert!(scene.shows("⏎ 2 replies · last 09:07"), "{}", scene.screen());
    scene.deletes("dave", second);
    assert!(scene.shows("⏎ 1 reply"), "{}", scene.screen());
    // After an absence an edit shows a reply that is deleted by now, before its deletion is told.
    let third = scene.replies("erin", first, "and I");
    assert!(scene.shows("⏎ 2 replies"), "{}", scene.screen());
    let gone = Message { body: String::new(), deleted: true, ..scene.said(third) };
    scene.logs(LogEvent::MessageEdited { user: gone.author.clone(), message: gone });
    scene.deletes("erin", third);
    assert!(scene.shows("⏎ 1 reply "), "{}", scene.screen());
    // A page that is shown again counts nothing twice.
    let page = vec![scene.said(first), scene.said(first + 1)];
    scene.page("lobby", page, false);
    assert!(scene.shows("⏎ 1 reply"), "{}", scene.screen());
}

#[test]
fn changes_far_above_or_at_the_top_do_not_move_what_is_read() {
    let mut scene = long_lobby();
    scene.press_code(Code::PageUp).press_code(Code::PageUp);
    let before = top(&scene);
    scene.edits(110, &"a much longer text than before ".repeat(20));
    scene.reacts("dave", 111, "👍", 1);
    scene.deletes("bob", 114);
    scene.edits(199, "short");
    assert_eq!(top(&scene), before);
    let EntryKey::Logged(at_top) = scene.state.timeline_view.rows[0].key else { panic!("all are logged") };
    scene.deletes("bob", at_top);
    assert_eq!(scene.state.timeline_view.rows.len(), 19, "the pane stays full\n{}", scene.screen());
}

#[test]
fn the_live_end_stays_in_view_when_its_message_grows() {
    let mut scene = long_lobby();
    scene.reacts("dave", 200, "👍", 1);
    assert!(scene.shows("👍 1"), "{}", scene.screen());
    scene.edits(200, &"much longer ".repeat(30));
    assert!(scene.shows("(edited)") && scene.shows("👍 1"), "{}", scene.screen());
    scene.says("bob", "newest");
    assert!(scene.shows("newest"));
}

#[test]
fn pins_moderation_and_changes_of_the_room_are_lines() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "release checklist");
    scene.pins("carol", seq);
    assert!(scene.shows("carol pinned a message: bob: release checklist"), "{}", scene.screen());
    assert!(scene.shows("release checklist (pinned)"), "{}", scene.screen());
    scene.moderates("carol", ModerationAction::Role, "bob", None);
    scene.moderates("bob", ModerationAction::Kick, "dave", None);
    assert!(scene.shows("carol made bob a moderator") && scene.shows("bob removed dave"), "{}", scene.screen());
    assert!(!scene.shows("● dave"), "{}", scene.screen());
    scene.changes_room("carol", RoomChanges { name: Some("launch".to_owned()), ..RoomChanges::default() });
    scene.changes_room("carol", RoomChanges { slow_seconds: Some(30), ..RoomChanges::default() });
    let retention =
        RoomChanges { retention_days: Some(Some(90)), retention_keeps_pinned: Some(true), ..RoomChanges::default() };
    scene.changes_room("carol", retention);
    assert!(scene.shows("carol set messages to be deleted after 90"), "{}", scene.screen());
    assert!(scene.shows("carol named the room #launch"), "{}", scene.screen());
    assert!(scene.shows("carol set slow mode: a message every 30 s"), "{}", scene.screen());
    assert!(scene.shows("▌#launch"), "{}", scene.screen());
}

#[test]
fn an_archived_room_and_a_muted_user_say_so_where_one_writes() {
    let mut scene = Scene::new(80, 24);
    let archived = |archived| RoomChanges { archived: Some(archived), ..RoomChanges::default() };
    scene.changes_room("carol", archived(true));
    assert!(scene.shows("› #lobby is archived: a moderator can open it again"), "{}", scene.screen());
    scene.write("still").enter();
    assert_eq!(scene.state.rooms.current().unwrap().draft.text(), "still", "it is kept");
    scene.press_code(Code::Backspace).press(crate::keys::key::Key::ctrl('u'));
    scene.changes_room("carol", archived(false));
    assert!(scene.shows("› write to #lobby"), "{}", scene.screen());
    let until = Timestamp::from_millis(MORNING + 30 * 60_000);
    scene.moderates("carol", ModerationAction::Mute, "alice", Some(until));
    assert!(scene.shows("you are muted here until 09:30"), "{}", scene.screen());
    assert!(scene.shows("carol muted alice until 09:30"), "{}", scene.screen());
    scene.at(31).says("bob", "tick");
    assert!(scene.shows("› write to #lobby"), "a mute ends by itself\n{}", scene.screen());
    let tomorrow = Timestamp::from_millis(MORNING + 24 * 60 * 60_000);
    scene.moderates("carol", ModerationAction::Mute, "alice", Some(tomorrow));
    assert!(scene.shows("you are muted here until 2026-11-25 09:00"), "{}", scene.screen());
    assert!(scene.shows("carol muted alice until 2026-11-25 09:00"), "{}", scene.screen());
    scene.write("x");
    assert!(
        !scene.effects.iter().any(|effect| matches!(effect, Effect::Typing(_))),
        "nobody sees it: {:?}",
        scene.effects
    );
}

#[test]
fn edits_and_deletions_keep_unread_exact() {
    let mut scene = Scene::new(80, 24);
    let (first, second) = (scene.says_in("random", "bob", "one"), scene.says_in("random", "bob", "@alice two"));
    let unread = |scene: &Scene| {
        let room = scene.state.rooms.room(room_id("random")).unwrap();
        (room.unread, room.mentions)
    };
    scene.page("random", Vec::new(), false);
    assert_eq!(unread(&scene), (2, 1));
    scene.in_room("random", |scene| {
        scene.deletes("bob", second);
        scene.edits(first, "one for @alice");
    });
    assert_eq!(unread(&scene), (1, 1));
}

#[test]
fn rooms_stand_in_sections_and_say_of_what_kind_they_are() {
    use chat_protocol::{Notify, Room, RoomKind, testing::user_ref};
    for (width, height) in [(80, 24), (140, 40)] {
        let mut scene = Scene::new(width, height);
        let direct = Room {
            name: String::new(),
            kind: RoomKind::Direct,
            people: vec![user_ref("alice"), user_ref("bob")],
            ..scene.room("direct")
        };
        let favourite = Room { favourite: Some(true), ..scene.room("ops") };
        let private = Room { kind: RoomKind::Private, notify: Some(Notify::None), ..scene.room("secret") };
        let hidden = Room { hidden: Some(true), ..scene.room("attic") };
        for room in [direct, favourite, private, hidden] {
            scene.event(chat_protocol::Event::RoomAdded { room });
        }
        let row = |text: &str| scene.row_of(text).unwrap_or_else(|| panic!("{text}\n{}", scene.screen()));
        let order = [
            row("FAVOURITES"),
            row("#ops"),
            row(" ROOMS"),
            row("▌#lobby"),
            row("⌂secret"),
            row(" DIRECT"),
            row("● @bob"),
        ];
        assert!(order.is_sorted(), "{}", scene.screen());
        assert!(scene.screen().lines().nth(row("⌂secret")).unwrap().contains('⌀'), "{}", scene.screen());
        assert!(!scene.shows("attic"), "{}", scene.screen());
        scene.goes("bob", 3);
        assert!(scene.shows("○ @bob"), "{}", scene.screen());
        scene.says_in("secret", "bob", "hello");
        assert_eq!(scene.state.rooms.unread(), (0, 0), "a muted room calls nobody");
        scene.says_in("attic", "bob", "@alice look");
        assert!(scene.shows("#attic"), "a mention brings it back\n{}", scene.screen());
    }
}
