//! What each byte is, after those that came before it.

use super::{
    Decoder, State,
    meaning::{Meaning, apc, control, csi, mouse, osc, ss3, text_of, with_alt},
    plain,
};
use crate::{
    keys::key::{Code, Key},
    terminal::Event,
};

/// Parameters that are kept of a sequence; those that mean something here are shorter.
const LONGEST_SEQUENCE: usize = 64;
/// Text that came after an escape that was taken for the key is held back up to this length.
const LONGEST_LATE: usize = 4096;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// Ends strings in terminals of eight bits.
const STRING_TERMINATOR: u8 = 0x9c;
/// Follow on a mouse report of the oldest kind.
const MOUSE_BYTES: u8 = 3;

impl Decoder {
    pub(super) fn byte(&mut self, byte: u8, out: &mut Vec<Event>) {
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
            // C1 controls as single bytes, which are no characters of Latin-1.
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
        self.bytes.push(byte);
        match left {
            0 | 1 => {
                let number = |at: usize| u32::from(self.bytes.get(at).copied().unwrap_or(b' ').saturating_sub(b' '));
                let meaning = mouse(number(0), number(1), number(2));
                self.done(meaning, out);
            }
            _ => self.state = State::Mouse(left - 1),
        }
    }

    fn string_byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        let State::String { opener, empty, escape, eight_bit } = self.state else { return };
        match byte {
            b'\\' if escape => self.string_done(opener, out),
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
            BELL => self.string_done(opener, out),
            STRING_TERMINATOR if eight_bit => self.string_done(opener, out),
            ESCAPE => self.state = State::String { opener, empty, escape: true, eight_bit },
            0x00..=0x1f => self.abort(byte, out),
            _ => {
                // What is longer means nothing here.
                if self.bytes.len() <= LONGEST_SEQUENCE {
                    self.bytes.push(byte);
                }
                self.state = State::String { opener, empty: false, escape, eight_bit };
            }
        }
    }

    fn string_done(&mut self, opener: u8, out: &mut Vec<Event>) {
        let meaning = match opener {
            b']' => osc(&self.bytes),
            b'_' => apc(&self.bytes),
            _ => Meaning::Nothing,
        };
        self.done(meaning, out);
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
    pub(super) fn not_a_char(&mut self, out: &mut Vec<Event>) {
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
}
