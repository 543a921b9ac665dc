//! The terminal goes away under the program: its window was closed, the connection to the machine was lost. The program
//! must not go on without it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its harness too")]

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::fd::OwnedFd,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use chat_protocol::{Role, Timestamp, User, UserId};
use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Action, Winsize, tcflow, tcsetwinsize},
};
use serde_json::json;

/// Nobody listens there.
const SERVER: &str = "http://127.0.0.1:1";
/// The program ends within two seconds and a moment; the rest is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is pressed may be read before the terminal goes or not; both happens in so many attempts.
const ATTEMPTS: usize = 8;

/// A program in a terminal that is not the one of its session: nobody sends it a signal when that goes away.
#[test]
fn nobody_says_that_the_terminal_is_gone() {
    let home = home();
    for _ in 0..ATTEMPTS {
        let (mut window, _, child) = open(home.path());
        window.write_all(b"half a sente").unwrap();
        drop(window);
        ends(child);
    }
}

#[test]
fn a_terminal_that_takes_nothing_does_not_keep_the_program() {
    let home = home();
    let (mut window, terminal, child) = open(home.path());
    tcflow(&terminal, Action::OOff).unwrap();
    window.write_all(b"half a sente").unwrap();
    kill_process(pid(&child), Signal::TERM).unwrap();
    ends(child);
}

/// Starts the program with a kept name, and waits until it has drawn. Gives the window, and the terminal in it.
fn open(home: &Path) -> (File, File, Child) {
    let window = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&window).unwrap();
    unlockpt(&window).unwrap();
    tcsetwinsize(&window, size(24, 80)).unwrap();
    let name = ptsname(&window, Vec::new()).unwrap();
    let terminal = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let copy = || Stdio::from(OwnedFd::from(terminal.try_clone().unwrap()));
    let child = Command::new(env!("CARGO_BIN_EXE_chat-tui"))
        .args(["--server", SERVER])
        .env("CHAT_STATE_DIR", home)
        .env("TERM", "xterm-256color")
        .stdin(copy())
        .stdout(copy())
        .stderr(copy())
        .spawn()
        .unwrap();
    let mut window = File::from(window);
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("offline") {
        let mut some = [0; 4096];
        let count = window.read(&mut some).unwrap();
        seen.extend_from_slice(&some[..count]);
    }
    (window, terminal, child)
}

fn ends(mut child: Child) {
    let pid = pid(&child);
    let (end, ended) = mpsc::channel();
    thread::spawn(move || end.send(child.wait()));
    let status = ended.recv_timeout(PATIENCE);
    if status.is_err() {
        kill_process(pid, Signal::KILL).unwrap();
    }
    status.expect("it ends soon").unwrap();
}

/// A folder in which a name for the server is kept, so that the screen opens without it.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let user = User {
        id: UserId::now_v7(),
        name: "alice".to_owned(),
        display_name: None,
        color: None,
        role: Role::Member,
        bot: false,
        online: false,
        away: false,
        status: None,
        last_seen_at: None,
        created_at: Timestamp::default(),
    };
    let server = home.path().join("http_127.0.0.1+1");
    let account = server.join(user.id.to_string());
    fs::create_dir_all(&account).unwrap();
    fs::write(server.join("last"), user.id.to_string()).unwrap();
    let kept = json!({ "user": user, "token": format!("cht_{}", "A".repeat(43)) });
    fs::write(account.join("account.json"), kept.to_string()).unwrap();
    home
}

fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}

fn size(rows: u16, columns: u16) -> Winsize {
    Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}
