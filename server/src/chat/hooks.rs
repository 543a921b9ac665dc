//! Incoming hooks: programs that post to an address of a room.

mod payload;

use chat_protocol::{
    HookId, MessageId, RoomSelector,
    api::Hook,
    body::Body,
    name::{NameKey, UserName},
};
use sha2::{Digest as _, Sha256};

pub use self::payload::Form;
use super::{
    Caller, Chat, Error, Origin, Result, messages,
    secret::{self, SecretHash},
};
use crate::store::{HookPoster, NewHookRow, NewMessageRow, RoomLimits};

/// Longest `Idempotency-Key`, in bytes.
const LONGEST_KEY: usize = 255;

impl Chat {
    /// Makes a hook. Gives it with its secret, which is shown this once.
    ///
    /// # Errors
    /// `not_found`, `forbidden` for all but moderators, `name_taken`, `bad_request`.
    pub async fn create_hook(
        &self,
        caller: &Caller,
        origin: &Origin,
        room: RoomSelector,
        name: &str,
    ) -> Result<(Hook, String)> {
        let name = UserName::parse(name)?;
        self.may_tell(caller, origin)?;
        let (secret, hash) = new_secret()?;
        let key = NameKey::of(name.as_str());
        let new = NewHookRow { id: HookId::now_v7(), name: name.to_string(), key, secret: hash };
        Ok((self.store().create_hook(caller.user, room, new).await?, secret))
    }

    /// The hooks of a room.
    ///
    /// # Errors
    /// `not_found`, `forbidden` for all but moderators.
    pub async fn hooks(&self, caller: &Caller, room: RoomSelector) -> Result<Vec<Hook>> {
        Ok(self.store().hooks(caller.user, room).await?)
    }

    /// Gives a hook another secret, which is shown this once.
    ///
    /// # Errors
    /// `not_found`, `forbidden` for all but moderators.
    pub async fn replace_hook_secret(&self, caller: &Caller, room: RoomSelector, id: HookId) -> Result<(Hook, String)> {
        let (secret, hash) = new_secret()?;
        Ok((self.store().replace_hook_secret(caller.user, room, id, hash).await?, secret))
    }

    /// Ends a hook.
    ///
    /// # Errors
    /// `not_found`, `forbidden` for all but moderators.
    pub async fn end_hook(&self, caller: &Caller, room: RoomSelector, id: HookId) -> Result<()> {
        Ok(self.store().end_hook(caller.user, room, id).await?)
    }

    /// Whom a hook posts as, for one who knows its secret.
    ///
    /// # Errors
    /// `not_found`, whether there is no such hook or it has another secret.
    pub async fn hook_poster(&self, id: &str, secret: &str) -> Result<HookPoster> {
        let found = match id.parse() {
            Ok(id) => self.store().hook_poster(id).await?,
            Err(_) => None,
        };
        let given = SecretHash::of_token(secret);
        // One that is not there is compared as well: it takes as long.
        let kept = SecretHash::from(found.as_ref().map_or([0; 32], |poster| poster.secret));
        let is_right = given == kept;
        found.filter(|_| is_right).ok_or_else(|| {
            Error::not_found("there is no hook at this address, or its secret was replaced: copy the address again")
        })
    }

    /// Posts what a program sent. A request with the same `key` is stored once.
    ///
    /// # Errors
    /// `bad_request` where it says nothing; what sending a message is refused with.
    pub async fn post_by_hook(
        &self,
        poster: &HookPoster,
        origin: &Origin,
        key: Option<&str>,
        form: Form,
        sent: &[u8],
    ) -> Result<()> {
        let id = key.map(|key| message_id(poster, key)).transpose()?;
        // Before anything is made of up to a megabyte.
        self.rates().message(poster.user, origin).map_err(Error::rate_limited)?;
        let said = payload::read(form, sent, &poster.name)?;
        let body = Body::parse(&said, usize::MAX)?;
        let body =
            Body::parse(&payload::cut(body.as_str(), self.limits().longest_body()), self.limits().longest_body())?;
        let names = messages::names(&body);
        let row = NewMessageRow {
            id: id.unwrap_or_else(MessageId::now_v7),
            room: poster.room.into(),
            limits: RoomLimits::default(),
            author: poster.user,
            body,
            reply_to: None,
            attachments: Vec::new(),
            names,
        };
        messages::stored(self.store().send(row).await?);
        Ok(())
    }
}

fn new_secret() -> Result<(String, [u8; 32])> {
    let secret = secret::new_hook_secret()?;
    let hash = *SecretHash::of_token(&secret).as_bytes();
    Ok((secret, hash))
}

/// The id of the message that a request with this key makes.
fn message_id(poster: &HookPoster, key: &str) -> Result<MessageId> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(Error::bad_request(format!("`Idempotency-Key` has 1 to {LONGEST_KEY} characters")));
    }
    let mut hash = Sha256::new();
    hash.update(poster.user.uuid().as_bytes());
    hash.update(key.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Ok(uuid::Builder::from_custom_bytes(bytes).into_uuid().into())
}
