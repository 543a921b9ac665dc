//! Requests that the server itself makes: to addresses that users gave it. It reaches only what everyone on the internet can
//! reach, unless the operator allows more.
//!
//! A host's name is resolved once for each connection, every address that it stands for is looked at, and the connection
//! goes to one of those: nothing can name another host in between. Redirects are not followed.

mod names;
mod public;
mod refusal;

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use reqwest::{Client, Url, header, redirect};
use rustls::{ClientConfig, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::{sync::OnceCell, time::timeout};

pub use self::{names::Names, refusal::Failure};
use self::{
    names::Public,
    public::{is_public, is_public_host},
    refusal::{InvalidTarget, NotPublic},
};

/// Longest URL, in bytes: what browsers and proxies take everywhere.
const LONGEST_URL: usize = 2048;
/// How long a name may take to be resolved before a webhook is made.
const RESOLVING: Duration = Duration::from_secs(5);
/// How long connecting may take, encryption included.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long an answer may take in all: as much as others who send webhooks give.
const ANSWERING: Duration = Duration::from_secs(15);
/// How long a connection is kept for the next event.
const KEPT: Duration = Duration::from_secs(30);
/// What is read of an answer, so that its connection can be used again; one that is longer ends the connection.
const ANSWER: usize = 16 * 1024;

/// Where a request goes: `http` or `https`, and nothing in it that would not be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    /// When events cannot be sent there; the text says why.
    pub fn parse(text: &str) -> Result<Self, InvalidTarget> {
        if text.len() > LONGEST_URL {
            return Err(InvalidTarget::TooLong(LONGEST_URL));
        }
        let url: Url = text.trim().parse().map_err(|_| InvalidTarget::NoUrl)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidTarget::NoUrl);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(InvalidTarget::NotSent);
        }
        Ok(Self(url))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address that stands in it in place of a host's name.
    fn address(&self) -> Option<IpAddr> {
        let host = self.0.host_str()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }
}

/// What a receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// Makes requests.
pub struct Outgoing {
    allow_private: bool,
    names: Names,
    /// Made for the first request: reading the certificates of authorities takes a while.
    client: OnceCell<Client>,
}

impl Outgoing {
    /// One that resolves names like this; only to public addresses unless `allow_private`.
    pub fn new(names: Names, allow_private: bool) -> Self {
        Self { allow_private, names, client: OnceCell::new() }
    }

    /// Looks whether requests may go to a target as its name is resolved now. A name that cannot be resolved may: it is
    /// looked at again before each request.
    ///
    /// # Errors
    /// When they may not.
    pub async fn check(&self, target: &Target) -> Result<(), NotPublic> {
        if self.allow_private {
            return Ok(());
        }
        match (target.address(), target.0.host_str()) {
            (Some(address), _) if !is_public(address) => Err(NotPublic),
            (Some(_), _) | (None, None) => Ok(()),
            (None, Some(name)) if !is_public_host(name) => Err(NotPublic),
            (None, Some(name)) => match timeout(RESOLVING, self.names.resolve(name)).await {
                Ok(Ok(addresses)) if !addresses.iter().copied().all(is_public) => Err(NotPublic),
                _ => Ok(()),
            },
        }
    }

    /// Posts JSON with these headers. What the receiver says beside its status is not kept.
    ///
    /// # Errors
    /// When no answer came, or the target may not be reached.
    pub async fn post(
        &self,
        target: &Target,
        headers: [(&'static str, String); 3],
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        // A name is looked at where it is resolved.
        if !self.allow_private && target.address().is_some_and(|address| !is_public(address)) {
            return Err(NotPublic.into());
        }
        let client = self.client.get_or_try_init(|| async { self.make_client() }).await?;
        let mut request = client.post(target.0.clone()).header(header::CONTENT_TYPE, "application/json").body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.send().await.map_err(Failure::of)?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let mut read = 0;
        while let Ok(Some(piece)) = answer.chunk().await {
            read += piece.len();
            if read > ANSWER {
                break;
            }
        }
        Ok(Answer { status, retry_after: retry_after.map(Duration::from_secs) })
    }

    fn make_client(&self) -> Result<Client, Failure> {
        let failed = |why: String| Failure::Client(why);
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(|failure| failed(failure.to_string()))?
            .with_no_client_auth();
        Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("chat-server/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Public::new(self.names.clone(), self.allow_private))
            .redirect(redirect::Policy::none())
            // One of the environment would connect in our place, to wherever the name leads it.
            .no_proxy()
            .connect_timeout(CONNECTING)
            .timeout(ANSWERING)
            .pool_idle_timeout(KEPT)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|failure| failed(failure.to_string()))
    }
}

/// What a resolver gives.
type Resolved = io::Result<Vec<IpAddr>>;

#[cfg(test)]
mod tests;
