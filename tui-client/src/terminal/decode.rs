//! Turns the bytes that a terminal sends into events. Bytes and the time go in, events come out; nothing is read here.
//!
//! Every sequence is followed to its final byte, so that no answer of a terminal is ever taken for typing. Only silence
//! ends what has no end of its own: the Esc key, a sequence that was cut off, a paste that is never closed.
//!
//! Written here because the decoders at hand are not made for it: crossterm's is private and waits for ever after what
//! it does not know; `vte` and `anstyle-parse` read what programs write to terminals, in which an escape cannot be a
//! key; termwiz and termina know neither two escapes before a sequence nor the end of time.

mod bytes;
mod meaning;
mod paste;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use super::Event;
use crate::keys::key::{Code, Key};
use meaning::{Meaning, with_alt};
use paste::{begun_end, paste};

/// An escape that is followed by nothing for so long is the key. Sequences come faster, also over slow lines.
pub(super) const ESCAPE_WAIT: Duration = Duration::from_millis(25);
/// A sequence that goes on for longer than this was cut off.
pub(super) const SEQUENCE_WAIT: Duration = Duration::from_secs(1);
/// A paste that pauses for longer than this is given on as far as it came.
pub(super) const PASTE_WAIT: Duration = Duration::from_secs(1);

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Ground,
    /// The first bytes of a character.
    Char,
    Escape,
    Csi,
    Ss3,
    /// Linux consoles send `ESC [ [ A` for F1.
    Console,
    /// So many bytes of a mouse report are missing.
    Mouse(u8),
    /// OSC, DCS, SOS, PM, APC.
    String {
        /// The character that began it after the escape.
        opener: u8,
        empty: bool,
        /// Its last byte is an escape.
        escape: bool,
        /// It was begun by a single byte, and may be ended by one.
        eight_bit: bool,
    },
    Paste {
        /// It paused for longer than pastes do.
        overdue: bool,
    },
}

/// The decoder of one terminal.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    state: State,
    /// Of a character, of a sequence's parameters, or of a paste.
    bytes: Vec<u8>,
    /// Another escape came before the one that began this.
    alt: bool,
    /// The escape that began this was taken for the key already; this is typed if it turns out to be no sequence.
    late: Option<Vec<u8>>,
    /// The last thing was an escape that was taken for the key.
    escape_taken: bool,
    /// When bytes came last.
    last: Option<Instant>,
}

impl Decoder {
    /// Takes in what came.
    pub(super) fn feed(&mut self, bytes: &[u8], now: Instant, out: &mut Vec<Event>) {
        for &byte in bytes {
            self.byte(byte, out);
        }
        self.last = Some(now);
    }

    /// When silence will mean something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let wait = match self.state {
            State::Ground => return None,
            // The end itself may have paused.
            State::Paste { overdue: true } if self.bytes.len() != 1 && begun_end(&self.bytes) == self.bytes.len() => {
                return None;
            }
            _ if self.late.is_some() => ESCAPE_WAIT,
            State::Escape | State::String { opener: b'_', empty: true, .. } | State::Paste { overdue: true } => {
                ESCAPE_WAIT
            }
            State::Paste { overdue: false } => PASTE_WAIT,
            State::Char | State::Csi | State::Ss3 | State::Console | State::Mouse(_) | State::String { .. } => {
                SEQUENCE_WAIT
            }
        };
        self.last.map(|last| last + wait)
    }

    /// It is so late, and nothing came.
    pub(super) fn silence(&mut self, now: Instant, out: &mut Vec<Event>) {
        while self.deadline().is_some_and(|deadline| deadline <= now) {
            self.expire(out);
        }
    }

    fn expire(&mut self, out: &mut Vec<Event>) {
        if self.late.is_some() {
            return self.abandon(out);
        }
        match self.state {
            State::Escape => {
                if std::mem::take(&mut self.alt) {
                    out.push(plain(Code::Esc));
                }
                out.push(plain(Code::Esc));
                self.escape_taken = true;
                self.state = State::Ground;
            }
            State::Char => self.not_a_char(out),
            State::Ss3 if self.bytes.is_empty() => self.lone(b'O', out),
            State::Csi if self.bytes.is_empty() => self.lone(b'[', out),
            State::String { opener, empty: true, escape: false, eight_bit: false } => self.lone(opener, out),
            State::Paste { overdue: false } => {
                let kept = begun_end(&self.bytes);
                let rest = self.bytes.split_off(self.bytes.len() - kept);
                let text = std::mem::replace(&mut self.bytes, rest);
                paste(&text, out);
                self.state = State::Paste { overdue: true };
            }
            State::Paste { overdue: true } => self.after_the_pause(out),
            _ => self.ground(),
        }
    }

    /// A sequence has come to its end.
    fn done(&mut self, meaning: Meaning, out: &mut Vec<Event>) {
        let alt = self.alt;
        self.ground();
        match meaning {
            Meaning::Key(key) if alt => out.push(Event::Key(with_alt(key))),
            Meaning::Key(key) => out.push(Event::Key(key)),
            // Then the escape before the sequence was the key.
            _ if alt => {
                out.push(plain(Code::Esc));
                self.done(meaning, out);
            }
            Meaning::Event(event) => out.push(event),
            Meaning::Paste => self.state = State::Paste { overdue: false },
            Meaning::Nothing => {}
        }
    }

    /// A sequence that began with this character did not go on: the character was pressed with Alt.
    fn lone(&mut self, opener: u8, out: &mut Vec<Event>) {
        if self.alt {
            out.push(plain(Code::Esc));
        }
        self.ground();
        out.push(Event::Key(with_alt(Key::char(char::from(opener)))));
    }

    /// A sequence was cut off by a byte that cannot be part of it, and is dropped.
    fn abort(&mut self, byte: u8, out: &mut Vec<Event>) {
        if self.late.is_some() {
            return self.abandon(out);
        }
        self.ground();
        self.byte(byte, out);
    }

    /// What came after a late escape was no sequence: it was typed.
    fn abandon(&mut self, out: &mut Vec<Event>) {
        let typed = self.late.take().unwrap_or_default();
        self.ground();
        for byte in typed {
            self.byte(byte, out);
        }
    }

    fn ground(&mut self) {
        *self = Self { last: self.last, ..Self::default() };
    }
}

fn plain(code: Code) -> Event {
    Event::Key(Key::plain(code))
}
