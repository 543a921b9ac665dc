//! One open socket. What is to be sent waits here, so that writing never keeps one from reading.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use chat_protocol::Command;
use futures_util::{Sink, Stream};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config,
    tungstenite::{Error, Message, client::IntoClientRequest, http::header, protocol::WebSocketConfig},
};

use super::{ending::Ending, upgrade::Whole};
use crate::{Account, api::bearer, error::innermost, tls};

/// To open a socket: name, TCP, TLS, upgrade. Longer than any network takes that one can chat over.
const OPEN_TIMEOUT: Duration = Duration::from_secs(15);
/// To say goodbye. Nobody waits longer for a program that ends.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);
/// Four times what the protocol allows to the server's frames.
const MAX_FRAME: usize = 4 * 1024 * 1024;
/// Read at once; the library's own 128 KiB would be allocated for each bot.
const READ_BUFFER: usize = 16 * 1024;

#[derive(Debug)]
pub(crate) struct Link {
    socket: WebSocketStream<MaybeTlsStream<Whole<TcpStream>>>,
    /// Not yet taken by the socket.
    waiting: VecDeque<Message>,
    /// Whether the socket holds bytes that it has not passed on.
    unflushed: bool,
    /// Whether all that had come was read, some time since [`Link::expect_news`].
    drained: bool,
}

impl Link {
    /// Opens a socket to the account's server.
    pub(crate) async fn open(account: &Account) -> Result<Self, Ending> {
        match tokio::time::timeout(OPEN_TIMEOUT, Self::dial(account)).await {
            Ok(opened) => opened,
            Err(_) => Err(Ending::lost("the server does not answer")),
        }
    }

    async fn dial(account: &Account) -> Result<Self, Ending> {
        let here = |error: crate::Error| Ending::lost(error.to_string());
        let mut request = account.server.websocket().into_client_request().map_err(Ending::of_error)?;
        request.headers_mut().insert(header::AUTHORIZATION, bearer(account.token()).map_err(here)?);
        let tls = Connector::Rustls(tls::config(&account.server).map_err(here)?);
        let (host, port) = account.server.address();
        let stream = TcpStream::connect((host, port)).await.map_err(|error| Ending::lost(innermost(&error)))?;
        // A message is small, and somebody waits for it. Where the system refuses this, it is merely slower.
        let _ = stream.set_nodelay(true);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .max_message_size(Some(MAX_FRAME))
            .max_frame_size(Some(MAX_FRAME));
        let stream = Whole::new(stream, account.server.is_encrypted());
        let opened = client_async_tls_with_config(request, stream, Some(config), Some(tls)).await;
        let (socket, _) = opened.map_err(Ending::of_error)?;
        Ok(Self { socket, waiting: VecDeque::new(), unflushed: false, drained: false })
    }

    /// Has a frame sent, as soon as the socket takes it.
    pub(crate) fn send(&mut self, text: String) {
        self.waiting.push_back(Message::text(text));
    }

    /// Has a command sent.
    pub(crate) fn command(&mut self, command: &Command) {
        // Its maps have ids as keys, so that nothing in it can fail to be JSON.
        if let Ok(text) = serde_json::to_string(command) {
            self.send(text);
        }
    }

    /// Has a ping sent.
    pub(crate) fn ping(&mut self, number: u64) {
        self.waiting.push_back(Message::Ping(number.to_be_bytes().to_vec().into()));
    }

    /// From here on the question is what comes now, and not what came before and was not read yet.
    pub(crate) fn expect_news(&mut self) {
        self.drained = false;
    }

    /// Whether what is read now has come since then.
    pub(crate) fn brings_news(&self) -> bool {
        self.drained
    }

    /// Sends what waits and, if `read`, gives the next frame. Loses nothing when it is dropped.
    pub(crate) async fn next(&mut self, read: bool) -> Option<Result<Message, Error>> {
        poll_fn(|cx| {
            if let Poll::Ready(Err(error)) = self.poll_write(cx) {
                // The reason for which the server hung up may still be there to be read.
                return if read { self.poll_read(cx) } else { Poll::Ready(Some(Err(error))) };
            }
            if read { self.poll_read(cx) } else { Poll::Pending }
        })
        .await
    }

    /// Sends what waits, says goodbye, and does not wait for long.
    pub(crate) async fn close(mut self) {
        let goodbye = async {
            poll_fn(|cx| self.poll_write(cx)).await?;
            self.socket.close(None).await?;
            // The server closes the connection once it has read all; then nothing of ours is lost.
            while let Some(Ok(_)) = self.next(true).await {}
            Ok::<(), Error>(())
        };
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, goodbye).await;
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while !self.waiting.is_empty() {
            ready!(Pin::new(&mut self.socket).poll_ready(cx))?;
            if let Some(frame) = self.waiting.pop_front() {
                Pin::new(&mut self.socket).start_send(frame)?;
                self.unflushed = true;
            }
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        let read = Pin::new(&mut self.socket).poll_next(cx);
        self.drained |= read.is_pending();
        read
    }
}
