//! Replying, editing, deleting, reacting, pinning and marking as unread, by keys.

use std::time::Duration;

use chat_client::{Action, Delivery, Entry, Update};
use chat_protocol::{
    Event, LogEvent, MessageId, RoomRole, Target,
    emoji::Emoji,
    testing::{body, user_ref},
};

use super::{draft, unread};
use crate::{
    keys::key::{Code, Key},
    state::{EntryKey, Mode, Ticket},
    tests::scene::{Scene, room_id},
    update::{
        effect::{Change, Effect},
        input::Answer,
        request::Request,
    },
};

/// What the last input asked the server to change.
fn asked(scene: &Scene) -> Option<&Change> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Change { change, .. } => Some(change),
        _ => None,
    })
}

fn selected(scene: &Scene) -> Option<u64> {
    match scene.state.mode.selected() {
        Some(EntryKey::Logged(seq)) => Some(seq),
        _ => None,
    }
}

/// A scene where bob and then alice have spoken, and bob's message is selected.
fn talk() -> (Scene, u64, u64) {
    let mut scene = Scene::new(80, 24);
    let (bobs, mine) = (scene.says("bob", "who reviews?"), scene.says("alice", "the bild is green"));
    scene.press_code(Code::Esc).press_code(Code::Up);
    assert_eq!(selected(&scene), Some(bobs));
    (scene, bobs, mine)
}

#[test]
fn up_in_an_empty_composer_edits_the_last_own_message_and_the_draft_comes_back() {
    let mut scene = Scene::new(80, 24);
    let mine = scene.says("alice", "the bild");
    scene.says("bob", "what?");
    scene.press_code(Code::Up);
    assert_eq!(draft(&scene), "the bild");
    assert!(scene.shows("✎ editing alice: the bild") && scene.shows("Esc gives it up"), "{}", scene.screen());
    scene.press_code(Code::Esc);
    assert_eq!(draft(&scene), "");
    // With a draft, Up moves in it; `e` keeps it for later.
    scene.write("half a thou").press_code(Code::Up);
    assert_eq!(draft(&scene), "half a thou");
    scene.press_code(Code::Esc).press_code(Code::Up).write("e");
    assert_eq!(draft(&scene), "the bild");
    scene.press(Key::ctrl('w')).write("build").enter();
    assert_eq!(asked(&scene), Some(&Change::Edit(body("the build"))));
    assert_eq!(draft(&scene), "half a thou", "{}", scene.screen());
    scene.edits(mine, "the build");
    assert!(scene.shows("the build (edited)"), "{}", scene.screen());
}

