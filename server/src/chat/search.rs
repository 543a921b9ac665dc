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
/// Messages between two looks up to which little is written. A transaction of the index takes milliseconds, for which
/// messages wait; where those are few, hardly one does.
const FEW: i64 = 50;
/// Messages that wait, where more are written, before they are indexed all the same. A search looks at them one by one.
const MOST_WAITING: u64 = 8192;
/// How long the store is left to others after each transaction of the index, as a multiple of what that took: where nothing
/// was written between two looks, where little was, and where much was.
const PAUSES: [u32; 3] = [1, 7, 63];

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
            let mut newest = 0;
            loop {
                tokio::select! {
                    () = stopping.cancelled() => return,
                    _ = rounds.tick() => {}
                }
                if let Err(failure) = chat.index(&mut newest, &stopping).await {
                    warn!(%failure, "messages could not be indexed for searching; it is tried again");
                }
            }
        });
    }

    /// Indexes what waits, until it is looked again. `newest` is the newest message when it was last looked.
    async fn index(&self, newest: &mut i64, stopping: &CancellationToken) -> Result<()> {
        let (now_newest, waiting) = self.store().index_backlog().await?;
        let written = now_newest - std::mem::replace(newest, now_newest);
        let [idle, few, many] = PAUSES;
        let mut pauses = match written {
            0 => idle,
            ..=FEW => few,
            _ => many,
        };
        if waiting == 0 || written > FEW && waiting <= MOST_WAITING {
            return Ok(());
        }
        let looked = Instant::now();
        while looked.elapsed() < LOOK && !stopping.is_cancelled() {
            let begun = Instant::now();
            if !self.store().index_messages().await? {
                break;
            }
            tokio::time::sleep(begun.elapsed() * pauses).await;
            if pauses == idle && self.store().index_backlog().await?.0 > *newest {
                pauses = many;
            }
        }
        Ok(())
    }
}

impl From<FoundPage<Box<RawValue>>> for EncodedHits {
    fn from(page: FoundPage<Box<RawValue>>) -> Self {
        let hit = |Found { message, room, marks }| EncodedHit { message, room, marks };
        Self { hits: page.hits.into_iter().map(hit).collect(), next: page.next }
    }
}
