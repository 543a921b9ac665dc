//! `chat-tui send`: one message from a script, stored once.

use std::collections::BTreeSet;

use chat_e2e::{
    Person, Server, Shell, Terminal, namespace,
    proxy::{Fault, Proxy},
    text, within,
};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// Done.
const DONE: Option<i32> = Some(0);
/// Something went wrong on this machine.
const FAILED: Option<i32> = Some(1);
/// The command line asks for what cannot be.
const USAGE: Option<i32> = Some(2);
/// The server refuses.
const REFUSED: Option<i32> = Some(4);

#[tokio::test]
async fn the_id_of_the_stored_message_is_printed() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let id = shell.chat(&["send", "--name", "alice", "build", "is", "green"]).await.ok().to_owned();

    let bob = Person::take(&server, "bob").await;
    let messages = bob.messages("lobby").await;
    assert_eq!(messages.len(), 1);
    assert_eq!(text(&messages[0]["id"]), id);
    assert_eq!(text(&messages[0]["body"]), "build is green");
    assert_eq!(text(&messages[0]["author"]["name"]), "alice");
}

#[tokio::test]
async fn files_are_sent_with_a_message_or_alone() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let folder = tempfile::tempdir().unwrap();
    let (log, empty) = (folder.path().join("out.log"), folder.path().join("empty"));
    let large: String = (0..200_000).map(|line| format!("{line}\n")).collect();
    std::fs::write(&log, &large).unwrap();
    std::fs::write(&empty, "").unwrap();
    let (log, empty) = (log.to_str().unwrap(), empty.to_str().unwrap());
    shell.chat(&["send", "--name", "alice", "--file", log, "--file", empty, "the build"]).await.ok();
    shell.chat(&["send", "--file", empty]).await.ok();
    let bob = Person::take(&server, "bob").await;
    let messages = bob.messages("lobby").await;
    assert_eq!((text(&messages[0]["body"]), text(&messages[1]["body"])), ("the build".to_owned(), String::new()));
    let sizes: Vec<_> = messages[0]["attachments"].as_array().unwrap().iter().map(|file| &file["size"]).collect();
    assert_eq!(sizes, [large.len(), 0]);
    let (id, name) = (text(&messages[0]["attachments"][0]["id"]), text(&messages[0]["attachments"][0]["name"]));
    assert_eq!(name, "out.log");
    assert_eq!(bob.get(&format!("/api/uploads/{id}/{name}")).await.is(200).text, large);

    // A picture goes without what it says of where it was taken, unless that is asked for.
    let picture = folder.path().join("cat.jpg");
    let frame = b"\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0\xff\xda\0\x02\x07\xff\xd9";
    let jpeg = [&b"\xff\xd8"[..], b"\xff\xfe\0\x05GPS", frame].concat();
    std::fs::write(&picture, &jpeg).unwrap();
    let picture = picture.to_str().unwrap();
    shell.chat(&["send", "--file", picture]).await.ok();
    shell.chat(&["send", "--file", picture, "--keep-metadata"]).await.ok();
    let pictures = &bob.messages("lobby").await[2..];
    let seen = pictures.iter().map(|message| &message["attachments"][0]);
    let seen: Vec<_> = seen.map(|file| (file["size"].as_u64(), file["width"].as_u64())).collect();
    let size = jpeg.len() as u64;
    assert_eq!(seen, [(Some(size - 7), Some(3)), (Some(size), Some(3))]);

    let missing = shell.chat(&["send", "--file", "/nowhere/out.log", "hello"]).await;
    assert_eq!(missing.code, USAGE, "{missing:?}");
    let folder = shell.chat(&["send", "--file", folder.path().to_str().unwrap()]).await;
    assert_eq!(folder.code, USAGE, "{folder:?}");
    assert_eq!(bob.messages("lobby").await.len(), 4, "nothing was sent");
}

