//! What the mouse does.

use super::{current, draft};
use crate::{
    keys::key::{Code, Key},
    state::{EntryKey, Mode, Records},
    tests::scene::{MORNING, Scene, room_id},
    update::{
        effect::{Change, Effect},
        input::{Answer, Fetched, Input},
        request::Request,
    },
};
use chat_protocol::{Attachment, Event, Message, Timestamp, UploadId, api::Report, emoji::Emoji, testing::user_ref};

fn selected(scene: &Scene) -> Option<EntryKey> {
    scene.state.mode.selected()
}

fn changed(scene: &Scene) -> Option<&Change> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Change { change, .. } => Some(change),
        _ => None,
    })
}

#[test]
fn a_click_goes_to_a_room_mentions_someone_and_selects_a_message() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut scene = Scene::new(width, height);
        let (one, two) = (scene.says("bob", "the first"), scene.says("carol", "the second"));
        scene.click("the first");
        assert_eq!(selected(&scene), Some(EntryKey::Logged(one)));
        scene.write("v").click("the second");
        assert_eq!(scene.state.mode.range(), Some(EntryKey::Logged(one)..=EntryKey::Logged(two)));
        scene.click("write to #lobby");
        assert!(matches!(scene.state.mode, Mode::Compose), "{}", scene.screen());
        scene.click("dave");
        assert_eq!(draft(&scene), "@dave ");
        scene.click("#random");
        assert_eq!(current(&scene), "#random");
        scene.click("ONLINE");
        assert_eq!(current(&scene), "#random", "a heading is nothing to click");
    }
}

#[test]
fn links_and_rooms_in_messages_open() {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "see https://chat.example/notes and #release");
    scene.click("https://chat");
    assert!(scene.effects.contains(&Effect::Open("https://chat.example/notes".to_owned())), "{:?}", scene.effects);
    scene.state.preferences.panes.rooms = false;
    scene.input(Input::Time);
    scene.click("#release");
    assert_eq!(current(&scene), "#release");
}

#[test]
fn the_row_of_a_file_opens_it_also_beside_a_thread() {
    let file = |name: &str| Attachment {
        id: UploadId::now_v7(),
        name: name.to_owned(),
        size: 1_000,
        media_type: "application/pdf".to_owned(),
        width: None,
        height: None,
        preview: None,
    };
    let opens = |scene: &Scene, file: &Attachment| {
        let opens = Effect::OpenFile { file: file.clone(), path: None };
        scene.effects.contains(&opens)
    };
    for width in [80, 140] {
        let mut scene = Scene::new(width, 30);
        let files = [file("one.pdf"), file("two.pdf")];
        let seq = scene.next_seq("lobby");
        let message = Message { attachments: files.to_vec(), ..scene.message("lobby", seq, "bob", "read these") };
        scene.event(Event::Logged(message.into()));
        scene.write("half").click("▤ two.pdf");
        assert!(opens(&scene, &files[1]), "{:?}", scene.effects);
        assert_eq!((draft(&scene), selected(&scene)), ("half", None), "it writes on");
        scene.click("▤ two.pdf");
        assert!(scene.shows("it is on its way") && !opens(&scene, &files[1]), "{}", scene.screen());
        if width == 140 {
            let other = scene.says("carol", "lunch?");
            scene.replies("dave", other, "at noon");
            scene.press_code(Code::Esc).click("⏎ 1 reply").click("▤ one.pdf");
            assert!(opens(&scene, &files[0]), "{:?}", scene.effects);
            assert!(scene.state.rooms.thread().is_some(), "the thread stays\n{}", scene.screen());
        }
    }
}

