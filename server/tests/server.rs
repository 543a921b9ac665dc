//! The server from outside: real connections to a real server on a free port.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its scenes' helpers too")]

#[path = "server/absences.rs"]
mod absences;
#[path = "server/access.rs"]
mod access;
#[path = "server/bots.rs"]
mod bots;
#[path = "server/changes.rs"]
mod changes;
#[path = "server/circles.rs"]
mod circles;
#[path = "server/clocks.rs"]
mod clocks;
#[path = "server/exports.rs"]
mod exports;
#[path = "server/files.rs"]
mod files;
#[path = "server/files_hostile.rs"]
mod files_hostile;
#[path = "server/files_kept.rs"]
mod files_kept;
#[path = "server/files_tus.rs"]
mod files_tus;
#[path = "server/follows.rs"]
mod follows;
#[path = "server/hidden_rooms.rs"]
mod hidden_rooms;
#[path = "server/hooks.rs"]
mod hooks;
#[path = "server/hostile_changes.rs"]
mod hostile_changes;
#[path = "server/hostile_rooms.rs"]
mod hostile_rooms;
#[path = "server/http_browsers.rs"]
mod http_browsers;
#[path = "server/http_bytes.rs"]
mod http_bytes;
#[path = "server/http_compression.rs"]
mod http_compression;
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
#[path = "server/http_rate_limit.rs"]
mod http_rate_limit;
#[path = "server/http_rooms.rs"]
mod http_rooms;
#[path = "server/http_sessions.rs"]
mod http_sessions;
#[path = "server/http_users.rs"]
mod http_users;
#[path = "server/http_waiting.rs"]
mod http_waiting;
#[path = "server/imports.rs"]
mod imports;
#[path = "server/imports_files.rs"]
mod imports_files;
#[path = "server/in_memory.rs"]
mod in_memory;
#[path = "server/kinds_of_rooms.rs"]
mod kinds_of_rooms;
#[path = "server/live_rooms.rs"]
mod live_rooms;
#[path = "server/local.rs"]
mod local;
#[path = "server/moderation.rs"]
mod moderation;
#[path = "server/operator.rs"]
mod operator;
#[path = "server/oversight.rs"]
mod oversight;
#[path = "server/own_settings.rs"]
mod own_settings;
#[path = "server/parity.rs"]
mod parity;
#[path = "server/removals.rs"]
mod removals;
#[path = "server/retention.rs"]
mod retention;
#[path = "server/retention_model.rs"]
mod retention_model;
#[path = "server/search.rs"]
mod search;
#[path = "server/webhooks.rs"]
mod webhooks;
#[path = "server/webhooks_kept.rs"]
mod webhooks_kept;
#[path = "server/ws_bodies.rs"]
mod ws_bodies;
#[path = "server/ws_crowds.rs"]
mod ws_crowds;
#[path = "server/ws_focus.rs"]
mod ws_focus;
#[path = "server/ws_frames.rs"]
mod ws_frames;
#[path = "server/ws_guests.rs"]
mod ws_guests;
#[path = "server/ws_hello.rs"]
mod ws_hello;
#[path = "server/ws_limits.rs"]
mod ws_limits;
#[path = "server/ws_liveness.rs"]
mod ws_liveness;
#[path = "server/ws_messages.rs"]
mod ws_messages;
#[path = "server/ws_presence.rs"]
mod ws_presence;
#[path = "server/ws_read.rs"]
mod ws_read;
#[path = "server/ws_resume.rs"]
mod ws_resume;
#[path = "server/ws_rooms.rs"]
mod ws_rooms;
#[path = "server/ws_sessions.rs"]
mod ws_sessions;
#[path = "server/ws_stopping.rs"]
mod ws_stopping;
#[path = "server/ws_typing.rs"]
mod ws_typing;
#[path = "server/ws_upgrade.rs"]
mod ws_upgrade;
