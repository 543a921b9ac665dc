//! Takes connections and speaks HTTP/1.1 on them, each in a task of its own.
//!
//! A client that sends no request, or sends it slowly, is dropped; one too many is told so. What a request means is
//! not known here.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::Request, response::IntoResponse as _};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::web::{
    App, Error, answer, body,
    patience::Patient,
    slots::{Full, Slot},
};

/// From the first byte wanted to the last of a request's head; also how long a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a request's head: cookies of other servers on this host may come along.
const MAX_HEADER_SIZE: usize = 16 * 1024;
/// Headers of a request; a browser behind two proxies sends about forty.
const MAX_HEADERS: usize = 100;
/// What hyper may hold of one connection, reading and writing.
const MAX_BUFFER: usize = 64 * 1024;
/// After an error that is not the connection's own (no file descriptors left): trying at once would only burn a core.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(250);
/// So many clients at once are told that there are too many; beyond that they are only closed.
const REFUSALS_AT_ONCE: usize = 64;
/// How long such an answer may take.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a client may take to close a connection that we have closed.
const LINGER: Duration = Duration::from_secs(2);
/// What is read from it meanwhile, and thrown away.
const MAX_DISCARDED: u64 = 4 * 1024 * 1024;

/// The other end of the TCP connection that a request came by: a client, or a proxy.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The connection's place among all: a socket holds it as long as it lives.
#[derive(Debug, Clone)]
pub struct ConnectionSlot {
    _connection: Arc<Slot>,
    _behind_proxy: Option<Arc<Slot>>,
}

impl ConnectionSlot {
    /// Of a client whose connection is its proxy's.
    #[must_use]
    pub fn and_behind_proxy(self, slot: Slot) -> Self {
        Self { _behind_proxy: Some(Arc::new(slot)), ..self }
    }
}

/// Takes connections until the server has stopped: while it is stopping, whoever asks is told so.
pub async fn accept(listener: TcpListener, router: Router, app: App, stopped: CancellationToken) {
    let refusals = Arc::new(Semaphore::new(REFUSALS_AT_ONCE));
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopped.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_the_connection(&error) => continue,
            Err(error) => {
                tracing::error!(%error, "cannot take connections; raise the limit of open files (ulimit -n)");
                tokio::time::sleep(ACCEPT_BACKOFF).await;
                continue;
            }
        };
        // Small answers and events go out at once, not when the last one was received.
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let address = peer.ip().to_canonical();
        let counted = !address.is_loopback() && !app.site.is_proxy(address);
        match app.slots.take(counted.then_some(address)) {
            Ok(slot) => {
                app.connections.spawn(serve(stream, peer, slot, router.clone(), app.clone()));
            }
            Err(full) => {
                if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                    tokio::spawn(async move {
                        refuse(stream, full).await;
                        drop(permit);
                    });
                }
            }
        }
    }
}

/// The client gave up while it waited; the next one is not concerned.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn serve(stream: TcpStream, peer: SocketAddr, slot: Slot, router: Router, app: App) {
    let slot = ConnectionSlot { _connection: Arc::new(slot), _behind_proxy: None };
    let service = service_fn(move |request: Request<Incoming>| {
        let (head, incoming) = request.into_parts();
        let (body, rest) = body::watch(&head.headers, incoming);
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(slot.clone());
        let answer = router.clone().oneshot(request);
        async move {
            let Ok(mut response) = answer.await;
            rest.settle(&mut response);
            Ok::<_, Infallible>(response)
        }
    });
    // One that comes while the server is stopping is for a single question, such as whether it is ready.
    let is_late = app.stopping.is_cancelled();
    // Nothing is set aside for a client that has not said anything: reading a head takes 8 KiB.
    let first_word = timeout(HEADER_TIMEOUT, stream.readable());
    let spoke = tokio::select! {
        readable = first_word => matches!(readable, Ok(Ok(()))),
        () = app.stopping.cancelled(), if !is_late => false,
    };
    if !spoke {
        return;
    }
    let mut connection =
        http().keep_alive(!is_late).serve_connection(TokioIo::new(Patient::new(stream)), service).with_upgrades();
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = app.stopping.cancelled(), if !is_late => {
            // What was asked is still answered; then the connection is closed.
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended");
    }
    // Not there once it has become a socket.
    if let Some(connection) = connection.into_parts() {
        linger(connection.io.into_inner().into_inner()).await;
    }
}

/// Tells a client that it is one too many.
async fn refuse(stream: TcpStream, full: Full) {
    let service = service_fn(move |_: Request<Incoming>| async move {
        Ok::<_, Infallible>(answer::finish(Error::from(full).into_response(), &answer::RequestId::new()))
    });
    let mut connection = http().keep_alive(false).serve_connection(TokioIo::new(stream), service);
    // How it ends is of no interest: the client was not served either way.
    _ = tokio::time::timeout(REFUSAL_TIMEOUT, &mut connection).await;
    linger(connection.into_parts().io.into_inner()).await;
}

/// Closes a connection for good once its client has. Closed at once, with something still on its way to us (the rest of
/// a body that is too large), the system would take back the answer that the client has not read yet.
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_ok() {
        let mut rest = stream.take(MAX_DISCARDED);
        // A client that does not close in time is cut off.
        _ = tokio::time::timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}

fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEADER_SIZE)
        .max_buf_size(MAX_BUFFER);
    http
}
