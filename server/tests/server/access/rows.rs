//! Every request and every command that concerns a room, and what it does there.

use chat_protocol::MessageId;
use chat_testing::Method;
use serde_json::{Value, json};

/// What a way into a room does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Read,
    /// With a token, so that it can be said who.
    Report,
    /// The earlier texts of a message: for its author, and those who moderate.
    Edits,
    Follow,
    Write,
    Edit,
    Delete,
    React,
    Pin,
    Unpin,
    Join,
    Leave,
    Add,
    AddModerator,
    AddMember,
    /// For administrators, into rooms to which they may add people.
    Invite,
    Topic,
    /// Anything else of the room, to what it is already.
    Manage,
    /// How long its messages are kept, to what it is already.
    Retain,
    /// Both at once.
    RetainAndManage,
    Archive,
    Reopen,
    Mute,
    Unmute,
    Unban,
    Kick,
    Ban,
    Promote,
    Demote,
    Remove,
    /// To make a hook, of a name that is taken.
    MakeHook,
    /// To see the hooks.
    Hooks,
    /// To change one that is not there.
    ChangeHook,
    /// To make a webhook, to what is no address.
    MakeWebhook,
}

/// What is asked for, and how.
pub(super) enum Ask {
    Http(Method, String, Option<Value>),
    Socket(Value),
}

/// What a row is asked about.
pub(super) struct About<'a> {
    /// The room's id.
    pub(super) room: &'a str,
    /// The id of a message there.
    pub(super) message: &'a str,
    /// The name of the user to whom something is done.
    pub(super) user: &'a str,
}

pub(super) struct Row {
    /// The route as the API describes it, or the command.
    pub(super) way: &'static str,
    pub(super) deed: Deed,
    pub(super) ask: fn(&About<'_>) -> Ask,
}

impl Row {
    /// Whether it names a message, and not its room.
    pub(super) fn is_about_message(&self) -> bool {
        let named = ["/api/messages/{id}", "EditMessage", "DeleteMessage", "React", "Pin"];
        self.way == "GET /api/messages?thread" || named.iter().any(|part| self.way.contains(part))
    }
}

fn http(method: Method, path: String) -> Ask {
    Ask::Http(method, path, None)
}

fn with_body(method: Method, path: String, body: Value) -> Ask {
    Ask::Http(method, path, Some(body))
}

fn room(about: &About<'_>, rest: &str) -> String {
    format!("/api/rooms/{}{rest}", about.room)
}

fn message(about: &About<'_>, rest: &str) -> String {
    format!("/api/messages/{}{rest}", about.message)
}

fn moderation(about: &About<'_>, action: &str) -> Ask {
    let mut body = json!({ "action": action, "user": about.user });
    match action {
        "promote" => (body["action"], body["role"]) = (json!("role"), json!("moderator")),
        "demote" => (body["action"], body["role"]) = (json!("role"), json!("member")),
        _ => {}
    }
    with_body(Method::POST, room(about, "/moderation"), body)
}

/// A change, each time: what is so already is no error, not even in an archived room.
fn manage() -> Value {
    json!({ "topic": MessageId::now_v7(), "slow_seconds": 0 })
}

fn update(about: &About<'_>, changes: Value) -> Ask {
    Ask::Socket(json!({ "type": "UpdateRoom", "room": about.room, "changes": changes }))
}

fn on_message(about: &About<'_>, kind: &str, fields: Value) -> Ask {
    let mut command = json!({ "type": kind, "message_id": about.message });
    for (name, value) in fields.as_object().unwrap() {
        command[name] = value.clone();
    }
    Ask::Socket(command)
}

const fn row(way: &'static str, deed: Deed, ask: fn(&About<'_>) -> Ask) -> Row {
    Row { way, deed, ask }
}

