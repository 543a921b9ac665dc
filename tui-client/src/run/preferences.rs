//! Remembers what the user wants of this program, from one start to the next.

use std::{fs, path::PathBuf};

use chat_client::Accounts;
use serde::{Deserialize, Serialize};

use crate::state::{Notifications, Panes, PictureSetting, Preferences};

/// As it is written. A field that is missing or unknown is as it was at the first start.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Screen {
    rooms: bool,
    people: bool,
    notifications: String,
    fold_replies: bool,
    pictures: String,
}

impl From<Preferences> for Screen {
    fn from(Preferences { panes, notifications, folds_replies, pictures }: Preferences) -> Self {
        let (notifications, pictures) = (notifications.word().to_owned(), pictures.word().to_owned());
        Self { rooms: panes.rooms, people: panes.people, notifications, fold_replies: folds_replies, pictures }
    }
}

impl Default for Screen {
    fn default() -> Self {
        Preferences::default().into()
    }
}

/// What was wanted last time.
pub(super) fn load(accounts: &Accounts) -> Preferences {
    let text = fs::read_to_string(file(accounts)).ok();
    let screen: Screen = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Preferences {
        panes: Panes { rooms: screen.rooms, people: screen.people },
        notifications: Notifications::of(&screen.notifications).unwrap_or_default(),
        folds_replies: screen.fold_replies,
        pictures: PictureSetting::of(&screen.pictures).unwrap_or_default(),
    }
}

/// Remembers it. Failing at that is not worth a word.
pub(super) fn save(accounts: &Accounts, preferences: Preferences) {
    if let Ok(text) = serde_json::to_string(&Screen::from(preferences)) {
        _ = fs::write(file(accounts), text);
    }
}

/// Beside what the client library keeps.
fn file(accounts: &Accounts) -> PathBuf {
    accounts.folder().join("screen.json")
}
