//! The cookie that a page of the server itself carries its token in.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chat_protocol::Token;

/// As long as a token lives without use; browsers keep no cookie longer.
const MAX_AGE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// What the cookie is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieName {
    /// Over https: bound to this host, and to https.
    Secure,
    /// Over plain http, where cookies do not keep ports apart: servers on one machine would take each other's.
    Plain {
        /// The port in the request's `Host`.
        port: u16,
    },
}

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secure => f.write_str("__Host-chat"),
            Self::Plain { port } => write!(f, "chat_{port}"),
        }
    }
}

impl CookieName {
    /// The token in a request's cookies, if there is one of this name; of several the first that can be a token.
    pub fn find(self, headers: &HeaderMap) -> Option<Token> {
        let name = self.to_string();
        headers
            .get_all(header::COOKIE)
            .into_iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .find(|value| looks_like_token(value))
            .map(Token::new)
    }

    /// Whether a request has a cookie of this name, whatever is in it.
    pub fn is_in(self, headers: &HeaderMap) -> bool {
        let name = self.to_string();
        headers
            .get_all(header::COOKIE)
            .into_iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .any(|pair| pair.split('=').next().is_some_and(|key| key.trim() == name))
    }

    /// `Set-Cookie` that gives the token to a page.
    pub fn set(self, token: &Token) -> Option<HeaderValue> {
        self.header(token.reveal(), MAX_AGE_SECONDS)
    }

    /// `Set-Cookie` that takes it away.
    pub fn clear(self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(self, value: &str, max_age: u32) -> Option<HeaderValue> {
        let secure = if self == Self::Secure { "; Secure" } else { "" };
        let text = format!("{self}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}");
        let mut header = HeaderValue::try_from(text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

fn looks_like_token(text: &str) -> bool {
    text.len() == Token::LENGTH
        && text.strip_prefix(Token::PREFIX).is_some_and(|secret| URL_SAFE_NO_PAD.decode(secret).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(byte: u8) -> String {
        format!("{}{}", Token::PREFIX, URL_SAFE_NO_PAD.encode([byte; 32]))
    }

    fn find(cookies: &[String]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        CookieName::Plain { port: 3000 }.find(&headers).map(|token| token.reveal().to_owned())
    }

    #[test]
    fn found_among_others() {
        assert_eq!(find(&[format!("a=b; chat_3000={}; chat_3001={}", token(1), token(2))]), Some(token(1)));
        assert_eq!(find(&[format!("chat_3001={}", token(2))]), None);
        assert_eq!(find(&["chat_3000=".into()]), None);
    }

    #[test]
    fn of_two_the_first_that_can_be_a_token() {
        assert_eq!(find(&[format!("chat_3000=junk; chat_3000={}", token(1))]), Some(token(1)));
        assert_eq!(find(&["chat_3000=junk".into(), format!("chat_3000={}", token(1))]), Some(token(1)));
    }

    #[test]
    fn attributes() {
        let secure = CookieName::Secure.set(&Token::new("t")).unwrap();
        assert_eq!(secure, "__Host-chat=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure");
        let plain = CookieName::Plain { port: 80 }.clear().unwrap();
        assert_eq!(plain, "chat_80=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}
