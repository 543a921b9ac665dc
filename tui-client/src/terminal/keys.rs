//! What the terminal sends, as inputs.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};

use crate::{
    geometry::Size,
    input::Input,
    key::{Code, Key},
};

/// The input that an event of the terminal is, if it is one for us.
pub fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(event) => key(event).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resize(Size { width, height })),
        Event::FocusGained => Some(Input::Focus(true)),
        Event::FocusLost => Some(Input::Focus(false)),
        Event::Mouse(event) => match event.kind {
            MouseEventKind::ScrollUp => Some(Input::Wheel { up: true }),
            MouseEventKind::ScrollDown => Some(Input::Wheel { up: false }),
            _ => None,
        },
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let held = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt, shift) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT), held(KeyModifiers::SHIFT));
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

/// The character as the table of keys writes it. Without the kitty protocol Ctrl-_ arrives as Ctrl-7.
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
