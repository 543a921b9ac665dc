//! One WebSocket connection: from the first packet to `Live`, and then whatever comes.

use std::{
    io::{self, Read as _, Write as _},
    net::SocketAddr,
    time::Duration,
};

use anyhow::{Context as _, bail};
use memchr::memmem;
use mio::net::TcpStream;

use crate::{
    clock, frame,
    hello::{Caller, Received, Reset, Welcome},
    message::intended_of_id,
    scan::{Heard, Scanner},
    tally::{RoomKey, Tally},
    track::Track,
};

/// What is read at once. The buffer is that of all connections.
const READ_BYTES: usize = 256 * 1024;

/// A connection.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) stream: TcpStream,
    stage: Stage,
    caller: Caller,
    host: String,
    left: Vec<u8>,
    out: Vec<u8>,
    written: usize,
    began: u64,
    /// What the server said, and when.
    pub(crate) received: Received,
    /// The rooms and how far they were heard.
    pub(crate) rooms: Vec<(RoomKey, Track)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connecting,
    Upgrading,
    Greeting,
    Live,
    Gone,
}

/// What all connections share while they are read.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) tally: Tally,
    scanner: Scanner,
    buffer: Vec<u8>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self { tally: Tally::default(), scanner: Scanner::new(), buffer: vec![0; 2 * READ_BYTES] }
    }
}

