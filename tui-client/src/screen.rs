//! Draws the state. It changes nothing: what is read or scrolled is decided in [`crate::update`].

mod ascii;
mod canvas;
mod composer;
mod help;
pub(crate) mod images;
mod link;
pub(crate) mod links;
mod list;
mod messages;
mod password;
mod people;
mod popup;
mod rooms;
mod search;
pub(crate) mod spots;
mod status;
pub(crate) mod theme;
mod title;

use ratatui::buffer::Buffer;
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    screen::{images::Images, links::Links, spots::Spots, theme::Theme},
    state::{
        Mode, State,
        geometry::{Area, Breadth, Geometry},
    },
    text::{
        editor::{self, Editor},
        span::{Role, Span},
    },
};
use canvas::Canvas;

/// Draws everything into an empty picture of the state's size; gives back where the cursor is, if it is to be seen. `links`
/// gets the addresses that cells lead to, `spots` what can be clicked, `images` what pictures need besides cells.
pub(crate) fn draw(
    state: &State,
    theme: Theme,
    links: &mut Links,
    spots: &mut Spots,
    images: &mut Images,
    picture: &mut Buffer,
) -> Option<(u16, u16)> {
    let geometry = state.geometry();
    let theme = Theme { light: state.light, ..theme };
    let mut canvas = Canvas::new(picture, theme, links, spots, images);
    rules(&mut canvas, &geometry);
    title::draw(&mut canvas, state, &geometry);
    match geometry.breadth {
        Breadth::Narrow => {}
        Breadth::Rail => rooms_above_people(&mut canvas, state, geometry.rooms),
        Breadth::Wide => {
            rooms::draw(&mut canvas, state, geometry.rooms);
            if geometry.thread.width == 0 {
                people::draw(&mut canvas, state, geometry.people);
            }
        }
    }
    messages::draw(&mut canvas, state, &geometry);
    status::typing_row(&mut canvas, state, &geometry);
    let cursor = composer::draw(&mut canvas, state, &geometry);
    status::status_row(&mut canvas, state, &geometry);
    let cursor = match &state.mode {
        Mode::Compose => cursor,
        Mode::Select { .. } => None,
        Mode::List(list) => list::draw(&mut canvas, list),
        Mode::Search => search::draw(&mut canvas, state),
        Mode::Help { scroll, .. } => {
            help::draw(&mut canvas, state, *scroll);
            None
        }
        Mode::Link(card) => {
            link::draw(&mut canvas, card);
            None
        }
        Mode::Password(form) => password::draw(&mut canvas, form),
    };
    canvas.settle_images();
    ascii::downgrade(canvas.buffer(), theme.glyphs);
    cursor
}

/// The text of a field, each character as a span of its own.
fn field(text: &str) -> Vec<Span> {
    text.graphemes(true).map(|grapheme| Span::new(editor::shown(grapheme), Role::Text)).collect()
}

/// A field of one row, scrolled so that the cursor is seen; gives back its column.
fn one_row(canvas: &mut Canvas<'_>, field: &Editor, x: u16, y: u16, width: u16) -> u16 {
    let (text, room) = (field.text(), usize::from(width.saturating_sub(1)));
    let (mut from, mut before) = (0, editor::cells(&text[..field.cursor()]));
    for (at, grapheme) in text.grapheme_indices(true).take_while(|(at, _)| *at < field.cursor()) {
        if before <= room {
            break;
        }
        from = at + grapheme.len();
        before -= editor::cells(grapheme);
    }
    canvas.put(x, y, width, &self::field(&text[from..]));
    x + u16::try_from(before).unwrap_or(u16::MAX).min(width)
}

/// One rail: rooms above people. The people take what the rooms leave, and at least half.
fn rooms_above_people(canvas: &mut Canvas<'_>, state: &State, rail: Area) {
    if !state.preferences.panes.people {
        rooms::draw(canvas, state, rail);
        return;
    }
    let wanted = rooms::rows(state);
    let people = people::rows(state) + 1;
    let upper = wanted.min(rail.height.saturating_sub(people).max(rail.height / 2));
    rooms::draw(canvas, state, Area { height: upper, ..rail });
    let top = upper + 1;
    let lower = Area { y: rail.y + top, height: rail.height.saturating_sub(top), ..rail };
    people::draw(canvas, state, lower);
}

/// The rules between the panes, joined where they meet.
fn rules(canvas: &mut Canvas<'_>, geometry: &Geometry) {
    let left = (geometry.rooms.width > 0).then_some(geometry.rooms.width);
    let right = (geometry.people.width > 0).then(|| geometry.people.x.saturating_sub(1));
    for x in [left, right].into_iter().flatten() {
        for y in geometry.rooms.y.min(geometry.messages.y)..geometry.typing.y + geometry.typing.height {
            canvas.put(x, y, 1, &[Span::new("│", Role::Dim)]);
        }
    }
    for (rule, joint) in [(geometry.title_rule, "┬"), (geometry.rule, "┴")] {
        if rule.height == 0 {
            continue;
        }
        canvas.put(0, rule.y, rule.width, &[Span::new("─".repeat(usize::from(rule.width)), Role::Dim)]);
        for x in [left, right].into_iter().flatten() {
            canvas.put(x, rule.y, 1, &[Span::new(joint, Role::Dim)]);
        }
    }
}

#[cfg(test)]
mod tests;
