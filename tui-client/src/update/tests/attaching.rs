//! Files: shown below what was said with them, sent by a path, saved.

use chat_client::{Action, Delivery, Entry, EntryFile, NewFile};
use chat_protocol::{Attachment, Event, Message, MessageId, Timestamp, UploadId, body::Body, testing::body};

use super::draft;
use crate::{
    keys::key::{Code, Key},
    tests::scene::{Scene, room_id},
    update::{effect::Effect, input::Answer},
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
    let sent = |path: &str, body: Body| Effect::SendFiles {
        room: room_id("lobby"),
        files: vec![NewFile::at(path)],
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

/// A file has been saved there.
fn come(scene: &mut Scene, file: &Attachment, path: &str) {
    let (paths, result) = (vec![(file.id, path.to_owned())], Ok(format!("saved: {path}")));
    scene.answer(Answer::Saved { wanted: vec![file.id], paths, result });
}

#[test]
fn what_is_being_saved_says_how_far_it_is_and_can_be_stopped() {
    let mut scene = Scene::new(80, 24);
    let message = said(&mut scene, "of today", &[file("out.log", 1_000)]);
    let file = message.attachments[0].clone();
    scene.press_code(Code::Esc);
    assert!(scene.shows("o open  s save"), "{}", scene.screen());
    scene.write("s");
    let saves = Effect::SaveFiles { files: vec![file.clone()], folder: String::new() };
    assert!(scene.effects.contains(&saves), "{:?}", scene.effects);
    scene.answer(Answer::Saving { file: file.id, bytes: 400 });
    assert!(scene.shows("▤ out.log · 1.0 KB · saving 40 %"), "{}", scene.screen());
    scene.write("o");
    assert!(scene.shows("it is on its way") && !scene.effects.iter().any(is_about_files), "{}", scene.screen());
    scene.write("s");
    assert!(scene.effects.contains(&Effect::StopSaving(vec![file.id])), "{:?}", scene.effects);
    // What was on its way already means nothing more.
    scene.answer(Answer::Saving { file: file.id, bytes: 500 });
    assert!(!scene.shows("· saving"), "{}", scene.screen());
    scene.write("s");
    assert!(scene.effects.contains(&saves), "{:?}", scene.effects);
    scene.answer(Answer::Saved { wanted: vec![file.id], paths: Vec::new(), result: Err("not saved: full".to_owned()) });
    assert!(scene.shows("not saved: full") && !scene.shows("· saving"), "{}", scene.screen());
}

fn is_about_files(effect: &Effect) -> bool {
    matches!(effect, Effect::SaveFiles { .. } | Effect::OpenFile { .. } | Effect::StopSaving(_))
}

#[test]
fn a_file_is_opened_by_key_and_by_command_and_where_it_is_is_copied() {
    let mut scene = Scene::new(80, 24);
    scene.write("/open").enter();
    assert!(scene.shows("no file is here"), "{}", scene.screen());
    scene.press(Key::ctrl('u'));
    let message = said(&mut scene, "https://a.example/ and", &[file("my cat.png", 999)]);
    let file = message.attachments[0].clone();
    scene.press_code(Code::Esc).write("Y");
    assert!(scene.effects.contains(&Effect::Copy("https://a.example/".to_owned())), "{:?}", scene.effects);
    scene.write("Y");
    let address = format!("https://chat.example/api/uploads/{}/my%20cat.png", file.id);
    assert!(scene.effects.contains(&Effect::Copy(address)), "{:?}", scene.effects);
    scene.write("oo");
    let opens = Effect::OpenFile { file: file.clone(), path: None };
    assert!(scene.effects.contains(&opens), "the second time the file, after the link: {:?}", scene.effects);
    come(&mut scene, &file, "/home/alice/my cat.png");
    scene.write("YY");
    assert!(scene.effects.contains(&Effect::Copy("/home/alice/my cat.png".to_owned())), "{:?}", scene.effects);
    scene.write("i/open").enter();
    let opens = Effect::OpenFile { file, path: Some("/home/alice/my cat.png".to_owned()) };
    assert!(scene.effects.contains(&opens), "it is not fetched again: {:?}", scene.effects);
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
    let wanted = Effect::SaveFiles { files: message.attachments.clone(), folder: "~/here".to_owned() };
    assert!(scene.effects.contains(&wanted), "{:?}", scene.effects);
    come(&mut scene, &message.attachments[0], "/home/alice/here/alone.png");
    assert!(scene.shows("saved: /home/alice/here/alone.png"), "{}", scene.screen());
}
