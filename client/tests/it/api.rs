//! The server's REST API as the library asks for it: method, path and body of each call.

use chat_client::{Api, Page};
use chat_protocol::{
    ErrorCode, HookId, MessageId, ModerationAction, Notify, Role, RoomRole, Status, UserSelector, WebhookId,
    api::{AdminUserPatch, Kick, NewInvite, NewMember, NewModeration, NewReport, RoomPatch, SettingsPatch},
};
use serde_json::{Value, json};

use crate::{
    fake::Fake,
    scene::{lobby_id, message, user},
};

/// The next call: method and path with query, and its body.
async fn asked(fake: &mut Fake) -> (String, Value) {
    let (call, _, body) = fake.asked().await;
    (call, body)
}

fn api(fake: &Fake) -> Api {
    Api::new(&fake.url, None, false, "test/1").unwrap()
}

/// Each `call` is made, answered with 204, and asks for what stands beside it.
macro_rules! asks {
    ($fake:ident, $api:ident, $($call:expr => $what:expr, $body:expr;)+) => {$({
        let what: String = $what.into();
        $fake.answer(what.split('?').next().unwrap(), 204, "");
        $call.await.unwrap();
        assert_eq!(asked(&mut $fake).await, (what, $body));
    })+};
}

/// The same for calls with an answer.
macro_rules! reads {
    ($fake:ident, $api:ident, $($call:expr => $what:expr, $body:expr, $answer:expr;)+) => {$({
        let what: String = $what.into();
        $fake.answer(what.split('?').next().unwrap(), 200, $answer);
        $call.await.unwrap();
        assert_eq!(asked(&mut $fake).await, (what, $body));
    })+};
}

#[tokio::test]
async fn what_changes_something_says_what_and_with_which_id() {
    let mut fake = Fake::start().await;
    let api = api(&fake);
    let (of, id) = (MessageId::now_v7(), MessageId::now_v7());
    let (lobby, by_id) = (lobby_id(), json!({ "id": id }));
    let moderation = NewModeration {
        id: Some(id),
        action: ModerationAction::Mute,
        user: "@bob".into(),
        until: None,
        reason: Some("noise".into()),
        role: None,
    };
    let settings = SettingsPatch { notify: Some(Notify::None), favourite: Some(true), hidden: None };
    asks! { fake, api,
        api.delete(of, id) => format!("DELETE /api/messages/{of}"), by_id.clone();
        api.react(of, "👍", true, id) => format!("PUT /api/messages/{of}/reactions/%F0%9F%91%8D"), by_id.clone();
        api.react(of, "👍", false, id) => format!("DELETE /api/messages/{of}/reactions/%F0%9F%91%8D"), by_id.clone();
        api.pin(of, true, id) => format!("PUT /api/messages/{of}/pin"), by_id.clone();
        api.follow_thread(of, true) => format!("PUT /api/messages/{of}/follow"), Value::Null;
        api.follow_thread(of, false) => format!("DELETE /api/messages/{of}/follow"), Value::Null;
        api.report(of, &NewReport { reason: Some("spam".into()) }) =>
            format!("POST /api/messages/{of}/report"), json!({"reason": "spam"});
        api.end_report(7) => "DELETE /api/reports/7", Value::Null;
        api.add("#ops", "@bob", &NewMember { id: None, role: Some(RoomRole::Moderator) }) =>
            "PUT /api/rooms/ops/members/bob", json!({"role": "moderator"});
        api.kick(lobby, "bob", &Kick { id: Some(id), reason: Some("rude".into()) }) =>
            format!("DELETE /api/rooms/{lobby}/members/bob"), json!({"id": id, "reason": "rude"});
        api.moderate("ops", &moderation) => "POST /api/rooms/ops/moderation",
            json!({"id": id, "action": "mute", "user": "bob", "reason": "noise"});
        api.settings("@bob", settings) => "PATCH /api/rooms/@bob/settings", json!({"notify": "none", "favourite": true});
        api.delete_room("ops") => "DELETE /api/rooms/ops", Value::Null;
        api.ignore("@bob", true) => "PUT /api/users/me/ignored/bob", Value::Null;
        api.ignore("@bob", false) => "DELETE /api/users/me/ignored/bob", Value::Null;
        api.end_bot("@echo") => "DELETE /api/bots/echo", Value::Null;
        api.end_hook("#ops", HookId::from(id.uuid())) => format!("DELETE /api/rooms/ops/hooks/{id}"), Value::Null;
        api.end_webhook(WebhookId::from(id.uuid())) => format!("DELETE /api/webhooks/{id}"), Value::Null;
        api.end_invite(3) => "DELETE /api/invites/3", Value::Null;
    }
}

