//! The newest messages of rooms that are not cached, asked for over REST: what is on the screen first.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};

use chat_protocol::{LogEntry, RecentChanges, RoomId, api::MessagesPage};

use crate::{Api, ApiError, Page};

/// Messages of one room: what is kept of it on disk.
const PAGE: u32 = 200;
/// After a failure that names no time.
const PAUSE: Duration = Duration::from_secs(2);

type Loading = Pin<Box<dyn Future<Output = Result<MessagesPage, ApiError>> + Send>>;

/// Asks for one page after the other, so that a person's own requests are not behind hundreds.
pub(crate) struct Pages {
    api: Api,
    blocks: bool,
    /// Rooms whose newest messages are cached, up to their cursors.
    cached: HashSet<RoomId>,
    wanted: VecDeque<RoomId>,
    loading: Option<(RoomId, Loading)>,
    /// The room whose page is on the way was reset meanwhile.
    stale: bool,
    /// What changed messages of that room meanwhile.
    changes: RecentChanges,
    pause: Option<Instant>,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Pages {
    pub(crate) fn new(api: Api, blocks: bool, cached: HashSet<RoomId>) -> Self {
        Self {
            api,
            blocks,
            cached,
            wanted: VecDeque::new(),
            loading: None,
            stale: false,
            changes: RecentChanges::default(),
            pause: None,
        }
    }

    /// The newest page of a room is wanted; one that is on the way is too old.
    pub(crate) fn want(&mut self, room: RoomId) {
        self.cached.remove(&room);
        self.stale |= self.loading.as_ref().is_some_and(|(loading, _)| *loading == room);
        if !self.wanted.contains(&room) {
            self.wanted.push_back(room);
        }
    }

    /// An event of a room's log: it may change messages of the page that is on the way.
    pub(crate) fn logged(&mut self, entry: &LogEntry) {
        if self.loading.as_ref().is_some_and(|(room, _)| *room == entry.room) {
            self.changes.note(entry);
        }
    }

    /// Nothing is cached any more.
    pub(crate) fn lost(&mut self) {
        self.cached.clear();
    }

    /// Whether a room's newest messages are cached.
    pub(crate) fn has(&self, room: RoomId) -> bool {
        self.cached.contains(&room)
    }

    /// Nothing of this room is wanted any more.
    pub(crate) fn forget(&mut self, room: RoomId) {
        self.cached.remove(&room);
        self.wanted.retain(|wanted| *wanted != room);
        self.loading.take_if(|(loading, _)| *loading == room);
    }

    /// These come first.
    pub(crate) fn first(&mut self, rooms: &[RoomId]) {
        for room in rooms.iter().rev() {
            if let Some(place) = self.wanted.iter().position(|wanted| wanted == room) {
                self.wanted.swap_remove_back(place);
                self.wanted.push_front(*room);
            }
        }
    }

    /// The connection is there (again): no reason to pause.
    pub(crate) fn resume(&mut self) {
        self.pause = None;
    }

    /// Waits for the next page. For ever, if none is wanted. Loses nothing when it is dropped.
    pub(crate) async fn next(&mut self) -> (RoomId, MessagesPage) {
        loop {
            if let Some(until) = self.pause {
                tokio::time::sleep_until(until.into()).await;
                self.pause = None;
            }
            let (room, loading) = match &mut self.loading {
                Some(loading) => loading,
                None => {
                    let Some(room) = self.wanted.pop_front() else { return std::future::pending().await };
                    self.stale = false;
                    self.changes.clear();
                    let (api, blocks) = (self.api.clone(), self.blocks);
                    let ask = async move { api.messages_with(room, Page::Newest, PAGE, blocks).await };
                    self.loading.insert((room, Box::pin(ask)))
                }
            };
            let (room, loaded) = (*room, loading.await);
            self.loading = None;
            match loaded {
                Ok(_) if self.stale => {}
                Ok(mut page) => {
                    self.changes.apply(&mut page.messages);
                    self.cached.insert(room);
                    return (room, page);
                }
                // It may not be read after all; then its events will not come either.
                Err(error @ ApiError::Refused(..)) if error.code().is_some_and(|code| !code.is_wait()) => {
                    tracing::warn!(%room, %error, "the newest messages of a room cannot be read");
                }
                Err(error) => {
                    self.pause = Some(Instant::now() + error.retry_after().unwrap_or(PAUSE));
                    self.wanted.push_front(room);
                }
            }
        }
    }
}
