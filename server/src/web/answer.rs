//! What every request gets, no matter who answers it: an id, a span in the log, a count, and an error as a problem.
//!
//! Nothing of a request is logged but its method and the route that it took: no token, no query, no body.

use std::{convert::Infallible, fmt, net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chat_protocol::ErrorCode;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{
    memory::{self, Place},
    web::{
        App,
        compress::Wish,
        error::{Error, Refusal},
        guard, headers,
        peer::client_address,
    },
};

/// Finds a request in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The route of what has none: files of the page, and paths that lead nowhere.
const UNMATCHED: &str = "unmatched";

/// Routes of lists and pages: their answers may have up to a megabyte. A page of the log has its place only when it was
/// waited for ([`Aside::reserve`]).
const LARGE: [&str; 4] = ["/api/messages", "/api/rooms/{room}/members", "/api/rooms", "/api/users"];

/// Of one request; made here, whatever the client sent.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl RequestId {
    pub fn new() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a handler has to say beside its answer. Cheap to clone; clones are of the same request.
#[derive(Debug, Clone, Default)]
pub struct Aside(Arc<Mutex<Said>>);

#[derive(Debug, Default)]
struct Said {
    /// Where the answer has its place in memory, if it may be large.
    place: Option<Place>,
    /// How much of the time was no work, but waiting for something to happen.
    waited: Duration,
}

impl Aside {
    /// Waits for the place of an answer that may be large, to this address.
    ///
    /// # Errors
    /// `unavailable` when none is free for too long.
    pub async fn reserve(&self, app: &App, address: IpAddr) -> Result<(), Error> {
        let place = app.memory.place(address, memory::PAGE).await?;
        self.0.lock().place = Some(place);
        Ok(())
    }

    /// Says that this much of the time was waiting, which is not counted as the time that the server took.
    pub fn waited(&self, time: Duration) {
        self.0.lock().waited += time;
    }
}

impl FromRequestParts<App> for Aside {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// The layer around the router.
pub async fn answer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", request_id = %id, method, route);
    request.extensions_mut().insert(id.clone());
    let is_large = *request.method() == Method::GET && LARGE.contains(&route.as_str());
    let large_for = is_large.then(|| client_address(&app, request.extensions(), request.headers()));
    let aside = Aside::default();
    request.extensions_mut().insert(aside.clone());
    let wish = Wish::of(request.method(), request.headers());
    let begun = Instant::now();

    async move {
        if let Some(address) = large_for
            && let Err(refused) = aside.reserve(&app, address).await
        {
            return finish(refused.into_response(), &id);
        }
        let response = match AssertUnwindSafe(guard::guard(&app, request, next)).catch_unwind().await {
            Ok(response) => response,
            Err(_) => Error::internal("the handler panicked; its message is on standard error").into_response(),
        };
        let Said { place, waited } = std::mem::take(&mut *aside.0.lock());
        let latency = begun.elapsed().saturating_sub(waited);
        let status = response.status();
        if let Some(refusal) = response.extensions().get::<Refusal>() {
            log(refusal);
        }
        let (status_code, latency_us) = (status.as_u16(), latency.as_micros() as u64);
        if is_routine(&route, status) {
            tracing::debug!(status = status_code, latency_us, "answered");
        } else {
            tracing::info!(status = status_code, latency_us, "answered");
        }
        let labels = [("route", route.clone()), ("method", method.to_owned()), ("status", status.as_str().to_owned())];
        metrics::counter!("chat_http_requests_total", &labels).increment(1);
        metrics::histogram!("chat_http_request_seconds", "route" => route).record(latency);
        finish(wish.apply(hold(place, response).await).await, &id)
    }
    .instrument(span)
    .await
}

/// Has an answer keep its place until it was read.
async fn hold(place: Option<Place>, response: Response) -> Response {
    let Some(place) = place else { return response };
    let (head, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(whole) => {
            let bytes = whole.to_bytes();
            Body::from(place.shrink_to(bytes.len()).hold(bytes))
        }
        // An answer that stands in memory is always whole.
        Err(_) => Body::empty(),
    };
    Response::from_parts(head, body)
}

/// Gives an answer what all have, and a refusal its body.
pub fn finish(mut response: Response, id: &RequestId) -> Response {
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        refusal.write(&mut response, &id.0);
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    headers::secure(&mut response);
    response
}

fn log(refusal: &Refusal) {
    let code = refusal.code().as_str();
    match (refusal.code(), refusal.source_for_log()) {
        (ErrorCode::Internal, source) => tracing::error!(code, source, "failed"),
        (_, Some(source)) => tracing::warn!(code, source, "refused"),
        (_, None) => tracing::debug!(code, "refused"),
    }
}

/// Files of the page and questions of machines: dozens at a time, and nobody wants to read them.
fn is_routine(route: &str, status: StatusCode) -> bool {
    !status.is_client_error()
        && !status.is_server_error()
        && [UNMATCHED, "/healthz", "/readyz", "/metrics"].contains(&route)
}

/// A client may make up methods; a metric must not grow by it.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
