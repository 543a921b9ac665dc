//! Frames: what goes over the wire. Servers do not mask, so the bytes are the same for every reader.

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    chat::Chat,
    hub::{Encoding, SharedEvent},
};

/// Events as text frames, bodies as they were written.
const PLAIN: Encoding = Encoding::new(0);
/// Events as text frames, bodies parsed. Used for messages only: other events are the same either way.
const BLOCKS: Encoding = Encoding::new(1);

/// First byte of a text frame that is a whole message (RFC 6455, section 5.2).
const FINAL_TEXT: u8 = 0x81;
/// Payloads up to this length have it in the second byte.
const SHORT: usize = 125;
/// Says that two bytes of length follow.
const TWO_BYTES: u8 = 126;
/// Says that eight bytes of length follow.
const EIGHT_BYTES: u8 = 127;
/// Longest header of an unmasked frame, in bytes.
const HEADER: usize = 10;
/// Bytes that the JSON of most events fits in.
const MOST_EVENTS: usize = 512;

/// An event as a whole frame, made for the first reader and shared by all others.
pub(super) fn of<'a>(event: &'a SharedEvent, chat: &Chat, blocks: bool) -> &'a Bytes {
    let blocks = blocks && event.event().message().is_some();
    event.encoded(if blocks { BLOCKS } else { PLAIN }, |event| {
        let mut json = Vec::with_capacity(MOST_EVENTS);
        chat.write_event(event, blocks, &mut json);
        text(&json)
    })
}

/// A text as a whole frame, header and all.
pub(super) fn text(payload: &[u8]) -> Bytes {
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
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_fits_the_length() {
        for (length, header) in [
            (0, vec![0x81, 0]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let frame = text(&vec![b'x'; length]);
            assert_eq!(&frame[..header.len()], header, "{length}");
            assert_eq!(frame[header.len()..], vec![b'x'; length], "{length}");
        }
    }
}