#[tokio::test]
async fn the_name_is_needed_once() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["--name", "alice", "send", "first"]).await.ok();
    shell.chat(&["send", "second"]).await.ok();
    shell.chat(&["send", "--name", "ALICE", "third"]).await.ok();
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["first", "second", "third"]);
}

#[tokio::test]
async fn standard_input_is_sent_whole() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let input = "# Nightly\n\n- größer\n- 日本語 👍\n\n```\nfn main() {}\n```\n\n";
    shell.chat_with_input(&["send", "--name", "alice"], input).await.ok();
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, [input.trim_end()]);
}

#[tokio::test]
async fn a_text_that_begins_with_a_dash_goes_after_two() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "--", "--force", "is", "not", "an", "option"]).await.ok();
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["--force is not an option"]);
}

#[tokio::test]
async fn a_direct_room_is_named_by_whom_one_writes_to() {
    let server = Server::start().await;
    let (bob, shell) = (Person::take(&server, "bob").await, Shell::new(&server));
    shell.chat_with_input(&["send", "--name", "alice", "--room", "@bob"], "disk 91 %\n").await.ok();
    shell.chat(&["send", "--room", "@alice", "buy disks"]).await.ok();
    assert_eq!(bob.bodies("@alice").await, ["disk 91 %"]);

    let mut screen = Terminal::chat(&shell, &[], 80, 24);
    screen.shows("● connected").await;
    screen.enter("/msg @bob did you see this?");
    screen.shows("disk 91 %").await;
    let stored = |screen: &str| screen.lines().any(|row| row.contains("did you see this?") && row.contains('✓'));
    screen.until("the tick", stored).await;
    screen.shows_no("buy disks").await;
    bob.say("@alice", "on it").await;
    screen.shows("on it").await;
    assert_eq!(bob.bodies("@alice").await, ["disk 91 %", "did you see this?", "on it"], "it is one room");

    let nobody = shell.chat(&["send", "--room", "@nobody", "hello?"]).await;
    assert_eq!(nobody.code, REFUSED, "{nobody:?}");
    assert!(nobody.stderr.contains("there is no user @nobody"), "{nobody:?}");
}

#[tokio::test]
async fn another_room_by_name_with_or_without_its_sign() {
    let server = Server::start().await;
    let bob = Person::take(&server, "bob").await;
    bob.post("/api/rooms", serde_json::json!({ "name": "release" })).await.is(201);
    let shell = Shell::new(&server);
    let refused = shell.chat(&["send", "--name", "alice", "--room", "release", "not in it"]).await;
    assert_eq!(refused.code, REFUSED, "{refused:?}");

    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "carol", "--room", "#lobby", "one"]).await.ok();
    shell.chat(&["send", "--room", "lobby", "two"]).await.ok();
    assert_eq!(bob.bodies("lobby").await, ["one", "two"]);
    assert!(bob.bodies("release").await.is_empty());
}

#[tokio::test]
async fn a_lost_answer_stores_no_second_message() {
    let server = Server::start().await;
    let proxy = Proxy::to(&server).await;
    proxy.inflict(Fault::LostAnswer("POST /api/messages"), 2, 0);
    let shell = Shell::at(proxy.url());
    let id = shell.chat(&["send", "--name", "alice", "once"]).await.ok().to_owned();
    assert_eq!(proxy.tally().faults, 2);

    let bob = Person::take(&server, "bob").await;
    let messages = bob.messages("lobby").await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(text(&messages[0]["id"]), id);
}

#[tokio::test]
async fn a_rate_limit_is_waited_out() {
    let server = Server::with(&["messages=1:2"]).start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "first"]).await.ok();
    shell.chat(&["send", "second"]).await.ok();
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["first", "second"]);
}

