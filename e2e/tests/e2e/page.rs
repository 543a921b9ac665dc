//! The page's modules without a browser: its store is told the same golden messages as the Rust code.

use std::{path::Path, process::Command};

use chat_e2e::require;

#[test]
fn the_pages_store() {
    let Some(node) = require::node() else { return };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/tests");
    let mut files: Vec<_> = tests.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.js"));
    files.sort();
    assert!(!files.is_empty(), "there is nothing to run in {}", tests.display());

    let output = Command::new(node).arg("--test").args(&files).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
}
