//! What is not there, checked: state and update know no terminal, no socket and no clock; colours are in one file.

use std::{fs, path::Path};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The files below these paths that mention any of these words, tests aside.
fn mentions(paths: &[&str], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in paths {
        visit(&Path::new(SOURCE).join(path), &mut |file, text| {
            found.extend(words.iter().filter(|word| text.contains(**word)).map(|word| format!("{file}: {word}")));
        });
    }
    found
}

fn visit(path: &Path, look: &mut dyn FnMut(&str, &str)) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            visit(&entry.unwrap().path(), look);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") && !path.to_string_lossy().contains("tests") {
        look(&path.to_string_lossy(), &fs::read_to_string(path).unwrap());
    }
}

const INNER: [&str; 16] = [
    "state",
    "state.rs",
    "update",
    "update.rs",
    "timeline_view",
    "timeline_view.rs",
    "layout",
    "layout.rs",
    "editor",
    "editor.rs",
    "bindings",
    "bindings.rs",
    "input.rs",
    "geometry.rs",
    "slash.rs",
    "ink.rs",
];

#[test]
fn state_and_update_know_no_terminal_no_socket_and_no_clock() {
    let words = ["ratatui::", "crossterm::", "tokio::", "Instant::now", "SystemTime", "std::env", "std::fs"];
    assert_eq!(mentions(&INNER, &words), Vec::<String>::new());
}

#[test]
fn colours_are_in_the_theme_alone() {
    assert_eq!(mentions(&["view", "view.rs", "run", "run.rs"], &["Color::", "Modifier::"]), Vec::<String>::new());
}

#[test]
fn the_view_changes_nothing() {
    assert_eq!(mentions(&["view", "view.rs"], &["&mut State", "Effect", "update::"]), Vec::<String>::new());
}
