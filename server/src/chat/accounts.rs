//! Becoming a user, and changing what one is.

use std::time::SystemTime;

use chat_protocol::{
    ErrorCode, Role, SessionId, Status, Timestamp, Token, User, UserId, UserSelector,
    api::{NewUser, Registration, UserPatch},
    body::Line,
    emoji::Emoji,
    name::UserName,
};

use super::{
    Caller, Chat, Error, Origin, Result, guest,
    password::Password,
    secret::{self, SecretHash},
};
use crate::store::{NewSessionRow, NewUserRow, PasswordChange, StoreError, UserChange};

/// Longest display name, in characters.
const DISPLAY_NAME: usize = 64;
/// Longest text of a status, in characters.
const STATUS: usize = 100;
/// Tries to find a free name for a guest before giving up.
const GUEST_TRIES: u32 = 50;

impl Chat {
    /// Takes a name, for ever.
    ///
    /// # Errors
    /// `name_taken`, `bad_request` for what is no name or password, `forbidden` where registration is closed or
    /// wants an invite, `rate_limited`.
    pub async fn register(&self, new: NewUser, origin: &Origin) -> Result<(User, Token)> {
        let name = UserName::parse(new.name.as_deref().unwrap_or_default())?;
        let password = new.password.as_deref().map(Password::parse).transpose()?;
        let invite = self.admit(new.invite.as_deref())?;
        self.rates().registration(origin).map_err(Error::rate_limited)?;
        let password = match password {
            Some(password) => Some(self.shared.passwords.hash(password).await?),
            None => None,
        };
        self.create(name, Role::Member, password, invite, origin).await
    }

    /// Makes a guest under a friendly name.
    ///
    /// # Errors
    /// `forbidden` unless registration is open, `rate_limited`.
    pub async fn make_guest(&self, origin: &Origin) -> Result<(User, Token)> {
        if self.shared.info.registration != Registration::Open {
            return Err(Error::bad_request("give a `name`: this server makes no guests"));
        }
        self.rates().registration(origin).map_err(Error::rate_limited)?;
        for attempt in 0..GUEST_TRIES {
            let name = UserName::parse(&guest::name(attempt)?)?;
            match self.create(name, Role::Guest, None, None, origin).await {
                Err(Error { code: ErrorCode::NameTaken, .. }) => {}
                made => return made,
            }
        }
        Err(Error::internal("no free name for a guest was found"))
    }

