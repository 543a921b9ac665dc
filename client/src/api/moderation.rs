//! Who is in a room and what they may do there; reports, and who did what.

use chat_protocol::{MessageId, RoomSelector, UserSelector, api as shapes};
use reqwest::{Method, RequestBuilder};

use super::{Api, ApiError, answer};

impl Api {
    /// Adds someone to a room, or with a role gives them that one. Also if they are a member.
    ///
    /// # Errors
    /// When the caller may not add people there, the user is banned, or the server cannot be reached.
    pub async fn add(
        &self,
        room: impl Into<RoomSelector>,
        user: impl Into<UserSelector>,
        member: &shapes::NewMember,
    ) -> Result<(), ApiError> {
        answer::nothing(self.member_request(Method::PUT, room.into(), user.into())?.json(member)).await
    }

    /// Removes someone from a room; they may come back.
    ///
    /// # Errors
    /// When the caller does not moderate the room, or the server cannot be reached.
    pub async fn kick(
        &self,
        room: impl Into<RoomSelector>,
        user: impl Into<UserSelector>,
        kick: &shapes::Kick,
    ) -> Result<(), ApiError> {
        answer::nothing(self.member_request(Method::DELETE, room.into(), user.into())?.json(kick)).await
    }

    /// Kicks, bans, mutes, ends that, or gives another role in a room.
    ///
    /// # Errors
    /// When the caller does not moderate the room, or the server cannot be reached.
    pub async fn moderate(
        &self,
        room: impl Into<RoomSelector>,
        moderation: &shapes::NewModeration,
    ) -> Result<(), ApiError> {
        answer::nothing(self.room_request(Method::POST, room.into(), &["moderation"])?.json(moderation)).await
    }

    /// Tells the moderators of a room of a message.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn report(&self, message: MessageId, report: &shapes::NewReport) -> Result<(), ApiError> {
        answer::nothing(self.request(Method::POST, &["messages", &message.to_string(), "report"]).json(report)).await
    }

    /// The reports that wait in the rooms that the caller moderates.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn reports(&self) -> Result<Vec<shapes::Report>, ApiError> {
        self.read(self.request(Method::GET, &["reports"])).await
    }

    /// Ends a report.
    ///
    /// # Errors
    /// When the caller does not moderate the room, or the server cannot be reached.
    pub async fn end_report(&self, report: u64) -> Result<(), ApiError> {
        answer::nothing(self.request(Method::DELETE, &["reports", &report.to_string()])).await
    }

    /// Who did what to whom, the newest first: those before an entry, or the newest. For admins.
    ///
    /// # Errors
    /// When the caller is no admin, or the server cannot be reached.
    pub async fn audit(&self, before: Option<u64>, limit: u32) -> Result<Vec<shapes::AuditEntry>, ApiError> {
        let mut request = self.request(Method::GET, &["audit"]).query(&[("limit", limit)]);
        if let Some(before) = before {
            request = request.query(&[("before", before)]);
        }
        self.read(request).await
    }

    fn member_request(
        &self,
        method: Method,
        room: RoomSelector,
        user: UserSelector,
    ) -> Result<RequestBuilder, ApiError> {
        self.room_request(method, room, &["members", &super::user_part(&user)?])
    }
}
