//! Users and sessions: who is there, who one is, and on which devices.

use chat_protocol::{SessionId, Status, User, UserSelector, api as shapes};
use reqwest::Method;

use super::{Api, ApiError, answer, message::put_or_delete, user_part};

/// Users in one answer, at most.
const PAGE: u32 = 1000;

impl Api {
    /// Takes a name, or without one makes a guest.
    ///
    /// # Errors
    /// When the name is taken or no name at all, registration is closed, or the server cannot be reached.
    pub async fn create_user(&self, user: &shapes::NewUser) -> Result<shapes::SignedIn, ApiError> {
        self.read(self.request(Method::POST, &["users"]).json(user)).await
    }

    /// Signs in.
    ///
    /// # Errors
    /// When password or link code are wrong, or the server cannot be reached.
    pub async fn create_session(&self, session: &shapes::NewSession) -> Result<shapes::SignedIn, ApiError> {
        self.read(self.request(Method::POST, &["sessions"]).json(session)).await
    }

    /// Users by name, those whose name contains `query`: the first thousand.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn users(&self, query: &str) -> Result<Vec<User>, ApiError> {
        let mut request = self.request(Method::GET, &["users"]).query(&[("limit", PAGE)]);
        if !query.is_empty() {
            request = request.query(&[("q", query)]);
        }
        self.read(request).await
    }

    /// One user.
    ///
    /// # Errors
    /// `not_found` when there is none of this name or id.
    pub async fn user(&self, user: impl Into<UserSelector>) -> Result<User, ApiError> {
        self.read(self.request(Method::GET, &["users", &user_part(&user.into())?])).await
    }

    /// Changes what a user may do on the server, or whether they can sign in. For admins.
    ///
    /// # Errors
    /// When the caller is no admin, or the server cannot be reached.
    pub async fn update_user(
        &self,
        user: impl Into<UserSelector>,
        patch: &shapes::AdminUserPatch,
    ) -> Result<User, ApiError> {
        self.read(self.request(Method::PATCH, &["users", &user_part(&user.into())?]).json(patch)).await
    }

    /// Says of the caller how they are, for a while; nothing with `None`.
    ///
    /// # Errors
    /// When the status is too long, or the server cannot be reached.
    pub async fn set_status(&self, status: Option<Status>) -> Result<User, ApiError> {
        self.update_me(&shapes::UserPatch { status: Some(status), ..Default::default() }).await
    }

    /// Ignores a user, or no longer: what they say is then no mention.
    ///
    /// # Errors
    /// When there is no such user, or the server cannot be reached.
    pub async fn ignore(&self, user: impl Into<UserSelector>, on: bool) -> Result<(), ApiError> {
        let user = user_part(&user.into())?;
        answer::nothing(self.request(put_or_delete(on), &["users", "me", "ignored", &user])).await
    }

    /// The user that the token belongs to.
    ///
    /// # Errors
    /// `unauthorized` when the token no longer counts.
    pub async fn me(&self) -> Result<User, ApiError> {
        self.read(self.request(Method::GET, &["users", "me"])).await
    }

    /// Changes name, display name, colour or password.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn update_me(&self, patch: &shapes::UserPatch) -> Result<User, ApiError> {
        self.read(self.request(Method::PATCH, &["users", "me"]).json(patch)).await
    }

    /// The devices on which the user is signed in.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn sessions(&self) -> Result<Vec<shapes::Session>, ApiError> {
        self.read(self.request(Method::GET, &["sessions"])).await
    }

    /// Signs a device out; without an id this one.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn end_session(&self, session: Option<SessionId>) -> Result<(), ApiError> {
        let session = session.map_or_else(|| "current".to_owned(), |id| id.to_string());
        answer::nothing(self.request(Method::DELETE, &["sessions", &session])).await
    }

    /// A code that signs in another device of the same user, once, within ten minutes.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn link_code(&self) -> Result<shapes::LinkCode, ApiError> {
        self.read(self.request(Method::POST, &["link-codes"])).await
    }
}
