//! The reading side of a connection, which is also its life: from `Hello` to the closing handshake.

use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use chat_protocol::Command;
use tokio::{
    io::Interest,
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_tungstenite::tungstenite::{
    Error as WsError, Message as Incoming,
    protocol::{Role, WebSocket, WebSocketConfig},
};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{
    closing::Close,
    commands::{self, Commands},
    connection::Connection,
    desk::Desks,
    hello,
    liveness::{self, Due, Liveness},
};
use crate::{
    chat::{self, Caller, Start},
    gauge::Counted,
    hub::ListenerId,
    web::App,
};

/// How long a client may take to say `Hello`.
const HELLO: Duration = Duration::from_secs(10);
/// How long a client may take to close after it was told to.
const CLOSING: Duration = Duration::from_secs(2);
/// What a stopping server still reads of what a client had already sent.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// When to come back to a server that restarts; more or less, so that not all come at once.
const COME_BACK: Duration = Duration::from_millis(1_500);
/// Bytes read at once. Commands are short, and every connection has such a buffer.
const READ_BUFFER: usize = 1024;
/// Frames larger than any limit set.
const UNLIMITED: usize = 16 * 1024 * 1024;

/// The library's view of the socket: it reads from it, and what it writes goes in order with everything else.
pub(super) struct Io {
    stream: Arc<TcpStream>,
    connection: Arc<Connection>,
}

impl Read for Io {
    /// A read that does not fill the buffer has emptied the socket: the runtime is told so, as Tokio's own `poll_read`
    /// does, and the library's next read asks nobody.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut last = None;
        let read = self.stream.try_io(Interest::READABLE, || match self.stream.try_read(buffer)? {
            n if 0 < n && n < buffer.len() => {
                last = Some(n);
                Err(io::ErrorKind::WouldBlock.into())
            }
            n => Ok(n),
        });
        last.map_or(read, Ok)
    }
}

