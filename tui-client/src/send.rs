//! `chat-tui send`: one message, stored exactly once, or a failure that says why.

use std::{
    io::{self, IsTerminal, Read},
    time::{Duration, Instant},
};

use chat_client::{Account, Api, ApiError, SignInError};
use chat_protocol::{ErrorCode, LOBBY, MessageId, terminal::without_sequences};

use crate::{
    args::Who,
    failure::{Failure, Kind, tell},
    start,
};

/// The most bytes that are read, so that an endless input ends: many times what a server takes by default. It refuses
/// what is shorter and still too long for it.
const MOST: u64 = 1024 * 1024;
/// Between attempts, where the server does not say how long.
const PAUSE: Duration = Duration::from_millis(500);

/// What to send: the words of the command line, or standard input.
///
/// # Errors
/// When there is neither, or only blanks.
pub fn text(words: &[String]) -> Result<String, Failure> {
    let text = if words.is_empty() { from_input()? } else { words.join(" ") };
    let text = without_sequences(&text);
    let text = text.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() {
        return Err(Failure::new(Kind::Usage, "there is nothing to send: give a TEXT, or pipe one in"));
    }
    Ok(text.to_owned())
}

fn from_input() -> Result<String, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err(Failure::new(Kind::Usage, "give a TEXT, or pipe one in: echo hello | chat-tui send"));
    }
    let mut bytes = Vec::new();
    input
        .take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(Kind::Failed, format!("cannot read standard input: {error}")))?;
    if bytes.len() as u64 > MOST {
        let told = format!("the input is longer than {MOST} bytes, which is no message: send a part of it");
        return Err(Failure::new(Kind::Refused, told));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Sends it, and gives back its id when the server has stored it. The id stays the same in all attempts, so that it is
/// stored once. A server that is away is waited for if this machine knows it; where nobody ever answered, the address is
/// more likely wrong.
/// A server that asks to wait is waited for, while the timeout allows.
///
/// # Errors
/// When the server refuses it, or does not answer for too long.
pub async fn send(who: Who, room: Option<&str>, body: &str, timeout: Duration) -> Result<MessageId, Failure> {
    let room = room.unwrap_or(LOBBY);
    let id = MessageId::now_v7();
    if let Some(account) = start::kept(&who)? {
        let sent = post(&account, room, body, id, timeout).await?;
        // The token may count no more; then there may still be a password.
        if sent.as_ref().map_err(ApiError::code) != Err(Some(ErrorCode::Unauthorized)) {
            return sent.map_err(Failure::from);
        }
    }
    let session = start::for_script(who).await?;
    post(&session.account, room, body, id, timeout).await?.map_err(Failure::from)
}

/// Sends it as someone; gives back what the server said to that.
async fn post(
    account: &Account,
    room: &str,
    body: &str,
    id: MessageId,
    timeout: Duration,
) -> Result<Result<MessageId, ApiError>, Failure> {
    let api =
        Api::new(&account.server, Some(account.token()), account.insecure, &account.client).map_err(Failure::local)?;
    let begun = Instant::now();
    let mut told = false;
    loop {
        let error = match api.post_message(room, body, id, None).await {
            Ok(message) => return Ok(Ok(message.id)),
            Err(error) => error,
        };
        let pause = match &error {
            ApiError::Unreachable(_) => PAUSE,
            ApiError::Refused(problem, wait) if problem.code.is_wait() => wait.unwrap_or(PAUSE),
            _ => return Ok(Err(error)),
        };
        let tried = begun.elapsed();
        if tried + pause > timeout {
            return Err(gave_up(account, error, pause, tried));
        }
        if !told {
            told = true;
            tell(&format!("{}; trying for {} s", failed(account, error), timeout.as_secs()));
        }
        tokio::time::sleep(pause).await;
    }
}

/// The time is up. To have to wait is no refusal: the same message may be taken later.
fn gave_up(account: &Account, error: ApiError, pause: Duration, tried: Duration) -> Failure {
    let wait = matches!(error, ApiError::Refused(..));
    let failure = failed(account, error);
    let tried = tried.as_secs();
    if !wait {
        let message = format!("{} (tried for {tried} s; the message was not confirmed)", failure.message);
        return Failure { message, ..failure };
    }
    let seconds = pause.as_millis().div_ceil(1000);
    let told = format!(
        "{} (not sent, tried for {tried} s; the server says to wait {seconds} s: try again then, or with a longer --timeout)",
        failure.message
    );
    Failure::new(Kind::Failed, told)
}

/// With the server's address, which is what may be wrong.
fn failed(account: &Account, error: ApiError) -> Failure {
    match error {
        ApiError::Unreachable(detail) => SignInError::Unreachable { server: account.server.clone(), detail }.into(),
        error => error.into(),
    }
}
