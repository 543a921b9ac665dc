//! Resolving the names of hosts, and looking at what they stand for.

use std::{fmt, io, net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{
    Resolved, public,
    refusal::{NotPublic, Unresolved},
};

/// How names of hosts become addresses.
#[derive(Clone, Default)]
pub enum Names {
    /// As the system has it.
    #[default]
    System,
    /// As this says: for tests, and for programs that run a server in their process.
    Given(Arc<dyn Fn(&str) -> Resolved + Send + Sync>),
}

impl Names {
    pub(super) async fn resolve(&self, name: &str) -> Resolved {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()),
            Self::Given(names) => names(name),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::System => "System",
            Self::Given(_) => "Given",
        })
    }
}

/// Gives a connection the addresses that it may go to: all of a name's, or none if one of them is not public.
pub(super) struct Public {
    names: Names,
    allow_private: bool,
}

impl Public {
    pub(super) const fn new(names: Names, allow_private: bool) -> Self {
        Self { names, allow_private }
    }
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, allow_private) = (self.names.clone(), self.allow_private);
        Box::pin(async move {
            if !allow_private && !public::is_public_host(name.as_str()) {
                return Err(NotPublic.into());
            }
            let addresses = names.resolve(name.as_str()).await.map_err(|_: io::Error| Unresolved)?;
            if addresses.is_empty() {
                return Err(Unresolved.into());
            }
            if !allow_private && !addresses.iter().copied().all(public::is_public) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}
