//! Outgoing webhooks, on SQLite.

use std::time::Duration;

use chat_protocol::{
    HookId, RoomId, Timestamp, UserId, WebhookId,
    api::{Webhook, WebhookAnswer},
};
use rusqlite::{Connection, OptionalExtension as _, Row, params, types::Type};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{engine::writer::Tx, hooks, rows};
use crate::store::{
    NewWebhookRow, Result, RowId, WebhookProgress, WebhookStart,
    access::Access,
    steps::{HookPoster, HookRows, WebhookRow, Webhooks},
};

impl HookRows for Connection {
    fn hook_poster(&self, id: HookId) -> Result<Option<HookPoster>> {
        hooks::poster(self, id)
    }

    fn active_webhooks(&self) -> Result<Vec<WebhookStart>> {
        let mut find = self.prepare_cached(
            "SELECT webhook.uuid, room.uuid, delivered, waited, answers
             FROM webhook JOIN room ON room.id = webhook.room WHERE disabled_at IS NULL",
        )?;
        let found = find.query_map([], |row| {
            Ok(WebhookStart {
                room: row.get::<_, Uuid>(1)?.into(),
                progress: WebhookProgress {
                    id: row.get::<_, Uuid>(0)?.into(),
                    delivered: row.get(2)?,
                    waited: Duration::from_millis(row.get(3)?),
                    answers: list(row, 4)?,
                },
            })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn active_webhook(&self, id: WebhookId) -> Result<Option<WebhookRow>> {
        let mut find = self.prepare_cached(
            "SELECT room.uuid, maker.uuid, maker.disabled, url, secret, events
             FROM webhook JOIN room ON room.id = webhook.room JOIN user AS maker ON maker.id = webhook.maker
             WHERE webhook.uuid = ? AND disabled_at IS NULL",
        )?;
        let found = find.query_row([id.uuid()], |row| {
            Ok(WebhookRow {
                room: row.get::<_, Uuid>(0)?.into(),
                maker: row.get::<_, Uuid>(1)?.into(),
                is_disabled: row.get(2)?,
                url: row.get(3)?,
                secret: row.get(4)?,
                events: list(row, 5)?,
            })
        });
        Ok(found.optional()?)
    }
}

impl Webhooks for Tx<'_> {
    fn insert_webhook(&mut self, access: &Access, maker: RowId, new: &NewWebhookRow, after: u64) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO webhook (uuid, room, maker, url, secret, events, created_at, delivered)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.id.uuid(),
                access.row(),
                maker,
                new.url,
                new.secret,
                serde_json::to_string(&new.events).unwrap_or_default(),
                self.now.millis(),
                after
            ])?;
        Ok(())
    }

    fn webhooks(&self, access: &Access) -> Result<Vec<Webhook>> {
        let mut find = self.db.prepare_cached(
            "SELECT webhook.uuid, url, events, webhook.created_at, maker.uuid, maker.name, delivered, answers,
                    disabled_at, webhook.disabled
             FROM webhook JOIN user AS maker ON maker.id = webhook.maker WHERE room = ? ORDER BY webhook.id",
        )?;
        let webhooks = find.query_map([access.row()], |row| {
            Ok(Webhook {
                id: row.get::<_, Uuid>(0)?.into(),
                room: access.id(),
                url: row.get(1)?,
                events: list(row, 2)?,
                secret: None,
                created_at: rows::time(row, 3)?,
                by: rows::user_ref(row, 4)?,
                delivered_seq: row.get(6)?,
                answers: list::<WebhookAnswer>(row, 7)?,
                disabled_at: row.get::<_, Option<i64>>(8)?.map(Timestamp::from_millis),
                disabled_reason: row.get(9)?,
            })
        })?;
        Ok(webhooks.collect::<rusqlite::Result<_>>()?)
    }

    fn webhook_rooms(&self) -> Result<Vec<RoomId>> {
        let mut find = self.db.prepare_cached(
            "SELECT room.uuid FROM room WHERE EXISTS (SELECT 1 FROM webhook WHERE webhook.room = room.id) ORDER BY room.id",
        )?;
        let rooms = find.query_map([], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
        Ok(rooms.collect::<rusqlite::Result<_>>()?)
    }

    fn webhook_owner(&self, id: WebhookId) -> Result<Option<(RoomId, UserId)>> {
        let mut find = self.db.prepare_cached(
            "SELECT room.uuid, maker.uuid FROM webhook JOIN room ON room.id = webhook.room
                    JOIN user AS maker ON maker.id = webhook.maker WHERE webhook.uuid = ?",
        )?;
        let read = |row: &Row<'_>| Ok((row.get::<_, Uuid>(0)?.into(), row.get::<_, Uuid>(1)?.into()));
        Ok(find.query_row([id.uuid()], read).optional()?)
    }

    fn delete_webhook(&mut self, id: WebhookId) -> Result<()> {
        self.db.prepare_cached("DELETE FROM webhook WHERE uuid = ?")?.execute([id.uuid()])?;
        Ok(())
    }

    fn note_webhook(&mut self, progress: &WebhookProgress) -> Result<()> {
        let WebhookProgress { id, delivered, waited, answers } = progress;
        let waited = i64::try_from(waited.as_millis()).unwrap_or(i64::MAX);
        let answers = serde_json::to_string(answers).unwrap_or_default();
        self.db
            .prepare_cached("UPDATE webhook SET delivered = ?, waited = ?, answers = ? WHERE uuid = ?")?
            .execute(params![delivered, waited, answers, id.uuid()])?;
        Ok(())
    }

    fn disable_webhook(&mut self, id: WebhookId, why: &str) -> Result<bool> {
        let disabled = self
            .db
            .prepare_cached("UPDATE webhook SET disabled_at = ?, disabled = ? WHERE uuid = ? AND disabled_at IS NULL")?
            .execute(params![self.now.millis(), why, id.uuid()])?;
        Ok(disabled > 0)
    }
}

/// A column that holds a JSON array.
fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    let array = serde_json::from_str(row.get_ref(column)?.as_str()?);
    array.map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