/// What changes the least comes first.
pub(super) const ROWS: [Row; 63] = [
    row("GET /api/rooms/{room}", Deed::Read, |a| http(Method::GET, room(a, ""))),
    row("GET /api/rooms/{room}/members", Deed::Read, |a| http(Method::GET, room(a, "/members"))),
    row("GET /api/rooms/{room}/members", Deed::Read, |a| http(Method::GET, room(a, "/members?online=true"))),
    row("GET /api/rooms/{room}/events", Deed::Read, |a| http(Method::GET, room(a, "/events"))),
    row("GET /api/rooms/{room}/events", Deed::Read, |a| http(Method::GET, room(a, "/events?after=99999&wait=20"))),
    row("GET /api/rooms/{room}/pins", Deed::Read, |a| http(Method::GET, room(a, "/pins"))),
    row("GET /api/messages", Deed::Read, |a| http(Method::GET, format!("/api/messages?room={}", a.room))),
    row("GET /api/messages?thread", Deed::Read, |a| http(Method::GET, format!("/api/messages?thread={}", a.message))),
    row("GET /api/messages/{id}", Deed::Read, |a| http(Method::GET, message(a, ""))),
    row("GET /api/messages/{id}/reactions", Deed::Read, |a| http(Method::GET, message(a, "/reactions"))),
    row("GET /api/messages/{id}/edits", Deed::Edits, |a| http(Method::GET, message(a, "/edits"))),
    row("POST /api/messages/{id}/report", Deed::Report, |a| with_body(Method::POST, message(a, "/report"), json!({}))),
    row("PUT /api/messages/{id}/follow", Deed::Follow, |a| http(Method::PUT, message(a, "/follow"))),
    row("DELETE /api/messages/{id}/follow", Deed::Follow, |a| http(Method::DELETE, message(a, "/follow"))),
    row("PATCH /api/rooms/{room}/settings", Deed::Follow, |a| {
        with_body(Method::PATCH, room(a, "/settings"), json!({ "favourite": true }))
    }),
    row("Focus", Deed::Follow, |a| Ask::Socket(json!({ "type": "Focus", "rooms": [a.room] }))),
    row("Read", Deed::Follow, |a| Ask::Socket(json!({ "type": "Read", "room": a.room, "seq": 0 }))),
    row("UserTyping", Deed::Write, |a| Ask::Socket(json!({ "type": "UserTyping", "room": a.room }))),
    row("UserStoppedTyping", Deed::Follow, |a| Ask::Socket(json!({ "type": "UserStoppedTyping", "room": a.room }))),
    row("POST /api/messages", Deed::Write, |a| {
        with_body(Method::POST, "/api/messages".to_owned(), json!({ "room": a.room, "body": "a word" }))
    }),
    row("Message", Deed::Write, |a| {
        Ask::Socket(json!({ "type": "Message", "room": a.room, "body": format!("hi @{}", a.user) }))
    }),
    row("PATCH /api/messages/{id}", Deed::Edit, |a| {
        with_body(Method::PATCH, message(a, ""), json!({ "body": format!("better, @{}", a.user) }))
    }),
    row("EditMessage", Deed::Edit, |a| on_message(a, "EditMessage", json!({ "body": "best" }))),
    row("PUT /api/messages/{id}/reactions/{emoji}", Deed::React, |a| http(Method::PUT, message(a, "/reactions/👍"))),
    row("DELETE /api/messages/{id}/reactions/{emoji}", Deed::React, |a| {
        http(Method::DELETE, message(a, "/reactions/👍"))
    }),
    row("React", Deed::React, |a| on_message(a, "React", json!({ "emoji": "🎉", "on": true }))),
    row("PUT /api/messages/{id}/pin", Deed::Pin, |a| http(Method::PUT, message(a, "/pin"))),
    row("DELETE /api/messages/{id}/pin", Deed::Unpin, |a| http(Method::DELETE, message(a, "/pin"))),
    row("Pin", Deed::Pin, |a| on_message(a, "Pin", json!({ "on": true }))),
    row("PATCH /api/rooms/{room}", Deed::Topic, |a| {
        with_body(Method::PATCH, room(a, ""), json!({ "topic": format!("for {}", a.user) }))
    }),
    row("UpdateRoom", Deed::Topic, |a| update(a, json!({ "topic": "ours" }))),
    row("PATCH /api/rooms/{room}", Deed::Manage, |a| with_body(Method::PATCH, room(a, ""), manage())),
    row("UpdateRoom", Deed::Manage, |a| update(a, manage())),
    row("PATCH /api/rooms/{room}", Deed::Retain, |a| {
        with_body(Method::PATCH, room(a, ""), json!({ "retention_days": null, "retention_keeps_pinned": false }))
    }),
    row("UpdateRoom", Deed::Retain, |a| update(a, json!({ "retention_days": null }))),
    row("PATCH /api/rooms/{room}", Deed::RetainAndManage, |a| {
        with_body(Method::PATCH, room(a, ""), json!({ "retention_days": null, "topic": MessageId::now_v7() }))
    }),
    row("POST /api/invites", Deed::Invite, |a| {
        with_body(Method::POST, "/api/invites".to_owned(), json!({ "rooms": [a.room] }))
    }),
    row("PUT /api/rooms/{room}/members/{user}", Deed::Add, |a| {
        http(Method::PUT, room(a, &format!("/members/{}", a.user)))
    }),
    row("PUT /api/rooms/{room}/members/{user}", Deed::AddModerator, |a| {
        with_body(Method::PUT, room(a, &format!("/members/{}", a.user)), json!({ "role": "moderator" }))
    }),
    row("PUT /api/rooms/{room}/members/{user}", Deed::AddMember, |a| {
        with_body(Method::PUT, room(a, &format!("/members/{}", a.user)), json!({ "role": "member" }))
    }),
    row("POST /api/rooms/{room}/moderation", Deed::Mute, |a| moderation(a, "mute")),
    row("POST /api/rooms/{room}/moderation", Deed::Unmute, |a| moderation(a, "unmute")),
    row("POST /api/rooms/{room}/moderation", Deed::Promote, |a| moderation(a, "promote")),
    row("POST /api/rooms/{room}/moderation", Deed::Demote, |a| moderation(a, "demote")),
    row("DELETE /api/rooms/{room}/members/{user}", Deed::Kick, |a| {
        http(Method::DELETE, room(a, &format!("/members/{}", a.user)))
    }),
    row("POST /api/rooms/{room}/moderation", Deed::Kick, |a| moderation(a, "kick")),
    row("POST /api/rooms/{room}/moderation", Deed::Ban, |a| moderation(a, "ban")),
    row("POST /api/rooms/{room}/moderation", Deed::Unban, |a| moderation(a, "unban")),
    row("PATCH /api/rooms/{room}", Deed::Archive, |a| {
        with_body(Method::PATCH, room(a, ""), json!({ "archived": true }))
    }),
    row("PATCH /api/rooms/{room}", Deed::Reopen, |a| {
        with_body(Method::PATCH, room(a, ""), json!({ "archived": false }))
    }),
    row("UpdateRoom", Deed::Archive, |a| update(a, json!({ "archived": true }))),
    row("UpdateRoom", Deed::Reopen, |a| update(a, json!({ "archived": false }))),
    row("DELETE /api/messages/{id}", Deed::Delete, |a| http(Method::DELETE, message(a, ""))),
    row("DeleteMessage", Deed::Delete, |a| on_message(a, "DeleteMessage", json!({}))),
    row("GET /api/rooms/{room}/hooks", Deed::Hooks, |a| http(Method::GET, room(a, "/hooks"))),
    row("POST /api/rooms/{room}/hooks", Deed::MakeHook, |a| {
        with_body(Method::POST, room(a, "/hooks"), json!({ "name": a.user }))
    }),
    row("POST /api/rooms/{room}/hooks/{hook}/secret", Deed::ChangeHook, |a| {
        http(Method::POST, room(a, &format!("/hooks/{}/secret", MessageId::now_v7())))
    }),
    row("DELETE /api/rooms/{room}/hooks/{hook}", Deed::ChangeHook, |a| {
        http(Method::DELETE, room(a, &format!("/hooks/{}", MessageId::now_v7())))
    }),
    row("POST /api/webhooks", Deed::MakeWebhook, |a| {
        with_body(Method::POST, "/api/webhooks".to_owned(), json!({ "room": a.room, "url": "no address" }))
    }),
    row("PUT /api/rooms/{room}/members/me", Deed::Join, |a| http(Method::PUT, room(a, "/members/me"))),
    row("DELETE /api/rooms/{room}/members/me", Deed::Leave, |a| http(Method::DELETE, room(a, "/members/me"))),
    row("PUT /api/rooms/{room}/members/me", Deed::Join, |a| http(Method::PUT, room(a, "/members/me"))),
    row("DELETE /api/rooms/{room}", Deed::Remove, |a| http(Method::DELETE, room(a, ""))),
];

