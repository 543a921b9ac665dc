//! Rooms: find, make, change, join and leave them.

use chat_protocol::{ErrorCode, Room, RoomKind, RoomSelector, User, UserSelector, api as shapes};
use reqwest::{Method, RequestBuilder, StatusCode};

use super::{Api, ApiError, answer};

/// Rooms or members in one answer, at most.
const PAGE: u32 = 1000;
/// The most pages of a list that are put together: nobody reads further, and a server that never ends must not matter.
const MAX_PAGES: usize = 10;

impl Api {
    /// The rooms that the caller may see, by name: those whose name contains `query`, or only those they are in.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn rooms(&self, query: &str, joined: bool) -> Result<Vec<Room>, ApiError> {
        let mut rooms: Vec<Room> = Vec::new();
        for _ in 0..MAX_PAGES {
            let mut request = self.request(Method::GET, &["rooms"]).query(&[("limit", PAGE)]);
            if !query.is_empty() {
                request = request.query(&[("q", query)]);
            }
            if joined {
                request = request.query(&[("joined", true)]);
            }
            if let Some(last) = rooms.last() {
                request = request.query(&[("after", &last.name)]);
            }
            let (page, more): (Vec<Room>, bool) = answer::page(request).await?;
            let end = page.is_empty() || !more;
            rooms.extend(page);
            if end {
                break;
            }
        }
        Ok(rooms)
    }

    /// One room.
    ///
    /// # Errors
    /// `not_found` when there is none that the caller may know of.
    pub async fn room(&self, room: impl Into<RoomSelector>) -> Result<Room, ApiError> {
        self.read(self.room_request(Method::GET, room.into(), &[])?).await
    }

    /// Makes a room; the caller becomes its first member.
    ///
    /// # Errors
    /// When the name is taken or no name at all, or the server cannot be reached.
    pub async fn create_room(&self, name: &str, topic: Option<&str>) -> Result<Room, ApiError> {
        let (name, topic) = (Some(name.to_owned()), topic.map(str::to_owned));
        self.create_room_with(&shapes::NewRoom { name, topic, ..Default::default() }).await
    }

    /// Makes a room of any kind, with people in it from the start.
    ///
    /// # Errors
    /// When the name is taken or no name at all, someone cannot be added, or the server cannot be reached.
    pub async fn create_room_with(&self, room: &shapes::NewRoom) -> Result<Room, ApiError> {
        self.read(self.request(Method::POST, &["rooms"]).json(room)).await
    }

    /// The caller's direct room with these people, which is made if there is none; the others see it with its first
    /// message. With nobody else it is a notebook.
    ///
    /// # Errors
    /// When there is no such user, a guest asks for a member, or the server cannot be reached.
    pub async fn open_direct(&self, users: Vec<UserSelector>) -> Result<Room, ApiError> {
        let kind = Some(RoomKind::Direct);
        self.create_room_with(&shapes::NewRoom { kind, members: users, ..Default::default() }).await
    }

    /// Changes a room; what is absent stays.
    ///
    /// # Errors
    /// When the caller may not change that, or the server cannot be reached.
    pub async fn update_room(
        &self,
        room: impl Into<RoomSelector>,
        patch: &shapes::RoomPatch,
    ) -> Result<Room, ApiError> {
        self.read(self.room_request(Method::PATCH, room.into(), &[])?.json(patch)).await
    }

    /// Removes a room and all that was said there, for ever.
    ///
    /// # Errors
    /// When the caller does not moderate the room, or the server cannot be reached.
    pub async fn delete_room(&self, room: impl Into<RoomSelector>) -> Result<(), ApiError> {
        answer::nothing(self.room_request(Method::DELETE, room.into(), &[])?).await
    }

    /// Changes the caller's own settings of a room; what is absent stays.
    ///
    /// # Errors
    /// When the caller is no member, or the server cannot be reached.
    pub async fn settings(
        &self,
        room: impl Into<RoomSelector>,
        settings: shapes::SettingsPatch,
    ) -> Result<(), ApiError> {
        answer::nothing(self.room_request(Method::PATCH, room.into(), &["settings"])?.json(&settings)).await
    }

    /// Says what a room is about; empty for nothing.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn set_topic(&self, room: impl Into<RoomSelector>, topic: &str) -> Result<Room, ApiError> {
        let patch = shapes::RoomPatch { topic: Some(topic.to_owned()), ..Default::default() };
        self.update_room(room, &patch).await
    }

    /// Becomes a member, also when one is.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn join(&self, room: impl Into<RoomSelector>) -> Result<(), ApiError> {
        answer::nothing(self.room_request(Method::PUT, room.into(), &["members", "me"])?).await
    }

    /// Is a member no more, also when one was not. The lobby cannot be left.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn leave(&self, room: impl Into<RoomSelector>) -> Result<(), ApiError> {
        answer::nothing(self.room_request(Method::DELETE, room.into(), &["members", "me"])?).await
    }

    /// The members of a room by name, all or only those who are here now.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn members(&self, room: impl Into<RoomSelector>, online: bool) -> Result<Vec<User>, ApiError> {
        let room = room.into();
        let mut members: Vec<User> = Vec::new();
        for _ in 0..MAX_PAGES {
            let mut request = self.room_request(Method::GET, room.clone(), &["members"])?.query(&[("limit", PAGE)]);
            if online {
                request = request.query(&[("online", true)]);
            }
            if let Some(last) = members.last() {
                request = request.query(&[("after", &last.name)]);
            }
            let (page, more): (Vec<User>, bool) = answer::page(request).await?;
            let end = page.is_empty() || !more;
            members.extend(page);
            if end {
                break;
            }
        }
        Ok(members)
    }

    pub(super) fn room_request(
        &self,
        method: Method,
        room: RoomSelector,
        rest: &[&str],
    ) -> Result<RequestBuilder, ApiError> {
        let room = room.to_string();
        // As parts of a path these mean something else.
        if matches!(room.as_str(), "" | "." | "..") {
            return Err(ApiError::refused(ErrorCode::NotFound, StatusCode::NOT_FOUND, "there is no such room"));
        }
        let mut path = vec!["rooms", &room];
        path.extend(rest);
        Ok(self.request(method, &path))
    }
}
