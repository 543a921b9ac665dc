//! Why a request was not made, or not answered: in words for the one who made the webhook, without the URL.

use std::{error::Error, io};

/// The text is no URL that events can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTarget {
    /// Too long.
    #[error("`url` is longer than {0} bytes: give a shorter one")]
    TooLong(usize),
    /// Not of the web.
    #[error("`url` is not an http or https URL: give one such as https://bot.example.org/chat")]
    NoUrl,
    /// Parts that are not sent.
    #[error("`url` has a user, a password or a fragment, which are not sent: leave them out")]
    NotSent,
}

/// The address is not one that everyone on the internet can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the host has a private address: give a public one, or ask the operator to start the server with --allow-private-webhooks"
)]
pub struct NotPublic;

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Requests do not go there.
    #[error(transparent)]
    NotPublic(#[from] NotPublic),
    /// It took too long.
    #[error("no answer within 15 seconds")]
    TimedOut,
    /// Its name has no address.
    #[error("the host's name cannot be resolved")]
    NoSuchHost,
    /// Nothing listens there.
    #[error("the host refused the connection")]
    Refused,
    /// It is not who it says.
    #[error("the connection could not be encrypted: {0}")]
    Tls(String),
    /// The system says why not.
    #[error("the connection failed: {0}")]
    System(String),
    /// Anything else on the way.
    #[error("the connection failed")]
    Connection,
    /// No request can be made at all.
    #[error("this server cannot make requests: {0}; install the certificates of authorities (ca-certificates)")]
    Client(String),
}

/// The name has no address, or resolving it failed.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the name cannot be resolved")]
pub(super) struct Unresolved;

impl Failure {
    /// What became of a request.
    pub(super) fn of(failure: reqwest::Error) -> Self {
        if failure.is_timeout() {
            return Self::TimedOut;
        }
        let mut cause: Option<&(dyn Error + 'static)> = failure.source();
        while let Some(failure) = cause {
            if failure.is::<NotPublic>() {
                return NotPublic.into();
            }
            if failure.is::<Unresolved>() {
                return Self::NoSuchHost;
            }
            if let Some(failure) = failure.downcast_ref::<io::Error>() {
                if failure.kind() == io::ErrorKind::ConnectionRefused {
                    return Self::Refused;
                }
                if failure.raw_os_error().is_some() {
                    return Self::System(failure.to_string());
                }
            }
            if let Some(tls) = failure.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls.to_string());
            }
            // What an error of the system holds is not among its sources.
            let held = failure.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            cause = held.map(|held| -> &(dyn Error + 'static) { held }).or_else(|| failure.source());
        }
        Self::Connection
    }
}
