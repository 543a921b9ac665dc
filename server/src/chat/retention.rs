//! Deleting messages that are older than the server keeps them.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Chat, Result};
use crate::store::Expiry;

/// How often it is looked for messages that have become too old.
const ROUND: Duration = Duration::from_secs(10 * 60);
/// How long the store is left to others after each batch, as a multiple of what that took.
const PAUSE: u32 = 7;

/// How long messages are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// So long after they were sent.
    pub keep: Duration,
    /// Whether pinned ones stay until they are unpinned.
    pub keep_pinned: bool,
}

impl Chat {
    /// Deletes what is too old until the server stops.
    pub(super) fn start_retention(&self, retention: Retention, stopping: CancellationToken) {
        let chat = self.clone();
        tokio::spawn(async move {
            let mut rounds = tokio::time::interval(ROUND);
            rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stopping.cancelled() => return,
                    _ = rounds.tick() => {}
                }
                match chat.delete_expired(retention, &stopping).await {
                    Ok(0) => {}
                    Ok(deleted) => info!(deleted, "deleted messages that were too old"),
                    Err(failure) => {
                        warn!(%failure, "messages that are too old could not be deleted; it is tried again")
                    }
                }
            }
        });
    }

    async fn delete_expired(&self, retention: Retention, stopping: &CancellationToken) -> Result<u64> {
        let expiry = Expiry { keep: retention.keep, keep_pinned: retention.keep_pinned };
        let (mut after, mut deleted) = (0, 0);
        while !stopping.is_cancelled() {
            let found = self.store().expired_messages(expiry, after).await?;
            let Some(last) = found.last() else { break };
            after = last.row;
            let begun = Instant::now();
            deleted += self.store().delete_expired(expiry, found).await?;
            tokio::time::sleep(begun.elapsed() * PAUSE).await;
        }
        Ok(deleted)
    }
}
