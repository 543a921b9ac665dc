//! Frames: what goes over the wire, encoded once for all who read it.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use bytes::{BufMut, Bytes, BytesMut};
use chat_protocol::Event;

use super::encode;
use crate::store::{LogEntry, Mentioned};

/// A whole WebSocket text frame, header and all. Servers do not mask, so the bytes are the same for every reader.
#[derive(Debug, Clone)]
pub struct Frame(Bytes);

/// First byte of a text frame that is a whole message (RFC 6455, section 5.2).
const FINAL_TEXT: u8 = 0x81;
/// Payloads up to this length have it in the second byte.
const SHORT: usize = 125;
/// Says that two bytes of length follow.
const TWO_BYTES: u8 = 126;
/// Says that eight bytes of length follow.
const EIGHT_BYTES: u8 = 127;
/// Longest header of an unmasked frame.
const HEADER: usize = 10;
/// Room that the JSON of most events fits in.
const MOST_EVENTS: usize = 512;

impl Frame {
    /// Encodes an event.
    pub fn of(event: &Event) -> Self {
        let mut text = Vec::with_capacity(MOST_EVENTS);
        // The protocol's types hold nothing that JSON cannot: no map with other keys than text.
        if serde_json::to_writer(&mut text, event).is_err() {
            text.clear();
        }
        Self::text(&text)
    }

    /// Frames a text.
    pub(crate) fn text(payload: &[u8]) -> Self {
        let mut frame = BytesMut::with_capacity(HEADER + payload.len());
        frame.put_u8(FINAL_TEXT);
        match payload.len() {
            length @ ..=SHORT => frame.put_u8(length as u8),
            length => match u16::try_from(length) {
                Ok(length) => {
                    frame.put_u8(TWO_BYTES);
                    frame.put_u16(length);
                }
                Err(_) => {
                    frame.put_u8(EIGHT_BYTES);
                    frame.put_u64(length as u64);
                }
            },
        }
        frame.put_slice(payload);
        Self(frame.freeze())
    }

    /// What it carries.
    fn payload(&self) -> &[u8] {
        let length_bytes = match self.0.get(1) {
            Some(&TWO_BYTES) => 2,
            Some(&EIGHT_BYTES) => 8,
            _ => 0,
        };
        self.0.get(2 + length_bytes..).unwrap_or_default()
    }

    /// The bytes to write.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// How many they are.
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

/// A logged event on the wire, with and without its parsed body.
#[derive(Debug)]
pub struct EventFrame {
    plain: Frame,
    /// Made when the first reader asks for it. Events other than messages are the same either way.
    blocks: OnceLock<Frame>,
    /// Whom the body of a message mentions. The message itself stands in `plain`, once: a room keeps many events.
    mentioned: Option<Mentioned>,
    /// Bytes of all parsed frames of the room that are somewhere.
    of_room: Arc<AtomicUsize>,
}

impl Drop for EventFrame {
    fn drop(&mut self) {
        if let Some(blocks) = self.blocks.get() {
            self.of_room.fetch_sub(blocks.size(), Ordering::Relaxed);
        }
    }
}

impl EventFrame {
    /// Encodes a logged event. What is parsed of it later is added to the bytes `of_room`.
    pub fn new(entry: LogEntry, of_room: Arc<AtomicUsize>) -> Self {
        let plain = Frame::of(&entry.event);
        let mentioned = matches!(entry.event, Event::Message { .. }).then_some(entry.mentioned);
        Self { plain, blocks: OnceLock::new(), mentioned, of_room }
    }

    /// Bytes of the frames that were made.
    pub fn size(&self) -> usize {
        self.plain.size() + self.blocks.get().map_or(0, Frame::size)
    }

    /// The frame for a reader that wants parsed bodies, or for one that does not.
    pub fn frame(&self, with_blocks: bool) -> &Frame {
        match &self.mentioned {
            Some(mentioned) if with_blocks => self.blocks.get_or_init(|| {
                let frame = self.parsed(mentioned);
                self.of_room.fetch_add(frame.size(), Ordering::Relaxed);
                frame
            }),
            _ => &self.plain,
        }
    }

    fn parsed(&self, mentioned: &Mentioned) -> Frame {
        match serde_json::from_slice::<Event>(self.plain.payload()) {
            Ok(event) => match &event {
                Event::Message { message, .. } => {
                    Frame::text(encode::with_blocks(&event, &encode::parse(message, mentioned)).get().as_bytes())
                }
                _ => self.plain.clone(),
            },
            Err(_) => self.plain.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_fits_the_length() {
        for (length, header) in [(0, vec![0x81, 0]), (125, vec![0x81, 125]), (126, vec![0x81, 126, 0, 126])] {
            let frame = Frame::text(&vec![b'x'; length]);
            assert_eq!(frame.payload(), vec![b'x'; length], "{length}");
            assert_eq!(&frame.into_bytes()[..header.len()], header, "{length}");
        }
        let long = Frame::text(&vec![b'x'; 65_536]);
        assert_eq!(long.payload().len(), 65_536);
        let long = long.into_bytes();
        assert_eq!(&long[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(long.len(), 10 + 65_536);
    }
}
