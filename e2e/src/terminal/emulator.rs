//! What a terminal makes of what a program writes: the screen, the title, the clipboard, and answers to questions.

use std::num::NonZeroU16;

use vt100::{Callbacks, MouseProtocolMode, Parser, Screen};

/// A terminal without a window.
pub struct Emulator {
    parser: Parser<Noticed>,
    written: Vec<u8>,
    /// How much of it is on the screen.
    shown: usize,
}

/// A picture begins (synchronized output, mode 2026): a terminal shows it when it is complete.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// What does not show on the screen.
#[derive(Debug, Default)]
pub struct Noticed {
    /// The window's title, as last set.
    pub title: String,
    /// What was put on the clipboard.
    pub copied: Vec<Vec<u8>>,
    /// How often it rang.
    pub bells: u32,
    /// To be sent to the program, as if typed.
    answers: Vec<u8>,
}

impl Emulator {
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        let parser = Parser::new_with_callbacks(at_least_one(rows), at_least_one(columns), 0, Noticed::default());
        Self { parser, written: vec![], shown: 0 }
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.set_size(at_least_one(rows), at_least_one(columns));
    }

    /// Gives what the terminal answers.
    pub(super) fn take_in(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.written.extend_from_slice(bytes);
        let until = self.shown + complete(&self.written[self.shown..]);
        self.parser.process(&self.written[self.shown..until]);
        self.shown = until;
        std::mem::take(&mut self.parser.callbacks_mut().answers)
    }

    /// The screen as text, one line a row, without what is blank at the end of a row.
    pub fn text(&self) -> String {
        let screen = self.screen();
        let columns = screen.size().1.get();
        let rows: Vec<String> = screen.rows(0, columns).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n")
    }

    /// The colours of a cell, its own and the one behind it.
    pub fn colours(&self, row: u16, column: u16) -> Option<[vt100::Color; 2]> {
        self.screen().cell(row, column).map(|cell| [cell.fgcolor(), cell.bgcolor()])
    }

    /// Whether a colour is anywhere on the screen.
    pub fn has_colour(&self, colour: vt100::Color) -> bool {
        let (rows, columns) = self.screen().size();
        let mut cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        cells.any(|(row, column)| self.colours(row, column).is_some_and(|colours| colours.contains(&colour)))
    }

    /// The screen with its colours and the cursor.
    pub fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// What does not show on the screen.
    pub fn noticed(&self) -> &Noticed {
        self.parser.callbacks()
    }

    /// Every byte that the program wrote.
    pub fn written(&self) -> &[u8] {
        &self.written
    }

    /// What a program must not leave behind, and has.
    pub fn left_behind(&self) -> Vec<&'static str> {
        let screen = self.screen();
        let leftovers = [
            (screen.alternate_screen(), "the alternate screen"),
            (screen.hide_cursor(), "a hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (screen.mouse_protocol_mode() != MouseProtocolMode::None, "mouse capture"),
            (screen.application_cursor(), "application cursor keys"),
            (screen.fgcolor() != vt100::Color::Default || screen.bgcolor() != vt100::Color::Default, "colours"),
            (screen.bold() || screen.inverse() || screen.underline(), "text attributes"),
            (self.last_of("\x1b[?1004h", "\x1b[?1004l"), "focus reports"),
            (self.last_of("\x1b[>", "\x1b[<"), "keyboard enhancements"),
        ];
        leftovers.into_iter().filter_map(|(left, what)| left.then_some(what)).collect()
    }

    /// Whether `on` was written after the last `off`.
    fn last_of(&self, on: &str, off: &str) -> bool {
        let last =
            |sequence: &str| self.written.windows(sequence.len()).rposition(|bytes| bytes == sequence.as_bytes());
        last(on) > last(off)
    }
}

/// The length of what a terminal shows of these bytes: all but a picture that has only begun.
fn complete(bytes: &[u8]) -> usize {
    let last = |sequence: &[u8]| bytes.windows(sequence.len()).rposition(|part| part == sequence);
    match last(BEGIN) {
        Some(begin) if last(END).is_none_or(|end| end < begin) => begin,
        _ => {
            let torn = (1..BEGIN.len()).rev().find(|&length| bytes.ends_with(&BEGIN[..length]));
            bytes.len() - torn.unwrap_or(0)
        }
    }
}

impl Callbacks for Noticed {
    fn audible_bell(&mut self, _: &mut Screen) {
        self.bells += 1;
    }

    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.title = String::from_utf8_lossy(title).into_owned();
    }

    fn copy_to_clipboard(&mut self, _: &mut Screen, _: &[u8], data: &[u8]) {
        self.copied.push(data.to_owned());
    }

    fn unhandled_csi(&mut self, screen: &mut Screen, i1: Option<u8>, _: Option<u8>, params: &[&[u16]], c: char) {
        match (i1, c, params.first().and_then(|param| param.first())) {
            // "What are you?": a VT220 with colours, without the newer keyboard protocol.
            (None, 'c', _) => self.answers.extend_from_slice(b"\x1b[?62;22c"),
            // "Where is the cursor?"
            (None, 'n', Some(6)) => {
                let (row, column) = screen.cursor_position();
                self.answers.extend_from_slice(format!("\x1b[{};{}R", row + 1, column + 1).as_bytes());
            }
            _ => {}
        }
    }
}

/// A window may be asked to be of no size at all; a terminal has at least a cell.
fn at_least_one(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).unwrap_or(NonZeroU16::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shows_when_it_is_complete() {
        let mut emulator = Emulator::new(20, 1);
        for (written, shown) in [("a\x1b[?20", "a"), ("26hb", "a"), ("c\x1b[?2026l", "abc"), ("d\x1b", "abcd")] {
            emulator.take_in(written.as_bytes());
            assert_eq!(emulator.text(), shown);
        }
    }
}