impl Socket {
    /// Begins to connect.
    pub(crate) fn open(address: SocketAddr, host: &str, caller: Caller) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        // Thousands of ends that linger would use up the ports of the next scenario.
        rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))?;
        Ok(Self {
            stream,
            stage: Stage::Connecting,
            caller,
            host: host.to_owned(),
            left: Vec::new(),
            out: Vec::new(),
            written: 0,
            began: clock::now(),
            received: Received::default(),
            rooms: Vec::new(),
        })
    }

    pub(crate) fn is_live(&self) -> bool {
        self.stage == Stage::Live
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.stage == Stage::Gone
    }

    /// It ended, on either side.
    pub(crate) fn end(&mut self) {
        self.stage = Stage::Gone;
        (self.left, self.out) = Default::default();
    }

    /// Writes one command.
    pub(crate) fn send(&mut self, text: &[u8]) -> io::Result<()> {
        frame::write(&mut self.out, frame::TEXT, text);
        self.flush()
    }

    /// The socket takes bytes (again).
    pub(crate) fn writable(&mut self) -> anyhow::Result<()> {
        if self.stage == Stage::Connecting {
            if let Some(error) = self.stream.take_error()? {
                bail!("cannot connect: {error}");
            }
            self.stage = Stage::Upgrading;
            write!(
                self.out,
                "GET /ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: Y2hhdC1iZW5jaCBzYXlzIQ==\r\nAuthorization: Bearer {}\r\n\r\n",
                self.host, self.caller.token
            )?;
        }
        Ok(self.flush()?)
    }

    /// The socket has bytes: all of them are read and understood.
    pub(crate) fn readable(&mut self, index: usize, shared: &mut Shared) -> anyhow::Result<()> {
        loop {
            let kept = self.left.len();
            if shared.buffer.len() < kept + READ_BYTES {
                shared.buffer.resize(kept + READ_BYTES, 0);
            }
            shared.buffer[..kept].copy_from_slice(&self.left);
            let read = match self.stream.read(&mut shared.buffer[kept..kept + READ_BYTES]) {
                Ok(0) => bail!("the server closed the connection"),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let Shared { tally, scanner, buffer } = shared;
            let bytes = &buffer[..kept + read];
            let used = self.take(index, bytes, tally, scanner, clock::now())?;
            self.left.clear();
            self.left.extend_from_slice(&bytes[used..]);
            self.flush()?;
            if read < READ_BYTES {
                return Ok(());
            }
        }
    }

    /// Understands all that is whole; says how many bytes that was.
    fn take(
        &mut self,
        index: usize,
        bytes: &[u8],
        tally: &mut Tally,
        scanner: &Scanner,
        now: u64,
    ) -> anyhow::Result<usize> {
        let mut used = 0;
        if self.stage == Stage::Upgrading {
            let Some(end) = memmem::find(bytes, b"\r\n\r\n") else { return Ok(0) };
            if !bytes.starts_with(b"HTTP/1.1 101") {
                bail!("no WebSocket: {}", String::from_utf8_lossy(bytes).lines().next().unwrap_or_default());
            }
            used = end + 4;
            self.stage = Stage::Greeting;
            self.received.hello_at = now;
            let hello = format!(r#"{{"type":"Hello","client":"chat-bench"{}}}"#, self.caller.cursors);
            frame::write(&mut self.out, frame::TEXT, hello.as_bytes());
        }
        while let Some(frame) = frame::read(&bytes[used..]).map_err(|_| anyhow::anyhow!("a malformed frame"))? {
            let payload = &bytes[used..][frame.payload.clone()];
            match frame.opcode {
                frame::TEXT => self.hear(index, payload, tally, scanner.scan(payload), now)?,
                frame::PING => frame::write(&mut self.out, frame::PONG, payload),
                frame::CLOSE => bail!("the server closed: {}", close_reason(payload)),
                _ => {}
            }
            used += frame.payload.end;
        }
        Ok(used)
    }

    fn hear(&mut self, index: usize, text: &[u8], tally: &mut Tally, heard: Heard<'_>, now: u64) -> anyhow::Result<()> {
        match heard {
            Heard::Logged { room, seq, intended } => {
                self.received.event_at = now;
                self.received.events += 1;
                let new = self.track(room, seq).see(seq);
                if let (true, Some(intended)) = (new, intended) {
                    tally.delivery(intended, now);
                }
            }
            Heard::Ack { id, room, seq } => {
                let intended = intended_of_id(id, now).context("an acknowledgement of no message of ours")?;
                tally.ack(index, room, seq, intended, now);
            }
            Heard::Welcome => self.welcome(serde_json::from_slice(text).context("Welcome")?),
            Heard::Live => {
                if self.stage == Stage::Greeting {
                    self.stage = Stage::Live;
                    self.received.live_at = now;
                    tally.live += 1;
                    tally.openings.record(self.began, now);
                }
            }
            Heard::Reset => {
                let reset: Reset = serde_json::from_slice(text).context("Reset")?;
                *self.track(reset.room.as_bytes(), 0) = Track::after(reset.last_seq);
                self.received.resets.push((reset.why, now));
            }
            Heard::Error => {
                tally.refused += 1;
                tally.trouble(|| String::from_utf8_lossy(text).into_owned());
                tally.answered.push(index);
            }
            Heard::Other => {}
        }
        Ok(())
    }

    fn welcome(&mut self, welcome: Welcome) {
        for room in &welcome.rooms {
            if let Ok(key) = RoomKey::try_from(room.id.as_bytes()) {
                let place = self.caller.places.iter().find(|(room, _)| *room == key).map(|(_, seq)| *seq);
                self.rooms.push((key, Track::after(place.unwrap_or(room.last_seq))));
            }
        }
        self.received.welcome = Some(welcome);
    }

    /// The room's track; one that is joined meanwhile begins with the first event that comes.
    fn track(&mut self, room: &[u8], seq: u64) -> &mut Track {
        let known = self.rooms.iter().position(|(key, _)| key == room);
        let index = known.unwrap_or_else(|| {
            let key = RoomKey::try_from(room).unwrap_or([0; 36]);
            self.rooms.push((key, Track::after(seq.saturating_sub(1))));
            self.rooms.len() - 1
        });
        &mut self.rooms[index].1
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.written < self.out.len() {
            match self.stream.write(&self.out[self.written..]) {
                Ok(written) => self.written += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(())
    }
}

fn close_reason(payload: &[u8]) -> String {
    match payload {
        [high, low, reason @ ..] => {
            format!("{} {}", u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason))
        }
        _ => "without a code".to_owned(),
    }
}