#[tokio::test]
async fn what_is_answered_comes_typed() {
    let mut fake = Fake::start().await;
    let api = api(&fake);
    let (of, id) = (MessageId::now_v7(), MessageId::now_v7());
    let room = json!(chat_protocol::testing::room("ops"));
    let bob = json!(user(crate::scene::BOB, "bob"));
    let text = json!(message(1, of, crate::scene::BOB, "hello"));
    let none = || Value::Null;
    let page = json!({"room": lobby_id(), "messages": [text], "has_more_before": false, "has_more_after": false});
    let invite =
        json!({"id": 1, "code": "c", "url": "u", "uses_left": 2, "expires_at": crate::scene::at(9), "by": null});
    let poster = json!({"id": id, "name": "alerts"});
    let hook = json!({"id": id, "user": poster, "url": "u", "created_at": crate::scene::at(9), "by": poster});
    let webhook = json!({
        "id": id, "room": lobby_id(), "url": "u", "events": ["Message"], "created_at": crate::scene::at(9), "by": poster,
        "delivered_seq": 7, "answers": [{"at": crate::scene::at(9), "seq": 7, "status": 204}],
    });
    let status = Status { text: "lunch".into(), emoji: "🍜".into(), until: None };
    let patch = RoomPatch { id: Some(id), archived: Some(true), ..RoomPatch::default() };
    let admin = AdminUserPatch { role: Some(Role::Admin), disabled: None };
    let people: Vec<UserSelector> = vec!["@bob".into(), "@carol".into()];
    reads! { fake, api,
        api.message(of) => format!("GET /api/messages/{of}"), none(), &text;
        api.edit(of, "better", id) => format!("PATCH /api/messages/{of}"), json!({"id": id, "body": "better"}), &text;
        api.edits(of) => format!("GET /api/messages/{of}/edits"), none(),
            json!([{"body": "worse", "at": crate::scene::at(1)}]);
        api.reactions(of) => format!("GET /api/messages/{of}/reactions"), none(),
            json!([{"emoji": "👍", "count": 1, "users": []}]);
        api.pins("ops") => "GET /api/rooms/ops/pins", none(), json!([text]);
        api.thread(of, Page::After(3), 50) => format!("GET /api/messages?thread={of}&limit=50&after=3"), none(), page;
        api.open_direct(people) => "POST /api/rooms", json!({"kind": "direct", "members": ["bob", "carol"]}), &room;
        api.update_room("ops", &patch) => "PATCH /api/rooms/ops", json!({"id": id, "archived": true}), &room;
        api.user("@bob") => "GET /api/users/bob", none(), &bob;
        api.update_user("bob", &admin) => "PATCH /api/users/bob", json!({"role": "admin"}), &bob;
        api.set_status(Some(status)) => "PATCH /api/users/me", json!({"status": {"text": "lunch", "emoji": "🍜", "until": null}}), &bob;
        api.set_status(None) => "PATCH /api/users/me", json!({"status": null}), &bob;
        api.reports() => "GET /api/reports", none(), json!([]);
        api.invites() => "GET /api/invites", none(), json!([invite]);
        api.create_invite(&NewInvite { uses: Some(2), ..NewInvite::default() }) =>
            "POST /api/invites", json!({"uses": 2}), &invite;
        api.hooks("ops") => "GET /api/rooms/ops/hooks", none(), json!([hook]);
        api.create_hook("ops", "alerts") => "POST /api/rooms/ops/hooks", json!({"name": "alerts"}), &hook;
        api.replace_hook_secret("ops", HookId::from(id.uuid())) =>
            format!("POST /api/rooms/ops/hooks/{id}/secret"), none(), &hook;
        api.webhooks() => "GET /api/webhooks", none(), json!([webhook]);
        api.create_webhook("ops", "u", &["Message"]) =>
            "POST /api/webhooks", json!({"room": "ops", "url": "u", "events": ["Message"]}), &webhook;
        api.bots() => "GET /api/bots", none(), json!([bob]);
        api.create_bot("echo") => "POST /api/bots", json!({"name": "echo"}), json!({"user": bob, "token": "cht_x"});
        api.audit(Some(9), 20) => "GET /api/audit?limit=20&before=9", none(), json!([]);
    }
}

#[tokio::test]
async fn what_means_something_else_in_a_path_names_no_user() {
    let fake = Fake::start().await;
    for name in ["", "@", "me", ".", ".."] {
        let error = api(&fake).user(name).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::NotFound), "{name}");
    }
}
