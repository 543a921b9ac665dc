//! A key press, as the user would write it: `Ctrl-K`, `Alt-↑`, `F1`. Not what a terminal sends for it
//! (see [`crate::terminal`]) and not what it does (see [`crate::keys::bindings`]).

use std::fmt;

/// The key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Code {
    /// A character; letters held with Ctrl or Alt are lower case.
    Char(char),
    /// F1 to F12.
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Home,
    End,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) code: Code,
    /// Held with Ctrl.
    pub(crate) ctrl: bool,
    /// Held with Alt.
    pub(crate) alt: bool,
    /// Held with Shift; never set for characters, which are upper case instead.
    pub(crate) shift: bool,
}

impl Key {
    pub(crate) const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    pub(crate) const fn char(char: char) -> Self {
        Self::plain(Code::Char(char))
    }

    /// A character with Ctrl.
    pub(crate) const fn ctrl(char: char) -> Self {
        Self { code: Code::Char(char), ctrl: true, alt: false, shift: false }
    }

    /// The key with Alt.
    pub(crate) const fn alt(code: Code) -> Self {
        Self { code, ctrl: false, alt: true, shift: false }
    }

    /// The key with Ctrl.
    pub(crate) const fn with_ctrl(code: Code) -> Self {
        Self { code, ctrl: true, alt: false, shift: false }
    }

    /// The key with Shift.
    pub(crate) const fn shift(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: true }
    }

    /// The character that this key types, if it types one.
    pub(crate) fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(char) if !self.ctrl && !self.alt => Some(char),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        let name = match self.code {
            Code::Char(' ') => "Space",
            Code::Char(char) if self.ctrl || self.alt => return write!(f, "{}", char.to_uppercase()),
            Code::Char(char) => return write!(f, "{char}"),
            Code::F(number) => return write!(f, "F{number}"),
            Code::Enter => "Enter",
            Code::Esc => "Esc",
            Code::Tab => "Tab",
            Code::Backspace => "Backspace",
            Code::Delete => "Delete",
            Code::Home => "Home",
            Code::End => "End",
            Code::Up => "↑",
            Code::Down => "↓",
            Code::Left => "←",
            Code::Right => "→",
            Code::PageUp => "PgUp",
            Code::PageDown => "PgDn",
        };
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_people_write_them() {
        for (key, text) in [
            (Key::ctrl('k'), "Ctrl-K"),
            (Key::alt(Code::Up), "Alt-↑"),
            (Key::shift(Code::Tab), "Shift-Tab"),
            (Key::char('G'), "G"),
            (Key::plain(Code::F(1)), "F1"),
        ] {
            assert_eq!(key.to_string(), text);
        }
    }
}
