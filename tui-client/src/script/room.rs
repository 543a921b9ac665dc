//! Which room is followed.

use chat_client::{Api, ApiError};
use chat_protocol::{ErrorCode, Room, RoomKind, RoomSelector, UserId, UserSelector};

use crate::program::failure::{Failure, Kind};

/// The room to follow. A direct room that is not there yet is opened, which nobody else sees before its first message.
pub(super) async fn find(api: &Api, name: &str) -> Result<Room, ApiError> {
    match (api.room(name).await, RoomSelector::from(name)) {
        (Err(error), RoomSelector::Direct(user)) if error.code() == Some(ErrorCode::NotFound) => {
            api.open_direct(vec![UserSelector::Name(user)]).await
        }
        (found, _) => found,
    }
}

/// A room as its users name it: a direct room by those whom one talks to there.
pub(super) fn shown_name(room: &Room, me: UserId) -> String {
    if room.kind != RoomKind::Direct {
        return format!("#{}", room.name);
    }
    let others: Vec<String> =
        room.people.iter().filter(|person| person.id != me).map(|person| format!("@{}", person.name)).collect();
    if others.is_empty() { "your notebook".to_owned() } else { others.join(", ") }
}

/// Only members hear what happens.
///
/// # Errors
/// When the user is not a member, with how to become one.
pub(super) fn check_joined(room: &Room, name: &str) -> Result<(), Failure> {
    if room.joined {
        return Ok(());
    }
    let how = match room.kind {
        RoomKind::Direct => format!("open it on the screen with /msg {name}"),
        _ => format!("join it on the screen with /join {}", room.name),
    };
    Err(Failure::new(Kind::Refused, format!("you are not in {name}: {how}")))
}
