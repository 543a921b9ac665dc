//! Codes that people pass on: invites, and links for one more device.

use rusqlite::{OptionalExtension, params};

use super::{engine::writer::Tx, rows};
use crate::store::{
    Result, RowId,
    steps::{CodeHash, Codes, Invite, LinkCode},
};

impl Codes for Tx<'_> {
    fn find_invite(&mut self, code: &CodeHash) -> Result<Option<Invite>> {
        let mut find = self.db.prepare_cached("SELECT uses_left, expires_at FROM invite WHERE code = ?")?;
        let read = |row: &rusqlite::Row<'_>| Ok(Invite { uses_left: row.get(0)?, expires_at: rows::time(row, 1)? });
        Ok(find.query_row([code], read).optional()?)
    }

    fn insert_invite(&mut self, code: &CodeHash, invite: Invite) -> Result<()> {
        self.db.execute(
            "INSERT INTO invite (code, uses_left, expires_at) VALUES (?, ?, ?)",
            params![code, invite.uses_left, invite.expires_at.millis()],
        )?;
        Ok(())
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
