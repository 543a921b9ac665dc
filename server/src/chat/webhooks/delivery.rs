//! Sending for one webhook: one event after the other, each until it is taken.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use chat_protocol::{Event, LogEntry, RoomId, Timestamp, api::WebhookAnswer};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::signature;
use crate::{
    chat::{Chat, accounts::now, watcher::Watcher},
    hub::{Listener, LiveRoom},
    outgoing::{Answer, Failure, Target},
    store::{PageSize, WebhookProgress, WebhookReading},
};

/// The pause before the first retry. Each later one is as long as all before it together.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause: a receiver that is back gets what it missed within this.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// How long an event is tried for before the webhook is disabled.
const TRIED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Answers that are kept.
const ANSWERS: usize = 5;
/// Events that are read at once.
const PAGE: PageSize = PageSize { items: 32, bytes: 256 * 1024 };
/// How long they may be held before they are read again, with the rights of the maker.
const FRESH: Duration = Duration::from_secs(1);
/// Events left out one after the other before that is noted.
const LEFT_OUT: u64 = 1_000;
/// The answer of a receiver that wants nothing any more, as Standard Webhooks say.
const GONE: u16 = 410;

const NOT_TAKEN: &str = "no attempt succeeded for a day: make another webhook when the receiver works again";
const UNWANTED: &str = "the receiver answered 410: it wants no more events";
const MAKER_GONE: &str = "its maker no longer moderates the room: another moderator can make one";

/// Sends for a webhook until it is gone or `end`.
pub(super) async fn deliver(chat: Chat, room: RoomId, progress: WebhookProgress, end: CancellationToken) {
    let live = chat.live_room(room);
    let watcher = Arc::new(Watcher::new(None, room));
    let listener: Arc<dyn Listener> = watcher.clone();
    // It knows of no position: where the room's log ends is seen by reading.
    let subscription = live.subscribe(&listener, progress.delivered, 0);
    let mut delivery = Delivery { chat, live, seq: progress.delivered, progress, page: Page::default() };
    let sending = async {
        loop {
            subscription.clear_dirty();
            match delivery.step().await {
                Step::On => {}
                Step::Waits => watcher.news().await,
                Step::Over => break,
            }
        }
    };
    end.run_until_cancelled(sending).await;
    subscription.end();
}

/// What comes next.
enum Step {
    /// The next event.
    On,
    /// Nothing, until there is news.
    Waits,
    /// Nothing ever.
    Over,
}

/// Events that were read from the log.
#[derive(Default)]
struct Page {
    url: String,
    secret: Vec<u8>,
    events: Vec<String>,
    entries: VecDeque<LogEntry>,
    /// When they were read.
    read_at: Option<Instant>,
    /// How often the log had been rewritten by then.
    version: u64,
}

struct Delivery {
    chat: Chat,
    live: Arc<LiveRoom>,
    /// The position of the last event that was sent or left out.
    seq: u64,
    progress: WebhookProgress,
    page: Page,
}

impl Delivery {
    async fn step(&mut self) -> Step {
        let is_fresh = self.page.version == self.live.rewritten()
            && self.page.read_at.is_some_and(|read_at| read_at.elapsed() < FRESH);
        if self.page.entries.is_empty() || !is_fresh {
            match self.read().await {
                Step::On => {}
                other => return other,
            }
        }
        let Some(entry) = self.page.entries.pop_front() else { return Step::Waits };
        if !self.page.events.iter().any(|wanted| wanted == entry.event.type_name()) {
            self.leave_out(entry.seq);
            return Step::On;
        }
        self.send(entry).await
    }

    /// Goes on after an event that is not wanted. That is noted now and then: a start reads those again.
    fn leave_out(&mut self, seq: u64) {
        self.seq = seq;
        if seq - self.progress.delivered >= LEFT_OUT {
            self.progress.delivered = seq;
            self.chat.shared.webhooks.note(self.progress.clone());
        }
    }

    /// Reads on from the log.
    async fn read(&mut self) -> Step {
        let version = self.live.rewritten();
        match self.chat.store().read_for_webhook(self.progress.id, self.seq, PAGE).await {
            Ok(WebhookReading::Page { url, secret, events, entries }) => {
                let read_at = Some(Instant::now());
                self.page = Page { url, secret, events, entries: entries.into(), read_at, version };
                Step::On
            }
            Ok(WebhookReading::Gone) => Step::Over,
            Ok(WebhookReading::Forbidden) => self.disable(MAKER_GONE).await,
            Err(failure) => {
                warn!(%failure, webhook = %self.progress.id, "the log could not be read for a webhook; it is tried again");
                tokio::time::sleep(FIRST_PAUSE).await;
                Step::On
            }
        }
    }

