//! An operator with a shell on the server's machine: invites, link codes, users.

use chat_e2e::{Person, Server, Shell};

#[tokio::test]
async fn an_invite_lets_one_in_once() {
    let server = Server::with(&[]).arg("--registration").arg("invite").start().await;
    let shell = Shell::new(&server);
    let refused = shell.chat(&["send", "--name", "alice", "hi"]).await;
    assert_eq!(refused.code, Some(4), "{refused:?}");

    let code = server.admin(&["invite"]).await.ok().to_owned();
    shell.chat(&["send", "--name", "alice", "--invite", &code, "hi"]).await.ok();
    let again = Shell::new(&server).chat(&["send", "--name", "bob", "--invite", &code, "hi"]).await;
    assert_eq!(again.code, Some(4), "{again:?}");
}

#[tokio::test]
async fn a_user_who_lost_everything_comes_back_by_a_link_code() {
    let server = Server::start().await;
    let old = Shell::new(&server);
    old.chat(&["send", "--name", "alice", "from the old machine"]).await.ok();
    let reset = server.admin(&["user", "reset", "alice"]).await;
    let code = reset.ok().lines().next().unwrap_or_default().to_owned();

    let signed_out = old.chat(&["send", "anything"]).await;
    assert_eq!(signed_out.code, Some(4), "{signed_out:?}");
    let new = Shell::new(&server);
    new.chat(&["send", "--link", &code, "from the new one"]).await.ok();
    let again = Shell::new(&server).chat(&["send", "--link", &code, "twice"]).await;
    assert_eq!(again.code, Some(4), "a code is good once: {again:?}");

    let bob = Person::take(&server, "bob").await;
    let names: Vec<_> = bob.messages("lobby").await.iter().map(|message| message["author"]["name"].clone()).collect();
    assert_eq!(names, ["alice", "alice"]);
}

#[tokio::test]
async fn users_are_listed() {
    let server = Server::start().await;
    Person::take(&server, "alice").await;
    Person::take(&server, "bob").await;
    assert_eq!(server.admin(&["user", "role", "bob", "admin"]).await.code, Some(0));
    let listed = server.admin(&["user", "list"]).await;
    let line = |name: &str| listed.ok().lines().find(|line| line.contains(name)).unwrap_or_default().to_owned();
    assert!(line("alice").contains("member"), "{listed:?}");
    assert!(line("bob").contains("admin"), "{listed:?}");
    assert_eq!(server.admin(&["user", "role", "nobody", "admin"]).await.code, Some(1));
}
