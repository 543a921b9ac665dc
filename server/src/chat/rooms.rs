//! Rooms: finding, making, joining and leaving them.

use std::sync::Arc;

use chat_protocol::{
    MessageId, ModerationAction, Room, RoomChanges, RoomKind, RoomSelector, UserSelector,
    api::{NewMember, NewModeration, NewRoom},
    body::Line,
    name::RoomName,
};

use super::{Caller, Chat, Error, Origin, Page, Result, accounts::now};
use crate::{
    access,
    store::{Done, NewMemberRow, NewModerationRow, NewRoomChanges, NewRoomRow, RoomFilter, RoomLimits},
};

/// Longest topic, in characters.
const TOPIC: usize = 250;
/// Members that a room is made with, at most, beside its maker.
const MOST_MEMBERS: usize = 100;
/// Longest reason of a moderator, in characters.
const REASON: usize = 250;
/// Longest distance between two messages in slow mode: a day.
const MOST_SLOW_SECONDS: u32 = 86_400;
/// Longest time after which a room's messages are deleted: a hundred years.
const MOST_RETENTION_DAYS: u32 = 36_500;

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

    /// Makes a room; the caller becomes its first member and moderator. Says whether a direct room is new to the caller.
    ///
    /// # Errors
    /// `name_taken`, `not_found` for members, `forbidden`, `bad_request` for what is no name, `rate_limited`.
    pub async fn create_room(&self, caller: &Caller, origin: &Origin, new: NewRoom) -> Result<(Room, bool)> {
        let NewRoom { kind, name, topic, members } = new;
        if members.len() > MOST_MEMBERS {
            return Err(Error::bad_request(format!("`members` are at most {MOST_MEMBERS}: add the others afterwards")));
        }
        let row = match kind.unwrap_or(RoomKind::Public) {
            RoomKind::Direct if name.is_some() || topic.is_some() => {
                return Err(Error::bad_request(
                    "a direct room has neither a `name` nor a `topic`: its people say what it is",
                ));
            }
            RoomKind::Direct => NewRoomRow::Direct { people: members },
            kind => {
                let name = RoomName::parse(name.as_deref().unwrap_or_default())?;
                NewRoomRow::Named { kind, name, topic: parse_topic(topic.as_deref().unwrap_or_default())?, members }
            }
        };
        self.may_tell(caller, origin)?;
        let limits = match row {
            NewRoomRow::Named { .. } => {
                self.rates().room_created(caller.user, origin).map_err(Error::rate_limited)?;
                RoomLimits { most: self.rooms_per_user(), rate: None }
            }
            NewRoomRow::Direct { .. } => self.room_limits(caller, origin),
        };
        Ok(self.store().create_room(caller.user, row, limits).await?)
    }

    /// Changes a room, once however often it is asked for.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `name_taken`, `bad_request`, `id_conflict`, `rate_limited`.
    pub async fn update_room(
        &self,
        caller: &Caller,
        origin: &Origin,
        room: &RoomSelector,
        id: MessageId,
        changes: RoomChanges,
    ) -> Result<(Done, Room)> {
        if changes.is_empty() {
            return Err(Error::bad_request(
                "nothing to change: give `name`, `topic`, `archived`, `slow_seconds`, `retention_days` or `retention_keeps_pinned`",
            ));
        }
        let changes = RoomChanges {
            name: changes.name.map(|name| RoomName::parse(&name)).transpose()?.map(|name| name.to_string()),
            topic: changes.topic.map(|topic| parse_topic(&topic)).transpose()?.map(Line::into_string),
            ..changes
        };
        if changes.slow_seconds.is_some_and(|seconds| seconds > MOST_SLOW_SECONDS) {
            return Err(Error::bad_request(format!("`slow_seconds` is at most {MOST_SLOW_SECONDS}, a day")));
        }
        if changes.retention_days.flatten().is_some_and(|days| days > MOST_RETENTION_DAYS) {
            return Err(Error::bad_request(format!(
                "`retention_days` is at most {MOST_RETENTION_DAYS}, a hundred years: 0 keeps messages for ever"
            )));
        }
        self.may_tell(caller, origin)?;
        Ok(self.store().update_room(caller.user, room.clone(), NewRoomChanges { id, changes }).await?)
    }

    /// Removes a room for ever, with all that was said in it.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `rate_limited`.
    pub async fn remove_room(&self, caller: &Caller, origin: &Origin, room: &RoomSelector) -> Result<()> {
        self.may_tell(caller, origin)?;
        self.store().remove_room(caller.user, room.clone()).await?;
        self.erase_removed();
        Ok(())
    }

    /// Makes somebody else a member; fine when they are one already. Moderators may say in which role.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `rate_limited`.
    pub async fn add_member(
        &self,
        caller: &Caller,
        origin: &Origin,
        room: &RoomSelector,
        user: UserSelector,
        new: NewMember,
    ) -> Result<()> {
        self.may_tell(caller, origin)?;
        let row = NewMemberRow { id: new.id.unwrap_or_else(MessageId::now_v7), user, role: new.role };
        Ok(self.store().add_member(caller.user, room.clone(), row, self.rooms_per_user()).await?)
    }

    /// Does something to someone as a moderator; fine where it is so already.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `bad_request`, `id_conflict`, `rate_limited`.
    pub async fn moderate(
        &self,
        caller: &Caller,
        origin: &Origin,
        room: &RoomSelector,
        new: NewModeration,
    ) -> Result<()> {
        let NewModeration { id, action, user, until, reason, role } = new;
        if (action == ModerationAction::Role) != role.is_some() {
            return Err(Error::bad_request("give a `role` with the action `role`, and with no other"));
        }
        if until.is_some() && !matches!(action, ModerationAction::Ban | ModerationAction::Mute) {
            return Err(Error::bad_request("only a ban or a mute ends by itself: give no `until`"));
        }
        if until.is_some_and(|until| until <= now()) {
            return Err(Error::bad_request("`until` has passed already: give a later time, or none"));
        }
        let reason = reason.map(|reason| Line::parse(&reason, REASON)).transpose()?.filter(|reason| !reason.is_empty());
        self.may_tell(caller, origin)?;
        let (id, reason) = (id.unwrap_or_else(MessageId::now_v7), reason.map(Line::into_string));
        let row = NewModerationRow { id, user, action, until, reason, role };
        Ok(self.store().moderate(caller.user, room.clone(), row).await?)
    }

    /// Deletes what was said in rooms that were removed, a little at a time.
    pub(super) fn erase_removed(&self) {
        let chat = self.clone();
        tokio::spawn(async move {
            loop {
                match chat.store().erase_removed().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(failure) => {
                        // The next start goes on with it.
                        tracing::warn!(%failure, "what was said in a removed room is not deleted yet");
                        return;
                    }
                }
            }
            if let Err(failure) = chat.delete_freed_files().await {
                // The next round goes on with it.
                tracing::warn!(%failure, "files of a removed room are not deleted yet");
            }
        });
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

    /// Whether the caller may make a direct room, to be asked when it is known that one is made.
    pub(super) fn room_limits(&self, caller: &Caller, origin: &Origin) -> RoomLimits {
        let (rates, user, origin) = (self.rates().clone(), caller.user, origin.clone());
        let rate = move || rates.room_created(user, &origin);
        RoomLimits { most: self.rooms_per_user(), rate: Some(Arc::new(rate)) }
    }

    pub(super) fn rooms_per_user(&self) -> u64 {
        self.limits().rooms_per_user.unwrap_or(u64::MAX)
    }
}

fn parse_topic(text: &str) -> Result<Line> {
    Ok(Line::parse(text, TOPIC)?)
}