    /// The caller.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn me(&self, caller: &Caller) -> Result<User> {
        self.known(UserSelector::Id(caller.user)).await
    }

    /// Changes the caller's name, display name, colour or password.
    ///
    /// # Errors
    /// `name_taken`, `bad_request`; `forbidden` when the current password is wrong, `rate_limited` after too many.
    pub async fn update_me(&self, caller: &Caller, patch: UserPatch, origin: &Origin) -> Result<User> {
        let mut change = UserChange::default();
        if patch.name.is_some() || patch.display_name.is_some() || patch.color.is_some() || patch.status.is_some() {
            self.may_tell(caller, origin)?;
        }
        if let Some(name) = &patch.name {
            let name = UserName::parse(name)?;
            let key = name.key();
            self.rates().registration(origin).map_err(Error::rate_limited)?;
            change.name = Some((name.to_string(), key));
        }
        if let Some(display_name) = &patch.display_name {
            let line = display_name.as_deref().map(|text| Line::parse(text, DISPLAY_NAME)).transpose()?;
            change.display_name = Some(line.filter(|line| !line.is_empty()).map(Line::into_string));
        }
        if let Some(status) = patch.status {
            change.status = Some(status.map(parse_status).transpose()?.flatten());
        }
        if let Some(color) = &patch.color {
            change.color = Some(color.as_deref().map(parse_color).transpose()?);
        }
        if let Some(password) = &patch.password {
            let password = Password::parse(password)?;
            let replaces = self.check_current_password(caller, patch.current_password.as_deref(), origin).await?;
            let hash = self.shared.passwords.hash(password).await?;
            change.password = Some(PasswordChange { hash, replaces, session: caller.session });
        }
        let changed = self.store().update_user(caller.user, change).await.map_err(Error::ended_session)?;
        Ok(self.with_presence(changed))
    }

    /// One user, and whether they are here.
    pub(super) async fn known(&self, selector: UserSelector) -> Result<User> {
        Ok(self.with_presence(self.store().user(selector).await?))
    }

    pub(super) fn with_presence(&self, mut user: User) -> User {
        (user.online, user.away) = (self.hub().is_online(user.id), self.hub().is_away(user.id));
        user.status = user.status.filter(|status| status.until.is_none_or(|until| until > now()));
        user
    }

    /// A new session's row and its token, which is shown once.
    pub(super) fn new_session(&self, origin: &Origin) -> Result<(NewSessionRow, Token)> {
        let token = secret::new_token()?;
        let row = NewSessionRow {
            id: SessionId::now_v7(),
            token: *SecretHash::of_token(token.reveal()).as_bytes(),
            client: origin.client.clone(),
            limit: self.limits().sessions_per_user.unwrap_or(u64::MAX),
        };
        Ok((row, token))
    }

    async fn create(
        &self,
        name: UserName,
        role: Role,
        password: Option<String>,
        invite: Option<[u8; 32]>,
        origin: &Origin,
    ) -> Result<(User, Token)> {
        let (session, token) = self.new_session(origin)?;
        let key = name.key();
        let needs_invite = self.shared.info.registration == Registration::Invite;
        let row = NewUserRow {
            id: UserId::now_v7(),
            name: name.to_string(),
            key,
            role,
            password,
            invite,
            needs_invite,
            most_rooms: self.rooms_per_user(),
            session,
        };
        let user = self.store().create_user(row).await?;
        metrics::counter!("chat_registrations_total", "role" => if role == Role::Guest { "guest" } else { "member" })
            .increment(1);
        Ok((self.with_presence(user), token))
    }

    /// Whether one may register; gives the hash of the invite to use up, if there is one.
    fn admit(&self, invite: Option<&str>) -> Result<Option<[u8; 32]>> {
        match (self.shared.info.registration, invite) {
            (Registration::Closed, _) => Err(Error::forbidden("registration is closed: ask who runs this server")),
            (Registration::Invite, None) => {
                Err(Error::forbidden("registration needs an invite code: ask who runs this server"))
            }
            (_, invite) => Ok(invite.map(|code| *SecretHash::of_code(code).as_bytes())),
        }
    }

    /// Gives the hash that was checked, if there is one. Hashing takes a while: the store compares it again as it writes.
    async fn check_current_password(
        &self,
        caller: &Caller,
        given: Option<&str>,
        origin: &Origin,
    ) -> Result<Option<String>> {
        let Some((_, hash)) = self.store().password(UserSelector::Id(caller.user)).await? else { return Ok(None) };
        let Some(given) = given else {
            return Err(Error::forbidden("give the `current_password` too"));
        };
        let attempt = self.rates().sign_in(&caller.user.to_string(), origin).await.map_err(Error::rate_limited)?;
        if !self.shared.passwords.verify(given, Some(&hash)).await? {
            return Err(Error::forbidden("the current password is another"));
        }
        attempt.succeeded();
        Ok(Some(hash))
    }
}

/// A status as it is kept; `None` for one that says nothing.
fn parse_status(status: Status) -> Result<Option<Status>> {
    let text = Line::parse(&status.text, STATUS)?.into_string();
    let emoji = match status.emoji.as_str() {
        "" => String::new(),
        emoji => Emoji::parse(emoji).map_err(|failure| Error::bad_request(failure.to_string()))?.to_string(),
    };
    if status.until.is_some_and(|until| until <= now()) {
        return Err(Error::bad_request("`until` has passed already: give a later time, or none"));
    }
    Ok((!text.is_empty() || !emoji.is_empty()).then_some(Status { text, emoji, until: status.until }))
}

/// The time by this machine's clock.
pub(super) fn now() -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn parse_color(text: &str) -> Result<String> {
    let is_color = text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit());
    if is_color { Ok(text.to_ascii_lowercase()) } else { Err(Error::bad_request("a color is written #rrggbb")) }
}

impl Error {
    /// For who signs in: an unknown name and a wrong password are one answer.
    pub(super) fn wrong_credentials() -> Self {
        Self::unauthorized("the name or the password is wrong")
    }

    /// For who signs in by a password that was changed, or a user that was disabled, while it was looked at.
    pub(super) fn refused_sign_in(refusal: StoreError) -> Self {
        match refusal {
            StoreError::PasswordChanged | StoreError::NoUser => Self::wrong_credentials(),
            other => other.into(),
        }
    }

    /// For what is asked by a session that is over.
    pub(super) fn ended_session(refusal: StoreError) -> Self {
        match refusal {
            StoreError::NoSession => Self::unauthorized("this session has ended: sign in again"),
            other => other.into(),
        }
    }

    /// For a link code: which of the reasons it is, nobody learns.
    pub(super) fn wrong_link_code(refusal: StoreError) -> Self {
        match refusal {
            StoreError::BadCode | StoreError::NoUser => {
                Self::unauthorized("invalid code: wrong, already used or expired; make a new one")
            }
            other => other.into(),
        }
    }
}
