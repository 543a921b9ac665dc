//! Moving out and in: `export`, `import`, `doctor` and `GET /api/export`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use chat_protocol::{Message, Role, api::MessagesPage};
use chat_server::{
    Location,
    admin::{self, AdminError, Imported},
    import,
};
use chat_testing::{Person, TestServer, files_below};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server on which much of what can happen has happened.
async fn lived_in() -> (TestServer, Person, Person) {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let alice = server.register_with_password("alice", "a long secret of alice").await;
    let bob = server.register("bob").await;
    alice.create_room("ops").await;
    bob.join("ops").await;
    let first = alice.say("ops", "the disk is full, @bob").await;
    let id = first["id"].as_str().unwrap().to_owned();
    bob.post("/api/messages", json!({ "room": "ops", "body": "which one?", "reply_to": id })).await.is(201);
    bob.put(&format!("/api/messages/{id}/reactions/👍")).await.is(204);
    alice.put(&format!("/api/messages/{id}/pin")).await.is(204);
    alice.patch(&format!("/api/messages/{id}"), json!({ "body": "the *disk* is full, @bob" })).await.is(200);
    let wrong = alice.say("ops", "said by mistake").await;
    alice.delete(&format!("/api/messages/{}", wrong["id"].as_str().unwrap())).await.is(204);
    alice.create_room_with(json!({ "kind": "private", "name": "hidden", "members": ["bob"] })).await;
    let mut database = admin::Database::open(server.folder()).unwrap();
    database.set_role("alice", Role::Admin).unwrap();
    let limit = json!({ "retention_days": 90, "retention_keeps_pinned": true });
    alice.patch("/api/rooms/hidden", limit).await.is(200);
    database.set_role("alice", Role::Member).unwrap();
    bob.say("hidden", "only for members").await;
    alice.say("@bob", "only for bob").await;
    let file = alice.upload("notes.txt", "what stands in the file").await;
    alice.say_with("ops", "with notes", &[&file]).await;
    (server, alice, bob)
}

fn program(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chat-server")).args(args).arg("--data").arg(folder).output().unwrap()
}

fn folder_of(location: &Location) -> PathBuf {
    let Location::Folder(folder) = location else { panic!("it is in memory") };
    folder.clone()
}

async fn messages(person: &Person, room: &str) -> Vec<Message> {
    let page: MessagesPage = person.get(&format!("/api/messages?room={room}")).await.is(200).read();
    page.messages
}

#[tokio::test]
async fn what_was_exported_from_a_running_server_is_there_in_another_one() {
    let (server, alice, _) = lived_in().await;
    let place = TempDir::new().unwrap();
    let out = place.path().join("out");
    let written = admin::export(server.folder(), &out).unwrap();
    assert_eq!((written.users, written.messages, written.files), (2, 6, 1));
    let text = fs::read_to_string(out.join("chat.jsonl")).unwrap();
    for secret in ["argon2", "token", "password", "said by mistake"] {
        assert!(!text.contains(secret), "{secret} is in the export");
    }
    assert!(matches!(admin::export(server.folder(), &out), Err(AdminError::Exists(_))));

    let moved = TestServer::with(|options| {
        assert!(matches!(import(&folder_of(&options.location), &out).unwrap().0, Imported::New(_)));
    })
    .await;
    let code = program(moved.folder(), &["user", "reset", "alice"]).stdout;
    let code = String::from_utf8(code).unwrap().lines().next().unwrap().to_owned();
    let signed_in = moved.post("/api/sessions", json!({ "link_code": code })).await.is(201);
    let there = moved.person(signed_in);
    for room in ["ops", "hidden", "@bob"] {
        assert_eq!(messages(&there, room).await, messages(&alice, room).await, "{room}");
    }
    let hidden = there.room("hidden").await;
    assert_eq!((hidden.retention_days, hidden.retention_keeps_pinned), (Some(90), true));
    let file = messages(&there, "ops").await.last().unwrap().attachments[0].clone();
    let bytes = there.get(&format!("/api/uploads/{}/{}", file.id, file.name)).await.is(200);
    assert_eq!(bytes.text, "what stands in the file");
    assert_eq!(
        there.post_message("ops", "from the new place").await,
        messages(&alice, "ops").await.last().unwrap().seq + 1
    );
    assert_eq!(admin::examine(moved.folder()).unwrap(), []);
}

