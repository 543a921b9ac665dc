//! Finding messages by what they say.

use std::time::{Duration, Instant};

use chat_protocol::{MessageId, RoomId, search::Query};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{Caller, Chat, Error, Result};
use crate::store::{Found, FoundPage};

/// How often it is looked whether there are messages to index.
const LOOK: Duration = Duration::from_secs(1);
/// What indexing leaves of the store's time to others while there is much to index, as a multiple of what it takes.
const OTHERS: u32 = 7;

/// Messages that were found, each as it is sent: [`chat_protocol::api::SearchPage`].
#[derive(Debug, Serialize)]
pub struct EncodedHits {
    hits: Vec<EncodedHit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<MessageId>,
}

#[derive(Debug, Serialize)]
struct EncodedHit {
    message: Box<RawValue>,
    room: RoomId,
    marks: Vec<(u32, u32)>,
}

impl Chat {
    /// Messages that fit a query, the newest first: only what the caller may read now.
    ///
    /// # Errors
    /// `bad_request` for a query that cannot be searched for.
    pub async fn search(
        &self,
        caller: &Caller,
        query: &str,
        before: Option<MessageId>,
        limit: usize,
        blocks: bool,
    ) -> Result<EncodedHits> {
        let query: Query = query
            .parse()
            .map_err(|refusal: chat_protocol::search::InvalidQuery| Error::bad_request(refusal.to_string()))?;
        let (size, encode) = self.encoding(limit, blocks);
        Ok(self.store().search(caller.user, query, before, size, encode).await?.into())
    }

    /// Has messages indexed until the server stops.
    pub(super) fn start_indexing(&self, stopping: CancellationToken) {
        let chat = self.clone();
        tokio::spawn(async move {
            let mut rounds = tokio::time::interval(LOOK);
            rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stopping.cancelled() => return,
                    _ = rounds.tick() => chat.index(&stopping).await,
                }
            }
        });
    }

    async fn index(&self, stopping: &CancellationToken) {
        while !stopping.is_cancelled() {
            let begun = Instant::now();
            match self.store().index_messages().await {
                Ok(true) => tokio::time::sleep(begun.elapsed() * OTHERS).await,
                Ok(false) => return,
                Err(failure) => {
                    warn!(%failure, "messages could not be indexed for searching; it is tried again");
                    return;
                }
            }
        }
    }
}

impl From<FoundPage<Box<RawValue>>> for EncodedHits {
    fn from(page: FoundPage<Box<RawValue>>) -> Self {
        let hit = |Found { message, room, marks }| EncodedHit { message, room, marks };
        Self { hits: page.hits.into_iter().map(hit).collect(), next: page.next }
    }
}
