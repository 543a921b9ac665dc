//! What moderators and administrators look up: reports, and who did what to whom.

use chat_protocol::{
    RoomId,
    api::{AuditEntry, Report},
};

use crate::store::{Result, RowId, access::Access};

/// One line of the audit.
#[derive(Debug, Clone)]
pub(in crate::store) struct Audited<'a> {
    /// Who did it; `None` is the operator at the shell.
    pub(in crate::store) actor: Option<RowId>,
    /// What, in one word.
    pub(in crate::store) action: &'static str,
    /// To whom.
    pub(in crate::store) user: Option<RowId>,
    /// Where.
    pub(in crate::store) access: Option<&'a Access>,
    /// More about it.
    pub(in crate::store) detail: Option<&'a str>,
}

/// The steps on reports and the audit.
pub(in crate::store) trait Oversight {
    /// Notes what was done.
    fn insert_audit(&mut self, audited: &Audited<'_>) -> Result<()>;
    /// The audit before an entry, the newest first: what concerns public rooms, rooms that the reader is in, and no room.
    fn audit(&self, reader: RowId, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>>;

    /// Keeps a report of a message of the room.
    fn insert_report(&mut self, access: &Access, user: RowId, message: RowId, reason: Option<&str>) -> Result<()>;
    /// Rooms with reports.
    fn reported_rooms(&self) -> Result<Vec<RoomId>>;
    /// The oldest reports of the room.
    fn reports(&self, access: &Access, limit: usize) -> Result<Vec<Report>>;
    /// The room of a report.
    fn report_room(&self, id: u64) -> Result<Option<RoomId>>;
    /// Deletes a report; nothing happens if there is none.
    fn delete_report(&mut self, id: u64) -> Result<()>;

    /// How many may sign in as administrators.
    fn count_admins(&self) -> Result<u64>;
}
