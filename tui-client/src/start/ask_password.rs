//! Asks for a password on the terminal, without showing it.

use std::io::{self, Write};

use chat_protocol::terminal::SafeText;
use crossterm::{
    event::{Event, KeyCode, KeyEventKind, KeyModifiers},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::{failure::Failure, terminal::Events};

/// Raw mode, as long as this lives.
struct Raw;

impl Drop for Raw {
    fn drop(&mut self) {
        _ = disable_raw_mode();
        _ = writeln!(io::stderr());
    }
}

/// The password; `None` if the user would rather not.
pub(super) async fn ask(name: &str, events: &mut Events) -> Result<Option<String>, Failure> {
    let name = SafeText::line(name);
    write!(io::stderr(), "The name {name} is taken. If it is yours, its password (Ctrl-C: no): ")
        .map_err(Failure::terminal)?;
    enable_raw_mode().map_err(Failure::terminal)?;
    let _raw = Raw;
    let mut password = String::new();
    loop {
        let Some(event) = events.next().await else { return Ok(None) };
        let Event::Key(key) = event else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match (key.code, key.modifiers.contains(KeyModifiers::CONTROL)) {
            (KeyCode::Char('c' | 'd'), true) | (KeyCode::Esc, _) => return Ok(None),
            (KeyCode::Char('u'), true) => password.clear(),
            (KeyCode::Enter, _) | (KeyCode::Char('j'), true) => break,
            (KeyCode::Backspace, _) => _ = password.pop(),
            (KeyCode::Char(char), false) => password.push(char),
            _ => {}
        }
    }
    Ok(Some(password).filter(|password| !password.is_empty()))
}
