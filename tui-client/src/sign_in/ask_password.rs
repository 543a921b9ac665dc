//! Asks for a password on the terminal, without showing it.

use std::io::{self, Write};

use chat_protocol::terminal::SafeText;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::{
    keys::key::{Code, Key},
    program::failure::Failure,
    terminal::{Event, Events},
};

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
        let key = match event {
            Event::Key(key) => key,
            Event::Paste(text) | Event::Lines(text) => {
                // A password is one line; what follows it was meant for something else.
                let (line, more) =
                    text.split_once(['\r', '\n']).map_or((text.as_str(), false), |(line, _)| (line, true));
                password.extend(line.chars().filter(|char| !char.is_control()));
                if more {
                    break;
                }
                continue;
            }
            _ => continue,
        };
        match key {
            Key { code: Code::Char('c' | 'd'), ctrl: true, .. } | Key { code: Code::Esc, .. } => return Ok(None),
            Key { code: Code::Char('u'), ctrl: true, .. } => password.clear(),
            Key { code: Code::Enter, .. } | Key { code: Code::Char('j'), ctrl: true, .. } => break,
            Key { code: Code::Backspace, .. } => _ = password.pop(),
            key => password.extend(key.typed()),
        }
    }
    Ok(Some(password).filter(|password| !password.is_empty()))
}
