//! Files: shown below what was said with them, sent by a path, saved.

use chat_client::{Action, Delivery, Entry, EntryFile};
use chat_protocol::{Attachment, Event, Message, MessageId, Timestamp, UploadId, body::Body, testing::body};

use super::draft;
use crate::{
    keys::key::Key,
    tests::scene::{Scene, room_id},
    update::input::{Answer, Effect, Request},
};

fn file(name: &str, size: u64) -> Attachment {
    let media_type = "application/octet-stream".to_owned();
    Attachment {
        id: UploadId::now_v7(),
        name: name.to_owned(),
        size,
        media_type,
        width: None,
        height: None,
        preview: None,
    }
}

/// Bob says something with files.
fn said(scene: &mut Scene, text: &str, files: &[Attachment]) -> Message {
    let seq = scene.next_seq("lobby");
    let message = Message { attachments: files.to_vec(), ..scene.message("lobby", seq, "bob", text) };
    scene.event(Event::Logged(message.clone().into()));
    message
}

#[test]
fn files_stand_below_their_text_or_in_its_place() {
    let mut scene = Scene::new(80, 24);
    said(&mut scene, "of today", &[file("out.log", 3_210_000), file("\u{202e}gpj.exe", 5)]);
    said(&mut scene, "", &[file("alone.png", 999)]);
    let screen = scene.screen();
    let row =
        |text: &str| screen.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}: {screen}"));
    assert_eq!(row("▤ out.log · 3.2 MB"), row("of today") + 1);
    assert_eq!(row("gpj.exe · 5 B"), row("of today") + 2);
    assert!(!screen.contains('\u{202e}'), "{screen}");
    // No empty row stands for a text that is not there.
    assert_eq!(row("▤ alone.png · 999 B"), row("of today") + 3);
}

#[test]
fn a_file_is_sent_by_its_path_with_a_text_or_without() {
    let mut scene = Scene::new(80, 24);
    let sent = |path: &str, body: Body| Effect::SendFile {
        room: room_id("lobby"),
        path: path.to_owned(),
        body,
        reply_to: None,
    };
    scene.press(Key::ctrl('o'));
    assert_eq!(draft(&scene), "/file ");
    scene.write("'my file.png' look").enter();
    assert!(scene.effects.contains(&sent("my file.png", body("look"))), "{:?}", scene.effects);
    scene.write("/file out.log").enter();
    assert!(scene.effects.contains(&sent("out.log", Body::empty())), "{:?}", scene.effects);
    scene.write("a text");
    scene.press(Key::ctrl('o'));
    assert!(scene.shows("/file PATH TEXT") && draft(&scene) == "a text", "{}", scene.screen());
}

#[test]
fn a_file_that_waits_says_how_far_it_is() {
    let mut scene = Scene::new(80, 24);
    let waiting = EntryFile { name: "out.log".to_owned(), size: 1_000, sent: 400, ..EntryFile::default() };
    let entry = Entry {
        id: MessageId::now_v7(),
        room: room_id("lobby"),
        action: Action::Message,
        body: String::new(),
        reply_to: None,
        files: vec![waiting],
        state: Delivery::Sending,
        written_at: Timestamp::default(),
    };
    scene.client(chat_client::Update::Outbox(entry));
    assert!(scene.shows("▤ out.log · 1.0 KB · 40 %"), "{}", scene.screen());
}

#[test]
fn the_newest_files_are_saved_and_what_has_none_is_told() {
    let mut scene = Scene::new(80, 24);
    scene.write("/save").enter();
    assert!(scene.shows("no file is here"), "{}", scene.screen());
    assert_eq!(draft(&scene), "/save");
    scene.press(Key::ctrl('u'));
    let message = said(&mut scene, "", &[file("alone.png", 999)]);
    scene.says("bob", "and more");
    scene.write("/save ~/here").enter();
    let wanted = Request::Save { files: message.attachments, folder: "~/here".to_owned() };
    let asks = |effect: &Effect| matches!(effect, Effect::Ask(_, request) if *request == wanted);
    assert!(scene.effects.iter().any(asks), "{:?}", scene.effects);
    scene.answer(Answer::Done(Ok("saved: /home/alice/here/alone.png".to_owned())));
    assert!(scene.shows("saved: /home/alice/here/alone.png"), "{}", scene.screen());
}