#[test]
fn an_edit_is_never_kept_as_a_draft_and_never_sent_as_a_message() {
    let mut scene = Scene::new(80, 24);
    scene.says("alice", "the bild");
    scene.press_code(Code::Up).write("!");
    scene.wait(Duration::from_secs(2));
    let saved = |scene: &Scene| {
        let texts = scene.effects.iter().filter_map(|effect| match effect {
            Effect::SaveDraft { text, .. } => Some(text.clone()),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    assert_eq!(saved(&scene), [""]);
    scene.enter();
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{:?}", scene.effects);
    // What begins with a slash is a text here.
    scene.press_code(Code::Up).press(Key::ctrl('u')).write("/quit").enter();
    assert_eq!(asked(&scene), Some(&Change::Edit(body("/quit"))));
}

/// A command about a message got so far.
fn command(scene: &mut Scene, action: Action, text: &str, state: Delivery) -> MessageId {
    let id = MessageId::now_v7();
    command_again(scene, id, action, text, state);
    id
}

fn command_again(scene: &mut Scene, id: MessageId, action: Action, text: &str, state: Delivery) {
    let (room, written_at) = (room_id("lobby"), chat_protocol::Timestamp::default());
    let entry = Entry { id, room, action, body: text.to_owned(), reply_to: None, files: Vec::new(), state, written_at };
    scene.client(Update::Outbox(entry));
}

#[test]
fn an_edit_that_the_server_refuses_is_gone_on_with() {
    let mut scene = Scene::new(80, 24);
    let mine = scene.says("alice", "the bild");
    let message = scene.said(mine).id;
    let refused = command(&mut scene, Action::Edit { message }, "the bild!", Scene::failed());
    assert!(scene.shows("an edit was refused") && scene.shows("✗ e goes on, D drops: the bild!"), "{}", scene.screen());
    scene.press_code(Code::Up);
    assert_eq!(draft(&scene), "the bild!");
    scene.write("!").enter();
    assert_eq!(asked(&scene), Some(&Change::Edit(body("the bild!!"))));
    assert!(scene.effects.contains(&Effect::Forget(refused)), "{:?}", scene.effects);
    scene.press_code(Code::Esc).write("D");
    assert!(scene.effects.contains(&Effect::Forget(refused)) && asked(&scene).is_none(), "{:?}", scene.effects);
    assert!(!scene.shows("the bild!"), "{}", scene.screen());
}

#[test]
fn what_waits_to_be_changed_says_so_at_its_message_until_it_is_done() {
    let (mut scene, bobs, mine) = talk();
    scene.offline(Duration::from_secs(9));
    scene.write("p");
    assert_eq!(asked(&scene), Some(&Change::Pin(true)), "it waits for the connection");
    let (of, own) = (scene.said(bobs).id, scene.said(mine).id);
    let pin = command(&mut scene, Action::Pin { message: of, on: true }, "", Delivery::Queued);
    let edit = command(&mut scene, Action::Edit { message: own }, "the build is green", Delivery::Queued);
    assert!(scene.shows("◌ to be pinned") && scene.shows("◌ edit: the build is green"), "{}", scene.screen());
    assert!(scene.shows("2 queued"), "{}", scene.screen());
    command_again(&mut scene, pin, Action::Pin { message: of, on: true }, "", Delivery::Sent { seq: 3 });
    command_again(&mut scene, edit, Action::Edit { message: own }, "the build is green", Delivery::Sent { seq: 4 });
    assert!(!scene.shows("◌"), "{}", scene.screen());
    // That one is being saved is known last where the other way is faster.
    command_again(&mut scene, edit, Action::Edit { message: own }, "the build is green", Delivery::Saving);
    assert!(!scene.shows("◌"), "{}", scene.screen());
}

#[test]
fn a_message_that_still_waits_is_edited_like_any_other() {
    let mut scene = Scene::new(80, 24);
    scene.offline(Duration::from_secs(9));
    let waiting = scene.outbox("the bild", Delivery::Queued);
    scene.press_code(Code::Up);
    assert!(scene.shows("✎ editing the bild"), "{}", scene.screen());
    scene.write("!").enter();
    let room = room_id("lobby");
    let change = Change::Edit(body("the bild!"));
    assert!(scene.effects.contains(&Effect::Change { room, message: waiting, change }), "{:?}", scene.effects);
}

#[test]
fn a_reply_shows_what_it_answers_and_is_sent_with_it() {
    let (mut scene, bobs, _) = talk();
    scene.write("r");
    assert!(scene.shows("↪ replying to bob: who reviews?") && scene.shows("Esc drops the reply"), "{}", scene.screen());
    scene.press_code(Code::Esc);
    assert!(!scene.shows("replying"), "{}", scene.screen());
    scene.press_code(Code::Esc).press_code(Code::Up).write("r").write("I do").enter();
    let reply_to = Some(scene.said(bobs).id);
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: body("I do"), reply_to }));
    scene.write("next").enter();
    assert!(scene.effects.contains(&Effect::Send { room: room_id("lobby"), body: body("next"), reply_to: None }));
}

#[test]
fn left_goes_to_what_a_message_answers() {
    let (mut scene, bobs, _) = talk();
    let answer = scene.replies("carol", bobs, "I do");
    scene.write("G");
    assert_eq!(selected(&scene), Some(answer));
    scene.press_code(Code::Left);
    assert_eq!(selected(&scene), Some(bobs));
    scene.press_code(Code::Left);
    assert!(scene.shows("this message answers none"), "{}", scene.screen());
}

#[test]
fn deleting_asks_once_and_any_other_key_keeps_the_message() {
    let (mut scene, _, mine) = talk();
    scene.write("d");
    assert!(asked(&scene).is_none() && scene.shows("only its author and moderators"), "{}", scene.screen());
    scene.press_code(Code::Down);
    assert_eq!(selected(&scene), Some(mine));
    scene.write("d");
    assert!(asked(&scene).is_none() && scene.shows("d again deletes it"), "{}", scene.screen());
    scene.press_code(Code::Up);
    assert!(!scene.shows("d again deletes it"), "{}", scene.screen());
    scene.press_code(Code::Down).write("d");
    assert!(asked(&scene).is_none(), "a key came between");
    scene.write("d");
    assert_eq!(asked(&scene), Some(&Change::Delete));
    assert!(!scene.shows("d again deletes it"), "{}", scene.screen());
    scene.deletes("alice", mine);
    scene.write("+");
    assert!(scene.shows("this message is deleted"), "{}", scene.screen());
}

#[test]
fn moderators_delete_what_others_wrote_with_another_key() {
    let (mut scene, ..) = talk();
    let mut lobby = scene.room("lobby");
    (lobby.role, lobby.last_seq) = (Some(RoomRole::Moderator), 2);
    scene.event(Event::RoomAdded { room: lobby });
    scene.write("d");
    assert!(scene.shows("D deletes what others wrote"), "{}", scene.screen());
    scene.write("D");
    assert!(asked(&scene).is_none(), "it is asked first");
    scene.write("D");
    assert_eq!(asked(&scene), Some(&Change::Delete));
}