    /// Sends an event, and goes on to the next one if it is taken.
    async fn send(&mut self, entry: LogEntry) -> Step {
        let (seq, at) = (entry.seq, now());
        let answered = self.post(entry, at).await;
        let (status, error, retry_after) = match answered {
            Ok(Answer { status, retry_after }) => (Some(status), refusal(status), retry_after),
            Err(failure) => (None, Some(failure.to_string()), None),
        };
        debug!(webhook = %self.progress.id, seq, status, error, "sent an event");
        let is_taken = error.is_none();
        self.progress.answers.push(WebhookAnswer { at, seq, status, error });
        let surplus = self.progress.answers.len().saturating_sub(ANSWERS);
        self.progress.answers.drain(..surplus);
        if is_taken {
            self.seq = seq;
            (self.progress.delivered, self.progress.waited) = (seq, Duration::ZERO);
        }
        self.chat.shared.webhooks.note(self.progress.clone());
        match status {
            _ if is_taken => Step::On,
            Some(GONE) => self.disable(UNWANTED).await,
            _ if self.progress.waited >= TRIED_FOR => self.disable(NOT_TAKEN).await,
            _ => {
                let pause = pause(self.progress.waited, retry_after);
                tokio::time::sleep(pause).await;
                self.progress.waited += pause;
                // Meanwhile it may read differently.
                self.page = Page::default();
                Step::On
            }
        }
    }

    async fn post(&self, entry: LogEntry, at: Timestamp) -> Result<Answer, Failure> {
        let webhooks = &self.chat.shared.webhooks;
        let id = signature::event_id(self.chat.store().epoch(), self.progress.id, entry.seq);
        let target = Target::parse(&self.page.url).map_err(|_| Failure::Connection)?;
        let body = serde_json::to_vec(&Event::Logged(entry)).map_err(|_| Failure::Connection)?;
        let _place = webhooks.places.acquire().await;
        let seconds = at.millis() / 1000;
        let signature = signature::sign(&self.page.secret, &id, seconds, &body);
        let headers =
            [("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signature)];
        webhooks.outgoing.post(&target, headers, body).await
    }

    async fn disable(&self, why: &'static str) -> Step {
        let id = self.progress.id;
        info!(webhook = %id, why, "disabled a webhook");
        let written = self.chat.write_webhook_progress().await;
        let written = match written {
            Ok(()) => self.chat.store().disable_webhook(id, why).await.map_err(Into::into),
            failed => failed,
        };
        if let Err(failure) = written {
            warn!(%failure, webhook = %id, "a webhook could not be disabled; it is tried again");
            tokio::time::sleep(FIRST_PAUSE).await;
            return Step::On;
        }
        Step::Over
    }
}

/// Why a status counts as failed, if it does.
fn refusal(status: u16) -> Option<String> {
    match status {
        200..300 => None,
        300..400 => Some("a redirect, which is not followed: give the address that it leads to".to_owned()),
        _ => Some(format!("the receiver answered {status}")),
    }
}

/// How long to wait before the next attempt: twice as long in all, with up to a quarter less, so that those who failed
/// together do not come back together.
fn pause(waited: Duration, retry_after: Option<Duration>) -> Duration {
    let pause = waited.clamp(FIRST_PAUSE, LONGEST_PAUSE);
    let sooner = pause / 4 * getrandom::u32().map_or(0, |random| random % 256) / 256;
    retry_after.unwrap_or_default().min(LONGEST_PAUSE).max(pause - sooner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_quarter_of_an_hour() {
        let within = |waited: u64, most: u64| {
            let pause = pause(Duration::from_secs(waited), None);
            assert!(pause <= Duration::from_secs(most) && pause > Duration::from_secs(most) * 3 / 4, "{pause:?}");
        };
        for (waited, most) in [(0, 5), (5, 5), (60, 60), (899, 899), (900, 900), (80_000, 900)] {
            within(waited, most);
        }
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_and_not_for_a_shorter_one() {
        let asked = |seconds| pause(Duration::ZERO, Some(Duration::from_secs(seconds))).as_secs();
        assert_eq!((asked(60), asked(100_000)), (60, 900));
        assert!(asked(0) >= 3);
    }
}
