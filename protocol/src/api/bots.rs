//! Bots: users that programs are.

use serde::{Deserialize, Serialize};

/// `POST /api/bots`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBot {
    /// What it is called.
    pub name: String,
}
