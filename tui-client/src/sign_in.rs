//! Becoming someone, before anything else: with what is kept on this machine, a link, a password, or a free name.

mod ask_password;

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use chat_client::{Account, Accounts, Cached, Client, Credential, Options, SignIn, SignInError, Updates, sign_in};
use chat_protocol::Token;
use tokio::{task, time};

use crate::{
    program::{
        args::Who,
        failure::{Failure, Kind, print_notice},
        retry::{Retries, TransientFailure},
    },
    terminal::Events,
};

/// What this program calls itself.
pub(crate) const CLIENT: &str = concat!("chat-tui/", env!("CARGO_PKG_VERSION"));
/// A start that takes longer waits for another program.
const NOTICEABLE: Duration = Duration::from_secs(1);
/// The password, for scripts.
const PASSWORD_VARIABLE: &str = "CHAT_PASSWORD";
/// The token of a bot, for scripts that speak as one.
const TOKEN_VARIABLE: &str = "CHAT_TOKEN";

/// Who one is, and where that is kept.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) account: Account,
    /// Where it is kept.
    pub(crate) accounts: Accounts,
}

/// For the screen: with a kept token it starts at once, whether or not the server answers. If the name is taken, the
/// password is asked for.
///
/// # Errors
/// When the server refuses or does not answer.
pub(crate) async fn for_screen(who: Who, events: &mut Events) -> Result<Session, Failure> {
    let accounts = Accounts::open_default().map_err(Failure::local)?;
    let request = request(who)?;
    if request.credential == Credential::None
        && let Some(account) = known(&accounts, &request)
    {
        return Ok(Session { account, accounts });
    }
    let mut retries = Retries::to_start();
    let account = match sign_in_with_retries(&accounts, &request, &mut retries).await? {
        Ok(account) => account,
        Err(taken) => {
            let name = taken.name().filter(|_| request.credential == Credential::None && io::stdin().is_terminal());
            let Some(name) = name else { return Err(taken.into()) };
            if matches!(taken, SignInError::AccountDamaged { .. }) {
                print_notice(&taken.to_string());
            }
            let Some(password) = ask_password::ask(name, events).await? else { return Err(taken.into()) };
            let request = SignIn { credential: Credential::Password(password), ..request };
            sign_in_with_retries(&accounts, &request, &mut retries).await??
        }
    };
    Ok(Session { account, accounts })
}

/// Starts the client, and gives what the disk knows. Where another program has locked the file, it says so and waits,
/// until the client gives up.
///
/// # Errors
/// When the file cannot be used.
pub(crate) async fn client(account: Account, options: Options) -> Result<(Client, Updates, Cached), Failure> {
    let file = account.file();
    let mut starting = task::spawn_blocking(move || {
        let (client, updates) = Client::start(account, options)?;
        let cached = client.cached();
        Ok((client, updates, cached))
    });
    let started = match time::timeout(NOTICEABLE, &mut starting).await {
        Ok(started) => started,
        Err(_) => {
            print_notice(&format!("waiting for {}: another program may have locked it", file.display()));
            starting.await
        }
    };
    started.map_err(|error| Failure::new(Kind::Failed, error.to_string()))?.map_err(Failure::local)
}

/// For scripts: nothing is asked, and the token is known to count.
///
/// # Errors
/// When the server refuses or does not answer, or asks for a wait that is too long.
pub(crate) async fn for_script(who: Who, retries: &mut Retries) -> Result<Session, Failure> {
    let accounts = Accounts::open_default().map_err(Failure::local)?;
    match sign_in_with_retries(&accounts, &request(who)?, retries).await? {
        Ok(account) => Ok(Session { account, accounts }),
        Err(taken) => {
            let message = format!("{taken}. Scripts give the password in {PASSWORD_VARIABLE}");
            Err(Failure { message, ..taken.into() })
        }
    }
}

/// Signs in, and waits where the server says so. A name that may be the user's own is given back as such.
async fn sign_in_with_retries(
    accounts: &Accounts,
    request: &SignIn,
    retries: &mut Retries,
) -> Result<Result<Account, SignInError>, Failure> {
    loop {
        let error = match sign_in(accounts, request.clone()).await {
            Ok(account) => return Ok(Ok(account)),
            Err(error) if error.name().is_some() => return Ok(Err(error)),
            Err(error) => error,
        };
        match TransientFailure::of_sign_in(error) {
            Ok(failure) => retries.wait(failure).await?,
            Err(error) => return Err(error.into()),
        }
    }
}

/// The account that this machine keeps a token for, without asking the server. `None` if there is none, or if who one
/// is comes with a link or a token.
///
/// # Errors
/// When there is no folder for accounts.
pub(crate) fn kept(who: &Who) -> Result<Option<Account>, Failure> {
    let accounts = Accounts::open_default().map_err(Failure::local)?;
    let request = request(who.clone())?;
    let says_who = matches!(request.credential, Credential::Link(_) | Credential::Token(_));
    Ok(if says_who { None } else { known(&accounts, &request) })
}

fn known(accounts: &Accounts, request: &SignIn) -> Option<Account> {
    let mut account = Account::kept(accounts, &request.server, request.name.as_deref())?;
    account.insecure = request.insecure;
    account.client.clone_from(&request.client);
    Some(account)
}

fn request(who: Who) -> Result<SignIn, Failure> {
    let server = who.server().map_err(|error| Failure::new(Kind::Usage, error.to_string()))?;
    let secret = |variable| std::env::var(variable).ok().filter(|secret| !secret.is_empty());
    let credential = match (who.link, secret(TOKEN_VARIABLE), secret(PASSWORD_VARIABLE)) {
        (Some(link), _, _) => Credential::Link(link),
        (None, Some(token), _) => Credential::Token(Token::new(token)),
        (None, None, Some(password)) => Credential::Password(password),
        (None, None, None) => Credential::None,
    };
    Ok(SignIn {
        server,
        name: who.name,
        credential,
        invite: who.invite,
        insecure: who.insecure,
        client: CLIENT.to_owned(),
    })
}
