//! Asks for a password on the terminal, without showing it.

use std::io::{self, Write};

use chat_protocol::terminal::SafeText;
use crossterm::{
    event::{Event, KeyCode, KeyEventKind, KeyModifiers, read},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::failure::Failure;

/// Raw mode, as long as this lives.
struct Raw;

impl Drop for Raw {
    fn drop(&mut self) {
        _ = disable_raw_mode();
        eprintln!();
    }
}

/// The password; `None` if the user would rather not.
pub(super) fn ask(name: &str) -> Result<Option<String>, Failure> {
    eprint!("The name {} is taken. If it is yours, its password (Ctrl-C: no): ", SafeText::line(name));
    io::stderr().flush().map_err(Failure::terminal)?;
    enable_raw_mode().map_err(Failure::terminal)?;
    let _raw = Raw;
    let mut password = String::new();
    loop {
        let Event::Key(key) = read().map_err(Failure::terminal)? else { continue };
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
