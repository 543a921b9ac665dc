//! Takes connections and speaks HTTP/1.1 on them, each in a task of its own.
//!
//! A client that sends no request, or sends it slowly, is dropped; one too many is refused with an answer. What a request means is
//! not known here.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header::CONNECTION},
    response::IntoResponse as _,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::web::{
    App, Error, answer, body,
    head::{self, Arrived},
    patience::Patient,
    peer::{ConnectionSlot, Peer},
    slots::{Full, Slot},
};

/// From the first byte wanted to the last of a request's head; also how long a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a request's head: cookies of other servers on this host may come along.
const MAX_HEADER_SIZE: usize = 16 * 1024;
/// Headers of a request; a browser behind two proxies sends about forty.
const MAX_HEADERS: usize = 100;
/// What hyper may hold of one connection, reading and writing: a head, and a little more. Of a file that is uploaded up to
/// three such pieces are in memory, and many are at once.
const MAX_BUFFER: usize = 20 * 1024;
/// Connections whose requests are read and answered at once, all together: each takes 25 KiB. Others wait for their
/// turn; a socket has had it.
const AT_WORK: usize = 4096;
/// Those of them that are kept for a next request. Others end with their first answer.
const KEPT: usize = 1024;
/// Heads longer than usual that are read at once; others wait for their turn.
const LONG_HEADS: usize = 512;
/// After an error that is not the connection's own (no file descriptors left): trying at once would only burn a core.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(250);
/// This many clients at once get an answer that there are too many; beyond that they are only closed.
const REFUSALS_AT_ONCE: usize = 64;
/// How long such an answer may take.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a connection without a request stays open once the server is to stop: what was sent to it before its client
/// could know is still answered.
const GRACE: Duration = Duration::from_millis(100);
/// How long a client may take to close a connection that we have closed.
const LINGER: Duration = Duration::from_secs(2);
/// What is read from it meanwhile, and thrown away.
const MAX_DISCARDED: usize = 4 * 1024 * 1024;
/// Bytes of that that are read at once.
const DISCARDED_AT_ONCE: usize = 8 * 1024;

/// Takes connections until the server has stopped: while it is stopping, anyone who asks gets an answer that says so.
pub async fn accept(listener: TcpListener, router: Router, app: App, stopped: CancellationToken) {
    let refusals = Arc::new(Semaphore::new(REFUSALS_AT_ONCE));
    let [at_work, kept, long_heads] = [AT_WORK, KEPT, LONG_HEADS].map(|most| Arc::new(Semaphore::new(most)));
    let turns = Turns { at_work, kept, long_heads };
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
                sleep(ACCEPT_BACKOFF).await;
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
                app.connections.spawn(serve(stream, peer, slot, turns.clone(), router.clone(), app.clone()));
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

/// What bounds how much is done, and held, at once.
#[derive(Debug, Clone)]
struct Turns {
    at_work: Arc<Semaphore>,
    kept: Arc<Semaphore>,
    long_heads: Arc<Semaphore>,
}

/// The turn of one connection.
struct Turn {
    _at_work: OwnedSemaphorePermit,
    /// It may stay for a next request.
    keep: Option<OwnedSemaphorePermit>,
    _long_head: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Waits for the first head, then for a turn. `None` when the client is gone.
    async fn first_head(&self, stream: &TcpStream) -> Option<Turn> {
        let long_head = match head::arrived(stream).await.ok()? {
            Arrived::Whole => None,
            Arrived::Long => Some(Arc::clone(&self.long_heads).acquire_owned().await.ok()?),
        };
        let at_work = Arc::clone(&self.at_work).acquire_owned().await.ok()?;
        let keep = Arc::clone(&self.kept).try_acquire_owned().ok();
        Some(Turn { _at_work: at_work, keep, _long_head: long_head })
    }
}

/// A connection from the first word to the last.
async fn serve(stream: TcpStream, peer: SocketAddr, slot: Slot, turns: Turns, router: Router, app: App) {
    // One that comes while the server is stopping is for a single question, such as whether it is ready.
    let is_late = app.stopping.is_cancelled();
    let turn = tokio::select! {
        biased;
        turn = timeout(HEADER_TIMEOUT, turns.first_head(&stream)) => turn.ok().flatten(),
        () = last_call(&app.stopping), if !is_late => return,
    };
    let Some(turn) = turn else { return linger(stream).await };
    let slot = ConnectionSlot::new(slot);
    // Apart, so that a client that has not asked for anything takes no memory for it.
    Box::pin(converse(stream, peer, slot, turn, router, app.stopping, is_late)).await;
}

/// Returns when a connection without a request is to be closed.
async fn last_call(stopping: &CancellationToken) {
    stopping.cancelled().await;
    sleep(GRACE).await;
}

/// Answers requests until either side ends the connection, or it becomes a socket.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    slot: ConnectionSlot,
    turn: Turn,
    router: Router,
    stopping: CancellationToken,
    is_late: bool,
) {
    let ends = stopping.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (head, incoming) = request.into_parts();
        let (body, rest) = body::watch(&head.headers, incoming);
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(slot.clone());
        let answer = router.clone().oneshot(request);
        let ends = ends.clone();
        async move {
            let Ok(mut response) = answer.await;
            rest.discard(&mut response);
            if ends.is_cancelled() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let keep_alive = turn.keep.is_some() && !is_late;
    let mut connection =
        http().keep_alive(keep_alive).serve_connection(TokioIo::new(Patient::new(stream)), service).with_upgrades();
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = last_call(&stopping), if !is_late => {
            // What was asked is still answered; then the connection is closed.
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended");
    }
    // Not there once it has become a socket. What else there was of the connection is not held any longer.
    let stream = connection.into_parts().map(|parts| parts.io.into_inner().into_inner());
    drop(turn);
    if let Some(stream) = stream {
        linger(stream).await;
    }
}

/// Answers a client that is one too many.
async fn refuse(stream: TcpStream, full: Full) {
    let service = service_fn(move |_: Request<Incoming>| async move {
        Ok::<_, Infallible>(answer::finish(Error::from(full).into_response(), &answer::RequestId::new()))
    });
    let mut connection = http().keep_alive(false).serve_connection(TokioIo::new(stream), service);
    // How it ends is of no interest: the client was not served either way.
    _ = timeout(REFUSAL_TIMEOUT, &mut connection).await;
    linger(connection.into_parts().io.into_inner()).await;
}

/// Closes a connection for good once its client has. Closed at once, with something still on its way to us (the rest of
/// a body that is too large), the system would take back the answer that the client has not read yet.
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_ok() {
        // A client that does not close in time is cut off.
        _ = timeout(LINGER, discard(&stream)).await;
    }
}

/// Reads what still comes, up to an end, and holds nothing of it.
async fn discard(stream: &TcpStream) -> io::Result<()> {
    let mut discarded = 0;
    while discarded < MAX_DISCARDED {
        stream.readable().await?;
        match stream.try_read(&mut [0; DISCARDED_AT_ONCE]) {
            Ok(0) => break,
            Ok(read) => discarded += read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
