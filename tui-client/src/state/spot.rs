//! What stands in a place of the screen, for the mouse.

use std::rc::Rc;

use chat_protocol::{RoomId, UserId};

use super::timeline::EntryKey;
use crate::text::span::Target;

/// Something that can be clicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    Room(RoomId),
    Person(UserId),
    /// An entry of what has the keys: the room, or the open thread.
    Entry(EntryKey),
    /// An entry of the room beside the open thread.
    Beside(EntryKey),
    /// Something within a message.
    Target(Rc<Target>),
    Link(Rc<str>),
    /// A row of the open list.
    Choice(usize),
    /// A suggestion above the composer.
    Suggestion(usize),
    /// The open window, where nothing of it can be clicked.
    Window,
    /// What is pinned, in the title.
    Pins,
    /// How much is below.
    Below,
    Notice,
    Composer,
}
