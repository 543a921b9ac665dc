//! The reading side of a connection, which is also its life: from the first command to the closing handshake.

use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
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
    command,
    connection::{Connection, flusher::Flushers},
    liveness::{self, Due, Liveness},
};
use crate::{
    chat::{self, Caller},
    gauge::Counted,
    session::{Commands, Ending},
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
pub(super) struct Reader {
    pub(super) socket: WebSocket<Io>,
    pub(super) connection: Arc<Connection>,
    liveness: Liveness,
    stopping: CancellationToken,
    /// When `Hello` must have come; `None` where nobody waits for it.
    hello_by: Option<Instant>,
    /// Whether the library may still hold frames that were read with earlier ones.
    has_more: bool,
    /// Whether messages are said back, and no commands.
    echoes: bool,
}

impl Reader {
    pub(super) fn new(
        app: &App,
        flushers: &Flushers,
        caller: Caller,
        origin: chat::Origin,
        stream: Arc<TcpStream>,
        read: Vec<u8>,
    ) -> Self {
        let connection = Connection::new(app, &caller, origin, Arc::clone(&stream), |session| {
            Arc::downgrade(flushers.of(session.number()))
        });
        let limits = app.chat.limits();
        let most = limits.frame_bytes.map_or(UNLIMITED, |_| limits.largest_frame());
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(most))
            .max_frame_size(Some(most));
        let io = Io { stream, connection: Arc::clone(&connection) };
        Self {
            socket: WebSocket::from_partially_read(io, read, Role::Server, Some(config)),
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
        // Until the end: the session is connected as long as its commands are there.
        let mut commands = Commands::connect(Arc::clone(&self.connection.session));
        let close = match &mut commands {
            Ok(commands) => self.live(commands).await,
            Err(_) => Close::TooMany,
        };
        debug!(?close, "a connection ends");
        if close.frame().is_none() {
            return;
        }
        self.connection.session.answered().await;
        if let Close::Restarting { retry_after } = close {
            let retry_after_ms = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
            self.connection.session.tell(chat_protocol::Event::Draining { retry_after_ms });
        }
        // A failure means that the other side closed already.
        let _ = self.socket.close(close.frame());
        let _ = self.socket.flush();
        self.connection.finish();
        self.read_to_the_end().await;
    }

    /// Reads and carries out commands; gives why it ends.
    async fn live(&mut self, commands: &mut Commands) -> Close {
        loop {
            let hello_by = self.hello_by.filter(|_| !commands.has_begun());
            let wake_at = hello_by.unwrap_or_else(|| self.liveness.next(&self.connection));
            let congested = self.connection.is_congested();
            tokio::select! {
                biased;
                why = self.connection.session.ended() => return why.into(),
                () = self.stopping.cancelled() => return self.last_words(commands).await,
                () = self.connection.drained(), if congested => {}
                () = std::future::ready(()), if self.has_more && !congested => {
                    if let Some(close) = self.read_waiting(commands, None).await {
                        return close;
                    }
                }
                readable = self.connection.stream.readable(), if !congested => {
                    if readable.is_err() {
                        return Close::Gone;
                    }
                    if let Some(close) = self.read_waiting(commands, None).await {
                        return close;
                    }
                }
                () = tokio::time::sleep_until(wake_at) => {
                    if hello_by.is_some() {
                        return Ending::NoHello.into();
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
    async fn last_words(&mut self, commands: &mut Commands) -> Close {
        let until = Instant::now() + LAST_WORDS;
        match self.read_waiting(commands, Some(until)).await {
            Some(close) => close,
            None => Close::Restarting { retry_after: liveness::spread(COME_BACK) },
        }
    }

    /// Takes all frames that are there; gives why the connection ends, if it does.
    async fn read_waiting(&mut self, commands: &mut Commands, until: Option<Instant>) -> Option<Close> {
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
                    if let Some(close) = Box::pin(carry_out(commands, text.as_str())).await {
                        return Some(close.into());
                    }
                }
                Incoming::Binary(_) => return Some(Close::Binary),
                Incoming::Close(_) => {
                    // What it said before is answered first.
                    self.connection.session.answered().await;
                    self.connection.session.finish();
                    // The library has its answer ready.
                    let _ = self.socket.flush();
                    self.connection.finish();
                }
                Incoming::Ping(_) | Incoming::Pong(_) | Incoming::Frame(_) => {}
            }
            if let Some(why) = self.connection.session.ending() {
                return Some(why.into());
            }
            if self.connection.is_congested() && until.is_none() || until.is_some_and(|until| Instant::now() >= until) {
                return None;
            }
            // A client that sends without end must not keep the others from their turn.
            tokio::task::consume_budget().await;
        }
    }

    /// Reads until the client has closed too: closing a socket with unread bytes would cut off what was written last.
    ///
    /// After a malformed frame, what follows cannot be split into frames; and nothing that comes matters now.
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

/// Carries out what a text frame asks for; gives why the session ends, if it does.
async fn carry_out(commands: &mut Commands, text: &str) -> Option<Ending> {
    match command::parse(text) {
        Ok(command) => commands.carry_out(command).await.err(),
        Err((id, failure)) => {
            commands.refuse_malformed(id, &failure);
            None
        }
    }
}
