//! The server from outside: real connections to a real server on a free port.

#[path = "server/harness.rs"]
mod harness;
#[path = "server/http_browsers.rs"]
mod http_browsers;
#[path = "server/http_connections.rs"]
mod http_connections;
#[path = "server/http_errors.rs"]
mod http_errors;
#[path = "server/http_limits.rs"]
mod http_limits;
#[path = "server/http_messages.rs"]
mod http_messages;
#[path = "server/http_operation.rs"]
mod http_operation;
#[path = "server/http_page.rs"]
mod http_page;
#[path = "server/http_rooms.rs"]
mod http_rooms;
#[path = "server/http_sessions.rs"]
mod http_sessions;
#[path = "server/http_users.rs"]
mod http_users;
#[path = "server/operator.rs"]
mod operator;
