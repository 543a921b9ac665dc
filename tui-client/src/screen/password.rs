//! The overlay for a new password. What is typed is not shown.

use unicode_segmentation::UnicodeSegmentation;

use super::{canvas::Canvas, popup};
use crate::{
    state::PasswordForm,
    text::span::{Role, Span},
};

const WIDTH: u16 = 64;
/// A row for each field, one for what is wrong, one between, and the frame.
const HEIGHT: u16 = 7;
const LABEL: u16 = 22;

/// Draws it; gives back where the cursor is.
pub(super) fn draw(canvas: &mut Canvas<'_>, form: &PasswordForm) -> Option<(u16, u16)> {
    let area = popup::centred(canvas, WIDTH, HEIGHT);
    let inside = popup::frame(canvas, area, "set a password");
    let mut cursor = None;
    for (index, (y, label)) in (inside.y..inside.y + inside.height).zip(PasswordForm::LABELS).enumerate() {
        let here = index == form.at;
        let role = if here { Role::Accent } else { Role::Text };
        canvas.put(inside.x + 1, y, inside.width.saturating_sub(1), &[Span::new(label, role)]);
        let field = &form.fields[index];
        let x = inside.x + LABEL.min(inside.width / 2);
        let room = (inside.x + inside.width).saturating_sub(x + 1);
        let typed = field.text().graphemes(true).count();
        let mut spans = vec![Span::new("•".repeat(typed.min(usize::from(room))), Role::Text)];
        if index == 0 && typed == 0 {
            spans.push(Span::new("  empty if none", Role::Dim));
        }
        canvas.put(x, y, room, &spans);
        if here {
            let before = field.text()[..field.cursor()].graphemes(true).count();
            cursor = Some((x + u16::try_from(before).unwrap_or(u16::MAX).min(room.saturating_sub(1)), y));
        }
    }
    let y = inside.y + HEIGHT - 3;
    let line = match &form.problem {
        Some(problem) => Some(Span::new(format!("✗ {problem}"), Role::Bad)),
        None if form.done => Some(Span::new("the password is set: Esc closes this", Role::Good)),
        None if form.waiting.is_some() => Some(Span::new("asking the server…", Role::Dim)),
        None => None,
    };
    if let Some(line) = line.filter(|_| y < inside.y + inside.height) {
        canvas.put(inside.x + 1, y, inside.width.saturating_sub(1), &[line]);
    }
    cursor
}
