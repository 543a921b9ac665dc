//! Secrets that the server gives out once and keeps only as a hash: tokens, link codes, invite codes.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chat_protocol::Token;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;
/// Letters and digits of a code: 5 bits each, 65 in all.
const CODE_LENGTH: usize = 13;
/// A hyphen after this many of them.
const CODE_GROUP: usize = 4;
/// What a person cannot misread or mishear as another: no 0, O, 1, I. 32 of them, so that a random byte picks evenly.
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The SHA-256 of a secret: what the store keeps and looks up.
///
/// Secrets are random and long, so that nothing slower is needed, and no salt. Two are compared in constant time.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Of a token, exactly as given.
    pub fn of_token(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Of a code as a person typed it: case, hyphens and spaces do not matter.
    pub fn of_code(code: &str) -> Self {
        let canonical: String =
            code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        Self(Sha256::digest(canonical.as_bytes()).into())
    }

    /// To store it or look it up.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for SecretHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

/// A hash goes into a map as it is: it is as good as random.
impl std::hash::Hash for SecretHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// Hidden, so that no log can be searched for a leaked token.
impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system gave no random bytes: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

pub fn new_token() -> Result<Token, NoRandomness> {
    let bytes: [u8; TOKEN_BYTES] = random()?;
    Ok(Token::new(format!("{}{}", Token::PREFIX, URL_SAFE_NO_PAD.encode(bytes))))
}

/// What stands in the address of a hook.
pub fn new_hook_secret() -> Result<String, NoRandomness> {
    let bytes: [u8; TOKEN_BYTES] = random()?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The key of a webhook's signatures, and how its receiver is told: with the prefix of Standard Webhooks.
pub fn new_webhook_secret() -> Result<(String, Vec<u8>), NoRandomness> {
    let key: [u8; TOKEN_BYTES] = random()?;
    Ok((format!("whsec_{}", STANDARD.encode(key)), key.to_vec()))
}

/// A new code for a person to copy or type, such as `K7QX-M2PD-9TRH4`: what is left over joins the last group, since a
/// character that stands alone looks like a mistake.
pub fn new_code() -> Result<String, NoRandomness> {
    let bytes: [u8; CODE_LENGTH] = random()?;
    let mut code = String::with_capacity(CODE_LENGTH + CODE_LENGTH / CODE_GROUP);
    for (i, byte) in bytes.into_iter().enumerate() {
        if i > 0 && i % CODE_GROUP == 0 && i + 1 < CODE_LENGTH {
            code.push('-');
        }
        code.push(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()].into());
    }
    Ok(code)
}

fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_prefix_and_length() {
        let token = new_token().unwrap();
        assert!(token.reveal().starts_with(Token::PREFIX));
        assert_eq!(token.reveal().len(), Token::LENGTH);
        assert_ne!(token, new_token().unwrap());
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = new_code().unwrap();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 5]);
        assert_eq!(SecretHash::of_code(&code), SecretHash::of_code(&code.to_lowercase().replace('-', " ")));
        assert_ne!(SecretHash::of_code(&code), SecretHash::of_code(&new_code().unwrap()));
    }

    #[test]
    fn a_hash_is_not_printed() {
        assert_eq!(format!("{:?}", SecretHash::of_token("cht_x")), "SecretHash(…)");
    }
}
