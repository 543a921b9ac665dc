//! What a server answered.

use std::ops::Index;

use reqwest::{RequestBuilder, header::HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null when it is not JSON.
    pub json: Value,
}

impl Answer {
    /// Sends a request.
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer arrives whole");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, json }
    }

    /// It has this status; a refusal would say why.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// It is a refusal with this status and code, in the form that all of them have.
    #[track_caller]
    pub fn is_problem(self, status: u16, code: &str) -> Self {
        let this = self.is(status);
        assert_eq!(this.header("content-type"), "application/problem+json");
        assert_eq!(this["code"], code, "{}", this.text);
        assert_eq!(this["status"], status);
        assert_eq!(this["type"], "about:blank");
        assert!(!this["title"].as_str().unwrap_or_default().is_empty(), "{}", this.text);
        assert!(!this["detail"].as_str().unwrap_or_default().is_empty(), "{}", this.text);
        assert!(!this.header("x-request-id").is_empty());
        this
    }

    /// What the body says, as a type of the protocol.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(self) -> T {
        serde_json::from_value(self.json).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header that is there once; empty when it is not there.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().expect("a header in ASCII"));
        assert!(values.next().is_none(), "{name} is there twice");
        value.unwrap_or_default()
    }

    /// The `name` of every item of a list.
    #[track_caller]
    pub fn names(&self) -> Vec<&str> {
        self.json.as_array().expect("a list").iter().map(|item| item["name"].as_str().expect("a name")).collect()
    }

    /// Where `Link` says that the next page is.
    pub fn next_page(&self) -> Option<String> {
        let link = self.header("link");
        let (url, rest) = link.strip_prefix('<')?.split_once('>')?;
        assert_eq!(rest, "; rel=\"next\"");
        Some(url.to_owned())
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.json[key]
    }
}
