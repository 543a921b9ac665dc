//! What admins change of users.

use serde::{Deserialize, Serialize};

use crate::Role;

/// `PATCH /api/users/{user}`, for admins: absent fields stay as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminUserPatch {
    /// What they may do on the server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::words::known")]
    pub role: Option<Role>,
    /// Whether they can no longer sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}
