//! The one table of what the server answers.

use axum::{Extension, Router, middleware::from_fn_with_state, routing::get};
use chat_protocol::ErrorCode;
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        audit, bots, description::Description, events, export, hooks, info, invites, link_codes, me, members, message,
        messages, operation, operation::docs, pins, reports, rooms, search, sessions, settings, uploads, users,
        webhooks,
    },
    socket::{self, Flushers},
    web::{App, Error, answer, assets, identity},
};

/// Everything that the server answers, behind its guards. Needs a Tokio runtime.
pub fn router(app: &App) -> Router {
    let api = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(info::show))
        .routes(routes!(users::create, users::list))
        .routes(routes!(me::show, me::update))
        .routes(routes!(sessions::create, sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(link_codes::create))
        .routes(routes!(rooms::list, rooms::create))
        .routes(routes!(rooms::show, rooms::update, rooms::remove))
        .routes(routes!(members::list))
        .routes(routes!(members::join, members::leave))
        .routes(routes!(members::add, members::kick))
        .routes(routes!(members::moderate))
        .routes(routes!(events::list))
        .routes(routes!(settings::update))
        .routes(routes!(settings::follow, settings::unfollow))
        .routes(routes!(settings::ignored))
        .routes(routes!(settings::ignore, settings::stop_ignoring))
        .routes(routes!(users::show, users::update))
        .routes(routes!(messages::list, messages::create))
        .routes(routes!(message::show, message::update, message::remove))
        .routes(routes!(message::edits))
        .routes(routes!(message::reactions))
        .routes(routes!(message::react, message::unreact))
        .routes(routes!(message::pin, message::unpin))
        .routes(routes!(pins::list))
        .routes(routes!(uploads::put, uploads::create, uploads::describe))
        .routes(routes!(uploads::show, uploads::append, uploads::end))
        .routes(routes!(uploads::file::get))
        .routes(routes!(search::list))
        .routes(routes!(export::get))
        .routes(routes!(reports::create))
        .routes(routes!(reports::list))
        .routes(routes!(reports::close))
        .routes(routes!(audit::list))
        .routes(routes!(invites::create, invites::list))
        .routes(routes!(invites::end))
        .routes(routes!(bots::create, bots::list))
        .routes(routes!(bots::end))
        .routes(routes!(hooks::create, hooks::list))
        .routes(routes!(hooks::end))
        .routes(routes!(hooks::replace_secret))
        .routes(routes!(webhooks::create, webhooks::list))
        .routes(routes!(webhooks::end))
        .route_layer(from_fn_with_state(app.clone(), identity::identify));

    let operation = OpenApiRouter::new()
        .routes(routes!(operation::health::healthz))
        .routes(routes!(operation::health::readyz))
        .routes(routes!(operation::metrics::page))
        // Its address is its secret: no token is looked at.
        .routes(routes!(hooks::post));

    let (router, document) = api.merge(operation).split_for_parts();

    router
        .route("/ws", get(socket::upgrade).layer(Extension(Flushers::start())))
        .route(docs::DOCUMENT_PATH, get(docs::document).layer(Extension(docs::Document::of(&document))))
        .route("/docs", get(docs::page))
        .route("/docs/", get(docs::page))
        .route("/docs/{*file}", get(docs::page))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(assets::file)
        // One layer for all: each more would copy and box the way through all that stands above it.
        .layer(from_fn_with_state(app.clone(), answer::answer))
        .with_state(app.clone())
}

async fn method_not_allowed() -> Error {
    Error::new(ErrorCode::MethodNotAllowed, "not with this method; the Allow header lists the others")
}