/// Routes that concern no one room. Those that list what one may see of all rooms are looked at in [`story`](super::story).
pub(super) const OTHERS: [&str; 43] = [
    "GET /api/rooms",
    "POST /api/rooms",
    "GET /api/search",
    "GET /api/export",
    "GET /api/reports",
    "DELETE /api/reports/{id}",
    "GET /api/audit",
    "GET /api/bots",
    "POST /api/bots",
    "DELETE /api/bots/{bot}",
    "GET /api/webhooks",
    "DELETE /api/webhooks/{webhook}",
    "GET /api/invites",
    "DELETE /api/invites/{id}",
    "GET /api/info",
    "GET /api/users",
    "POST /api/users",
    "GET /api/users/{user}",
    "PATCH /api/users/{user}",
    "GET /api/users/me",
    "PATCH /api/users/me",
    "GET /api/users/me/ignored",
    "PUT /api/users/me/ignored/{user}",
    "DELETE /api/users/me/ignored/{user}",
    "GET /api/sessions",
    "POST /api/sessions",
    "DELETE /api/sessions/{session}",
    "POST /api/link-codes",
    // A file belongs to no room before a message carries it; who then gets it is looked at in `files.rs`.
    "PUT /api/uploads",
    "POST /api/uploads",
    "OPTIONS /api/uploads",
    "HEAD /api/uploads/{id}",
    "PATCH /api/uploads/{id}",
    "DELETE /api/uploads/{id}",
    "GET /api/uploads/{id}/{name}",
    "POST /hooks/{hook}/{secret}",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "Hello",
    "Ping",
    "Away",
    "Forget",
];
