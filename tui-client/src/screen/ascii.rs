//! The screen for terminals and fonts that know only ASCII.

use ratatui::buffer::Buffer;

use crate::screen::theme::Signs;

/// This program's own signs and what stands for them.
const SIGNS: [(&str, &str); 32] = [
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
];

/// Replaces what cannot be shown.
pub(super) fn downgrade(buffer: &mut Buffer, signs: Signs) {
    if signs == Signs::Unicode {
        return;
    }
    for cell in &mut buffer.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        if let Some((_, ascii)) = SIGNS.iter().find(|(sign, _)| *sign == cell.symbol()) {
            cell.set_symbol(ascii);
        } else if signs == Signs::OnlyAscii {
            cell.set_symbol("?");
        }
    }
}
