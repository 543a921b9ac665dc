//! Which message goes out next. Each room has a queue of its own: what was written first is stored first.
//!
//! The server takes the messages of a connection in the order in which they come. After it refused one with a wait, it
//! refuses those behind it too, until that one has come again. So a queue that was refused waits as long as the
//! server says, and until everything that is on the way has been answered; then it begins again with its first message.
//!
//! Nothing here knows the socket, the disk or the clock.

mod room_queue;

use std::{
    collections::{BTreeSet, HashMap},
    time::Instant,
};

use chat_protocol::{ErrorCode, MessageId, RoomId};

use self::room_queue::{May, RoomQueue};
use crate::{Action, Delivery, Entry, EntryFile, store::OutboxRow};

/// All messages that this process has to send.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queues: HashMap<RoomId, RoomQueue>,
    /// Where each message is: its queue and its place in it.
    places: HashMap<MessageId, (RoomId, i64)>,
    /// Those that were never sent, so that the server cannot have them: by their place in the order.
    untried: BTreeSet<i64>,
    /// Those of which the file does not say yet that they may have been sent. They wait for that.
    unmarked: BTreeSet<i64>,
    /// Those whose files the server does not have yet. Others go before them.
    without_files: BTreeSet<i64>,
    /// Up to which place the file is about to say so.
    marking: Option<i64>,
    /// Of rooms that stand for the direct room with someone: with whom.
    recipients: HashMap<RoomId, String>,
}

/// What a refusal says about coming back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    /// Not before then.
    pub(crate) until: Instant,
    /// The message that the server wants to see before.
    pub(crate) behind: Option<MessageId>,
}

/// What a command made of messages that wait.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Absorbed {
    /// This one has another text now.
    Edited(Entry),
    /// These are not sent any more.
    Withdrawn(Vec<Entry>),
}

/// What a refusal made of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It will be sent again.
    Later(Entry),
    /// It will not, unless the user wants it.
    Failed(Entry),
}

impl Outbox {
    /// Has a command change the message that it is about, if that still waits here and was never sent: then nobody else
    /// hears of it. What may have been sent, the server may have, so that a command behind it changes it.
    pub(crate) fn absorb(&mut self, command: &Entry) -> Option<Absorbed> {
        let target = command.action.target()?;
        let (room, n) = *self.places.get(&target)?;
        let queue = self.queues.get_mut(&room)?;
        // What lacks a file never was.
        if !self.untried.contains(&n) && !queue.has_failed(n) && !self.without_files.contains(&n) {
            return None;
        }
        match command.action {
            Action::Edit { .. } => queue.rewrite(n, &command.body).map(Absorbed::Edited),
            Action::Delete { .. } => {
                let about = queue.about(target);
                let gone = about.into_iter().chain([target]).filter_map(|id| self.withdraw(id)).collect();
                Some(Absorbed::Withdrawn(gone))
            }
            _ => None,
        }
    }

    /// What goes to this room is for someone, whose direct room is not known. Returns whether that is news.
    pub(crate) fn add_recipient(&mut self, room: RoomId, name: &str) -> bool {
        self.recipients.insert(room, name.to_owned()).is_none()
    }

    /// For whom this room's messages are, until it is known which room that is.
    pub(crate) fn recipient(&self, room: RoomId) -> Option<&str> {
        self.recipients.get(&room).map(String::as_str)
    }

