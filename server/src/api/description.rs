//! What the OpenAPI document says beside its operations, which describe themselves.

use chat_protocol::api::Problem;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

/// The document without its operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "chat-server",
        description = "Everything that a chat client needs beside the WebSocket at `/ws`. \
            Rooms are named by id or by name, users too. Times are RFC 3339 in UTC. Errors are problems (RFC 9457) with a `code` to branch on.",
    ),
    components(schemas(Problem)),
    modifiers(&Tokens),
    tags(
        (name = "server", description = "What a client must know before it signs in."),
        (name = "users", description = "People, the caller among them."),
        (name = "sessions", description = "Signed-in devices, and signing in."),
        (name = "rooms", description = "Places with members and one log."),
        (name = "messages", description = "What people say."),
        (name = "moderation", description = "For moderators and administrators: reports, invites, users, the audit."),
        (name = "programs", description = "Hooks that programs post to, webhooks that send to them, and bots."),
        (name = "operation", description = "For operators."),
    ),
)]
pub struct Description;

/// The two ways to be someone.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        // Its name depends on how the server is reached; a browser sends it by itself.
        let cookie = ApiKeyValue::with_description("__Host-chat", "The cookie of the server's own pages.");
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}
