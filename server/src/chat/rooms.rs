//! Rooms: finding, making, joining and leaving them.

use chat_protocol::{Room, RoomSelector, api::NewRoom, body::Line, name::RoomName};

use super::{Caller, Chat, Error, Origin, Page, Result};
use crate::{access, store::RoomFilter};

/// Longest topic, in characters.
const TOPIC: usize = 250;

/// Which rooms to list.
#[derive(Debug, Clone, Default)]
pub struct RoomQuery {
    /// Whose name or topic contains this text.
    pub q: Option<String>,
    /// Those that the caller is a member of, or those that they are not.
    pub joined: Option<bool>,
    /// Most items of the page.
    pub limit: usize,
    /// Names after this one.
    pub after: Option<String>,
}

impl Chat {
    /// Rooms that the caller may see, by name.
    ///
    /// # Errors
    /// `unauthorized` without a token where registration is not open.
    pub async fn rooms(&self, caller: Option<&Caller>, query: RoomQuery) -> Result<Page<Room>> {
        self.may_read(caller)?;
        let filter = RoomFilter { q: query.q, joined: query.joined, limit: query.limit, after: query.after };
        Ok(self.store().rooms(caller.map(|caller| caller.user), filter).await?)
    }

    /// One room.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn room(&self, caller: Option<&Caller>, room: &RoomSelector) -> Result<Room> {
        self.may_read(caller)?;
        Ok(self.store().room(room.clone(), caller.map(|caller| caller.user)).await?)
    }

    /// Makes a public room; the caller becomes its first member.
    ///
    /// # Errors
    /// `name_taken`, `bad_request` for what is no name, `rate_limited`.
    pub async fn create_room(&self, caller: &Caller, origin: &Origin, new: NewRoom) -> Result<Room> {
        let name = RoomName::parse(new.name.as_deref().unwrap_or_default())?;
        let topic = parse_topic(new.topic.as_deref().unwrap_or_default())?;
        self.may_tell(caller, origin)?;
        self.rates().room_created(caller.user, origin).map_err(Error::rate_limited)?;
        Ok(self.store().create_room(caller.user, name, topic, self.rooms_per_user()).await?)
    }

    /// Changes a room's topic.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `bad_request` for what is no topic, `rate_limited`.
    pub async fn set_topic(&self, caller: &Caller, origin: &Origin, room: &RoomSelector, topic: &str) -> Result<Room> {
        let topic = parse_topic(topic)?;
        self.may_tell(caller, origin)?;
        Ok(self.store().set_topic(caller.user, room.clone(), topic).await?)
    }

    /// Makes the caller a member; fine when they are one already.
    ///
    /// # Errors
    /// `not_found`; `forbidden` when they have too many rooms; `rate_limited`.
    pub async fn join(&self, caller: &Caller, origin: &Origin, room: &RoomSelector) -> Result<()> {
        self.may_tell(caller, origin)?;
        Ok(self.store().join(caller.user, room.clone(), self.rooms_per_user()).await?)
    }

    /// Ends the caller's membership; fine if there is no membership.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for the lobby; `rate_limited`.
    pub async fn leave(&self, caller: &Caller, origin: &Origin, room: &RoomSelector) -> Result<()> {
        self.may_tell(caller, origin)?;
        Ok(self.store().leave(caller.user, room.clone()).await?)
    }

    /// Without a token one reads only where anyone can become a user.
    pub(super) fn may_read(&self, caller: Option<&Caller>) -> Result<()> {
        access::check_visit(caller.is_some(), self.shared.info.registration)
            .map_err(|_| Error::unauthorized("sign in first: this server shows nothing without a token"))
    }

    fn rooms_per_user(&self) -> u64 {
        self.limits().rooms_per_user.unwrap_or(u64::MAX)
    }
}

fn parse_topic(text: &str) -> Result<Line> {
    Ok(Line::parse(text, TOPIC)?)
}
