//! `chat-tui send`: one message, stored exactly once, or a failure that says why.

use std::{
    io::{self, IsTerminal, Read},
    time::{Duration, Instant},
};

use chat_client::{Api, ApiError};
use chat_protocol::{LOBBY, MessageId};

use crate::{
    failure::{Failure, Kind},
    start::Session,
};

/// For so long a lost connection or a wait is not a failure: a server that restarts is back by then.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between attempts, where the server does not say how long.
const PAUSE: Duration = Duration::from_millis(500);

/// What to send: the words of the command line, or standard input.
///
/// # Errors
/// When there is neither, or only blanks.
pub fn text(words: &[String]) -> Result<String, Failure> {
    let text = if words.is_empty() { from_input()? } else { words.join(" ") };
    let text = text.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() {
        return Err(Failure::new(Kind::Usage, "there is nothing to send: give a TEXT, or pipe one in"));
    }
    Ok(text.to_owned())
}

fn from_input() -> Result<String, Failure> {
    let mut input = io::stdin();
    if input.is_terminal() {
        return Err(Failure::new(Kind::Usage, "give a TEXT, or pipe one in: echo hello | chat-tui send"));
    }
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(Kind::Failed, format!("cannot read standard input: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Sends it, and gives back its id when the server has stored it. The id stays the same in all attempts, so that it is
/// stored once.
///
/// # Errors
/// When the server refuses it, or does not answer for too long.
pub async fn send(session: &Session, room: Option<&str>, body: &str) -> Result<MessageId, Failure> {
    let account = &session.account;
    let api =
        Api::new(&account.server, Some(account.token()), account.insecure, &account.client).map_err(Failure::local)?;
    let room = room.unwrap_or(LOBBY);
    let id = MessageId::now_v7();
    let until = Instant::now() + PATIENCE;
    loop {
        let error = match api.post_message(room, body, id, None).await {
            Ok(message) => return Ok(message.id),
            Err(error) => error,
        };
        let pause = match &error {
            ApiError::Unreachable(_) => PAUSE,
            ApiError::Refused(problem, wait) if problem.code.is_wait() => wait.unwrap_or(PAUSE),
            _ => return Err(error.into()),
        };
        if Instant::now() + pause > until {
            return Err(error.into());
        }
        tokio::time::sleep(pause).await;
    }
}
