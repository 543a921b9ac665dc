//! What is noted of time itself, because the machine's clock may jump.

use chat_protocol::Timestamp;

use crate::store::Result;

/// Something that is noted with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Mark {
    /// Since when absences count: a jump of the clock tells nothing of those before.
    Absences,
    /// Since when sessions count as unused.
    Unused,
    /// When the clock was looked at last.
    LookedAt,
}

/// The steps on what is noted of time.
pub(in crate::store) trait Marks {
    /// When something was noted last, if ever.
    fn marked_at(&self, mark: Mark) -> Result<Option<Timestamp>>;
    /// Notes it.
    fn set_mark(&mut self, mark: Mark, at: Timestamp) -> Result<()>;
}
