//! Becoming a user: with the token kept from last time or one that is given, a link code, a password, or by taking a free name.

mod failure;

use chat_protocol::{
    ErrorCode, Token,
    api::{NewSession, NewUser, SignedIn},
};

pub use failure::{Recovery, SignInError};

use super::{Account, Accounts};
use crate::{Api, ApiError, Error, ServerUrl};

/// What begins the code in a link made on another device.
const LINK_MARK: &str = "#link=";

/// How a user shows who they are, beside the token kept from last time.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// Not at all: the name must be free.
    None,
    /// With their password.
    Password(String),
    /// With a link code made on another device, or the whole URL around it.
    Link(String),
    /// With a token, as a bot does with the one that its maker was shown. The token alone says who one is.
    Token(Token),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Password(_) => "Password(…)",
            Self::Link(_) => "Link(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// A request to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The server to sign in to.
    pub server: ServerUrl,
    /// The name of the user; without it, the one last used. A token needs none.
    pub name: Option<String>,
    /// How the user shows who they are.
    pub credential: Credential,
    /// A code, where registration wants one.
    pub invite: Option<String>,
    /// Whether the token may cross a network without encryption.
    pub insecure: bool,
    /// What the program calls itself, as `chat-tui/1.0`.
    pub client: String,
}

/// Signs in, and keeps the token for the next time: with the token kept from last time if it still counts, then with
/// the credential, then by taking the name. A token that is given is used at once, and does not become the account last used
/// with the server: a bot may run where a person signs in, too.
///
/// # Errors
/// When the server refuses or cannot be reached, or the token cannot be kept.
pub async fn sign_in(accounts: &Accounts, request: SignIn) -> Result<Account, SignInError> {
    if !request.server.may_carry_token(request.insecure) {
        return Err(Error::Insecure(request.server.to_string()).into());
    }
    let mut account = Signing { accounts, request: &request }.sign_in().await?;
    account.insecure = request.insecure;
    account.client = request.client;
    Ok(account)
}

/// One attempt to sign in.
struct Signing<'a> {
    accounts: &'a Accounts,
    request: &'a SignIn,
}

