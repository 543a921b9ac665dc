//! Hooks and webhooks, as those ask for them who carry them out.

use std::time::Duration;

use chat_protocol::{HookId, WebhookId};

use crate::store::{
    Result, WebhookProgress, WebhookStart,
    postgres::{engine::connection::Db, rows, webhooks::list},
    steps::{HookPoster, HookRows, WebhookRow},
};

impl HookRows for Db {
    fn hook_poster(&self, id: HookId) -> Result<Option<HookPoster>> {
        let found = self.query_opt(
            "SELECT hook.secret, account.uuid, account.name, room.uuid
             FROM hook JOIN account ON account.id = hook.account JOIN room ON room.id = hook.room
             WHERE hook.uuid = $1 AND hook.secret IS NOT NULL",
            &[&id.uuid()],
        )?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some(HookPoster {
            secret: rows::hash(&row, 0)?,
            user: rows::id(&row, 1)?,
            name: row.try_get(2)?,
            room: rows::id(&row, 3)?,
        }))
    }

    fn active_webhooks(&self) -> Result<Vec<WebhookStart>> {
        let found = self.query(
            "SELECT webhook.uuid, room.uuid, delivered, waited, answers
             FROM webhook JOIN room ON room.id = webhook.room WHERE disabled_at IS NULL ORDER BY webhook.id",
            &[],
        )?;
        let start = |row| {
            Ok(WebhookStart {
                room: rows::id(row, 1)?,
                progress: WebhookProgress {
                    id: rows::id(row, 0)?,
                    delivered: rows::number(row, 2)?,
                    waited: Duration::from_millis(rows::number(row, 3)?),
                    answers: list(row, 4)?,
                },
            })
        };
        found.iter().map(start).collect()
    }

    fn active_webhook(&self, id: WebhookId) -> Result<Option<WebhookRow>> {
        let found = self.query_opt(
            "SELECT room.uuid, maker.uuid, maker.disabled, url, secret, events
             FROM webhook JOIN room ON room.id = webhook.room JOIN account AS maker ON maker.id = webhook.maker
             WHERE webhook.uuid = $1 AND disabled_at IS NULL",
            &[&id.uuid()],
        )?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some(WebhookRow {
            room: rows::id(&row, 0)?,
            maker: rows::id(&row, 1)?,
            is_disabled: row.try_get(2)?,
            url: row.try_get(3)?,
            secret: row.try_get(4)?,
            events: list(&row, 5)?,
        }))
    }
}
