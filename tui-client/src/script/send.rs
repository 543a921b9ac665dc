//! `chat-tui send`: one message, stored exactly once, or a failure that says why.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use chat_client::{Account, Api, ApiError, LocalFile, SignInError, TransferError, UploadStep};
use chat_protocol::{
    ErrorCode, LOBBY, MessageId, UploadId,
    file::MAX_ATTACHMENTS,
    terminal::{SafeText, without_sequences},
};

use crate::{
    program::{
        args::Who,
        failure::{Failure, Kind},
        retry::{Retries, TransientFailure},
    },
    sign_in,
};

/// The most bytes that are read, so that an endless input ends: many times what a server takes by default. It refuses
/// what is shorter and still too long for it.
const MOST: u64 = 1024 * 1024;

/// What to send: the words of the command line, or standard input.
///
/// # Errors
/// When there is neither, or only blanks.
pub(crate) fn text(words: &[String]) -> Result<String, Failure> {
    let text = if words.is_empty() { from_input()? } else { words.join(" ") };
    let text = cleaned(&text);
    if text.trim().is_empty() {
        return Err(Failure::new(Kind::Usage, "there is nothing to send: give a TEXT, or pipe one in"));
    }
    Ok(text)
}

/// What to send beside files: the words of the command line. Nobody waits for standard input then, which may never end.
pub(crate) fn words(words: &[String]) -> String {
    cleaned(&words.join(" "))
}

/// The files to send.
///
/// # Errors
/// When one cannot be sent: nothing is sent then.
pub(crate) fn files(paths: &[PathBuf], keep_metadata: bool) -> Result<Vec<LocalFile>, Failure> {
    if paths.len() > MAX_ATTACHMENTS {
        let message = format!("a message has at most {MAX_ATTACHMENTS} files: send the others in another one");
        return Err(Failure::new(Kind::Usage, message));
    }
    paths.iter().map(|path| file(path, keep_metadata)).collect()
}

fn file(path: &Path, keep_metadata: bool) -> Result<LocalFile, Failure> {
    let refused = |why: &str| {
        let path = path.display().to_string();
        Failure::new(Kind::Usage, format!("cannot send {}: {why}", SafeText::line(&path)))
    };
    // It is opened, too: better to know now than when half of them were sent.
    let unread = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => refused("there is no such file"),
        io::ErrorKind::PermissionDenied => refused("you may not read it"),
        _ => refused(&error.to_string()),
    };
    let found = File::open(path).and_then(|file| file.metadata()).map_err(unread)?;
    if !found.is_file() {
        return Err(refused("it is no regular file; put what you mean into one"));
    }
    LocalFile::at(path, keep_metadata).map_err(unread)
}

fn cleaned(text: &str) -> String {
    without_sequences(text).trim_end_matches(['\n', '\r']).to_owned()
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
        let message = format!("the input is longer than {MOST} bytes, which is no message: send a part of it");
        return Err(Failure::new(Kind::Refused, message));
    }
    decode(bytes)
}

/// Only text is sent, and none of it is changed: a byte that cannot be read may be a letter, or the start of a sequence.
fn decode(bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to() + 1;
        let message = format!("the input is not UTF-8 (byte {byte}): convert it, as with `iconv -f latin1 -t utf-8`");
        Failure::new(Kind::Usage, message)
    })
}

/// Sends it, and gives back its id when the server has stored it. The id stays the same in all attempts, so that it is
/// stored once. A server that is away is waited for if this machine knows it; where nobody ever answered, the address is
/// more likely wrong. A server that asks to wait is waited for, also when signing in, while the timeout allows.
///
/// # Errors
/// When the server refuses it, or does not answer for too long.
pub(crate) async fn send(
    who: Who,
    room: Option<&str>,
    body: &str,
    files: Vec<LocalFile>,
    timeout: Duration,
) -> Result<MessageId, Failure> {
    let mut retries = Retries::to_send(timeout);
    let files = files.into_iter().map(|file| (file, None)).collect();
    let mut message = Message { room: room.unwrap_or(LOBBY), body, files, id: MessageId::now_v7() };
    if let Some(account) = sign_in::kept(&who)? {
        let sent = message.post(&account, &mut retries).await?;
        // The token may count no more; then there may still be a password.
        if sent.as_ref().map_err(ApiError::code) != Err(Some(ErrorCode::Unauthorized)) {
            return sent.map_err(Failure::from);
        }
    }
    let session = sign_in::for_script(who, &mut retries).await?;
    message.post(&session.account, &mut retries).await?.map_err(Failure::from)
}

/// What is sent, the same in each attempt.
struct Message<'a> {
    room: &'a str,
    body: &'a str,
    /// Each with its upload, once it has begun.
    files: Vec<(LocalFile, Option<UploadId>)>,
    id: MessageId,
}

impl Message<'_> {
    /// Sends it as someone; gives back what the server said to that in the end.
    async fn post(&mut self, account: &Account, retries: &mut Retries) -> Result<Result<MessageId, ApiError>, Failure> {
        let api = Api::new(&account.server, Some(account.token()), account.insecure, &account.client)
            .map_err(Failure::local)?;
        loop {
            let error = match self.attempt(&api).await {
                Ok(id) => return Ok(Ok(id)),
                Err(TransferError::Api(error)) => error,
                Err(error @ TransferError::File { .. }) => return Err(Failure::new(Kind::Failed, error.to_string())),
            };
            let failure = self.failed(account, &error);
            match TransientFailure::of(error) {
                Ok(transient) => retries.wait(transient.with_failure(failure)).await?,
                // The server says that there is no such room.
                Err(error) if self.is_to_nobody(&error) => return Err(failure),
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Uploads what is missing of the files, then sends the message.
    async fn attempt(&mut self, api: &Api) -> Result<MessageId, TransferError> {
        let mut uploads = Vec::with_capacity(self.files.len());
        for (file, upload) in &mut self.files {
            let known = *upload;
            let begun = |step| {
                if let UploadStep::Begun(id) = step {
                    *upload = Some(id);
                }
            };
            uploads.push(api.upload(file, known, begun).await?);
        }
        Ok(api.post_message_with(self.room, self.body, &uploads, self.id, None).await?.id)
    }

    /// With the server's address or the name, where that is what may be wrong.
    fn failed(&self, account: &Account, error: &ApiError) -> Failure {
        match error {
            ApiError::Unreachable(detail) => {
                SignInError::Unreachable { server: account.server.clone(), detail: detail.clone() }.into()
            }
            error if self.is_to_nobody(error) => {
                let name = SafeText::line(self.room);
                Failure::new(Kind::Refused, format!("there is no user {name}: check the name"))
            }
            error => error.clone().into(),
        }
    }

    /// Whether it is for someone whom the server does not know.
    fn is_to_nobody(&self, error: &ApiError) -> bool {
        self.room.starts_with('@') && error.code() == Some(ErrorCode::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_not_utf_8_is_refused() {
        assert_eq!(decode("né".into()).unwrap(), "né");
        for (input, byte) in [(&b"caf\xe9 au lait"[..], 4), (b"\x9b31mred", 1), (b"ok \xf0\x9f\x98", 4)] {
            let failure = decode(input.into()).unwrap_err();
            assert_eq!(failure.kind, Kind::Usage);
            assert!(failure.message.contains(&format!("(byte {byte})")), "{failure}");
        }
    }
}
