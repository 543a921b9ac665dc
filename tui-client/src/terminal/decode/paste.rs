//! Pastes: text between brackets, whatever is in it, up to an end that may be lost.

use super::{Decoder, State, meaning::text_of};
use crate::terminal::Event;

/// A longer paste is given on in parts.
const LONGEST: usize = 1024 * 1024;

const END: &[u8] = b"\x1b[201~";

impl Decoder {
    /// A paste went on after a long pause: or somebody pressed a key, because its end was lost.
    pub(super) fn after_the_pause(&mut self, out: &mut Vec<Event>) {
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

    pub(super) fn paste_byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        self.bytes.push(byte);
        if self.bytes.ends_with(END) {
            self.bytes.truncate(self.bytes.len() - END.len());
            paste(&self.bytes, out);
            self.ground();
        } else if self.bytes.len() >= LONGEST && byte.is_ascii() && begun_end(&self.bytes) == 0 {
            paste(&self.bytes, out);
            self.bytes.clear();
        }
    }
}

/// Gives on what was pasted.
pub(super) fn paste(text: &[u8], out: &mut Vec<Event>) {
    if !text.is_empty() {
        out.push(Event::Paste(text_of(text)));
    }
}

/// How many of the last bytes may be the beginning of a paste's end.
pub(super) fn begun_end(bytes: &[u8]) -> usize {
    (1..END.len()).rev().find(|&length| bytes.ends_with(&END[..length])).unwrap_or(0)
}
