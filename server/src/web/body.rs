//! A request's body, and what is done with the rest of one that nobody read.
//!
//! A refusal may be ready before the body was read, or has come. What is left of it would be taken for the next request
//! on the connection; so it is read if it is there already, and otherwise the answer says that the connection ends.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use hyper::{
    HeaderMap,
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    header::{self, HeaderValue},
};
use parking_lot::Mutex;

/// What is read for nobody: as much as the body of an ordinary request may have.
const MOST: usize = 64 * 1024;

/// Where what is left of a body comes back to.
#[derive(Debug, Default)]
pub struct Rest {
    body: Arc<Mutex<Option<Incoming>>>,
    /// The client waits for a word before it sends the body.
    is_held_back: bool,
}

/// Gives a request's body to be read, and where its rest will be.
pub fn watch(headers: &HeaderMap, body: Incoming) -> (Body, Rest) {
    let rest = Rest { body: Arc::default(), is_held_back: headers.contains_key(header::EXPECT) };
    if body.is_end_stream() {
        return (Body::new(body), rest);
    }
    let watched = Watched { body: Some(body), rest: Arc::clone(&rest.body) };
    (Body::new(watched), rest)
}

impl Rest {
    /// Reads what is there of the rest, and marks the answer if there is more.
    pub fn discard(self, response: &mut Response) {
        let Some(mut body) = self.body.lock().take() else { return };
        let mut read = 0;
        // To ask for the body of a client that waits would be to accept it.
        while !self.is_held_back && read <= MOST {
            match body.frame().now_or_never() {
                Some(None) => return,
                Some(Some(Ok(frame))) => read += frame.data_ref().map_or(0, Bytes::len),
                Some(Some(Err(_))) | None => break,
            }
        }
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

/// A body that goes back when it is dropped before its end.
struct Watched {
    /// There until it is dropped.
    body: Option<Incoming>,
    rest: Arc<Mutex<Option<Incoming>>>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        *self.rest.lock() = self.body.take().filter(|body| !body.is_end_stream());
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.get_mut().body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}
