//! Codes that people pass on: invites, and links for one more device.

use chat_protocol::{RoomId, api};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::{engine::writer::Tx, rows};
use crate::store::{
    Result, RowId,
    steps::{CodeHash, Codes, Invite, LinkCode},
};

/// The column `rooms`.
fn rooms_of(text: Option<String>) -> Vec<RoomId> {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

impl Codes for Tx<'_> {
    fn find_invite(&mut self, code: &CodeHash) -> Result<Option<Invite>> {
        let mut find = self.db.prepare_cached(
            "SELECT uses_left, expires_at, maker, rooms FROM invite LEFT JOIN user ON user.id = invite.maker
                 WHERE code = ? AND NOT coalesce(user.disabled, 0)",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            let (uses_left, expires_at, maker) = (row.get(0)?, rows::time(row, 1)?, row.get(2)?);
            Ok(Invite { uses_left, expires_at, maker, rooms: rooms_of(row.get(3)?) })
        };
        Ok(find.query_row([code], read).optional()?)
    }

    fn insert_invite(&mut self, code: &CodeHash, invite: &Invite) -> Result<u64> {
        let rooms = (!invite.rooms.is_empty()).then(|| serde_json::to_string(&invite.rooms).unwrap_or_default());
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO invite (code, uses_left, expires_at, maker, rooms, number)
                 SELECT ?, ?, ?, ?, ?, coalesce(max(number), 0) + 1 FROM invite RETURNING number",
            )?
            .query_row(params![code, invite.uses_left, invite.expires_at.millis(), invite.maker, rooms], |row| {
                row.get(0)
            })?)
    }

    fn invites(&self, maker: Option<RowId>) -> Result<Vec<api::Invite>> {
        let mut find = self.db.prepare_cached(
            "SELECT number, uses_left, expires_at, rooms, user.uuid, user.name
             FROM invite LEFT JOIN user ON user.id = invite.maker
             WHERE uses_left > 0 AND expires_at > ?1 AND NOT coalesce(user.disabled, 0) AND (?2 IS NULL OR maker = ?2) ORDER BY number DESC",
        )?;
        let invites = find.query_map(params![self.now.millis(), maker], |row| {
            let by = row.get::<_, Option<Uuid>>(4)?.map(|_| rows::user_ref(row, 4)).transpose()?;
            Ok(api::Invite {
                id: row.get(0)?,
                code: None,
                url: None,
                qr: Vec::new(),
                uses_left: row.get(1)?,
                expires_at: rows::time(row, 2)?,
                by,
                rooms: rooms_of(row.get(3)?),
            })
        })?;
        Ok(invites.collect::<rusqlite::Result<_>>()?)
    }

    fn delete_invite(&mut self, number: u64, maker: Option<RowId>) -> Result<bool> {
        let mut delete =
            self.db.prepare_cached("DELETE FROM invite WHERE number = ?1 AND (?2 IS NULL OR maker = ?2)")?;
        Ok(delete.execute(params![number, maker])? > 0)
    }

    fn set_invite_uses(&mut self, code: &CodeHash, left: u32) -> Result<()> {
        self.db.prepare_cached("UPDATE invite SET uses_left = ? WHERE code = ?")?.execute(params![left, code])?;
        Ok(())
    }

    fn find_link_code(&mut self, code: &CodeHash) -> Result<Option<LinkCode>> {
        let mut find = self.db.prepare_cached("SELECT user, expires_at FROM link_code WHERE code = ?")?;
        let read = |row: &rusqlite::Row<'_>| Ok(LinkCode { user: row.get(0)?, expires_at: rows::time(row, 1)? });
        Ok(find.query_row([code], read).optional()?)
    }

    fn put_link_code(&mut self, code: &CodeHash, link: LinkCode, session: Option<RowId>) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO link_code (user, session, code, expires_at) VALUES (?, ?, ?, ?)
                 ON CONFLICT (user) DO UPDATE
                    SET session = excluded.session, code = excluded.code, expires_at = excluded.expires_at",
            )?
            .execute(params![link.user, session, code, link.expires_at.millis()])?;
        Ok(())
    }

    fn delete_link_code(&mut self, user: RowId) -> Result<()> {
        self.db.prepare_cached("DELETE FROM link_code WHERE user = ?")?.execute([user])?;
        Ok(())
    }
}
