//! What the terminal sends.

use crate::{
    keys::key::Key,
    state::{Method, Spot, geometry::Size},
    update::input::Input,
};

/// Something that the terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A key was pressed.
    Key(Key),
    Paste(String),
    /// Several lines came at once, and the terminal did not say whether they were pasted.
    Lines(String),
    /// The wheel was turned.
    Wheel {
        /// Away from the user.
        up: bool,
    },
    /// The left button was pressed, in this column and row.
    Click {
        x: u16,
        y: u16,
    },
    /// The window got or lost the focus.
    Focus(bool),
    /// The window has another size.
    Resize(Size),
    /// The answer to the question how bright the background is (OSC 11).
    Background {
        /// Dark letters are read better there.
        light: bool,
    },
    /// The answer to the question what the terminal is (DA1).
    Attributes {
        /// It draws pictures in the sixel format.
        sixel: bool,
    },
    /// The terminal knows the graphics protocol of kitty.
    Kitty,
}

/// The input that an event is, if it is one for the loop. `spot` says what stands in a place of the screen.
pub(super) fn input(event: Event, spot: impl FnOnce(u16, u16) -> Option<Spot>) -> Option<Input> {
    Some(match event {
        Event::Key(key) => Input::Key(key),
        Event::Paste(text) => Input::Paste(text),
        Event::Lines(text) => Input::Lines(text),
        Event::Wheel { up } => Input::Wheel { up },
        Event::Click { x, y } => Input::Click(spot(x, y)),
        Event::Focus(focused) => Input::Focus(focused),
        Event::Resize(size) => Input::Resize(size),
        Event::Background { light } => Input::Background { light },
        Event::Attributes { sixel: true } => Input::Draws(Method::Sixel),
        Event::Attributes { sixel: false } => return None,
        Event::Kitty => Input::Draws(Method::Kitty),
    })
}
