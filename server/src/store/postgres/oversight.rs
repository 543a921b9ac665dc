//! Reports and the audit, on PostgreSQL: what moderators and administrators look up.

use chat_protocol::{
    RoomId, RoomKind,
    api::{AuditEntry, Report},
};

use super::{engine::transaction::Tx, message_row, rows};
use crate::store::{
    Result, RowId,
    access::Access,
    steps::{Audited, Oversight},
};

impl Oversight for Tx<'_> {
    fn insert_audit(&mut self, audited: &Audited<'_>) -> Result<()> {
        let Audited { actor, action, user, access, detail } = audited;
        let is_public = access.is_none_or(|access| access.kind() == RoomKind::Public);
        self.db.execute(
            "INSERT INTO audit (at, actor, action, account, room, is_public, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[&self.now.millis(), actor, action, user, &access.map(|access| access.id().uuid()), &is_public, detail],
        )?;
        Ok(())
    }

    fn audit(&self, reader: RowId, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        let found = self.db.query(
            "SELECT audit.id, audit.at, audit.action, audit.room, audit.detail,
                    actor.uuid, actor.name, other.uuid, other.name
             FROM audit LEFT JOIN account AS actor ON actor.id = audit.actor
                  LEFT JOIN account AS other ON other.id = audit.account
             WHERE audit.id < $1 AND (is_public OR EXISTS (SELECT 1 FROM room JOIN member ON member.room = room.id
                                                           WHERE room.uuid = audit.room AND member.account = $2 AND joined))
             ORDER BY audit.id DESC LIMIT $3",
            &[&before.map_or(i64::MAX, rows::int), &reader, &rows::int(limit)],
        )?;
        let entry = |row| {
            Ok(AuditEntry {
                id: rows::number(row, 0)?,
                at: rows::time(row, 1)?,
                by: rows::maybe_user_ref(row, 5)?,
                action: row.try_get(2)?,
                user: rows::maybe_user_ref(row, 7)?,
                room: rows::maybe_id(row, 3)?,
                detail: row.try_get(4)?,
            })
        };
        found.iter().map(entry).collect()
    }

    fn insert_report(&mut self, access: &Access, user: RowId, message: RowId, reason: Option<&str>) -> Result<()> {
        self.db.execute(
            "INSERT INTO report (at, account, room, message, reason) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (message, account) DO UPDATE SET at = excluded.at, reason = excluded.reason",
            &[&self.now.millis(), &user, &access.row(), &message, &reason],
        )?;
        Ok(())
    }

    fn reported_rooms(&self) -> Result<Vec<RoomId>> {
        let sql = "SELECT uuid FROM room WHERE id IN (SELECT room FROM report) ORDER BY id";
        rows::ids(&self.db.query(sql, &[])?)
    }

    fn reports(&self, access: &Access, limit: usize) -> Result<Vec<Report>> {
        const AFTER: usize = message_row::COUNT;
        let sql = format!(
            "SELECT {}, report.id, report.at, report.reason, reporter.uuid, reporter.name
             FROM report JOIN message ON message.id = report.message JOIN account AS author ON author.id = message.author
                  JOIN account AS reporter ON reporter.id = report.account
             WHERE report.room = $1 ORDER BY report.id LIMIT $2",
            message_row::COLUMNS
        );
        let found = self.db.query(&sql, &[&access.row(), &rows::int(limit)])?;
        let report = |row| {
            Ok(Report {
                id: rows::number(row, AFTER)?,
                at: rows::time(row, AFTER + 1)?,
                by: rows::user_ref(row, AFTER + 3)?,
                room: access.id(),
                message: message_row::message(self.db, row, access.id())?,
                reason: row.try_get(AFTER + 2)?,
            })
        };
        found.iter().map(report).collect()
    }

    fn report_room(&self, id: u64) -> Result<Option<RoomId>> {
        let found = self.db.query_opt(
            "SELECT room.uuid FROM report JOIN room ON room.id = report.room WHERE report.id = $1",
            &[&rows::int(id)],
        )?;
        found.map(|row| rows::id(&row, 0)).transpose()
    }

    fn delete_report(&mut self, id: u64) -> Result<()> {
        self.db.execute("DELETE FROM report WHERE id = $1", &[&rows::int(id)])?;
        Ok(())
    }

    fn count_admins(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM account WHERE role = 'admin' AND NOT disabled";
        rows::number(&self.db.query_one(sql, &[])?, 0)
    }
}
