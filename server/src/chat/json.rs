//! Messages and their events as JSON, with the parsed body where somebody wants it.
//!
//! A body is parsed into a tree that is many times as large and takes as long to make; what was made of long ones is
//! kept for a while, as the text that is sent.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chat_protocol::{Event, Message, MessageId, RoomId, Timestamp, blocks};
use quick_cache::{Weighter, sync::Cache};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::store::{LogEntry, Mentioned};

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
    bodies: Cache<MessageId, Arc<RawValue>, ByLength>,
    /// Whether any was asked for since [`Parsed::shrink`].
    used: AtomicBool,
}

#[derive(Clone)]
struct ByLength;

impl Weighter<MessageId, Arc<RawValue>> for ByLength {
    fn weight(&self, _: &MessageId, parsed: &Arc<RawValue>) -> u64 {
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
    /// The body of a message as it is sent to who wants it parsed.
    fn of(&self, message: &Message, mentioned: &Mentioned) -> Arc<RawValue> {
        if message.body.len() <= SHORT {
            return parse(message, mentioned);
        }
        self.0.used.store(true, Ordering::Relaxed);
        if let Some(parsed) = self.0.bodies.get(&message.id) {
            return parsed;
        }
        let parsed = parse(message, mentioned);
        self.0.bodies.insert(message.id, Arc::clone(&parsed));
        parsed
    }

    /// Frees all if none was asked for since the last call.
    pub(super) fn shrink(&self) {
        if !self.0.used.swap(false, Ordering::Relaxed) {
            self.0.bodies.clear();
        }
    }
}

/// The body as a tree, with its mentions resolved as they were when it was stored.
fn parse(message: &Message, mentioned: &Mentioned) -> Arc<RawValue> {
    let user = |name: &str| mentioned.iter().find(|(written, _)| written == name).map(|(_, user)| *user);
    json(&blocks::parse(&message.body, &user)).into()
}

/// A message, parsed if somebody wants that.
pub(super) fn message(message: &Message, mentioned: &Mentioned, parsed: Option<&Parsed>) -> Box<RawValue> {
    match parsed {
        Some(parsed) => json(&WithBlocks { message, blocks: &parsed.of(message, mentioned) }),
        None => json(message),
    }
}

/// An event, its message parsed if somebody wants that.
pub(super) fn event(entry: &LogEntry, parsed: Option<&Parsed>) -> Box<RawValue> {
    match (&entry.event, parsed) {
        (Event::Message { room, seq, at, message }, Some(parsed)) => {
            let blocks = &parsed.of(message, &entry.mentioned);
            json(&Parsing::Message { room: *room, seq: *seq, at: *at, message: WithBlocks { message, blocks } })
        }
        (event, _) => json(event),
    }
}

/// The same, written to the end of `out`.
pub(super) fn write_event(entry: &LogEntry, parsed: Option<&Parsed>, out: &mut Vec<u8>) {
    match (&entry.event, parsed) {
        (Event::Message { .. }, Some(_)) => out.extend_from_slice(event(entry, parsed).get().as_bytes()),
        // The protocol's types hold nothing that JSON cannot: no map with other keys than text.
        (event, _) => _ = serde_json::to_writer(out, event),
    }
}

/// As [`Event`], for one whose body is parsed already.
#[derive(Serialize)]
#[serde(tag = "type")]
enum Parsing<'a> {
    Message { room: RoomId, seq: u64, at: Timestamp, message: WithBlocks<'a> },
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
    use chat_protocol::{UserId, UserRef};

    use super::*;

    #[test]
    fn a_parsed_body_stands_where_the_protocol_has_it() {
        let (alice, at) = (UserId::now_v7(), Timestamp::from_millis(1_790_000_000_000));
        let mentioned = vec![("alice".to_owned(), alice)];
        for body in ["hello *you*, @alice and @nobody".to_owned(), "@alice ".repeat(200)] {
            let mut message = Message {
                id: MessageId::now_v7(),
                room: RoomId::now_v7(),
                seq: 7,
                author: UserRef { id: alice, name: "alice".into() },
                body,
                sent_at: at,
                edited_at: None,
                deleted: false,
                reply_to: Some(MessageId::now_v7()),
                mentions: vec![alice],
                reactions: vec![],
                attachments: vec![],
                blocks: None,
            };
            let told = |message: &Message| Event::Message { room: message.room, seq: 7, at, message: message.clone() };
            let entry = LogEntry { event: told(&message), mentioned: mentioned.clone() };
            let parsed = Parsed::default();
            let (page, log) = (super::message(&message, &mentioned, Some(&parsed)), event(&entry, Some(&parsed)));
            let (plain, plain_log) = (super::message(&message, &mentioned, None), event(&entry, None));
            assert_eq!(serde_json::from_str::<Message>(plain.get()).unwrap(), message);
            assert_eq!(serde_json::from_str::<Event>(plain_log.get()).unwrap(), told(&message));
            let user = |name: &str| (name == "alice").then_some(alice);
            message.blocks = Some(blocks::parse(&message.body, &user));
            assert_eq!(serde_json::from_str::<Message>(page.get()).unwrap(), message);
            assert_eq!(serde_json::from_str::<Event>(log.get()).unwrap(), told(&message));
            assert_eq!(parsed.of(&message, &mentioned).get(), parse(&message, &mentioned).get());
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for_and_no_longer_than_it_is_asked_for() {
        let parsed = Parsed::default();
        let author = UserRef { id: UserId::now_v7(), name: "alice".into() };
        for _ in 0..400 {
            let message = Message {
                id: MessageId::now_v7(),
                room: RoomId::now_v7(),
                seq: 1,
                author: author.clone(),
                body: "*a* ".repeat(3_000),
                sent_at: Timestamp::from_millis(0),
                edited_at: None,
                deleted: false,
                reply_to: None,
                mentions: vec![],
                reactions: vec![],
                attachments: vec![],
                blocks: None,
            };
            assert!(parsed.of(&message, &Mentioned::new()).get().len() > KEPT as usize / 300);
        }
        let kept = || parsed.0.bodies.weight();
        assert!((KEPT / 2..=KEPT).contains(&kept()), "{}", kept());
        parsed.shrink();
        assert!(kept() > 0, "one was asked for a moment ago");
        parsed.shrink();
        assert_eq!(kept(), 0);
    }
}
