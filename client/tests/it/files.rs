//! Files, from one machine to another: over lines that break, and offline.

use std::path::{Path, PathBuf};

use chat_client::{
    Accounts, Client, Credential, Delivery, Entry, NewFile, Options, ServerUrl, SignIn, Update, free_path, sign_in,
};
use chat_protocol::{Attachment, Event, LOBBY, LogEvent, RoomId};
use chat_testing::{TestServer, own_loopback, within};

use crate::{cutter::Cutter, scene::Watched};

/// Bytes that differ everywhere.
fn bytes(length: u32) -> Vec<u8> {
    (0..length).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).take(length as usize).collect()
}

/// Alice at a machine of hers.
struct Machine {
    folder: tempfile::TempDir,
    url: ServerUrl,
}

impl Machine {
    fn new(url: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: ServerUrl::parse(url).unwrap() }
    }

    async fn start(&self) -> (Client, Watched) {
        let accounts = Accounts::open(self.folder.path().to_owned()).unwrap();
        let account = match chat_client::Account::kept(&accounts, &self.url, None) {
            Some(account) => account,
            None => {
                let request = SignIn {
                    server: self.url.clone(),
                    name: Some("alice".to_owned()),
                    credential: Credential::None,
                    invite: None,
                    insecure: false,
                    client: "test/1".to_owned(),
                };
                sign_in(&accounts, request).await.unwrap()
            }
        };
        let (client, updates) = Client::start(account, Options::default()).unwrap();
        (client, Watched { updates, status: None })
    }

    /// Copies of files that wait.
    fn copies(&self) -> Vec<PathBuf> {
        let files = chat_testing::files_below(self.folder.path());
        files.into_iter().filter(|path| path.components().any(|part| part.as_os_str() == "files")).collect()
    }

    async fn until_no_copies(&self) {
        within("the copies are gone", async {
            while !self.copies().is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

async fn lobby(watched: &mut Watched) -> RoomId {
    let id = watched
        .until(|update| match update {
            Update::Event(Event::Welcome { rooms, .. }) => rooms.into_iter().find(|room| room.name == LOBBY),
            _ => None,
        })
        .await;
    watched.connected().await;
    id.id
}

/// The files of the next message.
async fn attachments(watched: &mut Watched) -> Vec<Attachment> {
    watched
        .until(|update| match update {
            Update::Event(Event::Logged(entry)) => match entry.event {
                LogEvent::Message { message } => Some(message.attachments),
                _ => None,
            },
            _ => None,
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_follows_its_files_and_others_get_the_same_bytes() {
    let server = TestServer::start().await;
    let machine = Machine::new(&server.url(""));
    let (client, mut watched) = machine.start().await;
    let room = lobby(&mut watched).await;
    let large = bytes(700_000);
    let from = machine.folder.path().join("out: log.txt");
    std::fs::write(&from, &large).unwrap();
    let picture =
        NewFile { preview: Some(b"no picture".to_vec()), ..NewFile::of_bytes("../cat.png", b"meow".to_vec()) };
    client.send_files(room, "", &[NewFile::at(&from), picture], None).unwrap();
    // It was copied: what becomes of it does not matter.
    std::fs::remove_file(&from).unwrap();
    let files = attachments(&mut watched).await;
    let named: Vec<_> = files.iter().map(|file| (&*file.name, file.size, file.preview)).collect();
    assert_eq!(named, [("out_ log.txt", 700_000, None), ("cat.png", 4, None)]);
    machine.until_no_copies().await;

    let bob = server.register("bob").await;
    let got = bob.get(&format!("/api/uploads/{}/x", files[1].id)).await.is(200);
    assert_eq!(got.text, "meow");
    let to = free_path(machine.folder.path(), &files[0].name);
    // A download that was cut goes on.
    std::fs::write(format!("{}.{}.part", to.display(), files[0].id), &large[..300_001]).unwrap();
    let mut told = Vec::new();
    client.api().download(&files[0], &to, |bytes| told.push(bytes)).await.unwrap();
    assert!(std::fs::read(&to).unwrap() == large && told.first().is_some_and(|first| *first > 300_001));
    assert!(client.api().download(&files[0], &to, |_| ()).await.is_err(), "nothing is overwritten");
    let next = free_path(machine.folder.path(), &files[0].name);
    assert!(next.ends_with("out_ log (1).txt"), "{next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_of_one_name_that_come_at_once_are_both_there() {
    let server = TestServer::start().await;
    let machine = Machine::new(&server.url(""));
    let (client, mut watched) = machine.start().await;
    let room = lobby(&mut watched).await;
    let (one, two) = (bytes(90_000), bytes(40_000));
    let new = [NewFile::of_bytes("out.log", one.clone()), NewFile::of_bytes("out.log", two.clone())];
    client.send_files(room, "", &new, None).unwrap();
    let files = attachments(&mut watched).await;
    let folder = tempfile::tempdir().unwrap();
    // Neither is there when they begin.
    let to = free_path(folder.path(), "out.log");
    let (first, second) =
        tokio::join!(client.api().download(&files[0], &to, |_| ()), client.api().download(&files[1], &to, |_| ()),);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(std::fs::read(&first).unwrap() == one && std::fs::read(&second).unwrap() == two);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_says_how_large_it_is_and_not_where_it_was_taken() {
    let server = TestServer::start().await;
    let machine = Machine::new(&server.url(""));
    let (client, mut watched) = machine.start().await;
    let room = lobby(&mut watched).await;
    let gps = b"\xff\xfe\0\x05GPS";
    let frame = b"\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0\xff\xda\0\x02\x07\xff\xd9";
    let jpeg = |said: &[u8]| [b"\xff\xd8", said, frame].concat();
    let from = machine.folder.path().join("cat.jpg");
    std::fs::write(&from, jpeg(gps)).unwrap();
    let whole = NewFile { keep_metadata: true, ..NewFile::at(&from) };
    client.send_files(room, "", &[NewFile::at(&from), whole], None).unwrap();
    let files = attachments(&mut watched).await;
    for (file, expected) in files.iter().zip([jpeg(b""), jpeg(gps)]) {
        assert_eq!((file.width, file.height), (Some(3), Some(2)));
        let to = free_path(machine.folder.path(), &file.name);
        client.api().download(file, &to, |_| ()).await.unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_gets_through_a_line_that_breaks_again_and_again() {
    let server = TestServer::start().await;
    let line = Cutter::before(server.address()).await;
    let machine = Machine::new(&line.url);
    let (client, mut watched) = machine.start().await;
    let room = lobby(&mut watched).await;
    let large = bytes(3_000_000);
    let id = client.send_files(room, "here", &[NewFile::of_bytes("large", large.clone())], None).unwrap();
    client.send(room, "not held up", None).unwrap();
    // Each time that something came, the line breaks.
    let (mut cuts, mut reached) = (0, 0);
    let sent = |entry: &Entry| entry.files.first().map_or(0, |file| file.sent);
    let arrived = watched
        .until(|update| match update {
            Update::Outbox(entry) if entry.id == id => {
                if sent(&entry) > reached && cuts < 3 {
                    (cuts, reached) = (cuts + 1, sent(&entry));
                    line.cut();
                }
                matches!(entry.state, Delivery::Sent { .. }).then_some(entry)
            }
            _ => None,
        })
        .await;
    assert_eq!((cuts, arrived.files[0].sent), (3, 3_000_000));
    let messages = server.get("/api/messages").await;
    let bodies: Vec<_> =
        messages["messages"].as_array().unwrap().iter().map(|message| message["body"].clone()).collect();
    assert_eq!(bodies, ["not held up", "here"], "texts go before it");
    let file = serde_json::from_value(messages["messages"][1]["attachments"][0].clone()).unwrap();
    let to = machine.folder.path().join("back");
    client.api().download(&file, &to, |_| ()).await.unwrap();
    assert!(std::fs::read(&to).unwrap() == large);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_without_a_server_is_sent_by_the_next_run() {
    let mut server = TestServer::with(|options| options.host = own_loopback()).await;
    let machine = Machine::new(&server.url(""));
    let (client, mut watched) = machine.start().await;
    let room = lobby(&mut watched).await;
    server.stop().await;
    let (_, paused) = server.pause();
    watched.offline().await;
    client.send_files(room, "from the train", &[NewFile::of_bytes("a.txt", b"hello".to_vec())], None).unwrap();
    let withdrawn = client.send_files(room, "", &[NewFile::of_bytes("b.txt", b"never".to_vec())], None).unwrap();
    client.delete(room, withdrawn);
    watched.reaches(withdrawn, Delivery::Withdrawn).await;
    let closed = client.close().await;
    assert_eq!(closed.waiting.len(), 1);
    assert_eq!(machine.copies().len(), 1, "the copies wait, those of what was withdrawn are gone");

    let _server = paused.resume_there().await;
    let (_client, mut watched) = machine.start().await;
    let files = attachments(&mut watched).await;
    assert_eq!((&*files[0].name, files[0].size), ("a.txt", 5));
    machine.until_no_copies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_refuses_fails_with_the_reason_and_can_be_given_up() {
    let server = TestServer::with_limits(&["upload-bytes=3"]).await;
    let machine = Machine::new(&server.url(""));
    let (client, mut watched) = machine.start().await;
    let room = lobby(&mut watched).await;
    let id = client.send_files(room, "", &[NewFile::of_bytes("a.txt", b"hello".to_vec())], None).unwrap();
    let detail = watched
        .until(|update| match update {
            Update::Outbox(Entry { id: failed, state: Delivery::Failed { detail, .. }, .. }) if failed == id => {
                Some(detail)
            }
            _ => None,
        })
        .await;
    assert!(detail.starts_with("a.txt: ") && detail.contains("larger than 3 bytes"), "{detail}");
    client.retry(id);
    watched
        .until(|update| matches!(update, Update::Outbox(Entry { state: Delivery::Failed { .. }, .. })).then_some(()))
        .await;
    client.forget(id);
    machine.until_no_copies().await;
    let missing = client.send_files(room, "", &[NewFile::at(Path::new("/nowhere/a.txt"))], None).unwrap_err();
    assert!(missing.to_string().contains("/nowhere/a.txt"), "{missing}");
}
