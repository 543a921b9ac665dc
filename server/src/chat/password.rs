//! Passwords: what one may be, and argon2id hashes of them, made and checked off the async threads.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use chat_protocol::ErrorCode;
use tokio::sync::Semaphore;

use super::Error;

/// In characters, as the contract with clients says.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// Each takes 19 MiB and tens of milliseconds of a core: more at once would only starve everything else.
const AT_ONCE: usize = 2;

/// A password that may be set.
pub(super) struct Password(String);

impl Password {
    /// Checks the length; every character may be part of a password.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        if !LENGTH.contains(&text.chars().count()) {
            let detail = format!("a password has {} to {} characters", LENGTH.start(), LENGTH.end());
            return Err(Error::new(ErrorCode::BadRequest, detail));
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Hashes and checks passwords, a few at a time. Cheap to clone; clones share the turn.
#[derive(Debug, Clone)]
pub(super) struct Passwords {
    turn: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The hash to store, in PHC form.
    pub(super) async fn hash(&self, password: Password) -> Result<String, Error> {
        self.in_turn(move || hash(&password.0)).await?.map_err(Error::internal)
    }

    /// Whether this is the password. Without a hash (no such user, or one without a password) the answer is no, and takes as long.
    pub(super) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        // Longer ones were never set; hashing them would be work for whoever asks.
        if password.chars().count() > *LENGTH.end() {
            return Ok(false);
        }
        let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
        self.in_turn(move || {
            let stored = hash.as_deref().or(DUMMY.as_deref()).unwrap_or_default();
            let right = PasswordHash::new(stored)
                .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok());
            right && hash.is_some()
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            // Held here, not by the caller: one who goes away does not let a third one in.
            let _turn = turn;
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

/// Checked in place of the hash that a user does not have, so that time does not tell who exists.
static DUMMY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_one_and_no_other() {
        let passwords = Passwords::default();
        let hash = passwords.hash(Password::parse("correct horse").unwrap()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("correct horse ", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
        assert!(!passwords.verify("x", Some("not a hash")).await.unwrap());
    }

    #[test]
    fn eight_to_256_characters() {
        assert!(Password::parse("1234567").is_err());
        assert!(Password::parse("ÄÖÜäöüß!").is_ok());
        assert!(Password::parse(&"ß".repeat(256)).is_ok());
        assert!(Password::parse(&"ß".repeat(257)).is_err());
    }

    #[test]
    fn a_password_is_not_printed() {
        assert_eq!(format!("{:?}", Password::parse("correct horse").unwrap()), "Password(…)");
    }
}
