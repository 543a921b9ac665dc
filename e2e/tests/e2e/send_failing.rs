//! `chat-tui send` where it cannot: a failure that a script can branch on, and nothing stored.

use chat_e2e::{
    Person, Server, Shell,
    impostor::{self, Impostor},
};

/// Done.
const DONE: Option<i32> = Some(0);
/// Something went wrong on this machine.
const FAILED: Option<i32> = Some(1);
/// The command line asks for what cannot be.
const USAGE: Option<i32> = Some(2);
/// No chat server answers.
const UNREACHABLE: Option<i32> = Some(3);
/// The server refuses.
const REFUSED: Option<i32> = Some(4);

#[tokio::test]
async fn to_have_to_wait_is_no_refusal() {
    let server = Server::with(&["messages=1:0.001"]).start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "first"]).await.ok();
    let ended = shell.chat(&["send", "--timeout", "1", "second"]).await;
    assert_eq!(ended.code, FAILED, "{ended:?}");
    assert!(ended.stderr.contains("the server says to wait"), "{ended:?}");
    assert!(!ended.stderr.contains("tried for 1 s"), "it did not try for so long: {ended:?}");
}

#[tokio::test]
async fn an_endless_input_is_not_read_to_its_end() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut yes = std::process::Command::new("yes").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let input = yes.stdout.take().expect("it was piped");
    let ended = shell.chat_reading(&["send", "--name", "alice"], input.into()).await;
    yes.wait().unwrap();
    assert_eq!(ended.code, REFUSED, "{ended:?}");
    assert!(ended.stderr.contains("longer than"), "{ended:?}");
}

#[tokio::test]
async fn what_cannot_be_asked_for() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let blank = shell.chat_with_input(&["send", "--name", "alice"], " \n\t\n").await;
    assert_eq!(blank.code, USAGE, "{blank:?}");
    for args in [&["send", "--name", "alice", ""][..], &["send", "no name yet"], &["send", "--colour", "red", "hi"]] {
        let ended = shell.chat(args).await;
        assert_eq!(ended.code, USAGE, "{args:?}: {ended:?}");
        assert_eq!(ended.stdout, "");
        assert_ne!(ended.stderr, "");
    }
    let strange = Shell::at("ftp://127.0.0.1").chat(&["send", "--name", "alice", "hi"]).await;
    assert_eq!(strange.code, USAGE, "{strange:?}");
}

#[tokio::test]
async fn no_server_is_there() {
    let mut server = Server::start().await;
    server.kill().await;
    let ended = Shell::new(&server).chat(&["send", "--name", "alice", "hello?"]).await;
    assert_eq!(ended.code, UNREACHABLE, "{ended:?}");
    assert!(ended.stderr.contains(server.url()), "{ended:?}");
}

#[tokio::test]
async fn what_answers_is_no_chat_server() {
    let page = |_: &str| impostor::http("200 OK", "text/html", "<h1>It works!</h1>");
    let json = |_: &str| impostor::http("200 OK", "application/json", r#"{"id":7,"token":"nothing of ours"}"#);
    let broken = |_: &str| impostor::http("502 Bad Gateway", "text/html", "\x1b[31mno upstream\x1b[0m");
    let noise = |_: &str| "SSH-2.0-OpenSSH_9.6\r\n".to_owned();
    let silence = |_: &str| String::new();
    for answers in [page, json, broken, noise, silence] {
        let impostor = Impostor::start(answers).await;
        let ended = Shell::at(impostor.url()).chat(&["send", "--name", "alice", "hello?"]).await;
        assert_eq!(ended.code, UNREACHABLE, "{ended:?}");
        assert!(!ended.stderr.contains('\x1b'), "a server's words reach the terminal untouched: {ended:?}");
        assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    }
}

#[tokio::test]
async fn what_the_server_refuses() {
    let server = Server::start().await;
    Person::take(&server, "alice").await;
    let shell = Shell::new(&server);
    let long = "x".repeat(16 * 1024 + 1);
    shell.chat(&["send", "--name", "bob", "hello"]).await.ok();
    for args in [
        &["send", "--name", "alice", "hi"][..],
        &["send", "--name", "a1ice", "hi"],
        &["send", "--name", "no spaces", "hi"],
        &["send", "--room", "nowhere", "hi"],
        &["send", &long],
    ] {
        let ended = shell.chat(args).await;
        assert_eq!(ended.code, REFUSED, "{args:?}: {ended:?}");
        assert_eq!(ended.stdout, "");
        assert_ne!(ended.stderr, "");
    }
    let carol = Person::take(&server, "carol").await;
    assert_eq!(carol.bodies("lobby").await, ["hello"]);
}

#[tokio::test]
async fn a_user_who_was_disabled_is_refused() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "mallory", "hello"]).await.ok();
    assert_eq!(server.admin(&["user", "disable", "mallory"]).await.code, DONE);
    let ended = shell.chat(&["send", "still here"]).await;
    assert_eq!(ended.code, REFUSED, "{ended:?}");
}

#[tokio::test]
async fn no_name_is_taken_whose_token_cannot_be_kept() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let folder = server.url().replacen("://", "_", 1).replace(':', "+");
    std::fs::create_dir_all(shell.home().join("state")).unwrap();
    std::fs::write(shell.home().join("state").join(folder), "a file where the folder should be").unwrap();
    let ended = shell.chat(&["send", "--name", "alice", "hi"]).await;
    assert_eq!(ended.code, FAILED, "{ended:?}");
    // The name is free still.
    Person::take(&server, "alice").await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_used() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    std::fs::write(shell.home().join("state"), "a file where the folder should be").unwrap();
    let ended = shell.chat(&["send", "--name", "alice", "hi"]).await;
    assert_eq!(ended.code, FAILED, "{ended:?}");
    assert!(ended.stderr.contains("state"), "{ended:?}");
}
