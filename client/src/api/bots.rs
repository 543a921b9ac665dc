//! Bots: users that programs are.

use chat_protocol::{User, UserSelector, api as shapes};
use reqwest::Method;

use super::{Api, ApiError, answer, user_part};

impl Api {
    /// The caller's bots, the oldest first, without their tokens.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn bots(&self) -> Result<Vec<User>, ApiError> {
        self.read(self.request(Method::GET, &["bots"])).await
    }

    /// Makes a bot, for which the caller answers. Its token is shown this once. One of that name that the caller ended is
    /// taken up again.
    ///
    /// # Errors
    /// When the name is taken, the caller is a guest, or the server cannot be reached.
    pub async fn create_bot(&self, name: &str) -> Result<shapes::SignedIn, ApiError> {
        let new = shapes::NewBot { name: name.to_owned() };
        self.read(self.request(Method::POST, &["bots"]).json(&new)).await
    }

    /// Ends a bot of the caller's. What it said stays.
    ///
    /// # Errors
    /// When the caller has no such bot, or the server cannot be reached.
    pub async fn end_bot(&self, bot: impl Into<UserSelector>) -> Result<(), ApiError> {
        answer::nothing(self.request(Method::DELETE, &["bots", &user_part(&bot.into())?])).await
    }
}
