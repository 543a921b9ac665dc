//! Deleting messages that are older than their room or the server keeps them.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Chat, Result};
use crate::store::{EXPIRED_AT_ONCE, Expired, Expiry};

/// How often it is looked for messages that have become too old.
const ROUND: Duration = Duration::from_secs(10 * 60);
/// How long the store is left to others after each batch, as a multiple of what that took.
const PAUSE: u32 = 7;

/// How long messages are kept where their room does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// So long after they were sent.
    pub keep: Duration,
    /// Whether pinned ones stay until they are unpinned.
    pub keep_pinned: bool,
}

/// What a round did.
#[derive(Debug, Default)]
struct Round {
    deleted: u64,
    /// Messages that could not be deleted; each is named in the log.
    failed: u64,
}

impl Chat {
    /// Deletes what is too old until the server stops. Rooms have limits of their own, also where the server has none.
    pub(super) fn start_retention(&self, retention: Option<Retention>, stopping: CancellationToken) {
        let chat = self.clone();
        let expiry = Expiry {
            keep: retention.map(|retention| retention.keep),
            keep_pinned: retention.is_some_and(|retention| retention.keep_pinned),
        };
        tokio::spawn(async move {
            let mut rounds = tokio::time::interval(ROUND);
            rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stopping.cancelled() => return,
                    _ = rounds.tick() => {}
                }
                match chat.delete_all_expired(expiry, &stopping).await {
                    Ok(Round { deleted: 0, failed: 0 }) => {}
                    Ok(Round { deleted, failed: 0 }) => info!(deleted, "deleted messages that were too old"),
                    Ok(Round { deleted, failed }) => warn!(
                        deleted,
                        failed, "some messages that are too old could not be deleted; it is tried again in ten minutes"
                    ),
                    Err(failure) => {
                        warn!(%failure, "messages that are too old could not be deleted; it is tried again in ten minutes");
                    }
                }
            }
        });
    }

    async fn delete_all_expired(&self, expiry: Expiry, stopping: &CancellationToken) -> Result<Round> {
        let (mut after, mut round) = (0, Round::default());
        if !self.store().has_retention(expiry).await? {
            return Ok(round);
        }
        while !stopping.is_cancelled() {
            let found = self.store().expired_messages(expiry, after).await?;
            let Some(last) = found.last() else { break };
            after = last.row;
            let begun = Instant::now();
            self.delete_batch(expiry, found, &mut round).await?;
            tokio::time::sleep(begun.elapsed() * PAUSE).await;
        }
        Ok(round)
    }

    /// Deletes some messages at once. Where that fails, each by itself: one that cannot be deleted keeps no other one.
    async fn delete_batch(&self, expiry: Expiry, found: Vec<Expired>, round: &mut Round) -> Result<()> {
        let Err(failure) =
            self.store().delete_expired(expiry, found.clone()).await.map(|deleted| round.deleted += deleted)
        else {
            return Ok(());
        };
        let mut failed = 0;
        for message in &found {
            match self.store().delete_expired(expiry, vec![*message]).await {
                Ok(deleted) => round.deleted += deleted,
                Err(failure) => {
                    warn!(message = %message.id, %failure, "a message that is too old cannot be deleted: run `chat-server doctor`");
                    failed += 1;
                }
            }
        }
        round.failed += failed;
        // Not one of so many: the fault is the store's, not that of a message.
        if failed == EXPIRED_AT_ONCE as u64 { Err(failure.into()) } else { Ok(()) }
    }
}
