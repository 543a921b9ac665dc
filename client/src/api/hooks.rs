//! Incoming hooks of a room: addresses that programs post to.

use chat_protocol::{HookId, RoomSelector, api as shapes};
use reqwest::Method;

use super::{Api, ApiError, answer};

impl Api {
    /// The hooks of a room, the oldest first, without their addresses.
    ///
    /// # Errors
    /// When the caller does not moderate the room, or the server cannot be reached.
    pub async fn hooks(&self, room: impl Into<RoomSelector>) -> Result<Vec<shapes::Hook>, ApiError> {
        self.read(self.room_request(Method::GET, room.into(), &["hooks"])?).await
    }

    /// Makes a hook, which posts under this name. Its address is shown this once.
    ///
    /// # Errors
    /// When the name is taken, the caller does not moderate the room, or the server cannot be reached.
    pub async fn create_hook(&self, room: impl Into<RoomSelector>, name: &str) -> Result<shapes::Hook, ApiError> {
        let new = shapes::NewHook { name: name.to_owned() };
        self.read(self.room_request(Method::POST, room.into(), &["hooks"])?.json(&new)).await
    }

    /// Gives a hook another address, which is shown this once; the one before is invalid from then on.
    ///
    /// # Errors
    /// When there is no such hook that the caller moderates, or the server cannot be reached.
    pub async fn replace_hook_secret(
        &self,
        room: impl Into<RoomSelector>,
        hook: HookId,
    ) -> Result<shapes::Hook, ApiError> {
        let request = self.room_request(Method::POST, room.into(), &["hooks", &hook.to_string(), "secret"])?;
        self.read(request).await
    }

    /// Ends a hook. What it posted stays.
    ///
    /// # Errors
    /// When there is no such hook that the caller moderates, or the server cannot be reached.
    pub async fn end_hook(&self, room: impl Into<RoomSelector>, hook: HookId) -> Result<(), ApiError> {
        answer::nothing(self.room_request(Method::DELETE, room.into(), &["hooks", &hook.to_string()])?).await
    }
}
