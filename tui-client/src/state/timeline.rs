//! What happened in one room, as far as this client has it: a stretch of the log without gaps up to the newest event,
//! and after it the messages that are still on their way. What changes a message is no entry of its own.

mod changes;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Bound,
};

use chat_client::{Delivery, Entry as Outgoing};
use chat_protocol::{LogEntry, LogEvent, Message, MessageId, RecentChanges};

/// Names one entry of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EntryKey {
    /// The event with this `seq`.
    Logged(u64),
    /// A message of this client that is not in the log yet.
    Pending(MessageId),
}

/// Commands that are remembered after their end: more are not between here and the disk at once.
const SETTLED: usize = 256;

/// What this client has of a room's log.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    logged: BTreeMap<u64, LogEntry>,
    /// Where in `logged` each message is.
    places: HashMap<MessageId, u64>,
    /// In the order in which they were written; never one that is in `logged`.
    pending: Vec<Outgoing>,
    /// From this `seq` on nothing is missing; `None` while nothing is here.
    covers_from: Option<u64>,
    /// Whether nothing older than `covers_from` exists.
    complete: bool,
    /// Messages that are known to be pinned.
    pinned: HashSet<MessageId>,
    /// What changed messages lately, for pages that were asked for before.
    changes: RecentChanges,
    /// Commands about messages that the server has not carried out.
    commands: Vec<Outgoing>,
    /// Those that left `commands` last, the latest first.
    settled: Vec<MessageId>,
}

impl Timeline {
    /// Takes in an event that came live or was missed. Gives back the pending message that it confirms.
    pub(crate) fn add(&mut self, entry: LogEntry) -> Option<MessageId> {
        self.changes.note(&entry);
        self.insert(entry)
    }

    fn insert(&mut self, entry: LogEntry) -> Option<MessageId> {
        let seq = entry.seq;
        self.covers_from.get_or_insert(seq);
        self.complete |= seq == 1;
        self.amend(&entry);
        if is_change(&entry.event) {
            return None;
        }
        let sent = entry.event.message().map(|message| message.id);
        if let Some(id) = sent {
            self.places.insert(id, seq);
        }
        self.logged.insert(seq, entry);
        sent.filter(|&id| self.remove_pending(id))
    }

    /// Takes in a page of messages that ends right before what is here, or is the newest one.
    pub(crate) fn add_page(&mut self, mut page: Vec<Message>, has_more_before: bool) -> Vec<(MessageId, u64)> {
        if let Some(Message { seq: first, .. }) = page.first() {
            self.covers_from = Some(self.covers_from.map_or(*first, |from| from.min(*first)));
        }
        self.complete |= !has_more_before;
        self.changes.apply(&mut page);
        let page = page.into_iter().map(LogEntry::from);
        page.filter_map(|entry| Some((entry.seq, self.insert(entry)?))).map(|(seq, id)| (id, seq)).collect()
    }

    /// Says where the stretch without gaps begins, if nothing is here: older messages are then asked for from there.
    pub(crate) fn begin_at(&mut self, seq: u64) {
        self.covers_from.get_or_insert(seq);
    }

    /// Drops the log; what waits to be sent stays.
    pub(crate) fn reset(&mut self) {
        let (pending, commands) = (std::mem::take(&mut self.pending), std::mem::take(&mut self.commands));
        *self = Self { pending, commands, ..Self::default() };
    }

    /// Drops the log for good: nothing more of it is to come. What waits to be sent stays; what is sent would be
    /// followed by its event.
    pub(crate) fn depart(&mut self) {
        self.reset();
        self.pending.retain(|entry| !matches!(entry.state, Delivery::Sent { .. }));
        self.complete = true;
    }

    /// Takes in the state of a message on its way; `None` when that is already in the log or was given up.
    pub(crate) fn set_pending(&mut self, entry: Outgoing) {
        if let Some(known) = self.pending.iter_mut().find(|known| known.id == entry.id) {
            *known = entry;
        } else if self.place(entry.id).is_none() {
            self.pending.push(entry);
        }
    }

    /// Drops a message on its way; false if there is no such.
    pub(crate) fn remove_pending(&mut self, id: MessageId) -> bool {
        let before = self.pending.len();
        self.pending.retain(|entry| entry.id != id);
        self.pending.len() < before
    }

    /// The messages on their way.
    pub(crate) fn pending(&self) -> &[Outgoing] {
        &self.pending
    }

    /// A message on its way.
    pub(crate) fn pending_entry(&self, id: MessageId) -> Option<&Outgoing> {
        self.pending.iter().find(|entry| entry.id == id)
    }

    /// Takes in how far a command about a message got; one that was carried out or withdrawn goes.
    pub(crate) fn set_command(&mut self, entry: Outgoing) {
        let is_late = entry.state == Delivery::Saving && self.settled.contains(&entry.id);
        let is_known = self.commands.iter().any(|known| known.id == entry.id);
        if is_late || (entry.state == Delivery::Saving && is_known) {
            // It is further already: what the client tells comes another way.
            return;
        }
        self.commands.retain(|known| known.id != entry.id);
        if !matches!(entry.state, Delivery::Sent { .. } | Delivery::Withdrawn) {
            self.commands.push(entry);
        } else {
            self.settled.truncate(SETTLED - 1);
            self.settled.insert(0, entry.id);
        }
    }

