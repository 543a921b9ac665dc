//! Invites: links with which someone becomes a user.

use chat_protocol::api as shapes;
use reqwest::Method;

use super::{Api, ApiError, answer};

impl Api {
    /// The invites that can still be used.
    ///
    /// # Errors
    /// When the caller may not invite, or the server cannot be reached.
    pub async fn invites(&self) -> Result<Vec<shapes::Invite>, ApiError> {
        self.read(self.request(Method::GET, &["invites"])).await
    }

    /// Makes an invite. Its code and link are shown this once.
    ///
    /// # Errors
    /// When the caller may not invite or may not add people to one of the rooms, or the server cannot be reached.
    pub async fn create_invite(&self, invite: &shapes::NewInvite) -> Result<shapes::Invite, ApiError> {
        self.read(self.request(Method::POST, &["invites"]).json(invite)).await
    }

    /// Ends an invite.
    ///
    /// # Errors
    /// When it is another's and the caller no admin, or the server cannot be reached.
    pub async fn end_invite(&self, invite: u64) -> Result<(), ApiError> {
        answer::nothing(self.request(Method::DELETE, &["invites", &invite.to_string()])).await
    }
}
