//! WebSocket frames, as a client writes and reads them: text and control, never compressed, never in parts.

use std::ops::Range;

/// A frame of text.
pub(crate) const TEXT: u8 = 1;
/// The end of the conversation.
pub(crate) const CLOSE: u8 = 8;
/// A question whether one is there.
pub(crate) const PING: u8 = 9;
/// The answer to it.
pub(crate) const PONG: u8 = 10;

/// Any key will do for a peer that is trusted; a zero key would spare the server its work.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;

/// A whole frame at the head of what was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// What it is.
    pub(crate) opcode: u8,
    /// Where its payload is; it ends where the frame ends.
    pub(crate) payload: Range<usize>,
}

/// Not what this server would send.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Appends one frame.
pub(crate) fn write(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    out.push(FINAL | opcode);
    match payload.len() {
        length @ 0..126 => out.push(MASKED | length as u8),
        length @ 126..65_536 => {
            out.push(MASKED | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(MASKED | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, key)| byte ^ key));
}

/// The frame at the head, once all of it is there.
pub(crate) fn read(buffer: &[u8]) -> Result<Option<Frame>, Malformed> {
    let &[head, length, ..] = buffer else { return Ok(None) };
    if head & 0xf0 != FINAL || length & MASKED != 0 {
        return Err(Malformed);
    }
    let (start, length): (usize, usize) = match length {
        126 => match buffer.get(2..4) {
            Some(&[high, low]) => (4, usize::from(u16::from_be_bytes([high, low]))),
            _ => return Ok(None),
        },
        127 => match buffer.get(2..10).and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) => (10, usize::try_from(u64::from_be_bytes(bytes)).map_err(|_| Malformed)?),
            None => return Ok(None),
        },
        length => (2, usize::from(length)),
    };
    let end = start.checked_add(length).ok_or(Malformed)?;
    Ok((buffer.len() >= end).then_some(Frame { opcode: head & 0x0f, payload: start..end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a server would send it.
    fn unmasked(payload: &[u8]) -> Vec<u8> {
        let mut masked = Vec::new();
        write(&mut masked, TEXT, payload);
        let head = masked.len() - payload.len() - MASK.len();
        masked[1] &= !MASKED;
        masked.truncate(head);
        masked.extend_from_slice(payload);
        masked
    }

    #[test]
    fn what_is_written_is_masked() {
        let mut out = Vec::new();
        write(&mut out, TEXT, b"hello");
        assert_eq!(out[..2], [FINAL | TEXT, MASKED | 5]);
        let plain: Vec<u8> = out[6..].iter().zip(out[2..6].iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        assert_eq!(plain, b"hello");
    }

    #[test]
    fn a_frame_of_any_length_is_read_once_it_is_whole() {
        for length in [0, 1, 125, 126, 65_535, 65_536, 100_000] {
            let bytes = unmasked(&vec![7; length]);
            let frame = read(&bytes).unwrap().unwrap();
            assert_eq!((frame.opcode, frame.payload.len(), frame.payload.end), (TEXT, length, bytes.len()));
            for cut in [0, 1, 2, 3, 9, bytes.len() - 1] {
                if cut < bytes.len() {
                    assert_eq!(read(&bytes[..cut]), Ok(None), "{length} cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn parts_compression_and_masks_are_not_ours() {
        for head in [[TEXT, 0], [FINAL | 0x40 | TEXT, 0], [FINAL | TEXT, MASKED]] {
            assert_eq!(read(&head), Err(Malformed), "{head:?}");
        }
    }
}
