//! The overlay with a code that signs in another device or invites someone: the code, the address, and the address as a QR code.

use super::{canvas::Canvas, popup};
use crate::{
    screen::theme::Glyphs,
    state::{Link, LinkCard, LinkKind, geometry::Area},
    text::{
        self,
        span::{Role, Span},
    },
};

/// Rows of text: the code, its address, how long it is good.
const TEXT_ROWS: u16 = 4;
const FRAME: u16 = 2;
const LEAST_WIDTH: u16 = 60;

pub(super) fn draw(canvas: &mut Canvas<'_>, card: &LinkCard) {
    let (title, command) = match card.kind {
        LinkKind::Device => ("sign in another device", "chat-tui --link "),
        LinkKind::Invite => ("invite someone", "chat-tui --invite "),
        LinkKind::Hook => return program(canvas, card, "an address for programs"),
        LinkKind::Webhook => return program(canvas, card, "the secret of a webhook"),
        LinkKind::Bot => return program(canvas, card, "the token of a bot"),
    };
    let Some(link) = &card.link else {
        let area = popup::centred(canvas, LEAST_WIDTH, TEXT_ROWS + FRAME);
        let inside = popup::frame(canvas, area, title);
        let (words, role) = match &card.problem {
            Some(problem) => (format!("✗ {problem}"), Role::Bad),
            None => ("asking the server…".to_owned(), Role::Dim),
        };
        let width = inside.width.saturating_sub(2);
        for (y, row) in (inside.y..inside.y + inside.height).zip(text::wrap(&words, usize::from(width).max(1))) {
            canvas.put(inside.x + 1, y, width, &[Span::new(row, role)]);
        }
        return;
    };
    let screen = canvas.screen();
    let has_blocks = canvas.theme().glyphs == Glyphs::Unicode;
    let side = u16::try_from(link.modules.len()).unwrap_or(u16::MAX);
    let code_rows = side.div_ceil(2);
    let fits = has_blocks && side > 0 && side + FRAME <= screen.width && code_rows + TEXT_ROWS + FRAME <= screen.height;
    let cells = |what: &str| text::width(command) + text::width(what);
    // The address says which server it is; a screen that is too narrow for it shows the code alone. An invite is always a
    // code there.
    let text_room = usize::from(screen.width.saturating_sub(2 * FRAME));
    let takes_url = card.kind == LinkKind::Device && cells(&link.url) <= text_room;
    let what = if takes_url { &link.url } else { &link.code };
    let text_width = cells(what).max(text::width(&link.url)).max(text::width(&link.good));
    let text_width = u16::try_from(text_width).unwrap_or(u16::MAX).saturating_add(2 * FRAME);
    let width = LEAST_WIDTH.max(text_width).max(side + FRAME);
    let height = TEXT_ROWS + FRAME + if fits { code_rows } else { 1 };
    let area = popup::centred(canvas, width, height);
    let inside = popup::frame(canvas, area, title);
    let text = [
        vec![Span::new(command, Role::Text), Span::new(what, Role::Accent)],
        vec![Span::new(&link.url, Role::Text)],
        vec![Span::new(&link.good, Role::Dim)],
    ];
    for (y, spans) in (inside.y..inside.y + inside.height).zip(&text) {
        canvas.put(inside.x + 1, y, inside.width.saturating_sub(1), spans);
    }
    let below = Area { y: inside.y + TEXT_ROWS, height: inside.height.saturating_sub(TEXT_ROWS), ..inside };
    if fits {
        code(canvas, link, Area { x: below.x + below.width.saturating_sub(side) / 2, ..below });
    } else if below.height > 0 && has_blocks {
        let text = "a larger terminal shows a QR code here";
        canvas.put(below.x + 1, below.y, below.width, &[Span::new(text, Role::Dim)]);
    }
}

/// The address of a hook, the token of a bot or the secret of a webhook, on as many rows as it takes.
fn program(canvas: &mut Canvas<'_>, card: &LinkCard, title: &str) {
    let most = canvas.screen().width.saturating_sub(2 * FRAME).max(1);
    let (rows, role) = match (&card.link, &card.problem) {
        (Some(link), _) => (vec![link.url.clone(), link.good.clone()], Role::Accent),
        (None, Some(problem)) => (vec![format!("✗ {problem}")], Role::Bad),
        (None, None) => (vec!["asking the server…".to_owned()], Role::Dim),
    };
    let widest = rows.iter().map(|row| text::width(row)).max().unwrap_or_default();
    let width = u16::try_from(widest).unwrap_or(u16::MAX).clamp(LEAST_WIDTH.min(most), most);
    let wrapped: Vec<_> = rows
        .iter()
        .enumerate()
        .flat_map(|(part, row)| {
            let role = if part == 0 { role } else { Role::Dim };
            text::wrap(row, usize::from(width)).into_iter().map(move |row| Span::new(row, role))
        })
        .collect();
    let height = u16::try_from(wrapped.len()).unwrap_or(u16::MAX).saturating_add(FRAME);
    let area = popup::centred(canvas, width + FRAME, height);
    let inside = popup::frame(canvas, area, title);
    for (y, row) in (inside.y..inside.y + inside.height).zip(wrapped) {
        canvas.put(inside.x, y, inside.width, &[row]);
    }
}

/// Two rows of modules in one row of cells.
fn code(canvas: &mut Canvas<'_>, link: &Link, area: Area) {
    let colours = canvas.theme().colours;
    let style = canvas.theme().modules();
    for (y, pair) in (area.y..area.y + area.height).zip(link.modules.chunks(2)) {
        let (upper, lower) = (&pair[0], pair.get(1));
        for (x, &upper) in (area.x..).zip(upper) {
            let lower = lower.is_some_and(|row| row.get(usize::from(x - area.x)).copied().unwrap_or(false));
            // With colours the signs are black; without, they are taken to be light, as on most terminals.
            let sign = match (upper == colours, lower == colours) {
                (true, true) => "█",
                (true, false) => "▀",
                (false, true) => "▄",
                (false, false) => " ",
            };
            if let Some(cell) = canvas.buffer().cell_mut((x, y)) {
                cell.set_symbol(sign).set_style(style);
            }
        }
    }
}