#[test]
fn reactions_replies_and_what_is_answered_are_clicked_also_beside_a_thread() {
    for width in [80, 140] {
        let mut scene = Scene::new(width, 30);
        let first = scene.says("bob", "who reviews?");
        scene.replies("carol", first, "I do");
        let other = scene.says("dave", "lunch?");
        scene.replies("carol", other, "at noon");
        scene.reacts("carol", first, "👍", 1);
        scene.reacts("alice", other, "🎉", 1);
        scene.write("half").click("👍 1");
        let react = |emoji, on| Change::React { emoji: Emoji::parse(emoji).unwrap(), on };
        assert_eq!(changed(&scene), Some(&react("👍", true)));
        assert_eq!(draft(&scene), "half", "it writes on");
        scene.click("╭ dave: lunch?");
        assert_eq!(selected(&scene), Some(EntryKey::Logged(other)));
        scene.press_code(Code::Esc).click("⏎ 1 reply");
        let of_first = scene.said(first).id;
        assert_eq!(scene.state.rooms.thread().map(|thread| thread.first), Some(of_first), "{}", scene.screen());
        if width == 140 {
            scene.click("[🎉 1]");
            assert_eq!(changed(&scene), Some(&react("🎉", false)), "an own one is taken back");
            scene.click("╭ dave: lunch?");
            assert!(scene.state.rooms.thread().is_none(), "{}", scene.screen());
            assert_eq!(selected(&scene), Some(EntryKey::Logged(other)));
            scene.press_code(Code::Esc).click("⏎ 1 reply").click("at noon");
            assert!(scene.state.rooms.thread().is_none(), "{}", scene.screen());
        }
    }
}

#[test]
fn rows_of_lists_are_taken_and_a_click_beside_a_window_closes_it() {
    let mut scene = Scene::new(80, 40);
    let message = scene.says("bob", "you are rude");
    scene.press_code(Code::Esc).write("+").click("🎉");
    assert_eq!(changed(&scene), Some(&Change::React { emoji: Emoji::parse("🎉").unwrap(), on: true }));
    scene.press(Key::ctrl('k')).write("rele").click("▸");
    assert_eq!(current(&scene), "#release");
    for (open, title) in [("/reports", "reports ·"), ("/link", "sign in another"), ("/help", "keys that work")] {
        scene.write(open).enter();
        scene.click(title);
        assert!(!matches!(scene.state.mode, Mode::Compose), "a click on it does not");
        scene.input(Input::Click(None));
        assert!(matches!(scene.state.mode, Mode::Compose), "{open}\n{}", scene.screen());
    }
    scene.write("/password").enter().write("secret");
    scene.input(Input::Click(None));
    assert!(matches!(scene.state.mode, Mode::Password(_)), "what was typed is kept");
    scene.press_code(Code::Esc);

    scene.write("/reports").enter();
    let (ticket, message) = (scene.ticket(), scene.said(message));
    let report = |id| {
        let (at, by) = (Timestamp::from_millis(MORNING), user_ref("carol"));
        Report { id, at, by, room: room_id("lobby"), message: message.clone(), reason: Some(format!("reason {id}")) }
    };
    scene.answer(Answer::Records(ticket, Ok(Fetched::Reports(vec![report(1), report(2)]))));
    scene.click("reason 2");
    let end = Request::EndRecord { records: Records::Reports, id: 2 };
    assert!(matches!(scene.state.mode, Mode::List(_)), "the first click only chooses");
    scene.write("x");
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Ask(_, request) if *request == end)));
    scene.click("reason 2");
    assert_eq!((current(&scene).as_str(), selected(&scene)), ("#lobby", Some(EntryKey::Logged(message.seq))));
}

#[test]
fn suggestions_notices_and_what_is_below_are_clicked() {
    let mut scene = Scene::new(80, 24);
    scene.write("hi @").click("@carol");
    assert_eq!(draft(&scene), "hi @carol ");
    assert!(scene.state.completion.is_none());
    scene.press(Key::ctrl('u')).write("/nick").enter();
    scene.click("usage: /nick");
    assert!(!scene.shows("usage: /nick"), "{}", scene.screen());
    for at in 0..40 {
        scene.says("bob", &format!("line {at}"));
    }
    scene.press_code(Code::PageUp).click("below · Alt-End");
    assert!(scene.shows("line 39"), "{}", scene.screen());
}

#[test]
fn a_click_answers_no_question_and_is_a_key_for_what_is_awaited() {
    let mut scene = Scene::new(80, 24);
    scene.says("alice", "mine");
    scene.press_code(Code::Esc).write("d").click("mine").write("d");
    assert_eq!(changed(&scene), None, "the click kept it");
    scene.press_code(Code::Esc).write("/join rust").enter();
    let ticket = scene.ticket();
    scene.click("mine");
    scene.answer(Answer::Joined(ticket, Ok((Box::new(scene.room("rust")), false))));
    scene.event(Event::RoomAdded { room: scene.room("rust") });
    assert_eq!(current(&scene), "#lobby", "the user has gone on");
}
