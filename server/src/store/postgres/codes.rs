//! Codes that people pass on, on PostgreSQL: invites, and links for one more device.

use chat_protocol::{RoomId, api};

use super::{engine::transaction::Tx, rows};
use crate::store::{
    Result, RowId,
    steps::{CodeHash, Codes, Invite, LinkCode},
};

/// The column `rooms`.
fn rooms_of(text: Option<&str>) -> Vec<RoomId> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

impl Codes for Tx<'_> {
    fn find_invite(&mut self, code: &CodeHash) -> Result<Option<Invite>> {
        let found = self.db.query_opt(
            "SELECT uses_left, expires_at, maker, rooms FROM invite LEFT JOIN account ON account.id = invite.maker
             WHERE code = $1 AND NOT coalesce(account.disabled, false)",
            &[&code.as_slice()],
        )?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some(Invite {
            uses_left: rows::number(&row, 0)?,
            expires_at: rows::time(&row, 1)?,
            maker: row.try_get(2)?,
            rooms: rooms_of(row.try_get(3)?),
        }))
    }

    fn insert_invite(&mut self, code: &CodeHash, invite: &Invite) -> Result<u64> {
        let rooms = (!invite.rooms.is_empty()).then(|| serde_json::to_string(&invite.rooms).unwrap_or_default());
        let made = self.db.query_one(
            "INSERT INTO invite (code, uses_left, expires_at, maker, rooms, number)
             VALUES ($1, $2, $3, $4, $5, (SELECT coalesce(max(number), 0) + 1 FROM invite)) RETURNING number",
            &[&code.as_slice(), &rows::int(invite.uses_left), &invite.expires_at.millis(), &invite.maker, &rooms],
        )?;
        rows::number(&made, 0)
    }

    fn invites(&self, maker: Option<RowId>) -> Result<Vec<api::Invite>> {
        let found = self.db.query(
            "SELECT number, uses_left, expires_at, rooms, account.uuid, account.name
             FROM invite LEFT JOIN account ON account.id = invite.maker
             WHERE uses_left > 0 AND expires_at > $1 AND NOT coalesce(account.disabled, false)
               AND ($2::bigint IS NULL OR maker = $2) ORDER BY number DESC",
            &[&self.now.millis(), &maker],
        )?;
        let invite = |row| {
            Ok(api::Invite {
                id: rows::number(row, 0)?,
                code: None,
                url: None,
                qr: Vec::new(),
                uses_left: rows::number(row, 1)?,
                expires_at: rows::time(row, 2)?,
                by: rows::maybe_user_ref(row, 4)?,
                rooms: rooms_of(row.try_get(3)?),
            })
        };
        found.iter().map(invite).collect()
    }

    fn delete_invite(&mut self, number: u64, maker: Option<RowId>) -> Result<bool> {
        let deleted = self.db.execute(
            "DELETE FROM invite WHERE number = $1 AND ($2::bigint IS NULL OR maker = $2)",
            &[&rows::int(number), &maker],
        )?;
        Ok(deleted > 0)
    }

    fn set_invite_uses(&mut self, code: &CodeHash, left: u32) -> Result<()> {
        self.db.execute("UPDATE invite SET uses_left = $2 WHERE code = $1", &[&code.as_slice(), &rows::int(left)])?;
        Ok(())
    }

    fn find_link_code(&mut self, code: &CodeHash) -> Result<Option<LinkCode>> {
        let found =
            self.db.query_opt("SELECT account, expires_at FROM link_code WHERE code = $1", &[&code.as_slice()])?;
        found.map(|row| Ok(LinkCode { user: row.try_get(0)?, expires_at: rows::time(&row, 1)? })).transpose()
    }

    fn put_link_code(&mut self, code: &CodeHash, link: LinkCode, session: Option<RowId>) -> Result<()> {
        self.db.execute(
            "INSERT INTO link_code (account, session, code, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account) DO UPDATE
                SET session = excluded.session, code = excluded.code, expires_at = excluded.expires_at",
            &[&link.user, &session, &code.as_slice(), &link.expires_at.millis()],
        )?;
        Ok(())
    }

    fn delete_link_code(&mut self, user: RowId) -> Result<()> {
        self.db.execute("DELETE FROM link_code WHERE account = $1", &[&user])?;
        Ok(())
    }
}
