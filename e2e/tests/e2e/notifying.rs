//! A user who looks elsewhere is called by the terminal, or by the desktop where the terminal cannot.

use std::{collections::HashMap, path::Path, process::Stdio};

use chat_e2e::{Person, Server, Shell, Terminal, programs, require, within};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
    sync::mpsc::{UnboundedSender, unbounded_channel},
};
use zbus::{OwnedVariant, connection};

#[tokio::test]
async fn a_mention_in_another_room_rings_and_says_who_and_never_what_when_told_so() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    alice.shows("● connected").await;
    alice.enter("/join side");
    alice.shows("this is where #side begins").await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "@alice the build is red").await;
    alice.shows("1@").await;
    let written = |alice: &Terminal, text: &str| String::from_utf8_lossy(alice.emulator().written()).contains(text);
    assert_eq!(alice.emulator().noticed().bells, 1);
    assert!(written(&alice, "\x1b]9;bob in #lobby: @alice the build is red\x07"));

    alice.enter("/notifications names");
    alice.shows("who writes and where").await;
    let carol = Person::take(&server, "carol").await;
    carol.join("side").await;
    alice.enter("/join third");
    alice.shows("this is where #third begins").await;
    carol.say("side", "@alice a secret").await;
    alice.shows("2@").await;
    assert_eq!(alice.emulator().noticed().bells, 2);
    assert!(written(&alice, "\x1b]9;carol in #side\x07") && !written(&alice, "a secret"));
}

/// A desktop that tells what it was asked to show, and reads markup in it.
struct Desktop(UnboundedSender<(String, String)>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "the specification has them")]
    fn notify(
        &self,
        _app: &str,
        replaced: u32,
        _icon: &str,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _timeout: i32,
    ) -> u32 {
        self.0.send((summary, body)).expect("the test listens");
        replaced.max(1)
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "body-markup".to_owned()]
    }
}

#[tokio::test]
async fn a_desktop_is_told_where_its_terminal_shows_nothing() {
    let Some(dbus) = require::dbus() else { return };
    let mut bus = Command::new(dbus)
        .args(["--session", "--nofork", "--print-address"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(bus.stdout.take().unwrap()).lines();
    let address = within("the address of the bus", lines.next_line()).await.unwrap().unwrap();
    let (to, mut shown) = unbounded_channel();
    let desktop = connection::Builder::address(&*address)
        .name("org.freedesktop.Notifications")
        .serve_at("/org/freedesktop/Notifications", Desktop(to));
    let _desktop = desktop.build().await.unwrap();

    let server = Server::start().await;
    let shell = Shell::new(&server);
    let here = [&*format!("DBUS_SESSION_BUS_ADDRESS={address}"), "DISPLAY=:0", programs::tui().to_str().unwrap()]
        .map(str::to_owned);
    let who = ["--server", shell.server(), "--name", "alice"];
    let args: Vec<&str> = here.iter().map(String::as_str).chain(who).collect();
    let mut alice = Terminal::run(&shell, Path::new("/usr/bin/env"), &args, 80, 24);
    alice.shows("● connected").await;
    alice.enter("/join side");
    alice.shows("this is where #side begins").await;
    let bob = Person::take(&server, "bob").await;
    bob.say("lobby", "@alice is 3 < 4 & <b>bold</b>?").await;
    let told = within("the desktop is told", shown.recv()).await.unwrap();
    assert_eq!(told, ("bob in #lobby".to_owned(), "@alice is 3 &lt; 4 &amp; &lt;b&gt;bold&lt;/b&gt;?".to_owned()));
    alice.shows("1@").await;
    assert_eq!(alice.emulator().noticed().bells, 1);
    assert!(!String::from_utf8_lossy(alice.emulator().written()).contains("\x1b]9;"), "it is told once");
}
