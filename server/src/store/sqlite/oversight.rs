//! Reports, the audit and invites: what moderators and administrators look up.

use chat_protocol::{
    RoomId,
    api::{AuditEntry, Report},
};
use rusqlite::{OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::{engine::writer::Tx, message_row, rows};
use crate::store::{
    Result, RowId,
    access::Access,
    steps::{Audited, Oversight},
};

impl Oversight for Tx<'_> {
    fn insert_audit(&mut self, audited: &Audited<'_>) -> Result<()> {
        let Audited { actor, action, user, access, detail } = audited;
        let is_public = access.is_none_or(|access| access.kind() == chat_protocol::RoomKind::Public);
        self.db
            .prepare_cached(
                "INSERT INTO audit (at, actor, action, user, room, is_public, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                self.now.millis(),
                actor,
                action,
                user,
                access.map(|access| access.id().uuid()),
                is_public,
                detail
            ])?;
        Ok(())
    }

    fn audit(&self, reader: RowId, before: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        let mut find = self.db.prepare_cached(
            "SELECT audit.id, audit.at, audit.action, audit.room, audit.detail,
                    actor.uuid, actor.name, other.uuid, other.name
             FROM audit LEFT JOIN user AS actor ON actor.id = audit.actor LEFT JOIN user AS other ON other.id = audit.user
             WHERE audit.id < ?1 AND (is_public OR EXISTS (SELECT 1 FROM room JOIN member ON member.room = room.id
                                                           WHERE room.uuid = audit.room AND member.user = ?2 AND joined))
             ORDER BY audit.id DESC LIMIT ?3",
        )?;
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let user = |row: &Row<'_>, column: usize| {
            row.get::<_, Option<Uuid>>(column)?.map(|_| rows::user_ref(row, column)).transpose()
        };
        let entries = find.query_map(params![before, reader, limit], |row| {
            Ok(AuditEntry {
                id: row.get(0)?,
                at: rows::time(row, 1)?,
                by: user(row, 5)?,
                action: row.get(2)?,
                user: user(row, 7)?,
                room: row.get::<_, Option<Uuid>>(3)?.map(RoomId::from),
                detail: row.get(4)?,
            })
        })?;
        Ok(entries.collect::<rusqlite::Result<_>>()?)
    }

    fn insert_report(&mut self, access: &Access, user: RowId, message: RowId, reason: Option<&str>) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO report (at, user, room, message, reason) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (message, user) DO UPDATE SET at = excluded.at, reason = excluded.reason",
            )?
            .execute(params![self.now.millis(), user, access.row(), message, reason])?;
        Ok(())
    }

    fn reported_rooms(&self) -> Result<Vec<RoomId>> {
        let mut find =
            self.db.prepare_cached("SELECT uuid FROM room WHERE id IN (SELECT DISTINCT room FROM report)")?;
        let rooms = find.query_map([], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
        Ok(rooms.collect::<rusqlite::Result<_>>()?)
    }

    fn reports(&self, access: &Access, limit: usize) -> Result<Vec<Report>> {
        const AFTER: usize = message_row::COUNT;
        let sql = format!(
            "SELECT {}, report.id, report.at, report.reason, reporter.uuid, reporter.name
             FROM report JOIN message ON message.id = report.message JOIN user AS author ON author.id = message.author
                  JOIN user AS reporter ON reporter.id = report.user
             WHERE report.room = ? ORDER BY report.id LIMIT ?",
            message_row::COLUMNS
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut found = statement.query(params![access.row(), limit])?;
        let mut reports = Vec::new();
        while let Some(row) = found.next()? {
            reports.push(Report {
                id: row.get(AFTER)?,
                at: rows::time(row, AFTER + 1)?,
                by: rows::user_ref(row, AFTER + 3)?,
                room: access.id(),
                message: message_row::message(self.db, row, access.id())?,
                reason: row.get(AFTER + 2)?,
            });
        }
        Ok(reports)
    }

    fn report_room(&self, id: u64) -> Result<Option<RoomId>> {
        let mut find = self
            .db
            .prepare_cached("SELECT room.uuid FROM report JOIN room ON room.id = report.room WHERE report.id = ?")?;
        Ok(find.query_row([id], |row| Ok(row.get::<_, Uuid>(0)?.into())).optional()?)
    }

    fn delete_report(&mut self, id: u64) -> Result<()> {
        self.db.prepare_cached("DELETE FROM report WHERE id = ?")?.execute([id])?;
        Ok(())
    }

    fn count_admins(&self) -> Result<u64> {
        let mut count = self.db.prepare_cached("SELECT count(*) FROM user WHERE role = 'admin' AND NOT disabled")?;
        Ok(count.query_row([], |row| row.get(0))?)
    }
}
