//! Turns the bytes that a terminal sends into events. Bytes and the time go in, events come out; nothing is read here.
//!
//! Every sequence is followed to its final byte, so that no answer of a terminal is ever taken for typing. Only silence
//! ends what has no end of its own: the Esc key, a sequence that was cut off, a paste that is never closed.
//!
//! Written here because the decoders at hand are not made for it: crossterm's is private and waits for ever after what
//! it does not know; `vte` and `anstyle-parse` read what programs write to terminals, in which an escape cannot be a
//! key; termwiz and termina know neither two escapes before a sequence nor the end of time.

mod meaning;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use super::Event;
use crate::key::{Code, Key};
use meaning::{Meaning, control, csi, mouse_button, ss3, text_of, with_alt};

/// An escape that is followed by nothing for so long is the key. Sequences come faster, also over slow lines.
pub(super) const ESCAPE_WAIT: Duration = Duration::from_millis(25);
/// A sequence that goes on for longer than this was cut off.
pub(super) const SEQUENCE_WAIT: Duration = Duration::from_secs(1);
/// A paste that pauses for longer than this is given on as far as it came.
pub(super) const PASTE_WAIT: Duration = Duration::from_secs(1);

/// Parameters that are kept of a sequence; those that mean something here are shorter.
const LONGEST_SEQUENCE: usize = 64;
/// Text that came after an escape that was taken for the key is held back up to this length.
const LONGEST_LATE: usize = 4096;
/// A longer paste is given on in parts.
const LONGEST_PASTE: usize = 1024 * 1024;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// Ends strings in terminals of eight bits.
const STRING_TERMINATOR: u8 = 0x9c;
const PASTE_END: &[u8] = b"\x1b[201~";
/// Follow on a mouse report of the oldest kind.
const MOUSE_BYTES: u8 = 3;

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

    /// A paste went on after a long pause: or somebody pressed a key, because its end was lost.
    fn after_the_pause(&mut self, out: &mut Vec<Event>) {
        let bytes = std::mem::take(&mut self.bytes);
        let mut fresh = Self { last: self.last, ..Self::default() };
        let mut keys = Vec::new();
        for &byte in &bytes {
            fresh.byte(byte, &mut keys);
        }
        if fresh.state != State::Ground {
            fresh.expire(&mut keys);
        }
        if keys.len() <= 1 {
            out.append(&mut keys);
            *self = fresh;
        } else {
            paste(&bytes, out);
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        if let Some(late) = &mut self.late {
            late.push(byte);
            if late.len() > LONGEST_LATE {
                return self.abandon(out);
            }
        }
        match self.state {
            State::Ground => self.first(byte, out),
            State::Char => self.char_byte(byte, out),
            State::Escape => self.after_escape(byte, out),
            State::Csi => self.csi_byte(byte, out),
            State::Ss3 => match byte {
                b'0'..=b'9' | b';' if self.bytes.len() < LONGEST_SEQUENCE => self.bytes.push(byte),
                _ => match ss3(&self.bytes, byte) {
                    Some(key) => self.done(Meaning::Key(key), out),
                    None => {
                        self.lone(b'O', out);
                        self.byte(byte, out);
                    }
                },
            },
            State::Console => match byte {
                b'A'..=b'E' => self.done(Meaning::Key(Key::plain(Code::F(byte - b'A' + 1))), out),
                _ => self.abort(byte, out),
            },
            State::Mouse(left) => self.mouse_byte(byte, left, out),
            State::String { .. } => self.string_byte(byte, out),
            State::Paste { .. } => self.paste_byte(byte, out),
        }
    }

    /// A byte that begins something.
    fn first(&mut self, byte: u8, out: &mut Vec<Event>) {
        let escape_taken = std::mem::take(&mut self.escape_taken);
        match byte {
            ESCAPE => self.state = State::Escape,
            b'[' | b']' | b'P' if escape_taken => {
                self.late = Some(vec![byte]);
                self.introduce(byte);
            }
            0x00..=0x1f | 0x7f => out.push(Event::Key(control(byte))),
            0x20..=0x7e => self.char(char::from(byte), out),
            // Where bytes are characters of Latin-1, these are none.
            0x9b => self.state = State::Csi,
            0x8f => self.state = State::Ss3,
            0x90 | 0x9d => {
                self.state = State::String { opener: byte - 0x40, empty: true, escape: false, eight_bit: true };
            }
            0x80.. => {
                self.bytes.push(byte);
                self.state = State::Char;
                self.check_char(out);
            }
        }
    }

    /// The byte after an escape.
    fn after_escape(&mut self, byte: u8, out: &mut Vec<Event>) {
        match byte {
            ESCAPE => {
                if self.alt {
                    out.push(plain(Code::Esc));
                }
                self.alt = true;
            }
            b'[' | b'O' | b']' | b'P' | b'X' | b'^' | b'_' => self.introduce(byte),
            _ => {
                if std::mem::take(&mut self.alt) {
                    out.push(plain(Code::Esc));
                }
                match byte {
                    0x00..=0x1f | 0x7f => {
                        self.state = State::Ground;
                        out.push(Event::Key(with_alt(control(byte))));
                    }
                    _ => {
                        self.alt = true;
                        self.state = State::Char;
                        self.bytes.push(byte);
                        self.check_char(out);
                    }
                }
            }
        }
    }

    fn introduce(&mut self, byte: u8) {
        self.state = match byte {
            b'[' => State::Csi,
            b'O' => State::Ss3,
            _ => State::String { opener: byte, empty: true, escape: false, eight_bit: false },
        };
    }

    fn csi_byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        match byte {
            0x20..=0x3f => {
                // What is too long means nothing here; an intermediate byte says so.
                if self.bytes.len() < LONGEST_SEQUENCE {
                    self.bytes.push(byte);
                } else {
                    self.bytes[0] = b' ';
                }
            }
            b'[' if self.bytes.is_empty() => self.state = State::Console,
            b'M' if self.bytes.is_empty() => self.state = State::Mouse(MOUSE_BYTES),
            0x40..=0x7e => {
                let meaning = csi(&self.bytes, byte);
                self.done(meaning, out);
            }
            _ => self.abort(byte, out),
        }
    }

    fn mouse_byte(&mut self, byte: u8, left: u8, out: &mut Vec<Event>) {
        if byte < b' ' {
            return self.abort(byte, out);
        }
        if left == MOUSE_BYTES {
            self.bytes.push(byte);
        }
        match left {
            0 | 1 => {
                let button = u32::from(self.bytes.first().copied().unwrap_or(b' ') - b' ');
                self.done(mouse_button(button), out);
            }
            _ => self.state = State::Mouse(left - 1),
        }
    }

    fn string_byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        let State::String { opener, empty, escape, eight_bit } = self.state else { return };
        match byte {
            b'\\' if escape => self.done(Meaning::Nothing, out),
            _ if escape => {
                if self.late.is_some() {
                    return self.abandon(out);
                }
                if empty {
                    self.lone(opener, out);
                }
                self.ground();
                self.state = State::Escape;
                self.byte(byte, out);
            }
            BELL => self.done(Meaning::Nothing, out),
            STRING_TERMINATOR if eight_bit => self.done(Meaning::Nothing, out),
            ESCAPE => self.state = State::String { opener, empty, escape: true, eight_bit },
            0x00..=0x1f => self.abort(byte, out),
            _ => self.state = State::String { opener, empty: false, escape, eight_bit },
        }
    }

    fn paste_byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        self.bytes.push(byte);
        if self.bytes.ends_with(PASTE_END) {
            self.bytes.truncate(self.bytes.len() - PASTE_END.len());
            paste(&self.bytes, out);
            self.ground();
        } else if self.bytes.len() >= LONGEST_PASTE && byte.is_ascii() && begun_end(&self.bytes) == 0 {
            paste(&self.bytes, out);
            self.bytes.clear();
        }
    }

    fn char_byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        self.bytes.push(byte);
        self.check_char(out);
    }

    /// Whether the bytes are a character by now.
    fn check_char(&mut self, out: &mut Vec<Event>) {
        match std::str::from_utf8(&self.bytes).map(|text| text.chars().next()) {
            Ok(char) => {
                self.bytes.clear();
                self.state = State::Ground;
                if let Some(char) = char {
                    self.char(char, out);
                }
            }
            Err(error) if error.error_len().is_some() => self.not_a_char(out),
            Err(_) => {}
        }
    }

    /// The bytes are no UTF-8: the first one is a character of Latin-1, and the others begin something again.
    fn not_a_char(&mut self, out: &mut Vec<Event>) {
        let bytes = std::mem::take(&mut self.bytes);
        self.state = State::Ground;
        let Some((first, rest)) = bytes.split_first() else { return };
        for char in text_of(&[*first]).chars() {
            self.char(char, out);
        }
        for &byte in rest {
            self.byte(byte, out);
        }
    }

    fn char(&mut self, char: char, out: &mut Vec<Event>) {
        let alt = std::mem::take(&mut self.alt);
        if !char.is_control() {
            out.push(Event::Key(if alt { with_alt(Key::char(char)) } else { Key::char(char) }));
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

fn paste(text: &[u8], out: &mut Vec<Event>) {
    if !text.is_empty() {
        out.push(Event::Paste(text_of(text)));
    }
}

/// How many of the last bytes may be the beginning of a paste's end.
fn begun_end(bytes: &[u8]) -> usize {
    (1..PASTE_END.len()).rev().find(|&length| bytes.ends_with(&PASTE_END[..length])).unwrap_or(0)
}
