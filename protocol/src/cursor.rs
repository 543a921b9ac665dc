//! Where a client stands in a room's log.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The last event of a room that a client has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Its position.
    pub seq: u64,
    /// Its time, given back exactly as received; without it the server does not check for a changed history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}
