//! Remembers which panes the user wants, from one start to the next.

use std::{fs, path::PathBuf};

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_app_strategy};
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
pub(super) fn load() -> Panes {
    let text = file().and_then(|file| fs::read_to_string(file).ok());
    let Screen { rooms, people } = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Panes { rooms, people }
}

/// Remembers them. Failing at that is not worth a word.
pub(super) fn save(panes: Panes) {
    let screen = Screen { rooms: panes.rooms, people: panes.people };
    if let (Some(file), Ok(text)) = (file(), serde_json::to_string(&screen)) {
        _ = fs::write(file, text);
    }
}

/// Beside what the client library keeps.
fn file() -> Option<PathBuf> {
    let folder = match std::env::var_os("CHAT_STATE_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => {
            let names =
                AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "chat".to_owned() };
            let platform = choose_app_strategy(names).ok()?;
            platform.state_dir().unwrap_or_else(|| platform.data_dir())
        }
    };
    Some(folder.join("screen.json"))
}
