//! The demonstration shows what it promises: the screens are read, and every message counted.

use std::{path::Path, process::Command};

use chat_e2e::{programs, require};

#[test]
fn the_demonstration_works() {
    if require::tmux().is_none() || require::curl().is_none() {
        return;
    }
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo.sh");
    let output = Command::new(demo).arg("--check").arg("--bin").arg(programs::folder()).output().unwrap();
    let (told, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{complaints}");
    assert!(told.trim_end().ends_with("everything is there, once"), "{told}");
}
