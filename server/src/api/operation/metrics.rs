//! What the server counts, as Prometheus reads it.

use std::sync::OnceLock;

use axum::{
    extract::{Request, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use chat_protocol::Role;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{
    logging,
    web::{
        App, Error,
        identity::{self, Identity},
        peer,
    },
};

/// Seconds: most answers take well under a millisecond, password checks tens of them.
const LATENCY_BUCKETS: [f64; 10] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];

/// One for the whole process: counts are of the process, however many servers a test starts in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count. A second call changes nothing.
pub fn install() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full("chat_http_request_seconds".to_owned()), &LATENCY_BUCKETS)
            .ok()?;
        // Another recorder can only be there if someone embeds the server: then theirs counts, and /metrics is empty.
        let handle = builder.install_recorder().ok()?;
        describe();
        Some(handle)
    });
}

/// Folds what was counted since the last time; without it histograms grow while nobody looks.
pub fn upkeep() {
    if let Some(Some(handle)) = RECORDER.get() {
        handle.run_upkeep();
    }
}

fn describe() {
    describe_counter!("chat_http_requests_total", "Requests answered, by route, method and status.");
    describe_histogram!(
        "chat_http_request_seconds",
        Unit::Seconds,
        "Time until the answer was ready, without waiting for events, by route."
    );
    describe_gauge!("chat_connections", "Connections that are open, sockets among them.");
    describe_gauge!("chat_sockets", "WebSockets that are open.");
    describe_gauge!("chat_long_polls", "Requests that wait for events.");
    describe_counter!("chat_messages_total", "Messages acknowledged; those not new had been stored before.");
    describe_counter!("chat_registrations_total", "Names taken and guests made, by role.");
    describe_counter!("chat_log_lines_lost_total", "Lines of the log that could not be written.");
    describe_counter!("chat_rate_limited_total", "Refusals because of a rate, by limit.");
}

/// Counters and gauges in Prometheus' text format. From the server's own machine without a token; else for admins.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses(
        (status = OK, description = "All metrics.", body = String, content_type = "text/plain"),
        crate::web::problems::NeedsAdmin,
    ))]
pub async fn page(State(app): State<App>, request: Request) -> Result<Response, Error> {
    let (parts, _) = request.into_parts();
    if !peer::is_local(&app, &parts) {
        match Identity::of(&app, &parts.headers, parts.extensions.get()).await? {
            Identity::Known { caller, .. } if caller.role == Role::Admin => {}
            Identity::Known { .. } => return Err(Error::forbidden("metrics are for admins")),
            Identity::BadToken => return Err(identity::bad_token()),
            Identity::Nobody => return Err(identity::nobody()),
        }
    }
    metrics::counter!("chat_log_lines_lost_total").absolute(logging::lost());
    let text = RECORDER.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}
