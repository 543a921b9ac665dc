//! Devices: signing in, tokens that count, sessions that end, codes for one more device.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chat_protocol::{
    SessionId, Timestamp, Token, User, UserSelector,
    api::{NewSession, Session},
    name,
};

use super::{
    Caller, Chat, Error, Origin, Result,
    secret::{self, SecretHash},
};

/// How long a link code counts.
pub const LINK_CODE: Duration = Duration::from_secs(10 * 60);
/// A token's last use is noted at most so often.
const NOTED: Duration = Duration::from_secs(60);

impl Chat {
    /// Who a token speaks for, if it counts.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Caller>> {
        if token.len() != Token::LENGTH || !token.starts_with(Token::PREFIX) {
            return Ok(None);
        }
        let now = now();
        let hash = *SecretHash::of_token(token).as_bytes();
        let Some(mut identity) = self.store().identify(hash, now).await? else { return Ok(None) };
        if identity.is_expired {
            // Unless the clock was wrong when it was used last.
            self.check_clock(now).await?;
            match self.store().identify(hash, now).await? {
                Some(again) if !again.is_expired => identity = again,
                _ => return Ok(None),
            }
        }
        let idle = now.millis().saturating_sub(identity.last_used_at.millis());
        if Duration::from_millis(u64::try_from(idle).unwrap_or(0)) >= NOTED {
            self.store().touch_sessions(vec![identity.session]).await?;
        }
        Ok(Some(Caller { user: identity.user, session: identity.session, role: identity.role }))
    }

    /// Signs in on one more device, with a password or a link code.
    ///
    /// # Errors
    /// `unauthorized` when it is the wrong one, `rate_limited` after too many wrong ones.
    pub async fn sign_in(&self, with: NewSession, origin: &Origin) -> Result<(User, Token)> {
        let (session, token) = self.new_session(origin)?;
        let user = match with {
            NewSession::LinkCode { link_code } => {
                let attempt = self.rates().link_code(origin).await.map_err(Error::rate_limited)?;
                let code = *SecretHash::of_code(&link_code).as_bytes();
                let signed_in = self.store().use_link_code(code, session).await.map_err(Error::wrong_link_code)?;
                attempt.succeeded();
                signed_in
            }
            NewSession::Password { name, password } => {
                let key = name::lookup(&name).unwrap_or_default();
                let attempt = self.rates().sign_in(&key, origin).await.map_err(Error::rate_limited)?;
                let known = self.store().password(UserSelector::Name(name)).await?;
                let hash = known.as_ref().map(|(_, hash)| hash.as_str());
                let right = self.shared.passwords.verify(&password, hash).await?;
                let Some((user, hash)) = known.filter(|_| right) else { return Err(Error::wrong_credentials()) };
                let signed_in =
                    self.store().create_session(user, hash, session).await.map_err(Error::refused_sign_in)?;
                attempt.succeeded();
                signed_in
            }
        };
        Ok((self.with_presence(user), token))
    }

    /// The caller's devices.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<Session>> {
        let sessions = self.store().sessions(caller.user).await?;
        let shown = sessions.into_iter().map(|session| Session {
            current: session.id == caller.session,
            id: session.id,
            client: session.client,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
        });
        Ok(shown.collect())
    }

    /// Signs a device of the caller out: its token no longer counts, its connections close.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<()> {
        Ok(self.store().end_session(caller.user, session).await?)
    }

    /// A code that signs in another device of the caller once; an earlier one ends.
    ///
    /// # Errors
    /// When the log does not take it.
    pub async fn make_link_code(&self, caller: &Caller) -> Result<(String, Timestamp)> {
        let code = secret::new_code()?;
        let expires_at = now() + LINK_CODE;
        self.store().put_link_code(caller.session, *SecretHash::of_code(&code).as_bytes(), expires_at).await?;
        Ok((code, expires_at))
    }
}

fn now() -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
