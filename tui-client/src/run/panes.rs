//! Remembers which panes the user wants, from one start to the next.

use std::{fs, path::PathBuf};

use chat_client::Accounts;
use serde::{Deserialize, Serialize};

use crate::state::Panes;

/// As it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Screen {
    rooms: bool,
    people: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self { rooms: true, people: true }
    }
}

/// The panes as they were last time; all of them if that is not known.
pub(super) fn load(accounts: &Accounts) -> Panes {
    let text = fs::read_to_string(file(accounts)).ok();
    let Screen { rooms, people } = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Panes { rooms, people }
}

/// Remembers them. Failing at that is not worth a word.
pub(super) fn save(accounts: &Accounts, panes: Panes) {
    let screen = Screen { rooms: panes.rooms, people: panes.people };
    if let Ok(text) = serde_json::to_string(&screen) {
        _ = fs::write(file(accounts), text);
    }
}

/// Beside what the client library keeps.
fn file(accounts: &Accounts) -> PathBuf {
    accounts.folder().join("screen.json")
}