    /// The commands on their way.
    pub(crate) fn commands(&self) -> &[Outgoing] {
        &self.commands
    }

    /// How many messages and commands wait to be sent.
    pub(crate) fn queued(&self) -> usize {
        self.pending
            .iter()
            .chain(&self.commands)
            .filter(|entry| matches!(entry.state, Delivery::Saving | Delivery::Queued | Delivery::Sending))
            .count()
    }

    /// The newest message that goes nowhere by itself.
    pub(crate) fn newest_failed(&self) -> Option<MessageId> {
        self.pending.iter().rev().find(|entry| is_stuck(entry)).map(|entry| entry.id)
    }

    /// Whether an entry is here.
    pub(crate) fn has(&self, key: EntryKey) -> bool {
        match key {
            EntryKey::Logged(seq) => self.logged.contains_key(&seq),
            EntryKey::Pending(id) => self.pending_entry(id).is_some(),
        }
    }

    /// The event with this `seq`.
    pub(crate) fn logged(&self, seq: u64) -> Option<&LogEntry> {
        self.logged.get(&seq)
    }

    /// The message with this `seq`.
    pub(crate) fn message(&self, seq: u64) -> Option<&Message> {
        self.logged(seq)?.event.message()
    }

    /// The position of a message, if it is here.
    pub(crate) fn place(&self, id: MessageId) -> Option<u64> {
        self.places.get(&id).copied()
    }

    /// Events after `seq`, ascending.
    pub(crate) fn after(&self, seq: u64) -> impl Iterator<Item = (u64, &LogEntry)> {
        self.logged.range((Bound::Excluded(seq), Bound::Unbounded)).map(|(seq, logged)| (*seq, logged))
    }

    /// Events before `seq`, descending.
    pub(crate) fn before(&self, seq: u64) -> impl Iterator<Item = (u64, &LogEntry)> {
        self.logged.range(..seq).rev().map(|(seq, logged)| (*seq, logged))
    }

    /// The position of the newest event.
    pub(crate) fn last_seq(&self) -> Option<u64> {
        self.logged.last_key_value().map(|(seq, _)| *seq)
    }

    /// Where the stretch without gaps begins, and whether the room itself begins there.
    pub(crate) fn beginning(&self) -> (Option<u64>, bool) {
        (self.covers_from, self.complete)
    }

    /// Whether everything after `seq` is here.
    pub(crate) fn covers_after(&self, seq: u64) -> bool {
        self.complete || self.covers_from.is_some_and(|from| from <= seq.saturating_add(1))
    }

    pub(crate) fn last(&self) -> Option<EntryKey> {
        self.pending.last().map(|entry| EntryKey::Pending(entry.id)).or_else(|| self.last_seq().map(EntryKey::Logged))
    }

    /// Whether anyone has written here, the user included.
    pub(crate) fn has_messages(&self) -> bool {
        !self.places.is_empty() || !self.pending.is_empty()
    }

    pub(crate) fn first(&self) -> Option<EntryKey> {
        let logged = self.logged.first_key_value().map(|(seq, _)| EntryKey::Logged(*seq));
        logged.or_else(|| self.pending.first().map(|entry| EntryKey::Pending(entry.id)))
    }

    /// The entry before `key`.
    pub(crate) fn previous(&self, key: EntryKey) -> Option<EntryKey> {
        match key {
            EntryKey::Logged(seq) => self.before(seq).next().map(|(seq, _)| EntryKey::Logged(seq)),
            EntryKey::Pending(id) => match self.pending.iter().position(|entry| entry.id == id)? {
                0 => self.last_seq().map(EntryKey::Logged),
                index => self.pending.get(index - 1).map(|entry| EntryKey::Pending(entry.id)),
            },
        }
    }

    /// The entry after `key`.
    pub(crate) fn next(&self, key: EntryKey) -> Option<EntryKey> {
        match key {
            EntryKey::Logged(seq) => {
                let logged = self.after(seq).next().map(|(seq, _)| EntryKey::Logged(seq));
                logged.or_else(|| self.pending.first().map(|entry| EntryKey::Pending(entry.id)))
            }
            EntryKey::Pending(id) => {
                let index = self.pending.iter().position(|entry| entry.id == id)?;
                self.pending.get(index + 1).map(|entry| EntryKey::Pending(entry.id))
            }
        }
    }
}

/// Whether an event shows in the rows of a message, and has none of its own.
fn is_change(event: &LogEvent) -> bool {
    matches!(
        event,
        LogEvent::MessageEdited { .. }
            | LogEvent::MessageDeleted { .. }
            | LogEvent::ReactionAdded { .. }
            | LogEvent::ReactionRemoved { .. }
    )
}

/// Whether a message goes nowhere unless the user does something about it.
pub(crate) fn is_stuck(entry: &Outgoing) -> bool {
    matches!(entry.state, Delivery::Failed { .. } | Delivery::Unsaved { .. })
}
