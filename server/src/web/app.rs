//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    chat::Chat,
    memory::Memory,
    web::{site::Site, slots::Slots},
};

/// The server as its handlers see it. Cheap to clone; clones are the same server.
#[derive(Clone)]
pub struct App {
    /// What may happen, and what follows.
    pub chat: Chat,
    /// Where the server is reached, and whom it trusts.
    pub site: Arc<Site>,
    /// Cancelled once the server is to stop: from then on nothing new is begun.
    pub stopping: CancellationToken,
    /// Every connection and socket; the server ends when it is empty.
    pub connections: TaskTracker,
    /// How many connections there are.
    pub slots: Slots,
    /// How much may be held of answers and bodies that are under way.
    pub memory: Memory,
}

impl FromRef<App> for Chat {
    fn from_ref(app: &App) -> Self {
        app.chat.clone()
    }
}
