//! Passwords: what one may be, and argon2id hashes of them, made and checked off the async threads.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Block, Params, RECOMMENDED_SALT_LEN, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use chat_protocol::ErrorCode;
use parking_lot::Mutex;
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
#[derive(Clone)]
pub(super) struct Passwords {
    turn: Arc<Semaphore>,
    spare: Arc<Mutex<Spare>>,
}

/// The memory of those who have no turn now, for the next ones: having the system map 19 MiB takes milliseconds.
#[derive(Default)]
struct Spare {
    memory: Vec<Memory>,
    /// Whether any was taken since [`Passwords::shrink`].
    used: bool,
}

/// What one hash is made in.
type Memory = Vec<Block>;

impl Default for Passwords {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(AT_ONCE)), spare: Arc::default() }
    }
}

impl Passwords {
    /// The hash to store, in PHC form.
    pub(super) async fn hash(&self, password: Password) -> Result<String, Error> {
        self.in_turn(move |memory| hash(&password.0, memory)).await?.map_err(Error::internal)
    }

    /// Whether this is the password. Without a hash (no such user, or one without a password) the answer is no, and takes as long.
    pub(super) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        // Longer ones were never set; hashing them would be work for anyone who asks.
        if password.chars().count() > *LENGTH.end() {
            return Ok(false);
        }
        let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
        self.in_turn(move |memory| match hash.and_then(|hash| PasswordHash::new(&hash).ok()) {
            Some(stored) => verify(&password, &stored, memory).unwrap_or(false),
            None => {
                // Time must not tell who exists.
                _ = compute(&Argon2::default(), &password, &[0; RECOMMENDED_SALT_LEN], memory);
                false
            }
        })
        .await
    }

    /// Frees the memory if nobody signed in since the last call.
    pub(super) fn shrink(&self) {
        let mut spare = self.spare.lock();
        if !std::mem::take(&mut spare.used) {
            spare.memory = Vec::new();
        }
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(Error::internal)?;
        let spare = Arc::clone(&self.spare);
        tokio::task::spawn_blocking(move || {
            // Held here, not by the caller: one who goes away does not let a third one in.
            let _turn = turn;
            let mut memory = spare.lock().memory.pop().unwrap_or_default();
            let done = work(&mut memory);
            let mut spare = spare.lock();
            spare.memory.push(memory);
            spare.used = true;
            done
        })
        .await
        .map_err(Error::internal)
    }
}

type Hashed<T> = Result<T, argon2::password_hash::Error>;

fn hash(password: &str, memory: &mut Memory) -> Hashed<String> {
    let mut salt = [0; RECOMMENDED_SALT_LEN];
    getrandom::fill(&mut salt).map_err(|_| argon2::password_hash::Error::Crypto)?;
    let argon2 = Argon2::default();
    let made = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params())?,
        salt: Some(Salt::new(&salt)?),
        hash: Some(compute(&argon2, password, &salt, memory)?),
    };
    Ok(made.to_string())
}

fn verify(password: &str, stored: &PasswordHash, memory: &mut Memory) -> Hashed<bool> {
    let params = Params::try_from(stored)?;
    // None of ours needs more, whatever the database says.
    if params.block_count() > Params::DEFAULT.block_count() {
        return Ok(false);
    }
    let version = stored.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(Algorithm::try_from(stored.algorithm.as_str())?, version, params);
    let salt = stored.salt.as_ref().ok_or(argon2::password_hash::Error::SaltInvalid)?;
    let made = compute(&argon2, password, salt, memory)?;
    // Two outputs are compared in constant time.
    Ok(stored.hash.as_ref() == Some(&made))
}

fn compute(argon2: &Argon2<'_>, password: &str, salt: &[u8], memory: &mut Memory) -> Hashed<Output> {
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.reserve_exact(blocks - memory.len());
        memory.resize(blocks, Block::new());
    }
    let mut output = [0; Output::MAX_LENGTH];
    let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let output = output.get_mut(..length).ok_or(argon2::password_hash::Error::OutputSize)?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, &mut memory[..blocks])?;
    Ok(Output::new(output)?)
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

    #[tokio::test]
    async fn what_other_versions_made_is_checked_as_the_library_does() {
        use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
        let made = |memory, output| {
            let params = Params::new(memory, 2, 1, Some(output)).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2.hash_password(b"correct horse").unwrap().to_string()
        };
        let passwords = Passwords::default();
        for stored in [made(Params::DEFAULT_M_COST, 32), made(8 * 1024, 16)] {
            assert!(passwords.verify("correct horse", Some(&stored)).await.unwrap(), "{stored}");
            assert!(!passwords.verify("wrong horse", Some(&stored)).await.unwrap(), "{stored}");
        }
        let own = passwords.hash(Password::parse("correct horse").unwrap()).await.unwrap();
        let read = PasswordHash::new(&own).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse", &read).is_ok(), "{own}");
        assert!(!passwords.verify("correct horse", Some(&made(32 * 1024, 32))).await.unwrap(), "more than ours need");
    }

    #[tokio::test]
    async fn however_many_at_once_use_the_memory_of_two() {
        let passwords = Passwords::default();
        let checks = (0..10).map(|_| passwords.verify("nobody has this", None));
        for checked in futures_util::future::join_all(checks).await {
            assert!(!checked.unwrap());
        }
        let spare = &passwords.spare.lock().memory;
        let blocks: usize = spare.iter().map(Vec::capacity).sum();
        assert!(spare.len() <= AT_ONCE && blocks <= AT_ONCE * Params::DEFAULT.block_count(), "{}", spare.len());
    }

    #[tokio::test]
    async fn memory_is_freed_once_nobody_signs_in_and_there_again_for_the_next() {
        let passwords = Passwords::default();
        let spare = || passwords.spare.lock().memory.len();
        for _ in 0..2 {
            assert!(!passwords.verify("nobody has this", None).await.unwrap());
            passwords.shrink();
            assert_eq!(spare(), 1, "somebody signed in a moment ago");
            passwords.shrink();
            assert_eq!(spare(), 0);
        }
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
