//! Who is asking: the token that a request brings, and the extractors that handlers name it by.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, Request, State},
    http::{Extensions, HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chat_protocol::Token;

use crate::{
    chat::{Caller, Meter, Who},
    web::{App, Error, origin::Host, peer::client_address, rate_limit},
};

/// The id of the user that a page acts for. A sign-in in another tab replaces the cookie of all tabs: without this, a tab
/// that does not know so yet would act as somebody else.
const MEANT_USER: &str = "x-chat-user";

/// A token, and how it came.
#[derive(Debug, Clone)]
pub enum Credential {
    /// `Authorization: Bearer`, from a program or a page of an allowed origin.
    Bearer(Token),
    /// The cookie of a page of ours.
    Cookie(Token),
}

impl Credential {
    /// What a request brings. A Bearer token was put there on purpose, so it wins over a cookie.
    pub fn find(app: &App, headers: &HeaderMap, host: Option<&Host>) -> Option<Self> {
        match headers.get(header::AUTHORIZATION) {
            Some(value) => {
                let token = value.to_str().ok().and_then(|value| value.split_once(' '));
                let token =
                    token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
                // Another scheme is a token that cannot count: its sender believes to be someone.
                Some(Self::Bearer(Token::new(token.unwrap_or_default())))
            }
            None => app.site.cookie(&host?.0).find(headers).map(Self::Cookie),
        }
    }

    /// The session that the token belongs to, if it counts.
    pub async fn caller(&self, app: &App) -> Result<Option<Caller>, Error> {
        let (Self::Bearer(token) | Self::Cookie(token)) = self;
        Ok(app.chat.authenticate(token.reveal()).await?)
    }
}

/// Who a request comes from, once its token was looked at.
#[derive(Debug, Clone)]
pub enum Identity {
    /// No token, or a cookie that counts no more: as good as a first visit.
    Nobody,
    /// A Bearer token that is not valid. The API refuses it everywhere, so that nobody is taken for a visitor unawares.
    BadToken,
    Known {
        caller: Caller,
        credential: Credential,
    },
}

impl Identity {
    /// Looks at a request's token.
    pub async fn of(app: &App, headers: &HeaderMap, host: Option<&Host>) -> Result<Self, Error> {
        let Some(credential) = Credential::find(app, headers, host) else { return Ok(Self::Nobody) };
        Ok(match (credential.caller(app).await?, credential) {
            (Some(caller), credential) => Self::Known { caller, credential },
            (None, Credential::Bearer(_)) => Self::BadToken,
            (None, Credential::Cookie(_)) => Self::Nobody,
        })
    }
}

/// A layer for the API: finds out who asks, and whether they ask too often. Tells them what they have left of the limits
/// that the request counted for.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let meter = Meter::new();
    let mut response = match admit(&app, request.headers(), request.extensions(), &meter).await {
        Ok(identity) => {
            request.extensions_mut().insert(identity);
            request.extensions_mut().insert(meter.clone());
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    };
    rate_limit::tell(&meter, response.headers_mut());
    response
}

/// Finds out who asks, and counts the request.
async fn admit(app: &App, headers: &HeaderMap, extensions: &Extensions, meter: &Meter) -> Result<Identity, Error> {
    let identity = Identity::of(app, headers, extensions.get()).await?;
    if let (Identity::Known { caller, .. }, Some(meant)) = (&identity, headers.get(MEANT_USER))
        && meant.as_bytes() != caller.user.to_string().as_bytes()
    {
        return Err(Error::unauthorized("this browser is signed in as another user by now: reload the page"));
    }
    let who = match &identity {
        Identity::Known { caller, .. } => Who::User(caller.user),
        Identity::Nobody | Identity::BadToken => Who::Address(client_address(app, extensions, headers).into()),
    };
    app.chat.rates().request(who, meter).map_err(Error::rate_limited)?;
    if matches!(identity, Identity::BadToken) { Err(bad_token()) } else { Ok(identity) }
}

/// The caller of what needs one; as `Option`, of what does not.
#[derive(Debug, Clone)]
pub struct CurrentUser {
    pub caller: Caller,
    pub credential: Credential,
}

impl CurrentUser {
    /// Looks at the token again, after a while. `None` if it was a cookie that counts no more: its page is a visitor now.
    ///
    /// # Errors
    /// `unauthorized` if it was a Bearer token that is no longer valid.
    pub async fn again(self, app: &App) -> Result<Option<Self>, Error> {
        match (self.credential.caller(app).await?, self.credential) {
            (Some(caller), credential) => Ok(Some(Self { caller, credential })),
            (None, Credential::Bearer(_)) => Err(bad_token()),
            (None, Credential::Cookie(_)) => Ok(None),
        }
    }
}

impl FromRequestParts<App> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        <Self as OptionalFromRequestParts<App>>::from_request_parts(parts, app).await?.ok_or_else(nobody)
    }
}

impl OptionalFromRequestParts<App> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Option<Self>, Error> {
        match parts.extensions.get() {
            Some(Identity::Known { caller, credential }) => {
                Ok(Some(Self { caller: caller.clone(), credential: credential.clone() }))
            }
            Some(Identity::BadToken | Identity::Nobody) | None => Ok(None),
        }
    }
}

/// For one who brings no token where one is needed.
pub fn nobody() -> Error {
    Error::unauthorized(
        "sign in first: POST /api/users or /api/sessions gives a token; send it as Authorization: Bearer TOKEN",
    )
}

/// For a token that is invalid or expired.
pub fn bad_token() -> Error {
    Error::unauthorized("invalid or expired token: sign in again")
}