impl Write for Io {
    /// Takes all of it: the library writes whole frames, and they must not be cut by others.
    fn write(&mut self, frames: &[u8]) -> io::Result<usize> {
        self.connection.put(Bytes::copy_from_slice(frames));
        Ok(frames.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One connection, from the upgrade on.
pub(super) struct Reading {
    pub(super) socket: WebSocket<Io>,
    pub(super) connection: Arc<Connection>,
    commands: Commands,
    liveness: Liveness,
    stopping: CancellationToken,
    /// When `Hello` must have come; `None` once it has.
    hello_by: Option<Instant>,
    /// Whether the library may still hold frames that were read with earlier ones.
    has_more: bool,
    /// Whether messages are said back, and no commands.
    echoes: bool,
}

impl Reading {
    pub(super) fn new(
        app: &App,
        desks: &Desks,
        caller: Caller,
        from: chat::From,
        stream: Arc<TcpStream>,
        read: Vec<u8>,
    ) -> Self {
        let id = ListenerId::next();
        let desk = desks.of(id.number());
        let connection = Connection::new(app, &caller, from.address, Arc::clone(&stream), &desk, id);
        let most = app.chat.limits().frame_bytes.map_or(UNLIMITED, |most| usize::try_from(most).unwrap_or(UNLIMITED));
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(most))
            .max_frame_size(Some(most));
        let io = Io { stream, connection: Arc::clone(&connection) };
        Self {
            socket: WebSocket::from_partially_read(io, read, Role::Server, Some(config)),
            commands: Commands::new(Arc::clone(&connection), from),
            connection,
            liveness: Liveness::new(),
            stopping: app.stopping.clone(),
            hello_by: Some(Instant::now() + HELLO),
            has_more: true,
            echoes: false,
        }
    }

    /// The same, for [`echo`](super::echo).
    pub(super) fn echoing(self) -> Self {
        Self { hello_by: None, echoes: true, ..self }
    }

    /// Lives until either side ends it.
    pub(super) async fn run(mut self) {
        let _open = Counted::by(metrics::gauge!("chat_sockets"));
        let guard = Leave { connection: Arc::clone(&self.connection), arrived: false };
        self.run_guarded(guard).await;
    }

    async fn run_guarded(&mut self, mut guard: Leave) {
        let close = match self.connection.chat.connect(self.connection.clone()) {
            Ok(()) => self.live(&mut guard).await,
            Err(_) => Close::TooMany,
        };
        debug!(?close, "a connection ends");
        if close == Close::Gone {
            return;
        }
        self.connection.sending.settled().await;
        if let Close::Restarting { retry_after } = close {
            let retry_after_ms = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
            self.connection.tell(&chat_protocol::Event::Draining { retry_after_ms });
        }
        // A failure means that the other side closed already.
        let _ = self.socket.close(close.frame());
        let _ = self.socket.flush();
        self.connection.finish();
        self.read_to_the_end().await;
    }

    /// Reads and carries out commands; gives why it ends.
    async fn live(&mut self, guard: &mut Leave) -> Close {
        loop {
            let wake_at = self.hello_by.unwrap_or_else(|| self.liveness.next(&self.connection));
            let congested = self.connection.is_congested();
            tokio::select! {
                biased;
                () = self.connection.ended.notified() => {
                    if let Some(close) = self.connection.ending() {
                        return close;
                    }
                }
                () = self.stopping.cancelled() => return self.last_words(guard).await,
                () = self.connection.drained.notified(), if congested => {}
                () = std::future::ready(()), if self.has_more && !congested => {
                    if let Some(close) = self.read_waiting(guard, None).await {
                        return close;
                    }
                }
                readable = self.connection.stream.readable(), if !congested => {
                    if readable.is_err() {
                        return Close::Gone;
                    }
                    if let Some(close) = self.read_waiting(guard, None).await {
                        return close;
                    }
                }
                () = tokio::time::sleep_until(wake_at) => {
                    if self.hello_by.is_some() {
                        return Close::NoHello;
                    }
                    match self.liveness.due(&self.connection) {
                        Due::Dead => return Close::Silent,
                        // A failure shows when reading.
                        Due::Ping => drop(self.socket.send(Incoming::Ping(Bytes::new()))),
                        Due::Nothing => {}
                    }
                }
            }
        }
    }

    /// Carries out what a client had sent before the server was told to stop.
    async fn last_words(&mut self, guard: &mut Leave) -> Close {
        let until = Instant::now() + LAST_WORDS;
        match self.read_waiting(guard, Some(until)).await {
            Some(close) => close,
            None => Close::Restarting { retry_after: liveness::spread(COME_BACK) },
        }
    }

    /// Takes all frames that are there; gives why the connection ends, if it does.
    async fn read_waiting(&mut self, guard: &mut Leave, until: Option<Instant>) -> Option<Close> {
        self.has_more = true;
        loop {
            let frame = match self.socket.read() {
                Ok(frame) => frame,
                Err(WsError::Io(failure)) if failure.kind() == io::ErrorKind::WouldBlock => {
                    self.has_more = false;
                    return None;
                }
                Err(failure) => return Some(Close::of(&failure)),
            };
            self.liveness.heard();
            match frame {
                message @ (Incoming::Text(_) | Incoming::Binary(_)) if self.echoes => self.echo(message).await,
                Incoming::Text(text) => {
                    // Apart, so that an idle connection has no room in memory for what its commands need.
                    if let Some(close) = Box::pin(self.take(guard, text.as_str())).await {
                        return Some(close);
                    }
                }
                Incoming::Binary(_) => return Some(Close::Binary),
                Incoming::Close(_) => {
                    // What it said before is answered first.
                    self.connection.sending.settled().await;
                    // The library has its answer ready.
                    let _ = self.socket.flush();
                    self.connection.finish();
                }
                Incoming::Ping(_) | Incoming::Pong(_) | Incoming::Frame(_) => {}
            }
            if let Some(close) = self.connection.ending() {
                return Some(close);
            }
            if self.connection.is_congested() && until.is_none() || until.is_some_and(|until| Instant::now() >= until) {
                return None;
            }
            // A client that sends without end must not keep the others from their turn.
            tokio::task::consume_budget().await;
        }
    }

    /// Takes one text frame.
    async fn take(&mut self, guard: &mut Leave, text: &str) -> Option<Close> {
        let command = match commands::parse(text) {
            Ok(command) => command,
            Err((id, failure)) => {
                self.commands.refuse_unread(id, &failure);
                return None;
            }
        };
        match command {
            Command::Hello { client, cursors, epoch, blocks } if self.hello_by.is_some() => {
                self.hello_by = None;
                let start = Start { client, cursors, epoch };
                match hello::begin(&self.connection, start, blocks, &mut guard.arrived).await {
                    Ok(()) => None,
                    Err(failure) => {
                        self.commands.refuse(None, &failure);
                        Some(hello::failed(&failure))
                    }
                }
            }
            _ if self.hello_by.is_some() => Some(Close::NoHello),
            command => {
                self.commands.carry_out(command).await;
                None
            }
        }
    }

    /// Reads until the client has closed too: closing a socket with unread bytes would cut off what was written last.
    ///
    /// After a frame that is none, what follows cannot be told apart into frames; and nothing that comes matters now.
    async fn read_to_the_end(&mut self) {
        let until = Instant::now() + CLOSING;
        let mut unheard = vec![0; READ_BUFFER];
        while Instant::now() < until {
            match self.connection.stream.try_read(&mut unheard) {
                Ok(0) => return,
                Ok(_) => {}
                Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => {
                    if timeout_at(until, self.connection.stream.readable()).await.is_err() {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }
}

/// Takes the connection out of the hub however it ends.
struct Leave {
    connection: Arc<Connection>,
    /// Whether its user was said to be here.
    arrived: bool,
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.connection.unsubscribe_all();
        self.connection.chat.disconnect(&*self.connection, self.arrived);
    }
}