    /// Rooms for someone in which something waits, each with their name.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = (RoomId, &str)> {
        let waits = |(room, _): &(&RoomId, &String)| self.queues.contains_key(*room);
        self.recipients.iter().filter(waits).map(|(room, name)| (*room, name.as_str()))
    }

    /// The room that a message goes to.
    pub(crate) fn room_of(&self, id: MessageId) -> Option<RoomId> {
        self.places.get(&id).map(|(room, _)| *room)
    }

    /// What waits for one room is for another. Returns it as it is now.
    pub(crate) fn move_to(&mut self, from: RoomId, to: RoomId) -> Vec<Entry> {
        let Some(queue) = self.queues.remove(&from) else { return Vec::new() };
        let moved = self.queues.entry(to).or_default().append(queue, to);
        self.places.extend(moved.iter().map(|(n, entry)| (entry.id, (to, *n))));
        moved.into_iter().map(|(_, entry)| entry).collect()
    }

    fn withdraw(&mut self, id: MessageId) -> Option<Entry> {
        let mut entry = self.take(id, RoomQueue::remove)?;
        entry.state = Delivery::Withdrawn;
        Some(entry)
    }

    /// A message that waits to be sent, or has failed before.
    pub(crate) fn add(&mut self, row: OutboxRow) {
        if !row.tried {
            self.untried.insert(row.n);
            self.unmarked.insert(row.n);
        }
        self.put(row);
    }

    /// The same for one that this process has just written, whatever the file says.
    pub(crate) fn add_new(&mut self, row: OutboxRow) {
        self.untried.insert(row.n);
        self.add(row);
    }

    fn put(&mut self, OutboxRow { n, entry, .. }: OutboxRow) {
        if !entry.has_its_files() {
            self.without_files.insert(n);
        }
        self.places.insert(entry.id, (entry.room, n));
        self.queues.entry(entry.room).or_default().add(n, entry);
    }

    /// The messages to send now, in the order in which they go out. They count as on the way.
    pub(crate) fn next(&mut self, now: Instant) -> Vec<Entry> {
        let (unmarked, without_files) = (&self.unmarked, &self.without_files);
        let may = |n: i64| match (unmarked.contains(&n), without_files.contains(&n)) {
            (true, _) => May::No,
            (false, true) => May::Later,
            (false, false) => May::Now,
        };
        let next = |queue: &mut RoomQueue| queue.next(now, may);
        let mut due: Vec<(i64, Entry)> = self.queues.values_mut().flat_map(next).collect();
        due.sort_by_key(|(n, _)| *n);
        due.iter().for_each(|(n, _)| _ = self.untried.remove(n));
        due.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Up to which place the file is to say that messages may have been sent, if that is to be asked for now.
    pub(crate) fn begin_marking(&mut self) -> Option<i64> {
        if self.marking.is_some() {
            return None;
        }
        self.marking = self.unmarked.last().copied();
        self.marking
    }

    /// The file says so up to this place.
    pub(crate) fn marked(&mut self, upto: i64) {
        self.unmarked.retain(|n| *n > upto);
        self.marking = None;
    }

    /// When a queue that waits may go on.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.queues.values().filter_map(RoomQueue::wake_at).min()
    }

    /// The server has it: the message as it was, now sent. `None` if it is not ours to know.
    pub(crate) fn sent(&mut self, id: MessageId, seq: u64) -> Option<Entry> {
        let mut entry = self.take(id, RoomQueue::answered)?;
        entry.state = Delivery::Sent { seq };
        Some(entry)
    }

    /// The server refuses it. `None` if it is not on the way.
    pub(crate) fn refused(&mut self, id: MessageId, code: ErrorCode, detail: String, wait: Wait) -> Option<Refusal> {
        let (room, n) = *self.places.get(&id)?;
        let queue = self.queues.get_mut(&room)?;
        if code.is_wait() {
            return queue.wait(n, wait.behind.is_some(), wait.until).map(Refusal::Later);
        }
        queue.fail(n, code, detail).map(Refusal::Failed)
    }

    /// A failed message is to be sent after all.
    pub(crate) fn retry(&mut self, id: MessageId) -> Option<Entry> {
        let (room, n) = *self.places.get(&id)?;
        let entry = self.queues.get_mut(&room)?.retry(n)?;
        if !entry.has_its_files() {
            self.without_files.insert(n);
        }
        Some(entry)
    }

    /// The first file that is to be uploaded: of which message, and which of its files.
    pub(crate) fn next_file(&self) -> Option<(MessageId, usize, EntryFile)> {
        self.without_files.iter().find_map(|n| {
            let entry = self.queues.values().find_map(|queue| queue.queued(*n))?;
            let (index, file) = entry.files.iter().enumerate().find(|(_, file)| !file.stored)?;
            Some((entry.id, index, file.clone()))
        })
    }

    /// A file of a message that waits got further. Gives the message as it now is.
    pub(crate) fn change_file(
        &mut self,
        id: MessageId,
        index: usize,
        change: impl FnOnce(&mut EntryFile),
    ) -> Option<Entry> {
        let (room, n) = *self.places.get(&id)?;
        let entry = self.queues.get_mut(&room)?.queued_mut(n)?;
        change(entry.files.get_mut(index)?);
        if entry.has_its_files() {
            self.without_files.remove(&n);
        }
        Some(entry.clone())
    }

    /// A file of a message that waits cannot be had, or is not taken.
    pub(crate) fn file_failed(&mut self, id: MessageId, code: ErrorCode, detail: String) -> Option<Refusal> {
        let (room, n) = *self.places.get(&id)?;
        self.queues.get_mut(&room)?.fail_queued(n, code, detail).map(Refusal::Failed)
    }

    /// Whether a message has files that are kept here.
    pub(crate) fn has_files(&self, id: MessageId) -> bool {
        let entry = self.places.get(&id).and_then(|(room, n)| self.queues.get(room)?.entry(*n));
        entry.is_some_and(|entry| !entry.files.is_empty())
    }

    /// Gives a message up. Returns whether the server may wait for it, and must hear of it.
    pub(crate) fn forget(&mut self, id: MessageId) -> bool {
        let Some((room, n)) = self.places.get(&id) else { return false };
        let awaited = self.queues.get(room).is_some_and(|queue| queue.is_awaited(*n));
        self.take(id, RoomQueue::remove);
        awaited
    }

    /// Whether a message is here.
    pub(crate) fn has(&self, id: MessageId) -> bool {
        self.places.contains_key(&id)
    }

    /// The messages that go out by themselves, in no order.
    pub(crate) fn waiting(&self) -> Vec<MessageId> {
        self.queues.values().flat_map(RoomQueue::waiting).collect()
    }

    /// The connection is gone: what was on the way has to go again, and the next connection begins free. Returns what
    /// changed.
    pub(crate) fn disconnected(&mut self) -> Vec<Entry> {
        let mut back: Vec<(i64, Entry)> = self.queues.values_mut().flat_map(RoomQueue::disconnected).collect();
        back.sort_by_key(|(n, _)| *n);
        back.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Whether anything could still be sent within a moment.
    pub(crate) fn is_idle(&self, now: Instant) -> bool {
        self.queues.values().all(|queue| queue.is_idle(now))
    }

    fn take(&mut self, id: MessageId, how: impl FnOnce(&mut RoomQueue, i64) -> Option<Entry>) -> Option<Entry> {
        let (room, n) = self.places.remove(&id)?;
        self.untried.remove(&n);
        self.unmarked.remove(&n);
        self.without_files.remove(&n);
        let queue = self.queues.get_mut(&room)?;
        let entry = how(queue, n);
        if queue.is_empty() {
            self.queues.remove(&room);
        }
        entry
    }
}
