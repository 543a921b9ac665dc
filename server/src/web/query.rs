//! Query parameters: numbers, pages, and the link to the next one.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use utoipa::openapi::{Object, ObjectBuilder, Type};

use crate::{
    plain::plain,
    web::{App, Error},
};

/// The query of a request.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|axum::extract::Query(query)| Self(query)).map_err(
            |rejection| {
                let text = rejection.body_text();
                Error::bad_request(plain(text.split_once(": ").map_or(text.as_str(), |(_, reason)| reason)))
            },
        )
    }
}

/// A whole number that is not negative. One too large to count with is the largest: limits and positions end before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(pub u64);

impl Number {
    /// What a store can count with.
    const LARGEST: u64 = i64::MAX as u64;
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(serde::de::Error::custom("wants a whole number, 0 or more"));
        }
        Ok(Self(text.parse().map_or(Self::LARGEST, |number: u64| number.min(Self::LARGEST))))
    }
}

/// A [`Number`] in the OpenAPI document. It has no largest: whatever is too large is taken as much.
pub fn position() -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build()
}

/// How many items of a page are asked for, in the OpenAPI document.
pub fn count() -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build()
}

/// How many items a page has: `default` unless asked for, at most `max`.
pub fn page_size(wanted: Option<Number>, default: usize, max: usize) -> Result<usize, Error> {
    match wanted {
        None => Ok(default),
        Some(Number(0)) => Err(Error::bad_request("limit: a page has at least 1 item")),
        Some(Number(wanted)) => Ok(usize::try_from(wanted).unwrap_or(max).min(max)),
    }
}

/// `Link` to the page after this one: the same request with another `after`. Empty on the last page.
pub fn next_page(uri: &Uri, after: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(after) = after else { return headers };
    let kept =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
    let after = format!("after={}", percent_encoded(after));
    let query: Vec<&str> = kept.chain([after.as_str()]).collect();
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"));
    if let Ok(link) = HeaderValue::try_from(link) {
        headers.insert(header::LINK, link);
    }
    headers
}

/// All but what a URL may hold as it is (RFC 3986, section 2.3).
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(uri: &str, after: &str) -> String {
        next_page(&uri.parse().unwrap(), Some(after))[header::LINK].to_str().unwrap().to_owned()
    }

    #[test]
    fn the_next_page_asks_the_same_after_the_last_item() {
        assert_eq!(link("/api/users", "bob"), r#"</api/users?after=bob>; rel="next""#);
        assert_eq!(
            link("/api/users?q=a&after=bob&limit=2", "жук 1"),
            r#"</api/users?q=a&limit=2&after=%D0%B6%D1%83%D0%BA%201>; rel="next""#
        );
        assert!(next_page(&"/api/users".parse().unwrap(), None).is_empty());
    }

    #[test]
    fn numbers() {
        let number = |text: &str| serde_json::from_value::<Number>(text.into()).map(|number| number.0).ok();
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("200"), Some(200));
        assert_eq!(number("99999999999999999999999"), Some(i64::MAX as u64));
        for text in ["", "-1", "+1", "1.5", "many", " 1", "0x1"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_of_pages() {
        assert_eq!(page_size(None, 200, 1000).unwrap(), 200);
        assert_eq!(page_size(Some(Number(1001)), 200, 1000).unwrap(), 1000);
        assert!(page_size(Some(Number(0)), 200, 1000).is_err());
    }
}
