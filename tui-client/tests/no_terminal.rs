//! A screen that cannot be shown: the program says so before it does anything that cannot be undone.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

/// Nobody listens there: a program that asked the server would say so.
const SERVER: &str = "http://127.0.0.1:1";

#[test]
fn no_name_is_taken_where_no_screen_can_be_shown() {
    let home = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_chat-tui"));
    program.args(["--server", SERVER, "--name", "alice"]).env("CHAT_STATE_DIR", home.path()).env("TERM", "xterm");
    let ended = program.output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("standard output goes elsewhere") && told.contains("chat-tui send"), "{told}");
}
