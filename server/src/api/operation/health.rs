//! Whether the server lives, and whether it can be sent requests.

use std::time::Duration;

use axum::{Json, extract::State};
use serde::Serialize;
use tokio::time::timeout;

use crate::web::{App, Error};

/// When to ask again; another server may be there by then.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// How long the store may take to answer: longer than a large transaction, shorter than those who ask usually wait.
const PATIENCE: Duration = Duration::from_secs(4);

/// The answer of a server that is well.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Always `ok`: otherwise it is an error.
    #[schema(example = "ok")]
    status: &'static str,
}

const WELL: Json<Health> = Json(Health { status: "ok" });

/// Liveness: answers as long as the server runs at all.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = OK, description = "It runs.", body = Health)))]
pub async fn healthz() -> Json<Health> {
    WELL
}

/// Readiness: the store reads and writes, and the server is not about to stop.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses(
        (status = OK, description = "It takes requests.", body = Health),
        (status = SERVICE_UNAVAILABLE, description = "It does not, now.", body = chat_protocol::api::Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn readyz(State(app): State<App>) -> Result<Json<Health>, Error> {
    if app.stopping.is_cancelled() {
        return Err(Error::unavailable("the server is about to stop", RETRY_AFTER));
    }
    if !timeout(PATIENCE, app.chat.is_ready()).await.unwrap_or(false) {
        return Err(Error::unavailable("the store does not answer", RETRY_AFTER));
    }
    Ok(WELL)
}
