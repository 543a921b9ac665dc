//! Asks the server over REST for what an update wants to know.

use chat_client::{Api, ApiError, Page};
use chat_protocol::{
    ErrorCode, Role, Room, RoomId, RoomKind, Token, User, UserSelector, WebhookId,
    api::{AdminUserPatch, Hook, Kick, NewMember, NewReport, NewRoom, UserPatch, Webhook},
    terminal::SafeText,
};

use crate::{
    state::{Records, Ticket},
    text::retention::kept,
    update::{
        RECORDS,
        input::{Answer, Fetched},
        request::{Deed, Request},
    },
};

/// Messages of a page of history: some screens, and soon here over slow networks.
const PAGE: u32 = 100;
/// Hits of a page: more than a screen shows.
const HITS: u32 = 50;

/// Asks; the answer comes as an input.
pub(super) async fn ask(api: &Api, ticket: Ticket, request: Request) -> Answer {
    match request {
        Request::Older { room, before } => {
            Answer::Older { room, result: api.messages(room, Page::Before(before), PAGE).await.map_err(message) }
        }
        Request::Join { name } => Answer::Joined(ticket, join(api, &name).await.map_err(message)),
        Request::Part { room } => Answer::Left(api.leave(room).await.map_err(message)),
        Request::Rooms => Answer::Rooms(ticket, api.rooms("", false).await.map_err(message)),
        Request::Settings { room, patch, notice } => {
            Answer::Done(api.settings(room, patch).await.map(|()| notice).map_err(message))
        }
        Request::Ignore { name, on } => {
            let notice = if on {
                format!("{name} is ignored: /unignore {name} ends it")
            } else {
                format!("{name} is heard again")
            };
            Answer::Done(api.ignore(name.as_str(), on).await.map(|()| notice).map_err(message))
        }
        Request::Status(status) => {
            let notice =
                if status.is_some() { "your status is set: /status alone clears it" } else { "your status is cleared" };
            let patch = UserPatch { status: Some(status), ..UserPatch::default() };
            Answer::Done(api.update_me(&patch).await.map(|_| notice.to_owned()).map_err(message))
        }
        Request::Direct { name, text } => {
            let opened = api.open_direct(vec![UserSelector::from(name.as_str())]).await;
            Answer::Direct(ticket, text, opened.map(Box::new).map_err(message))
        }
        Request::MakePrivate { name } => {
            let room = NewRoom { kind: Some(RoomKind::Private), name: Some(name), ..NewRoom::default() };
            let made = api.create_room_with(&room).await;
            Answer::Joined(ticket, made.map(|room| (Box::new(room), true)).map_err(message))
        }
        Request::Moderate { room, deed } => {
            // The room says what was done: its event stands among the messages.
            Answer::Done(moderate(api, room, deed).await.map(|()| String::new()).map_err(message))
        }
        Request::Thread { room, first, before } => {
            let page = before.map_or(Page::Newest, Page::Before);
            Answer::Thread { room, first, result: api.thread(first, page, PAGE).await.map_err(message) }
        }
        Request::Past { room, around, page } => {
            let result = api.messages(room, page, PAGE).await.map_err(message);
            Answer::Past { room, around, page, result }
        }
        Request::Search { query, before } => {
            let result = api.search(&query, before, HITS).await.map_err(message);
            Answer::Search { query, before, result }
        }
        Request::Records { records, before } => {
            Answer::Records(ticket, records_of(api, records, before).await.map_err(message))
        }
        Request::EndRecord { records, id } => {
            let ended = if records == Records::Invites { api.end_invite(id).await } else { api.end_report(id).await };
            Answer::Ended { records, id, result: ended.map_err(message) }
        }
        Request::Report { message: id, reason } => {
            let reported = api.report(id, &NewReport { reason }).await;
            Answer::Done(reported.map(|()| "the moderators are told".to_owned()).map_err(message))
        }
        Request::Follow { thread, on } => {
            let notice = if on { "replies in the thread notify you" } else { "replies in the thread are quiet now" };
            Answer::Done(api.follow_thread(thread, on).await.map(|()| notice.to_owned()).map_err(message))
        }
        Request::Invite(invite) => {
            Answer::Invite(ticket, api.create_invite(&invite).await.map(Box::new).map_err(message))
        }
        Request::Hook { room, name, replaces } => {
            Answer::Hook(ticket, hook(api, room, &name, replaces).await.map(Box::new))
        }
        Request::EndHook { room, hook } => {
            Answer::EndedHook { hook, result: api.end_hook(room, hook).await.map_err(message) }
        }
        Request::Retention { room } => Answer::Done(retention(api, room).await.map_err(message)),
        Request::Webhook { room, url, events } => {
            let made = api.create_webhook(room, &url, &events).await;
            Answer::Webhook(ticket, made.map(Box::new).map_err(message))
        }
        Request::EndWebhook(webhook) => {
            Answer::EndedWebhook(api.end_webhook(webhook).await.map(|()| webhook).map_err(message))
        }
        Request::EndWebhookTo { room, url } => Answer::EndedWebhook(end_webhook_to(api, room, &url).await),
        Request::Bot { name } => Answer::Bot(ticket, bot(api, &name).await),
        Request::EndBot { name } => {
            let result = api.end_bot(name.as_str()).await.map_err(message);
            Answer::EndedBot { name, result }
        }
        Request::User { name, patch } => {
            let changed = api.update_user(name.as_str(), &patch).await;
            Answer::Done(changed.map(|user| changed_user(&user, &patch)).map_err(message))
        }
        Request::Pins { room } => Answer::Pins { room, result: api.pins(room).await.map_err(message) },
        Request::Nick { name } => {
            let patch = UserPatch { name: Some(name), ..UserPatch::default() };
            let renamed = api.update_me(&patch).await;
            Answer::Done(renamed.map(|user| format!("you are {} now", SafeText::line(&user.name))).map_err(message))
        }
        Request::Link => Answer::Link(ticket, api.link_code().await.map(|link| (link.code, link.url)).map_err(message)),
        Request::Password { current, new } => {
            let patch = UserPatch { password: Some(new), current_password: current, ..UserPatch::default() };
            Answer::Password(ticket, api.update_me(&patch).await.map(|_| ()).map_err(message))
        }
    }
}

