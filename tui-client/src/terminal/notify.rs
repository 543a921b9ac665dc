//! What makes a terminal ring and show a notification. It goes where the terminal is: also from another machine, and
//! through tmux and screen.
//!
//! There is no standard: OSC 9 is iTerm2's and the most widely known, OSC 777 is that of rxvt, foot and those made from VTE.
//! A terminal that knows neither passes over it, and has rung all the same. Where one is not known to show any and stands on
//! this machine's desktop, the desktop is told instead (`terminal/desktop.rs`), so that nothing is shown twice.

use crate::update::effect::Notification;

const BELL: &str = "\x07";

/// How a terminal is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It would print it.
    Nothing,
    /// It shows none; the desktop on which it stands does.
    Desktop,
    Osc9,
    Osc777,
}

/// What stands between this program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    Nothing,
    Tmux,
    Screen,
}

/// How this terminal is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notifier {
    pub(super) kind: Kind,
    pub(super) between: Between,
}

impl Notifier {
    /// What is written for a notification.
    pub(super) fn bytes(self, Notification { title, text }: &Notification) -> String {
        let what = match self.kind {
            _ if title.is_empty() => String::new(),
            Kind::Nothing | Kind::Desktop => String::new(),
            // A number and a semicolon at the beginning would be another command.
            Kind::Osc9 if text.is_empty() => format!("\x1b]9;{}\x07", plain(title)),
            Kind::Osc9 => format!("\x1b]9;{}: {}\x07", plain(title), plain(text)),
            Kind::Osc777 => format!("\x1b]777;notify;{};{}\x07", plain(title), plain(text)),
        };
        if what.is_empty() {
            return BELL.to_owned();
        }
        // The multiplexer hears the bell itself, and marks the window.
        let what = match self.between {
            Between::Nothing => what,
            Between::Tmux => format!("\x1bPtmux;{}\x1b\\", what.replace('\x1b', "\x1b\x1b")),
            Between::Screen => format!("\x1bP{what}\x1b\\"),
        };
        what + BELL
    }
}

/// Without what would end the sequence or begin its next part.
fn plain(text: &str) -> String {
    text.chars().map(|char| if char == ';' { ',' } else { char }).filter(|char| !char.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(kind: Kind, between: Between, title: &str, text: &str) -> String {
        Notifier { kind, between }.bytes(&Notification { title: title.to_owned(), text: text.to_owned() })
    }

    #[test]
    fn each_terminal_is_told_in_its_way_and_rings() {
        for (kind, between, told) in [
            (Kind::Nothing, Between::Nothing, "\x07"),
            (Kind::Desktop, Between::Nothing, "\x07"),
            (Kind::Osc9, Between::Nothing, "\x1b]9;bob in #ops: hi\x07\x07"),
            (Kind::Osc777, Between::Nothing, "\x1b]777;notify;bob in #ops;hi\x07\x07"),
            (Kind::Osc9, Between::Tmux, "\x1bPtmux;\x1b\x1b]9;bob in #ops: hi\x07\x1b\\\x07"),
            (Kind::Osc9, Between::Screen, "\x1bP\x1b]9;bob in #ops: hi\x07\x1b\\\x07"),
        ] {
            assert_eq!(bytes(kind, between, "bob in #ops", "hi"), told, "{kind:?} {between:?}");
        }
        assert_eq!(bytes(Kind::Osc9, Between::Nothing, "", ""), "\x07");
        assert_eq!(bytes(Kind::Osc9, Between::Nothing, "bob in #ops", ""), "\x1b]9;bob in #ops\x07\x07");
    }

    #[test]
    fn no_text_ends_the_sequence_or_begins_another() {
        let told = bytes(Kind::Osc777, Between::Tmux, "a;b\x1b\\", "4;1\x07\x1b]52;c;AAAA\x07\u{9c}");
        assert_eq!(told, "\x1bPtmux;\x1b\x1b]777;notify;a,b\\;4,1]52,c,AAAA\x07\x1b\\\x07");
    }
}
