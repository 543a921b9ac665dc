//! Reads the console of systems that are no Unix, where events come from the system and not as bytes.

use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use super::Event;
use crate::{
    keys::key::{Code, Key},
    state::geometry::Size,
};

/// A thread that reads. It ends with the program: a console cannot be left while one waits for it.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Reader;

#[cfg(not(unix))]
impl Reader {
    /// Begins to read.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(sender: tokio::sync::mpsc::Sender<Event>) -> std::io::Result<Self> {
        std::thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            while let Ok(event) = event::read() {
                if translate(event).is_some_and(|event| sender.blocking_send(event).is_err()) {
                    return;
                }
            }
        })?;
        Ok(Self)
    }
}

/// An event as this program has it.
#[cfg_attr(unix, allow(dead_code, reason = "compiled for its tests"))]
fn translate(event: event::Event) -> Option<Event> {
    match event {
        event::Event::Key(event) => key(event).map(Event::Key),
        event::Event::Paste(text) => Some(Event::Paste(text)),
        event::Event::Resize(width, height) => Some(Event::Resize(Size { width, height })),
        event::Event::FocusGained => Some(Event::Focus(true)),
        event::Event::FocusLost => Some(Event::Focus(false)),
        event::Event::Mouse(event) => match event.kind {
            MouseEventKind::ScrollUp => Some(Event::Wheel { up: true }),
            MouseEventKind::ScrollDown => Some(Event::Wheel { up: false }),
            MouseEventKind::Down(MouseButton::Left) => Some(Event::Click { x: event.column, y: event.row }),
            _ => None,
        },
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt, shift) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT), has(KeyModifiers::SHIFT));
    let (code, shift) = match event.code {
        KeyCode::Char(char) => (Code::Char(written(char, ctrl, alt)), false),
        KeyCode::BackTab => (Code::Tab, true),
        KeyCode::Enter => (Code::Enter, shift),
        KeyCode::Tab => (Code::Tab, shift),
        KeyCode::Esc => (Code::Esc, shift),
        KeyCode::Backspace => (Code::Backspace, false),
        KeyCode::Delete => (Code::Delete, shift),
        KeyCode::Home => (Code::Home, shift),
        KeyCode::End => (Code::End, shift),
        KeyCode::Up => (Code::Up, shift),
        KeyCode::Down => (Code::Down, shift),
        KeyCode::Left => (Code::Left, shift),
        KeyCode::Right => (Code::Right, shift),
        KeyCode::PageUp => (Code::PageUp, shift),
        KeyCode::PageDown => (Code::PageDown, shift),
        KeyCode::F(number) => (Code::F(number), shift),
        _ => return None,
    };
    Some(Key { code, ctrl, alt, shift })
}

/// The character as the table of keys writes it. Ctrl-_ arrives as Ctrl-7.
fn written(char: char, ctrl: bool, alt: bool) -> char {
    match char {
        '7' if ctrl => '_',
        char if ctrl || alt => char.to_ascii_lowercase(),
        char => char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        key(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_arrive_as_the_table_writes_them() {
        for (code, modifiers, expected) in [
            (KeyCode::Char('k'), KeyModifiers::CONTROL, Key::ctrl('k')),
            (KeyCode::Char('K'), KeyModifiers::CONTROL | KeyModifiers::SHIFT, Key::ctrl('k')),
            (KeyCode::Char('7'), KeyModifiers::CONTROL, Key::ctrl('_')),
            (KeyCode::Char('G'), KeyModifiers::SHIFT, Key::char('G')),
            (KeyCode::BackTab, KeyModifiers::SHIFT, Key::shift(Code::Tab)),
            (KeyCode::Up, KeyModifiers::ALT, Key::alt(Code::Up)),
        ] {
            assert_eq!(pressed(code, modifiers), Some(expected), "{code:?}");
        }
        assert_eq!(pressed(KeyCode::CapsLock, KeyModifiers::NONE), None);
    }
}