impl Signing<'_> {
    async fn sign_in(&self) -> Result<Account, SignInError> {
        if let Credential::Token(token) = &self.request.credential {
            return self.with_token(token).await;
        }
        if let Some(account) = self.with_kept_token().await? {
            return Ok(account);
        }
        self.accounts.prepare(&self.request.server)?;
        let _turn = self.accounts.turn(&self.request.server).await;
        // Another program may have signed in while this one waited.
        if let Some(account) = self.with_kept_token().await? {
            return Ok(account);
        }
        let api = self.api(None)?;
        // What answers there should be a chat server before it gets a password.
        api.info().await.map_err(|error| self.failed(error))?;
        if let Credential::Link(link) = &self.request.credential {
            let session = NewSession::LinkCode { link_code: code_in(link).to_owned() };
            let signed_in = api.create_session(&session).await.map_err(|error| self.failed(error))?;
            return self.keep(signed_in).await;
        }
        let Some(name) = self.name() else { return Err(self.nameless()) };
        let Credential::Password(password) = &self.request.credential else {
            return self.take(&api, name, None).await;
        };
        let session = NewSession::Password { name: name.clone(), password: password.clone() };
        match api.create_session(&session).await {
            Ok(signed_in) => self.keep(signed_in).await,
            // A server does not say whether the name is unknown or the password wrong; taking the name does.
            Err(refused) if refused.code() == Some(ErrorCode::Unauthorized) => {
                match self.take(&api, name, Some(password.clone())).await {
                    Err(taken) if taken.name().is_some() => Err(self.failed(refused)),
                    other => other,
                }
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// With the token that is kept for the name. One that no longer counts is let go of.
    async fn with_kept_token(&self) -> Result<Option<Account>, SignInError> {
        // A link says itself who one is.
        if self.request.name.is_none() && matches!(self.request.credential, Credential::Link(_)) {
            return Ok(None);
        }
        let Some(kept) = self.accounts.kept(&self.request.server, self.request.name.as_deref()) else {
            return Ok(None);
        };
        match self.api(Some(kept.token()))?.me().await {
            // The token is on disk already: where nothing can be written it still counts.
            Ok(user) => Ok(Some(
                self.accounts.keep(&self.request.server, user.clone(), kept.token().clone()).unwrap_or_else(|error| {
                    tracing::warn!(%error, "what the server said of the user cannot be kept");
                    kept.with_user(user)
                }),
            )),
            Err(refused) if refused.code() == Some(ErrorCode::Unauthorized) => {
                self.accounts.forget(&self.request.server, kept.user.id)?;
                Ok(None)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// With the token that was given: it may be newer than one that is kept.
    async fn with_token(&self, token: &Token) -> Result<Account, SignInError> {
        if !token.is_well_formed() {
            return Err(SignInError::BadToken);
        }
        let api = self.api(None)?;
        // What answers there should be a chat server before it gets the token.
        api.info().await.map_err(|error| self.failed(error))?;
        let user = self.api(Some(token))?.me().await.map_err(|error| self.failed(error))?;
        Ok(self.accounts.keep_beside(&self.request.server, user, token.clone())?)
    }

    async fn take(&self, api: &Api, name: String, password: Option<String>) -> Result<Account, SignInError> {
        let user = NewUser { name: Some(name.clone()), password, invite: self.request.invite.clone() };
        match api.create_user(&user).await {
            Ok(signed_in) => self.keep(signed_in).await,
            Err(refused) if refused.code() == Some(ErrorCode::NameTaken) => Err(self.taken(name)),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The name is taken: by the user, if the file that says so is damaged.
    fn taken(&self, name: String) -> SignInError {
        match self.accounts.damaged(&self.request.server) {
            Some((path, detail)) => SignInError::AccountDamaged { path, detail, name: Some(name) },
            None => SignInError::NameTaken { name },
        }
    }

    /// No name is known: because there was none, or because it is in a damaged file.
    fn nameless(&self) -> SignInError {
        match self.accounts.damaged(&self.request.server) {
            Some((path, detail)) => SignInError::AccountDamaged { path, detail, name: None },
            None => SignInError::NoName,
        }
    }

    async fn keep(&self, signed_in: SignedIn) -> Result<Account, SignInError> {
        let SignedIn { user, token: Some(token) } = signed_in else {
            let detail = "it signs in without giving a token".to_owned();
            return Err(SignInError::NotOurs { server: self.request.server.clone(), detail });
        };
        match self.accounts.keep(&self.request.server, user.clone(), token.clone()) {
            Ok(account) => Ok(account),
            Err(source) => {
                let recovery = self.recovery(&token).await;
                Err(SignInError::NotKept { name: user.name, source, recovery })
            }
        }
    }

    /// A token that cannot be kept ends with this process. Before, it gives the user another way in.
    async fn recovery(&self, token: &Token) -> Recovery {
        if matches!(self.request.credential, Credential::Password(_)) {
            return Recovery::Password;
        }
        let Ok(api) = self.api(Some(token)) else { return Recovery::None };
        api.link_code().await.map_or(Recovery::None, |link| Recovery::Link(link.code))
    }

    fn name(&self) -> Option<String> {
        self.request.name.clone().or_else(|| self.accounts.last_name(&self.request.server))
    }

    fn api(&self, token: Option<&Token>) -> Result<Api, Error> {
        Api::new(&self.request.server, token, self.request.insecure, &self.request.client)
    }

    fn failed(&self, error: ApiError) -> SignInError {
        let server = self.request.server.clone();
        match error {
            ApiError::Refused(problem, retry_after) => {
                SignInError::Refused { code: problem.code, detail: problem.detail, retry_after }
            }
            ApiError::Unreachable(detail) => SignInError::Unreachable { server, detail },
            ApiError::NotOurs { detail } => SignInError::NotOurs { server, detail },
        }
    }
}

/// The code in a link, or the text itself.
fn code_in(link: &str) -> &str {
    link.split_once(LINK_MARK).map_or(link, |(_, code)| code).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_code_may_come_as_its_url() {
        assert_eq!(code_in("ABCD-EFGH"), "ABCD-EFGH");
        assert_eq!(code_in(" https://chat.example/#link=ABCD-EFGH\n"), "ABCD-EFGH");
    }

    #[test]
    fn secrets_do_not_show() {
        assert_eq!(format!("{:?}", Credential::Password("hunter22".into())), "Password(…)");
        assert_eq!(format!("{:?}", Credential::Link("ABCD".into())), "Link(…)");
        assert_eq!(format!("{:?}", Credential::Token(Token::new("cht_secret"))), "Token(…)");
    }
}