/// The names and bytes of all files in a folder.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let relative = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_owned();
    let mut all: Vec<_> = files_below(folder).iter().map(|path| (relative(path), fs::read(path).unwrap())).collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn an_export_of_what_was_imported_is_the_same_byte_for_byte() {
    let (server, alice, bob) = lived_in().await;
    let preview = bob.upload("small.png", super::files::png(1, 1)).await;
    let said = format!("name=large.png&width=300&height=200&preview={}", preview.id);
    let picture = super::files::put(&bob, &said, super::files::png(300, 200)).await.is(201).read();
    let notes = bob.upload("same.txt", "what stands in the file").await;
    let carrier = bob.say_with("hidden", "two files", &[&picture, &notes]).await;
    let id = carrier["id"].as_str().unwrap();
    alice.patch(&format!("/api/messages/{id}"), json!({ "body": "not hers" })).await.is_problem(403, "forbidden");
    bob.patch(&format!("/api/messages/{id}"), json!({ "body": "two files, with a better text" })).await.is(200);
    alice.put(&format!("/api/messages/{id}/reactions/🎉")).await.is(204);
    alice.put(&format!("/api/messages/{id}/pin")).await.is(204);
    alice.post("/api/messages", json!({ "room": "hidden", "body": "thanks", "reply_to": id })).await.is(201);
    let place = TempDir::new().unwrap();
    let (one, two) = (place.path().join("one"), place.path().join("two"));
    let written = admin::export(server.folder(), &one).unwrap();
    assert_eq!((written.messages, written.files), (8, 3), "the same bytes stand there once");
    let text = fs::read_to_string(one.join("chat.jsonl")).unwrap();
    for part in
        ["two files, with a better text", "\"edits\"", "\"reactions\"", "\"pinned\"", "\"thread\"", "\"preview\""]
    {
        assert!(text.contains(part), "{part} is not in the export");
    }
    let folder = TempDir::new().unwrap();
    import(folder.path(), &one).unwrap();
    admin::export(folder.path(), &two).unwrap();
    let (before, after) = (contents(&one), contents(&two));
    assert_eq!(before.len(), 4);
    assert!(before == after);
    // And by way of a tar file.
    admin::export(folder.path(), &place.path().join("one.tar")).unwrap();
    let other = TempDir::new().unwrap();
    import(other.path(), &place.path().join("one.tar")).unwrap();
    admin::export(other.path(), &place.path().join("three")).unwrap();
    assert!(contents(&place.path().join("three")) == before);
    assert_eq!(admin::examine(other.path()).unwrap(), []);
}

#[tokio::test]
async fn a_hook_is_made_again_under_its_name_after_an_import() {
    let server = TestServer::start().await;
    let alice = server.register_with_password("alice", "a long secret of alice").await;
    alice.create_room("ops").await;
    let hook = alice.post("/api/rooms/ops/hooks", json!({ "name": "alerts" })).await.is(201);
    let post = async |hook: &Value, text: &str| {
        let request = chat_testing::http().post(hook["url"].as_str().unwrap()).body(text.to_owned());
        chat_testing::Answer::to(request.header("Content-Type", "text/plain")).await
    };
    post(&hook.json, "before").await.is(200);
    let bot = alice.post("/api/bots", json!({ "name": "robot" })).await.is(201);
    assert_eq!(bot["user"]["bot"], true);
    let place = TempDir::new().unwrap();
    let out = place.path().join("out");
    admin::export(server.folder(), &out).unwrap();
    let moved = TestServer::with(|options| drop(import(&folder_of(&options.location), &out).unwrap())).await;
    let code = program(moved.folder(), &["user", "reset", "alice"]).stdout;
    let code = String::from_utf8(code).unwrap().lines().next().unwrap().to_owned();
    let alice = moved.person(moved.post("/api/sessions", json!({ "link_code": code })).await.is(201));
    let again = alice.post("/api/rooms/ops/hooks", json!({ "name": "alerts" })).await.is(201);
    post(&again.json, "after").await.is(200);
    let said = messages(&alice, "ops").await;
    let said: Vec<_> = said.iter().map(|message| (&message.author, &*message.body)).collect();
    assert_eq!(said.iter().map(|(_, body)| *body).collect::<Vec<_>>(), ["before", "after"]);
    assert_eq!(said[0].0, said[1].0, "by the same user");
    // Nobody takes the name of a person, or of a hook that is there.
    for taken in ["alice", "alerts"] {
        alice.post("/api/rooms/ops/hooks", json!({ "name": taken })).await.is_problem(409, "name_taken");
    }
}