/// Makes a hook, or gives the one of this name another address.
async fn hook(api: &Api, room: RoomId, name: &str, replaces: bool) -> Result<Hook, String> {
    if !replaces {
        return api.create_hook(room, name).await.map_err(message);
    }
    let hooks = api.hooks(room).await.map_err(message)?;
    match hooks.into_iter().find(|hook| hook.user.name.eq_ignore_ascii_case(name)) {
        Some(hook) => api.replace_hook_secret(room, hook.id).await.map_err(message),
        None => Err("no hook of this room has that name: /hooks lists them".to_owned()),
    }
}

/// How long the messages of a room are kept, in words.
async fn retention(api: &Api, room: RoomId) -> Result<String, ApiError> {
    let (room, info) = (api.room(room).await?, api.info().await?);
    Ok(kept(room.retention_days, room.retention_keeps_pinned, info.retention))
}

/// Ends the webhook of a room that sends to this address.
async fn end_webhook_to(api: &Api, room: RoomId, url: &str) -> Result<WebhookId, String> {
    let webhooks = webhooks_of(api, room).await.map_err(message)?;
    match webhooks.into_iter().find(|webhook| webhook.url.trim_end_matches('/') == url.trim_end_matches('/')) {
        Some(webhook) => api.end_webhook(webhook.id).await.map(|()| webhook.id).map_err(message),
        None => Err("no webhook of this room sends there: /webhook list shows where they do".to_owned()),
    }
}

async fn webhooks_of(api: &Api, room: RoomId) -> Result<Vec<Webhook>, ApiError> {
    let mut webhooks = api.webhooks().await?;
    webhooks.retain(|webhook| webhook.room == room);
    Ok(webhooks)
}

/// Makes a bot, or takes up one of this name that the user ended.
async fn bot(api: &Api, name: &str) -> Result<(String, Token), String> {
    let made = api.create_bot(name).await.map_err(message)?;
    let token = made.token.ok_or("the server gave no token: end the bot and make it again")?;
    Ok((made.user.name, token))
}

/// What was done to a user.
fn changed_user(user: &User, patch: &AdminUserPatch) -> String {
    let name = SafeText::line(&user.name);
    match (patch.disabled, user.role) {
        (Some(true), _) => format!("{name} can no longer sign in"),
        (Some(false), _) => format!("{name} can sign in again"),
        (None, Role::Admin) => format!("{name} is an administrator now"),
        (None, _) => format!("{name} is no administrator now"),
    }
}

async fn records_of(api: &Api, records: Records, before: Option<u64>) -> Result<Fetched, ApiError> {
    Ok(match records {
        Records::Reports => Fetched::Reports(api.reports().await?),
        Records::Invites => Fetched::Invites(api.invites().await?),
        Records::Hooks(room) => Fetched::Hooks(api.hooks(room).await?),
        Records::Webhooks(room) => Fetched::Webhooks(webhooks_of(api, room).await?),
        Records::Bots => Fetched::Bots(api.bots().await?),
        Records::Audit => Fetched::Audit(api.audit(before, u32::try_from(RECORDS).unwrap_or(u32::MAX)).await?),
        Records::Edits(message) => Fetched::Edits(api.edits(message).await?),
        Records::Reactions(message) => Fetched::Reactions(api.reactions(message).await?),
    })
}

async fn moderate(api: &Api, room: RoomId, deed: Deed) -> Result<(), ApiError> {
    match deed {
        Deed::Add(name) => api.add(room, name.as_str(), &NewMember::default()).await,
        Deed::Kick(name, reason) => api.kick(room, name.as_str(), &Kick { id: None, reason }).await,
        Deed::Act(moderation) => api.moderate(room, &moderation).await,
        Deed::Delete => api.delete_room(room).await,
    }
}

/// Joins a room, or makes it if there is none of this name.
async fn join(api: &Api, name: &str) -> Result<(Box<Room>, bool), ApiError> {
    match api.join(name).await {
        Ok(()) => Ok((Box::new(api.room(name).await?), false)),
        Err(error) if error.code() == Some(ErrorCode::NotFound) => {
            Ok((Box::new(api.create_room(name, None).await?), true))
        }
        Err(error) => Err(error),
    }
}

/// What the server said, safe to be shown.
fn message(error: ApiError) -> String {
    SafeText::line(&error.to_string()).to_string()
}
