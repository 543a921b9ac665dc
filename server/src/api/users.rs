//! `/api/users`: taking a name, finding people.

use axum::{
    Json as JsonAnswer,
    extract::{OriginalUri, State},
    response::{IntoResponse as _, Response},
};
use chat_protocol::{
    User, UserSelector,
    api::{AdminUserPatch, NewUser, SignedIn},
};
use serde::Deserialize;

use crate::{
    api::{
        list::{List, list as list_of},
        signed_in,
    },
    chat::{Chat, UserQuery},
    web::{
        Error,
        client::Client,
        identity::{Credential, CurrentUser},
        json::Json,
        path::Path,
        problems,
        query::{Number, Query, count, page_size},
    },
};

/// Users of a page, unless asked for otherwise.
const PAGE: usize = 200;
const MAX_PAGE: usize = 1000;

/// Which users to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Part of a name or display name.
    q: Option<String>,
    /// Only those who are here, or only those who are not.
    online: Option<bool>,
    /// How many, 200 unless given, at most 1000.
    #[param(schema_with = count, required = false)]
    limit: Option<Number>,
    /// Names after this one.
    after: Option<String>,
}

/// Takes a name. Without one: the caller, or a guest under a friendly name where registration is open.
#[utoipa::path(post, path = "/api/users", operation_id = "create_user", tag = "users", request_body = NewUser,
    security((), ("token" = []), ("cookie" = [])),
    responses(
        (status = CREATED, description = "A new user; the token is shown this once, pages of the server get a cookie instead.", body = SignedIn,
         headers(("Location" = String, description = "The user."))),
        (status = OK, description = "No name was given, and the caller is a user already: nothing was made.", body = SignedIn),
        problems::SigningIn,
    ))]
pub async fn create(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    client: Client,
    Json(new): Json<NewUser>,
) -> Result<Response, Error> {
    if new.name.is_some() {
        let (user, token) = chat.register(new, &client.from).await?;
        return Ok(signed_in::created(user, token, &client));
    }
    if new.password.is_some() {
        return Err(Error::bad_request("a password belongs to a name: give a `name` too"));
    }
    if let Some(CurrentUser { caller, credential }) = current {
        let user = chat.me(&caller).await?;
        return Ok(match credential {
            // Its cookie lives as long again: a page that is opened now and then stays signed in.
            Credential::Cookie(token) if client.is_own_page => signed_in::with_cookie(user, &token, &client),
            _ => JsonAnswer(SignedIn { user, token: None }).into_response(),
        });
    }
    let (user, token) = chat.make_guest(&client.from).await?;
    Ok(signed_in::created(user, token, &client))
}

/// Users by name.
#[utoipa::path(get, path = "/api/users", operation_id = "list_users", tag = "users", params(ListQuery),
    security((), ("token" = []), ("cookie" = [])),
    responses(
        (status = OK, description = "A page of users.", body = Vec<User>,
         headers(("Link" = String, description = "The next page, if there is one (`rel=\"next\"`)."))),
        problems::Reading,
    ))]
pub async fn list(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<ListQuery>,
) -> Result<List, Error> {
    let limit = page_size(query.limit, PAGE, MAX_PAGE)?;
    let caller = current.as_ref().map(|current| &current.caller);
    let query = UserQuery { q: query.q, online: query.online, limit, after: query.after };
    let page = chat.users(caller, query).await?;
    list_of(&uri, page, |user: &User| user.name.clone())
}

/// One user.
#[utoipa::path(get, path = "/api/users/{user}", operation_id = "show_user", tag = "users",
    params(("user" = String, Path, description = "Their id or name.")),
    security((), ("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The user.", body = User), problems::ReadingOne))]
pub async fn show(
    State(chat): State<Chat>,
    current: Option<CurrentUser>,
    Path(user): Path<UserSelector>,
) -> Result<JsonAnswer<User>, Error> {
    let caller = current.as_ref().map(|current| &current.caller);
    Ok(JsonAnswer(chat.user(caller, user).await?))
}

/// Changes a user's role on the server, or whether they can sign in: for administrators.
#[utoipa::path(patch, path = "/api/users/{user}", operation_id = "update_user", tag = "moderation",
    request_body = AdminUserPatch, params(("user" = String, Path, description = "Their id or name.")),
    security(("token" = []), ("cookie" = [])),
    responses((status = OK, description = "The user as they now are.", body = User), problems::Writing))]
pub async fn update(
    State(chat): State<Chat>,
    current: CurrentUser,
    Path(user): Path<UserSelector>,
    Json(patch): Json<AdminUserPatch>,
) -> Result<JsonAnswer<User>, Error> {
    Ok(JsonAnswer(chat.administer(&current.caller, user, patch).await?))
}
