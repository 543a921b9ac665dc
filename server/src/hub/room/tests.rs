use bytes::Bytes;
use chat_protocol::{LogEntry, LogEvent, Message, ReactionChange, SessionId, Target, User, UserId, testing};

use super::*;
use crate::hub::Encoding;

/// Reads a room, and hears nothing of it.
struct Reader(ListenerId);

impl Listener for Reader {
    fn id(&self) -> ListenerId {
        self.0
    }

    fn user(&self) -> UserId {
        UserId::now_v7()
    }

    fn session(&self) -> SessionId {
        SessionId::now_v7()
    }

    fn dirty(self: Arc<Self>, _: &Arc<Subscription>) {}
    fn ephemeral(&self, _: RoomId, _: &Arc<SharedEvent>) {}
    fn own(&self, _: &chat_protocol::Event) {}
    fn marker(&self, _: RoomId, _: u64, _: &Arc<SharedEvent>) {}
    fn members_stale(&self, _: RoomId) {}
    fn joined(&self, _: &chat_protocol::Room, _: &Arc<LiveRoom>) {}
    fn left(&self, _: RoomId, _: &chat_protocol::Event) {}
    fn changed(&self, _: &User) {}
    fn signed_out(&self) {}
}

fn said(room: RoomId, seq: u64, body: &str) -> LogEntry {
    Message { room, seq, ..testing::message("alice", body) }.into()
}

#[test]
fn what_is_encoded_for_readers_counts_for_what_is_kept() {
    let room = Arc::new(LiveRoom::new(RoomId::now_v7()));
    let reader: Arc<dyn Listener> = Arc::new(Reader(ListenerId::next()));
    let subscription = room.subscribe(&reader, 0, 0);
    let body = "*a* ".repeat(3_000);
    for seq in 1..=50 {
        room.publish(said(room.id, seq, &body));
    }
    let mut taken = Vec::new();
    assert_eq!(room.after(subscription.cursor(), 100, &mut taken), Taken::All);
    assert_eq!(taken.len(), 50, "as they are, there is room for all");
    let encoded = Bytes::from(vec![b'x'; 60_000]);
    for event in &taken {
        event.encoded(Encoding::new(1), |_| encoded.clone());
    }
    room.trim();
    taken.clear();
    let (kept, bytes) = {
        let log = room.log.lock();
        (log.events.len(), log.events.iter().map(|event| event.bytes()).sum::<usize>())
    };
    assert!((1..50).contains(&kept) && bytes <= RECENT_BYTES, "{kept} events of {bytes} bytes");
    assert_eq!(
        room.encoded_bytes.load(Ordering::Relaxed),
        bytes - room.log.lock().bytes,
        "what is gone counts no more"
    );
    // Who has not read so far finds the rest in the store.
    assert_eq!(room.after(0, 100, &mut taken), Taken::Stored);
    assert_eq!(room.after(50 - kept as u64, 100, &mut taken), Taken::All);
    assert_eq!(taken.len(), kept);
}

#[test]
fn a_room_without_readers_keeps_no_events() {
    let room = Arc::new(LiveRoom::new(RoomId::now_v7()));
    let reader: Arc<dyn Listener> = Arc::new(Reader(ListenerId::next()));
    let subscription = room.subscribe(&reader, 0, 0);
    for seq in 1..=3 {
        room.publish(said(room.id, seq, "hello"));
    }
    room.shrink();
    let mut taken = Vec::new();
    assert_eq!(room.after(0, 100, &mut taken), Taken::All, "a reader may be behind");
    subscription.end();
    assert_eq!(room.after(1, 100, &mut taken), Taken::All, "it may come back at once");
    room.shrink();
    assert_eq!(room.after(1, 100, &mut taken), Taken::Stored);
    assert_eq!(room.after(3, 100, &mut taken), Taken::All);
    assert_eq!(taken.len(), 3 + 2);
}

#[test]
fn a_message_that_is_kept_has_the_reactions_and_replies_that_came_after_it() {
    let room = Arc::new(LiveRoom::new(RoomId::now_v7()));
    let reader: Arc<dyn Listener> = Arc::new(Reader(ListenerId::next()));
    let _subscription = room.subscribe(&reader, 0, 0);
    let first = Message { room: room.id, seq: 2, ..testing::message("alice", "lunch?") };
    let target = Target { message_id: first.id, message_seq: 2 };
    let reply = Message { seq: 4, thread: Some(first.id), room: room.id, ..testing::message("bob", "yes") };
    room.publish(said(room.id, 1, "hello"));
    room.publish(first.into());
    let (reaction, user) = (ReactionChange { emoji: "👍".into(), count: 1 }, testing::user_ref("bob"));
    let event = LogEvent::ReactionAdded { target, reaction, user };
    room.publish(LogEntry { room: room.id, seq: 3, at: testing::at(3), event });
    room.publish(reply.into());
    let mut taken = Vec::new();
    assert_eq!(room.after(0, 100, &mut taken), Taken::All);
    let messages: Vec<_> = taken.iter().filter_map(|event| event.event().message()).collect();
    let told: Vec<_> = messages
        .iter()
        .map(|message| (message.reactions.len(), message.replies.as_ref().map_or(0, |replies| replies.count)))
        .collect();
    assert_eq!(told, [(0, 0), (1, 1), (0, 0)]);
    let log = room.log.lock();
    assert_eq!(log.bytes, log.events.iter().map(|event| event.size()).sum::<usize>());
}
