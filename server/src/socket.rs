//! One WebSocket of a user: from the upgrade to the last byte.
//!
//! What is said is the session's ([`session`](crate::session)); here it becomes frames and bytes. The library reads (frames,
//! masks, control frames, UTF-8); writing is ours, because an event is framed once for all its readers. `reader` hands in
//! commands, one at a time. `writer` takes what the session has to tell when the socket accepts bytes; `flusher` wakes the
//! writers of connections that have something to write.

mod closing;
mod command;
mod connection;
pub(crate) mod echo;
mod frame;
mod handshake;
mod liveness;
mod reader;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tracing::{Instrument, debug, info_span};

pub use self::connection::flusher::Flushers;
use self::reader::Reader;
use crate::{
    chat::{Caller, Meter, Who},
    web::{
        App, Error, client, guard,
        patience::Patient,
        peer::{ConnectionSlot, client_address},
        rate_limit,
    },
};

/// `GET /ws`: decides who speaks, then switches protocols.
pub async fn upgrade(State(app): State<App>, request: Request) -> Response {
    let meter = Meter::new();
    let (parts, _) = request.into_parts();
    let mut response = admit(app, parts, &meter).await.unwrap_or_else(Error::into_response);
    rate_limit::tell(&meter, response.headers_mut());
    response
}

async fn admit(app: App, mut parts: Parts, meter: &Meter) -> Result<Response, Error> {
    guard::socket(&app, &mut parts)?;
    let caller = guard::socket_caller(&app, &parts).await;
    let who = match &caller {
        Ok(caller) => Who::User(caller.user),
        Err(_) => Who::Address(client_address(&app, &parts.extensions, &parts.headers).into()),
    };
    app.chat.rates().request(who, meter).map_err(Error::rate_limited)?;
    let caller = caller?;
    begin(app, parts, caller, std::convert::identity)
}

/// Agrees to switch; what is then read is prepared by `with`.
fn begin(app: App, mut parts: Parts, caller: Caller, with: fn(Reader) -> Reader) -> Result<Response, Error> {
    let switch = handshake::accept(&mut parts)?;
    let from = client::from(&app, &parts.extensions, &parts.headers);
    let slot = parts.extensions.remove::<ConnectionSlot>();
    let flushers = parts.extensions.remove::<Flushers>().ok_or_else(|| Error::internal("nobody writes to sockets"))?;
    let span = info_span!("socket", user = %caller.user, session = %caller.session, address = %from.address);
    let connections = app.connections.clone();
    connections.spawn(
        async move {
            // It stays taken as long as the socket lives.
            let _slot = slot;
            match switch.upgraded.await {
                Ok(upgraded) => match upgraded.downcast::<TokioIo<Patient<TcpStream>>>() {
                    Ok(parts) => {
                        let (stream, read) = (Arc::new(parts.io.into_inner().into_inner()), parts.read_buf.to_vec());
                        // It holds 8 KiB, however little came.
                        drop(parts.read_buf);
                        with(Reader::new(&app, &flushers, caller, from, stream, read)).run().await;
                    }
                    Err(_) => debug!("not a plain TCP stream"),
                },
                Err(failure) => debug!(%failure, "the client did not switch protocols"),
            }
        }
        .instrument(span),
    );
    Ok(switch.answer)
}