#[tokio::test]
async fn an_import_takes_all_or_nothing_into_a_folder_that_has_none() {
    let (server, ..) = lived_in().await;
    let place = TempDir::new().unwrap();
    let out = place.path().join("out");
    admin::export(server.folder(), &out).unwrap();
    assert!(import(server.folder(), &out).unwrap_err().to_string().contains("another chat-server uses"));
    let text = fs::read_to_string(out.join("chat.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len();
    let stranger = r#"{"type":"ignore","user":"01890a5d-ac96-774b-bcce-b302099a8057","other":"01890a5d-ac96-774b-bcce-b302099a8057"}"#;
    let message = lines.iter().position(|line| line.contains("\"type\":\"message\"")).unwrap();
    let event = lines.iter().position(|line| line.contains("\"user_joined\"")).unwrap();
    let changed = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        lines.join("\n") + "\n"
    };
    let broken = [
        (changed(last - 1, "{\"type\":\"follow\""), format!("line {last} of chat.jsonl")),
        (changed(last - 1, stranger), format!("line {last} of chat.jsonl: no user")),
        (changed(message, lines[message - 1]), "is there already".to_owned()),
        (
            lines.iter().enumerate().filter(|(at, _)| *at != event).map(|(_, line)| format!("{line}\n")).collect(),
            "has a gap".to_owned(),
        ),
        (text.trim_end().to_owned(), "cut off".to_owned()),
        (text.replace("\"version\":1", "\"version\":2"), "update it".to_owned()),
        (text.replacen("\"name\":\"ops\"", "\"name\":\"o\\u202eps\"", 1), "cannot be part of a name".to_owned()),
        (String::new(), "no line".to_owned()),
    ];
    for (text, why) in broken {
        let (bad, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        fs::write(bad.path().join("chat.jsonl"), text).unwrap();
        let refused = import(there.path(), bad.path()).unwrap_err().to_string();
        assert!(refused.contains(&why), "{why:?} is not in {refused:?}");
        let left: Vec<_> = fs::read_dir(there.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"], "nothing is left of it");
    }
    let there = TempDir::new().unwrap();
    assert!(matches!(import(there.path(), &out).unwrap().0, Imported::New(_)));
    assert_eq!(import(there.path(), &out).unwrap().0, Imported::Again);
    admin::export(there.path(), &place.path().join("other.tar")).unwrap();
    let other = import(there.path(), &place.path().join("other.tar"));
    assert!(matches!(other, Err(AdminError::NotEmpty(_))), "{other:?}");
}

/// A tar file of these entries: a name, a kind, what it says of its size, and bytes.
fn tar_of(entries: &[(&str, tar::EntryType, u64, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, kind, size, content) in entries {
        let mut header = tar::Header::new_ustar();
        header.as_ustar_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(*size);
        header.set_mode(0o600);
        if *kind == tar::EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

#[test]
fn a_hostile_archive_puts_nothing_anywhere() {
    use tar::EntryType::{Regular, Symlink};
    let header: &[u8] = b"{\"type\":\"export\",\"version\":1}\n";
    let lines = ("chat.jsonl", Regular, header.len() as u64, header);
    let hash = "fa0487f2dc91544ab4b9f5b1d59b7eb2bf68807a6e42cdf22fce4e0bc4b84cb2";
    let file = format!("files/{hash}");
    let cases: [(Vec<_>, &str); 7] = [
        (vec![lines, ("../evil", Regular, 4, b"evil")], "which no export has"),
        (vec![lines, ("files/../../evil", Regular, 4, b"evil")], "is not named as files of an export are"),
        (vec![lines, ("/etc/evil", Regular, 4, b"evil")], "which no export has"),
        (vec![lines, (&file, Symlink, 0, b"")], "something else than files"),
        (vec![lines, (&file, Regular, 4, b"evil")], "other bytes than its name says"),
        (vec![lines, (&file, Regular, 1 << 40, b"the same")], ""),
        (vec![(&file, Regular, 8, b"the same")], "has no chat.jsonl"),
    ];
    for (entries, why) in cases {
        let (place, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let path = place.path().join("evil.tar");
        fs::write(&path, tar_of(&entries)).unwrap();
        let refused = import(&there.path().join("data"), &path).unwrap_err().to_string();
        assert!(refused.contains(why), "{why:?} is not in {refused:?}");
        assert!(!place.path().join("evil").exists() && !there.path().join("evil").exists());
        assert!(!there.path().join("data/chat.db").exists() && !there.path().join("data/files").exists());
    }
}

#[tokio::test]
async fn the_doctor_finds_what_is_wrong_says_what_to_do_and_changes_nothing() {
    let (mut server, ..) = lived_in().await;
    assert_eq!(program(server.folder(), &["doctor"]).status.code(), Some(0), "beside a running server, too");
    server.stop().await;
    // What the server had open may still be: the test works on a copy.
    let folder = TempDir::new().unwrap();
    assert_eq!(admin::backup(server.folder(), &folder.path().join("chat.db")).unwrap(), 0);
    fs::rename(folder.path().join("chat.db.files"), folder.path().join("files")).unwrap();
    assert!(admin::Database::open(folder.path()).unwrap().reindex().unwrap() > 0);
    let broken = [
        ("DELETE FROM event WHERE seq = 3 AND room = (SELECT id FROM room WHERE name = 'ops')", "has a gap", "restore"),
        ("UPDATE room SET messages = messages + 1 WHERE name = 'ops'", "other events or messages", "import"),
        ("UPDATE room SET pins = 5 WHERE name = 'ops'", "other members or pins", "import"),
        ("UPDATE member SET read_sent = read_sent + 1", "unread messages", "import"),
        ("UPDATE thread SET count = 7", "other replies", "import"),
        ("UPDATE reaction_count SET count = 7", "other reactions", "import"),
        ("UPDATE message SET body = 'other words' WHERE body = 'with notes'", "index for searching", "reindex"),
        ("INSERT INTO search (search) VALUES ('delete-all')", "index for searching", "reindex"),
        ("UPDATE message SET body = 'still here' WHERE deleted", "still has a text", "help"),
        ("UPDATE upload SET size = 1", "another size", "backup"),
        ("UPDATE upload SET hash = zeroblob(32)", "is missing", "backup"),
        ("DELETE FROM upload; DELETE FROM freed_file", "belong to no message", "nothing"),
        ("UPDATE user SET name = x'00' WHERE name = 'bob'", "damaged", "restore"),
    ];
    let database = folder.path().join("chat.db");
    let sound = fs::read(&database).unwrap();
    for (sql, what, advice) in broken {
        fs::write(&database, &sound).unwrap();
        let db = rusqlite::Connection::open(&database).unwrap();
        db.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        let before = fs::read(&database).unwrap();
        let output = program(folder.path(), &["doctor"]);
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{sql}: {told}");
        assert!(told.contains(what) && told.contains(advice), "{sql}: {told}");
        assert!(before == fs::read(&database).unwrap(), "{sql}: the doctor changed something");
    }
}

#[tokio::test]
async fn the_doctor_takes_no_file_for_a_stray_that_the_server_is_about_to_delete() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("ops").await;
    let file = alice.upload("notes.txt", "what stands in the file").await;
    let carrier = alice.say_with("ops", "with notes", &[&file]).await;
    // The server deletes nothing as long as a backup, or this, holds the files.
    let held = fs::File::open(server.folder().join("files/lock")).unwrap();
    held.lock_shared().unwrap();
    alice.delete(&format!("/api/messages/{}", carrier["id"].as_str().unwrap())).await.is(204);
    let is_it = |path: &PathBuf| fs::read(path).unwrap() == b"what stands in the file";
    let is_there = || files_below(&server.folder().join("files")).iter().any(is_it);
    assert!(is_there(), "the file waits for its deletion");
    assert_eq!(admin::examine(server.folder()).unwrap(), []);
    assert!(is_there(), "the doctor changed something");
}

/// What `GET /api/export` gives someone, line by line.
async fn exported(person: &Person) -> Vec<Value> {
    let answer = person.get("/api/export").await.is(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn everyone_takes_along_what_they_may_see_and_nothing_else() {
    let (server, alice, _) = lived_in().await;
    let carol = server.register("carol").await;
    server.get("/api/export").await.is_problem(401, "unauthorized");
    let bodies = |lines: &[Value]| {
        let of_messages = lines.iter().filter(|line| line["type"] == "Message");
        of_messages.map(|line| line["message"]["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (hers, carols) = (exported(&alice).await, exported(&carol).await);
    let mut of_alice = bodies(&hers);
    of_alice.sort_unstable();
    let all = ["", "only for bob", "only for members", "the *disk* is full, @bob", "which one?", "with notes"];
    assert_eq!(of_alice, all);
    assert_eq!(bodies(&carols), ["the *disk* is full, @bob", "which one?", "", "with notes"]);
    assert_eq!(hers[0], json!({ "type": "export", "version": 1 }));
    let rooms = |lines: &[Value]| lines.iter().filter(|line| line["type"] == "room").count();
    assert_eq!((rooms(&hers), rooms(&carols)), (4, 2));
    let reaction = hers.iter().find(|line| line["type"] == "ReactionAdded").unwrap();
    assert_eq!(reaction["emoji"], "👍");
    let members = hers.iter().filter(|line| line["type"] == "member" && line["room"] == reaction["room"]);
    assert_eq!(members.map(|line| line["user"]["name"].as_str().unwrap()).collect::<Vec<_>>(), ["alice", "bob"]);
}
