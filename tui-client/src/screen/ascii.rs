//! The screen for terminals and fonts that know only ASCII.

use ratatui::buffer::Buffer;

use crate::screen::theme::Glyphs;

/// This program's own symbols, and the ASCII for each.
const GLYPHS: [(&str, &str); 38] = [
    ("─", "-"),
    ("│", "|"),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("┬", "+"),
    ("┴", "+"),
    ("╭", "+"),
    ("╮", "+"),
    ("╰", "+"),
    ("╯", "+"),
    ("▌", ">"),
    ("▐", ">"),
    ("▸", ">"),
    ("▎", "|"),
    ("●", "*"),
    ("○", "o"),
    ("◐", "~"),
    ("◌", "."),
    ("✓", "v"),
    ("✗", "x"),
    ("✎", "&"),
    ("›", ">"),
    ("…", "~"),
    ("·", "-"),
    ("•", "*"),
    ("↑", "^"),
    ("↓", "v"),
    ("←", "<"),
    ("→", ">"),
    ("–", "-"),
    ("⌂", "*"),
    ("⚑", "!"),
    ("⌀", "-"),
    ("⏎", ">"),
    ("↪", ">"),
    ("▤", "="),
];

/// Replaces what cannot be shown.
pub(super) fn downgrade(buffer: &mut Buffer, glyphs: Glyphs) {
    if glyphs == Glyphs::Unicode {
        return;
    }
    for cell in &mut buffer.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        if let Some((_, ascii)) = GLYPHS.iter().find(|(sign, _)| *sign == cell.symbol()) {
            cell.set_symbol(ascii);
        } else if glyphs == Glyphs::OnlyAscii {
            cell.set_symbol("?");
        }
    }
}
