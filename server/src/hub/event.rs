//! Events that many read: kept as they are, encoded once for each way in which a transport writes them.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use chat_protocol::{Event, LogEntry};

use crate::memory::Place;

/// One of the ways in which events are written, with or without parsed bodies, by one transport or another. Its number
/// says where the bytes are kept; which number means what is up to the transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(usize);

/// How many there may be.
const ENCODINGS: usize = 2;

impl Encoding {
    /// The one with this number, counted from 0.
    pub const fn new(number: usize) -> Self {
        assert!(number < ENCODINGS, "each encoding makes every event larger: raise the number on purpose");
        Self(number)
    }
}

/// An event that several readers share, and what was encoded of it.
#[derive(Debug)]
pub struct SharedEvent {
    event: Event,
    /// Made when the first reader asks for it.
    encoded: [OnceLock<Bytes>; ENCODINGS],
    /// The bytes of everything that was encoded of the room's events and is still somewhere.
    of_room: Option<Arc<AtomicUsize>>,
    /// What is encoded keeps its place in memory as long as it exists.
    place: Option<Arc<Place>>,
}

impl From<Event> for SharedEvent {
    fn from(event: Event) -> Self {
        Self { event, encoded: Default::default(), of_room: None, place: None }
    }
}

impl From<LogEntry> for SharedEvent {
    fn from(entry: LogEntry) -> Self {
        Event::Logged(entry).into()
    }
}

impl SharedEvent {
    /// One that a room keeps: what is encoded of it is added to the bytes `of_room`, until it is dropped.
    pub(super) fn kept(entry: LogEntry, of_room: Arc<AtomicUsize>) -> Self {
        let mut event = Self::from(entry);
        event.of_room = Some(of_room);
        event
    }

    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Its bytes, made by the first reader.
    pub fn encoded(&self, encoding: Encoding, make: impl FnOnce(&Event) -> Bytes) -> &Bytes {
        self.encoded[encoding.0].get_or_init(|| {
            let bytes = make(&self.event);
            if let Some(of_room) = &self.of_room {
                of_room.fetch_add(bytes.len(), Ordering::Relaxed);
            }
            match &self.place {
                Some(place) => place.hold(bytes),
                None => bytes,
            }
        })
    }

    /// Has all its bytes keep a place in memory.
    pub fn hold(&mut self, place: &Arc<Place>) {
        self.place = Some(Arc::clone(place));
        for encoded in &mut self.encoded {
            if let Some(bytes) = encoded.take() {
                *encoded = OnceLock::from(place.hold(bytes));
            }
        }
    }

    /// About how many bytes it takes, what was encoded of it included.
    pub fn bytes(&self) -> usize {
        self.size() + self.encoded_bytes()
    }

    /// About how many bytes it takes, without what was encoded of it.
    pub(super) fn size(&self) -> usize {
        let message = self.event.logged().and_then(|entry| entry.event.carried());
        size_of::<Self>() + message.map_or(0, |message| message.body.len())
    }

    /// The bytes of what was encoded of it.
    fn encoded_bytes(&self) -> usize {
        self.encoded.iter().filter_map(OnceLock::get).map(Bytes::len).sum()
    }
}

impl Drop for SharedEvent {
    fn drop(&mut self) {
        if let Some(of_room) = &self.of_room {
            of_room.fetch_sub(self.encoded_bytes(), Ordering::Relaxed);
        }
    }
}
