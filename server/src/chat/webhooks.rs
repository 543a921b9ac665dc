//! Outgoing webhooks: events of a room's log, sent to an address of a program.
//!
//! A webhook is a reader of its room, as a connection is: it holds a cursor, and is woken when there is something new. What
//! it sends is read from the log right before, with the rights of its maker. So nothing is copied, and no text is sent that
//! was deleted meanwhile.

mod delivery;
mod signature;

use std::{collections::HashMap, time::Duration};

use chat_protocol::{
    LogEvent, WebhookId,
    api::{NewWebhook, Webhook},
};
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{Caller, Chat, Error, Origin, Result, secret};
use crate::{
    outgoing::{Names, Outgoing, Target},
    store::{NewWebhookRow, WebhookProgress, WebhookStart},
};

/// Events that are on their way at once, of all webhooks: a receiver may take long to answer.
const AT_ONCE: usize = 64;
/// How long progress may wait to be written. What a crash takes of it is sent again, under the same ids.
const UNWRITTEN: Duration = Duration::from_secs(1);

/// The webhooks of a server, as far as they are under way.
pub(super) struct Webhooks {
    outgoing: Outgoing,
    /// Those that send, and what ends each.
    running: Mutex<HashMap<WebhookId, CancellationToken>>,
    /// Ends all of them with the server.
    stopping: CancellationToken,
    places: Semaphore,
    /// What is not written yet.
    progress: Mutex<HashMap<WebhookId, WebhookProgress>>,
    has_progressed: Notify,
}

impl Webhooks {
    pub(super) fn new(names: Names, allow_private: bool, stopping: CancellationToken) -> Self {
        Self {
            outgoing: Outgoing::new(names, allow_private),
            running: Mutex::default(),
            stopping,
            places: Semaphore::new(AT_ONCE),
            progress: Mutex::default(),
            has_progressed: Notify::new(),
        }
    }

    /// Has progress written soon.
    fn note(&self, progress: WebhookProgress) {
        self.progress.lock().insert(progress.id, progress);
        self.has_progressed.notify_one();
    }
}

impl Chat {
    /// Makes a webhook. Its secret is shown this once.
    ///
    /// # Errors
    /// `not_found`, `forbidden` for all but moderators; `bad_request`, also for a private address.
    pub async fn create_webhook(&self, caller: &Caller, origin: &Origin, new: NewWebhook) -> Result<Webhook> {
        let NewWebhook { room, url, events } = new;
        // Nothing is resolved for someone who may not make one.
        self.store().may_make_webhook(caller.user, room.clone()).await?;
        let events = known_types(events)?;
        let target = Target::parse(&url).map_err(|invalid| Error::bad_request(invalid.to_string()))?;
        self.may_tell(caller, origin)?;
        let refused = self.shared.webhooks.outgoing.check(&target).await;
        refused.map_err(|not_public| Error::bad_request(format!("`url`: {not_public}")))?;
        let (secret, key) = secret::new_webhook_secret()?;
        let row = NewWebhookRow { id: WebhookId::now_v7(), url: target.as_str().to_owned(), secret: key, events };
        let made = self.store().create_webhook(caller.user, room, row).await?;
        Ok(Webhook { secret: Some(secret), ..made })
    }

    /// The webhooks of the rooms that the caller moderates.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn webhooks(&self, caller: &Caller) -> Result<Vec<Webhook>> {
        self.write_webhook_progress().await?;
        Ok(self.store().webhooks(caller.user).await?)
    }

    /// Ends a webhook.
    ///
    /// # Errors
    /// `not_found` when there is none that the caller moderates.
    pub async fn end_webhook(&self, caller: &Caller, id: WebhookId) -> Result<()> {
        Ok(self.store().end_webhook(caller.user, id).await?)
    }

    /// Sends until the server stops.
    pub(super) fn start_webhooks(&self) {
        let chat = self.clone();
        tokio::spawn(async move {
            let Webhooks { stopping, has_progressed, .. } = &chat.shared.webhooks;
            if let Err(failure) = chat.follow_webhooks().await {
                warn!(%failure, "no webhook sends anything: start the server again");
            }
            while stopping.run_until_cancelled(has_progressed.notified()).await.is_some() {
                _ = stopping.run_until_cancelled(tokio::time::sleep(UNWRITTEN)).await;
                if let Err(failure) = chat.write_webhook_progress().await {
                    warn!(%failure, "how far webhooks have come could not be noted; it is tried again");
                }
            }
        });
    }

    /// Begins to send for webhooks that are new, and ends it for those that are gone.
    pub(super) async fn follow_webhooks(&self) -> Result<()> {
        let active = self.store().active_webhooks().await?;
        let Webhooks { running, stopping, .. } = &self.shared.webhooks;
        let mut running = running.lock();
        running.retain(|id, end| {
            let is_active = active.iter().any(|start| start.progress.id == *id);
            if !is_active {
                end.cancel();
            }
            is_active
        });
        for WebhookStart { room, progress } in active {
            running.entry(progress.id).or_insert_with(|| {
                let end = stopping.child_token();
                tokio::spawn(delivery::deliver(self.clone(), room, progress, end.clone()));
                end
            });
        }
        Ok(())
    }

    /// Writes what is noted. What cannot be written waits again, unless there is newer by then.
    pub(super) async fn write_webhook_progress(&self) -> Result<()> {
        let Webhooks { progress, has_progressed, .. } = &self.shared.webhooks;
        let taken = std::mem::take(&mut *progress.lock());
        if taken.is_empty() {
            return Ok(());
        }
        let written = self.store().note_webhooks(taken.values().cloned().collect()).await;
        if written.is_err() {
            let mut progress = progress.lock();
            for (id, kept) in taken {
                progress.entry(id).or_insert(kept);
            }
            has_progressed.notify_one();
        }
        Ok(written?)
    }
}

/// The types of events that a webhook shall send, each once.
fn known_types(mut events: Vec<String>) -> Result<Vec<String>> {
    if events.is_empty() {
        return Err(Error::bad_request("`events` is empty: name what is to be sent, or leave it out for `Message`"));
    }
    if let Some(unknown) = events.iter().position(|event| !LogEvent::TYPES.contains(&event.as_str())) {
        let known = LogEvent::TYPES.join(", ");
        return Err(Error::bad_request(format!("`events[{unknown}]` is no event of a room's log: those are {known}")));
    }
    events.sort_unstable_by_key(|event| LogEvent::TYPES.iter().position(|known| known == event));
    events.dedup();
    Ok(events)
}
