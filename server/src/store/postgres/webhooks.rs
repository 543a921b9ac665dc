//! Outgoing webhooks, on PostgreSQL.

use chat_protocol::{RoomId, UserId, WebhookId, api::Webhook};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use super::{engine::transaction::Tx, rows};
use crate::store::{NewWebhookRow, Result, RowId, WebhookProgress, access::Access, steps::Webhooks};

impl Webhooks for Tx<'_> {
    fn insert_webhook(&mut self, access: &Access, maker: RowId, new: &NewWebhookRow, after: u64) -> Result<()> {
        self.db.execute(
            "INSERT INTO webhook (uuid, room, maker, url, secret, events, created_at, delivered)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &new.id.uuid(),
                &access.row(),
                &maker,
                &new.url,
                &new.secret,
                &serde_json::to_string(&new.events).unwrap_or_default(),
                &self.now.millis(),
                &rows::int(after),
            ],
        )?;
        Ok(())
    }

    fn webhooks(&self, access: &Access) -> Result<Vec<Webhook>> {
        let found = self.db.query(
            "SELECT webhook.uuid, url, events, webhook.created_at, maker.uuid, maker.name, delivered, answers,
                    disabled_at, webhook.disabled
             FROM webhook JOIN account AS maker ON maker.id = webhook.maker WHERE room = $1 ORDER BY webhook.id",
            &[&access.row()],
        )?;
        let webhook = |row| {
            Ok(Webhook {
                id: rows::id(row, 0)?,
                room: access.id(),
                url: row.try_get(1)?,
                events: list(row, 2)?,
                secret: None,
                created_at: rows::time(row, 3)?,
                by: rows::user_ref(row, 4)?,
                delivered_seq: rows::number(row, 6)?,
                answers: list(row, 7)?,
                disabled_at: rows::maybe_time(row, 8)?,
                disabled_reason: row.try_get(9)?,
            })
        };
        found.iter().map(webhook).collect()
    }

    fn webhook_rooms(&self) -> Result<Vec<RoomId>> {
        rows::ids(&self.db.query(
            "SELECT room.uuid FROM room
             WHERE EXISTS (SELECT 1 FROM webhook WHERE webhook.room = room.id) ORDER BY room.id",
            &[],
        )?)
    }

    fn webhook_owner(&self, id: WebhookId) -> Result<Option<(RoomId, UserId)>> {
        let found = self.db.query_opt(
            "SELECT room.uuid, maker.uuid FROM webhook JOIN room ON room.id = webhook.room
                    JOIN account AS maker ON maker.id = webhook.maker WHERE webhook.uuid = $1",
            &[&id.uuid()],
        )?;
        found.map(|row| Ok((rows::id(&row, 0)?, rows::id(&row, 1)?))).transpose()
    }

    fn delete_webhook(&mut self, id: WebhookId) -> Result<()> {
        self.db.execute("DELETE FROM webhook WHERE uuid = $1", &[&id.uuid()])?;
        Ok(())
    }

    fn note_webhook(&mut self, progress: &WebhookProgress) -> Result<()> {
        let WebhookProgress { id, delivered, waited, answers } = progress;
        self.db.execute(
            "UPDATE webhook SET delivered = $2, waited = $3, answers = $4 WHERE uuid = $1",
            &[
                &id.uuid(),
                &rows::int(*delivered),
                &rows::int(waited.as_millis()),
                &serde_json::to_string(answers).unwrap_or_default(),
            ],
        )?;
        Ok(())
    }

    fn disable_webhook(&mut self, id: WebhookId, why: &str) -> Result<bool> {
        let disabled = self.db.execute(
            "UPDATE webhook SET disabled_at = $2, disabled = $3 WHERE uuid = $1 AND disabled_at IS NULL",
            &[&id.uuid(), &self.now.millis(), &why],
        )?;
        Ok(disabled > 0)
    }
}

/// A column that holds a JSON array.
pub(super) fn list<T: DeserializeOwned>(row: &Row, column: usize) -> Result<Vec<T>> {
    serde_json::from_str(row.try_get(column)?).map_err(rows::unreadable)
}