#[test]
fn a_reaction_is_picked_by_its_name_and_taken_back_the_same_way() {
    let (mut scene, bobs, _) = talk();
    scene.write("+");
    assert!(scene.shows("👍"), "{}", scene.screen());
    scene.write("ta");
    let above = |one: &str, other: &str| scene.row_of(one).zip(scene.row_of(other)).is_some_and(|(a, b)| a < b);
    assert!(above("tada", "bath"), "names before other words\n{}", scene.screen());
    scene.write("da").enter();
    let tada = |on| Change::React { emoji: Emoji::parse("🎉").unwrap(), on };
    assert_eq!(asked(&scene), Some(&tada(true)));
    assert!(matches!(scene.state.mode, Mode::Select { .. }), "the message is selected again");
    scene.reacts("alice", bobs, "🎉", 1);
    scene.write("+");
    assert!(scene.shows("▸ 🎉") && scene.shows("take back"), "own ones stand first\n{}", scene.screen());
    scene.enter();
    assert_eq!(asked(&scene), Some(&tada(false)));
}

#[test]
fn a_pin_is_set_and_taken_back() {
    let (mut scene, bobs, _) = talk();
    scene.write("p");
    assert_eq!(asked(&scene), Some(&Change::Pin(true)));
    scene.pins("alice", bobs);
    scene.write("p");
    assert_eq!(asked(&scene), Some(&Change::Pin(false)));
}

#[test]
fn what_is_marked_unread_stays_so_until_the_user_comes_again() {
    let (mut scene, bobs, _) = talk();
    scene.write("u");
    assert!(scene.effects.contains(&Effect::MarkUnread { room: room_id("lobby"), seq: bobs - 1 }));
    assert_eq!(unread(&scene, "lobby"), (1, 0));
    scene.says("carol", "meanwhile");
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Read { .. })), "{:?}", scene.effects);
    assert_eq!(unread(&scene, "lobby"), (2, 0));
    scene.press(Key::ctrl('n')).press(Key::ctrl('p'));
    assert_eq!(unread(&scene, "lobby"), (0, 0), "{}", scene.screen());
}

#[test]
fn the_title_has_what_was_pinned_last_as_it_reads_now() {
    let (mut scene, bobs, mine) = talk();
    scene.pins("alice", bobs);
    assert!(scene.shows("pinned: who reviews?") && scene.shows("Release planning"), "{}", scene.screen());
    scene.edits(bobs, "who reviews it?");
    assert!(scene.shows("pinned: who reviews it?"), "{}", scene.screen());
    scene.pins("carol", mine);
    let (bobs, mine) = (scene.said(bobs), scene.said(mine));
    let title = |scene: &Scene| scene.screen().lines().next().unwrap_or_default().to_owned();
    assert!(title(&scene).contains(&format!("pinned: {}", mine.body)), "{}", title(&scene));
    scene.logs(LogEvent::MessageUnpinned {
        user: user_ref("carol"),
        target: Target { message_id: mine.id, message_seq: mine.seq },
    });
    let room = room_id("lobby");
    let asks = |scene: &Scene| scene.effects.contains(&Effect::Ask(Ticket::default(), Request::Pins { room }));
    assert!(!title(&scene).contains("pinned") && asks(&scene), "{}", title(&scene));
    scene.answer(Answer::Pins { room, result: Ok(vec![bobs]) });
    assert!(title(&scene).contains("pinned: who reviews it?"), "{}", title(&scene));
    scene.press_code(Code::Esc).click("pinned: who");
    assert!(scene.shows("pinned messages"), "{}", scene.screen());
}

#[test]
fn emojis_are_completed_by_their_names() {
    let mut scene = Scene::new(80, 24);
    scene.write("nice :tad").press_code(Code::Tab);
    assert_eq!(draft(&scene), "nice 🎉 ");
    scene.press(Key::ctrl('u')).write("at 10:30 :)");
    assert!(scene.state.completion.is_none());
}

#[test]
fn which_messages_are_pinned_is_asked_once_when_a_room_is_seen() {
    let mut scene = Scene::new(80, 24);
    let mine = scene.says_in("random", "bob", "the checklist");
    let mut random = scene.room("random");
    (random.pins, random.last_seq) = (1, mine);
    scene.event(Event::RoomAdded { room: random });
    scene.press(Key::ctrl('n'));
    let room = room_id("random");
    let asked = |scene: &Scene| {
        scene.effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Request::Pins { room: of }) if *of == room))
    };
    assert!(asked(&scene), "{:?}", scene.effects);
    let pinned = scene.state.rooms.room(room).unwrap().timeline.message(mine).unwrap().clone();
    scene.answer(Answer::Pins { room, result: Ok(vec![pinned]) });
    assert!(scene.shows("the checklist (pinned)") && !asked(&scene), "{}", scene.screen());
}

#[test]
fn a_page_that_was_asked_for_before_a_deletion_shows_no_deleted_text() {
    let mut scene = Scene::new(80, 24);
    let secret = scene.message("lobby", 1, "bob", "hunter2");
    scene.logs(LogEvent::MessageDeleted {
        target: Target { message_id: secret.id, message_seq: 1 },
        user: secret.author.clone(),
    });
    scene.page("lobby", vec![secret], false);
    assert!(scene.shows("message deleted") && !scene.shows("hunter2"), "{}", scene.screen());
}
