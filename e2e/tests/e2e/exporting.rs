//! `chat-tui export`: everything that one may see, in a file of one's own.

use std::{fs, os::unix::fs::PermissionsExt as _};

use chat_e2e::{Person, Server, Shell};
use serde_json::{Value, json};

#[tokio::test]
async fn one_takes_along_what_one_may_see_and_no_more() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "--room", "lobby", "hello, bob"]).await.ok();
    let private = |name: &str, members: Value| json!({ "kind": "private", "name": name, "members": members });
    bob.create_room_with(private("ours", json!(["alice"]))).await;
    bob.create_room_with(private("mine", json!([]))).await;
    bob.say("ours", "between us").await;
    bob.say("mine", "for nobody").await;
    let file = bob.upload("notes.txt", "the notes").await;
    bob.say_with("lobby", "with notes", &[&file]).await;

    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("chat.jsonl");
    let path = path.to_str().unwrap();
    let done = shell.chat(&["export", path]).await;
    assert_eq!(done.ok(), "", "standard output stays free");
    assert!(done.stderr.contains(&format!("wrote {path}")), "{done:?}");
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "it holds what was said in private");
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({ "type": "export", "version": 1 }));
    let messages: Vec<&Value> = lines.iter().filter(|line| line["type"] == "Message").collect();
    let mut bodies: Vec<&str> = messages.iter().map(|line| line["message"]["body"].as_str().unwrap()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["between us", "hello, bob", "with notes"]);
    assert!(messages.iter().any(|line| line["message"]["attachments"][0]["name"] == "notes.txt"), "{text}");

    // Nothing is overwritten, and the same is the same.
    let again = shell.chat(&["export", path]).await;
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.stderr.contains("exists already: give another name"), "{again:?}");
    let other = place.path().join("other.jsonl");
    shell.chat(&["export", other.to_str().unwrap()]).await.ok();
    assert_eq!(fs::read_to_string(&other).unwrap(), text);
    let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.count(), 2, "nothing unfinished is left");

    let nowhere = place.path().join("no/such/folder");
    let failed = shell.chat(&["export", nowhere.to_str().unwrap()]).await;
    assert!(failed.code.is_some_and(|code| code != 0) && failed.stderr.contains("cannot write"), "{failed:?}");
}
