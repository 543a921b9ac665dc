//! Messages and their events as JSON, with the parsed body where somebody wants it.
//!
//! A body is parsed into a tree that is many times as large and takes as long to make; what was made of long ones is
//! kept for a while, as the text that is sent.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chat_protocol::{Event, LogEntry, LogEvent, Message, MessageId, RoomId, Timestamp, UserRef, blocks, mention};
use quick_cache::{Weighter, sync::Cache};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// Bytes of parsed bodies that are kept.
const KEPT: u64 = 16 * 1024 * 1024;
/// About as many as that makes.
const ITEMS: usize = 1_000;
/// Shorter bodies are parsed in no more time than it takes to find them.
const SHORT: usize = 512;

/// Parsed bodies of messages; cheap to clone.
#[derive(Clone)]
pub(super) struct Parsed(Arc<Kept>);

struct Kept {
    bodies: Cache<Version, Arc<RawValue>, ByLength>,
    /// Whether any was asked for since [`Parsed::shrink`].
    used: AtomicBool,
}

/// A message, and when its text was last changed.
type Version = (MessageId, Option<Timestamp>);

#[derive(Clone)]
struct ByLength;

impl Weighter<Version, Arc<RawValue>> for ByLength {
    fn weight(&self, _: &Version, parsed: &Arc<RawValue>) -> u64 {
        parsed.get().len() as u64
    }
}

impl Default for Parsed {
    fn default() -> Self {
        let bodies = Cache::with_weighter(ITEMS, KEPT, ByLength);
        Self(Arc::new(Kept { bodies, used: AtomicBool::new(false) }))
    }
}

impl Parsed {
    /// The body of a message as it is sent to clients that want it parsed.
    fn of(&self, message: &Message) -> Arc<RawValue> {
        if message.body.len() <= SHORT {
            return parse(message);
        }
        self.0.used.store(true, Ordering::Relaxed);
        let version = (message.id, message.edited_at);
        if let Some(parsed) = self.0.bodies.get(&version) {
            return parsed;
        }
        let parsed = parse(message);
        self.0.bodies.insert(version, Arc::clone(&parsed));
        parsed
    }

    /// Frees all if none was asked for since the last call.
    pub(super) fn shrink(&self) {
        if !self.0.used.swap(false, Ordering::Relaxed) {
            self.0.bodies.clear();
        }
    }
}

/// The body as a tree.
fn parse(message: &Message) -> Arc<RawValue> {
    json(&blocks::parse(&message.body, &mention::resolver(&message.mentioned))).into()
}

/// A message, parsed if somebody wants that.
pub(super) fn message(message: &Message, parsed: Option<&Parsed>) -> Box<RawValue> {
    match parsed {
        Some(parsed) => json(&WithBlocks { message, blocks: &parsed.of(message) }),
        None => json(message),
    }
}

/// An event of a log, its message parsed if somebody wants that.
pub(super) fn entry(entry: &LogEntry, parsed: Option<&Parsed>) -> Box<RawValue> {
    match (&entry.event, parsed) {
        (LogEvent::Message { message }, Some(parsed)) => {
            let LogEntry { room, seq, at, .. } = *entry;
            let message = WithBlocks { message, blocks: &parsed.of(message) };
            json(&ParsedEntry::Message { room, seq, at, message })
        }
        (LogEvent::MessageEdited { message, user }, Some(parsed)) => {
            let LogEntry { room, seq, at, .. } = *entry;
            let message = WithBlocks { message, blocks: &parsed.of(message) };
            json(&ParsedEntry::MessageEdited { room, seq, at, message, user })
        }
        _ => json(entry),
    }
}

/// Any event, written to the end of `out`, its message parsed if somebody wants that.
pub(super) fn write_event(event: &Event, parsed: Option<&Parsed>, out: &mut Vec<u8>) {
    match event.logged().filter(|entry| parsed.is_some() && entry.event.carried().is_some()) {
        Some(logged) => out.extend_from_slice(entry(logged, parsed).get().as_bytes()),
        // The protocol's types hold nothing that JSON cannot: no map with other keys than text.
        None => _ = serde_json::to_writer(out, event),
    }
}

/// As [`LogEntry`], for a message whose body is parsed already.
#[derive(Serialize)]
#[serde(tag = "type")]
enum ParsedEntry<'a> {
    Message { room: RoomId, seq: u64, at: Timestamp, message: WithBlocks<'a> },
    MessageEdited { room: RoomId, seq: u64, at: Timestamp, message: WithBlocks<'a>, user: &'a UserRef },
}

#[derive(Serialize)]
struct WithBlocks<'a> {
    #[serde(flatten)]
    message: &'a Message,
    blocks: &'a RawValue,
}

fn json(value: &impl Serialize) -> Box<RawValue> {
    // The protocol's types hold nothing that JSON cannot: no map with other keys than text.
    to_raw_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chat_protocol::{mention::Mention, testing};

    use super::*;

    #[test]
    fn a_parsed_body_stands_where_the_protocol_has_it() {
        let (alice, at) = (testing::user_id("alice"), testing::at(7));
        let mentioned = vec![Mention { name: "alice".to_owned(), user: alice }];
        for body in ["hello *you*, @alice and @nobody".to_owned(), "@alice ".repeat(200)] {
            let mut message = Message {
                seq: 7,
                sent_at: at,
                reply_to: Some(MessageId::now_v7()),
                mentions: vec![alice],
                mentioned: mentioned.clone(),
                ..testing::message("alice", &body)
            };
            let entry = |message: &Message| LogEntry {
                room: message.room,
                seq: 7,
                at,
                event: LogEvent::Message { message: message.clone() },
            };
            let stored = entry(&message);
            let parsed = Parsed::default();
            let (page, log) = (super::message(&message, Some(&parsed)), super::entry(&stored, Some(&parsed)));
            let (plain, plain_log) = (super::message(&message, None), super::entry(&stored, None));
            assert_eq!(serde_json::from_str::<Message>(plain.get()).unwrap(), message);
            assert_eq!(serde_json::from_str::<LogEntry>(plain_log.get()).unwrap(), stored);
            let user = |name: &str| (name == "alice").then_some(alice);
            message.blocks = Some(blocks::parse(&message.body, &user));
            assert_eq!(serde_json::from_str::<Message>(page.get()).unwrap(), message);
            assert_eq!(serde_json::from_str::<LogEntry>(log.get()).unwrap(), entry(&message));
            assert_eq!(parsed.of(&message).get(), parse(&message).get());
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for_and_no_longer_than_it_is_asked_for() {
        let parsed = Parsed::default();
        for _ in 0..400 {
            let message = Message { id: MessageId::now_v7(), ..testing::message("alice", &"*a* ".repeat(3_000)) };
            assert!(parsed.of(&message).get().len() > KEPT as usize / 300);
        }
        let kept = || parsed.0.bodies.weight();
        assert!((KEPT / 2..=KEPT).contains(&kept()), "{}", kept());
        parsed.shrink();
        assert!(kept() > 0, "one was asked for a moment ago");
        parsed.shrink();
        assert_eq!(kept(), 0);
    }
}