#[tokio::test]
async fn twenty_scripts_at_once_are_one_user() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "0"]).await.ok();
    let texts: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
    let sends = texts.iter().map(|text| async { shell.chat(&["send", text]).await.ok().to_owned() });
    let ids: BTreeSet<String> = futures_util::future::join_all(sends).await.into_iter().collect();
    assert_eq!(ids.len(), 20);

    let bob = Person::take(&server, "bob").await;
    let stored: BTreeSet<String> = bob.bodies("lobby").await.into_iter().collect();
    assert_eq!(stored, (0..=20).map(|number| number.to_string()).collect());
}

#[tokio::test]
async fn a_wait_when_signing_in_is_a_wait_like_any_other() {
    let server = Server::with(&["registrations=1:0.001"]).start().await;
    Person::take(&server, "bob").await;
    let shell = Shell::new(&server);
    for args in [&["send", "--name", "alice", "--timeout", "1", "hi"][..], &["tail", "--name", "alice"]] {
        let ended = shell.chat(args).await;
        assert_eq!(ended.code, FAILED, "{args:?}: {ended:?}");
        assert!(ended.stderr.contains("the server says to wait"), "{args:?}: {ended:?}");
    }

    let server = Server::with(&["registrations=1:1"]).start().await;
    Person::take(&server, "bob").await;
    let sent = Shell::new(&server).chat(&["send", "--name", "alice", "hi"]).await;
    sent.ok();
    assert!(sent.stderr.contains("waiting 1 s"), "{sent:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_enough_for_who_is_signed_in() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "hi"]).await.ok();
    let Some(read_only) = namespace::read_only(&shell.home().join("state")) else { return };
    shell.chat_behind(&read_only, &["send", "again"]).await.ok();
    let mut tail = shell.spawn_behind(&read_only, &["tail", "--json", "--since", "0"]);
    let mut lines = BufReader::new(tail.stdout.take().expect("it was piped")).lines();
    for _ in 0..3 {
        within("an event", lines.next_line()).await.expect("it is text").expect("it goes on");
    }
}

#[tokio::test]
async fn coloured_input_is_sent_without_its_colours() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let input =
        "\x1b[1;31merror\x1b[0m: \x1b]8;;https://a.example\x1b\\here\x1b]8;;\x1b\\\n\x1b(Bend\x1b[38:2::9:9:9m!\n";
    shell.chat_with_input(&["send", "--name", "alice"], input).await.ok();
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["error: here\nend!"]);
}

#[tokio::test]
async fn an_empty_variable_counts_as_unset() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "first"]).await.ok();
    shell.chat_where(&[("CHAT_NAME", ""), ("CHAT_SERVER", "")], &["send", "second"]).await.ok();
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["first", "second"]);
}

#[tokio::test]
async fn a_server_that_restarts_is_waited_for() {
    let mut server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "before"]).await.ok();
    server.kill().await;
    let mut send = shell.spawn(&["send", "meanwhile"]);
    let mut complaints = BufReader::new(send.stderr.take().expect("it was piped")).lines();
    let told = within("what send says", complaints.next_line()).await.expect("it is text").unwrap_or_default();
    assert!(told.contains(server.url()), "{told}");
    server.restart().await;
    assert_eq!(within("send's end", send.wait()).await.expect("it can be waited for").code(), DONE);
    let bob = Person::take(&server, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["before", "meanwhile"]);
}

#[tokio::test]
async fn eight_first_scripts_at_once_are_one_user() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let texts: Vec<String> = (1..=8).map(|number| number.to_string()).collect();
    let sends = texts.iter().map(|text| async { shell.chat(&["send", "--name", "alice", text]).await.ok().to_owned() });
    let ids: BTreeSet<String> = futures_util::future::join_all(sends).await.into_iter().collect();
    assert_eq!(ids.len(), 8);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_token() {
    use std::os::unix::fs::MetadataExt as _;

    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "hi"]).await.ok();
    let mut folders = vec![shell.home().join("state")];
    while let Some(folder) = folders.pop() {
        assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700, "{}", folder.display());
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                assert_eq!(entry.metadata().unwrap().mode() & 0o777, 0o600, "{}", entry.path().display());
            }
        }
    }
}
