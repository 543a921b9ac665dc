//! `/api/rooms/{room}/members`: who is in a room; joining and leaving it.

use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
};
use chat_protocol::{
    ModerationAction, RoomSelector, User, UserSelector,
    api::{Kick, NewMember, NewModeration},
};
use serde::Deserialize;

use crate::{
    api::list::{List, list as list_of},
    chat::{Chat, MemberQuery},
    web::{
        Error,
        client::Client,
        identity::CurrentUser,
        json::{Json, OptionalJson},
        path::{Path, TwoPaths},
        problems,
        query::{Number, Query, count, page_size},
    },
};

/// Members of a page, unless asked for otherwise.
const PAGE: usize = 200;
const MAX_PAGE: usize = 1000;

/// Which members to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those who are here now.
    #[serde(default)]
    #[param(required = false)]
    online: bool,
    /// How many, 200 unless given, at most 1000.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
    /// Names after this one.
    after: Option<String>,
}

/// The members of a room, by name.
#[utoipa::path(get, path = "/api/rooms/{room}/members", operation_id = "list_members", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name."), ListQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses(
        (status = OK, description = "A page of members.", body = Vec<User>,
         headers(("Link" = String, description = "The next page, if there is one (`rel=\"next\"`)."))),
        problems::ReadingOne,
    ))]
pub async fn list(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(room): Path<RoomSelector>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<ListQuery>,
) -> Result<List, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let caller = current.as_ref().map(|current| &current.caller);
    let query = MemberQuery { online: query.online, limit, after: query.after };
    let page = chat.members(caller, &room, query).await?;
    list_of(&uri, page, |user: &User| user.name.clone())
}

/// Makes the caller a member; also when they are one already.
#[utoipa::path(put, path = "/api/rooms/{room}/members/me", operation_id = "join_room", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "The caller is a member."), problems::Changing))]
pub async fn join(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(room): Path<RoomSelector>,
) -> Result<StatusCode, Error> {
    chat.join(&current.caller, &client.from, &room).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the caller's membership; also if there is no membership. The lobby cannot be left.
#[utoipa::path(delete, path = "/api/rooms/{room}/members/me", operation_id = "leave_room", tag = "rooms",
    params(("room" = String, Path, description = "Its id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "The caller is no member."), problems::Changing))]
pub async fn leave(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(room): Path<RoomSelector>,
) -> Result<StatusCode, Error> {
    chat.leave(&current.caller, &client.from, &room).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes somebody else a member; also when they are one already. Moderators may say in which role.
#[utoipa::path(put, path = "/api/rooms/{room}/members/{user}", operation_id = "add_member", tag = "rooms",
    request_body = Option<NewMember>,
    params(("room" = String, Path, description = "Its id or name."), ("user" = String, Path, description = "Their id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "They are a member."), problems::Writing))]
pub async fn add(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    TwoPaths(room, user): TwoPaths<RoomSelector, UserSelector>,
    OptionalJson(new): OptionalJson<NewMember>,
) -> Result<StatusCode, Error> {
    chat.add_member(&current.caller, &client.from, &room, user, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a member, as a moderator; fine if they are not a member. They may come back.
#[utoipa::path(delete, path = "/api/rooms/{room}/members/{user}", operation_id = "kick_member", tag = "rooms",
    request_body = Option<Kick>,
    params(("room" = String, Path, description = "Its id or name."), ("user" = String, Path, description = "Their id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "They are no member."), problems::Writing))]
pub async fn kick(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    TwoPaths(room, user): TwoPaths<RoomSelector, UserSelector>,
    OptionalJson(Kick { id, reason }): OptionalJson<Kick>,
) -> Result<StatusCode, Error> {
    let new = NewModeration { id, action: ModerationAction::Kick, user, until: None, reason, role: None };
    chat.moderate(&current.caller, &client.from, &room, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Kicks, bans or mutes someone, ends that, or gives them another role: for moderators. Fine where it is so already.
#[utoipa::path(post, path = "/api/rooms/{room}/moderation", operation_id = "moderate", tag = "rooms",
    request_body = NewModeration, params(("room" = String, Path, description = "Its id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = NO_CONTENT, description = "It is so."), problems::Writing))]
pub async fn moderate(
    State(chat): State<Chat>,
    current: CurrentUser,
    client: Client,
    Path(room): Path<RoomSelector>,
    Json(new): Json<NewModeration>,
) -> Result<StatusCode, Error> {
    chat.moderate(&current.caller, &client.from, &room, new).await?;
    Ok(StatusCode::NO_CONTENT)
}
