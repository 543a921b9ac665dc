//! `/api/rooms/{room}/events`: a room's log, and waiting for what comes next in it.

use std::time::Duration;

use axum::{Json, extract::State};
use chat_protocol::{RoomSelector, api::EventsPage};
use serde::Deserialize;
use tokio::time::{Instant, timeout};

use crate::{
    chat::{Caller, EncodedEvents},
    web::{
        App, Error,
        answer::Aside,
        client::Client,
        identity::CurrentUser,
        path::Path,
        problems,
        query::{Number, Query, count, page_size, position},
    },
};

/// Events of a page, unless asked for otherwise.
const PAGE: usize = 200;
const MAX_PAGE: usize = 1000;
/// Seconds that a request may wait: proxies rarely have more patience with an answer.
const MAX_WAIT: u64 = 60;

/// Which events to read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// Those after this position; from the first unless given.
    #[param(schema_with = position, required = false)]
    after: Option<Number>,
    /// How many, 200 unless given, at most 1000.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
    /// How many seconds to wait for an event if there is none after `after`: 0 unless given, at most 60. If none comes,
    /// the page is empty.
    #[param(schema_with = position, required = false)]
    wait: Option<Number>,
}

/// A page of a room's log, ascending: the events as on the socket. With `wait`, a program that has no socket hears of
/// them at once.
#[utoipa::path(get, path = "/api/rooms/{room}/events", operation_id = "list_events", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name."), LogQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "A page of the log.", body = EventsPage), problems::ReadingOne))]
pub async fn list(
    State(app): State<App>,
    mut current: Option<CurrentUser>,
    client: Client,
    aside: Aside,
    Path(room): Path<RoomSelector>,
    Query(query): Query<LogQuery>,
) -> Result<Json<EncodedEvents>, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let after = query.after.map_or(0, |Number(after)| after);
    let wait = Duration::from_secs(query.wait.map_or(0, |Number(seconds)| seconds.min(MAX_WAIT)));
    if !wait.is_zero()
        && let Some(waiting) = app.chat.wait_after(caller(&current), &client.from, &room, after).await?
    {
        let begun = Instant::now();
        // A server that is about to stop answers at once: with an empty page, if there is nothing else.
        _ = app.stopping.run_until_cancelled(timeout(wait, waiting.over())).await;
        aside.waited(begun.elapsed());
        drop(waiting);
        // The token may have ended meanwhile.
        if let Some(before) = current {
            current = before.again(&app).await?;
        }
    }
    aside.reserve(&app, client.from.address).await?;
    Ok(Json(app.chat.events(caller(&current), &room, after, limit).await?))
}

fn caller(current: &Option<CurrentUser>) -> Option<&Caller> {
    current.as_ref().map(|current| &current.caller)
}
