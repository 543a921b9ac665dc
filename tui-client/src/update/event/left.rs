//! The user is no longer in a room: why, and what they can do.

use chat_protocol::{RemovalReason, RoomId, UserRef, terminal::SafeText};

use crate::{
    state::{Room, State, Tone},
    update::{effect::Effect, navigate},
};

/// The user is no longer in a room. If it is on the screen it stays there as an empty page, until the user goes
/// elsewhere; only one that they have just asked to leave gives way to its neighbour.
pub(super) fn left(state: &mut State, id: RoomId, removal: &Removal, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.room(id).filter(|room| !room.gone) else { return };
    let (label, how, unsent) = (room.label(), removal.told(room), room.timeline.pending().len());
    let unsent = match unsent {
        0 => String::new(),
        1 => "; a message to it was not sent and is kept there".to_owned(),
        count => format!("; {count} messages to it were not sent and are kept there"),
    };
    let asked = state.transient.leave.take_if(|(asked, _)| *asked == id);
    let awaited = asked.is_some_and(|(_, ticket)| state.awaits(ticket));
    let is_current = state.rooms.current_id() == Some(id);
    let neighbour = state.rooms.neighbour(1).filter(|neighbour| *neighbour != id);
    state.rooms.depart(id);
    match neighbour.filter(|_| is_current && awaited) {
        Some(neighbour) => navigate::open(state, neighbour, effects),
        None if is_current => {
            return state.notify(Tone::Bad, format!("{}{unsent}{}", how.what, how.next));
        }
        None => {}
    }
    match removal.why {
        RemovalReason::Left => state.notify_anywhere(Tone::Plain, format!("you left {label}{unsent}")),
        _ => state.notify_anywhere(Tone::Bad, format!("{}{unsent}{}", how.what, how.next)),
    }
}

/// Why the user is no longer in a room.
#[derive(Debug, Default)]
pub(super) struct Removal {
    pub(super) why: RemovalReason,
    pub(super) by: Option<UserRef>,
    pub(super) reason: Option<String>,
}

/// What happened, and what the user can do.
struct Told {
    what: String,
    next: String,
}

impl Removal {
    fn told(&self, room: &Room) -> Told {
        let (label, name) = (room.label(), &room.name);
        let by = self.by.as_ref().map_or_else(|| "a moderator".to_owned(), |by| SafeText::line(&by.name).to_string());
        let reason = self.reason.as_deref().map_or_else(String::new, |why| format!(" ({})", SafeText::line(why)));
        let (what, next) = match self.why {
            RemovalReason::Left => (format!("you are no longer in {label}"), format!(": type /join {name} to return")),
            RemovalReason::Kicked => (
                format!("{by} removed you from {label}{reason}"),
                format!(": /join {name} returns, where that is open"),
            ),
            RemovalReason::Banned => (format!("{by} banned you from {label}{reason}"), String::new()),
            RemovalReason::Deleted => (format!("{by} deleted {label} for ever{reason}"), String::new()),
        };
        Told { what, next }
    }
}
