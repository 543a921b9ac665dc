//! Who speaks, and from where.

use std::net::IpAddr;

use chat_protocol::{Role, SessionId, UserId, body::Line};

use super::Meter;

/// Someone whose token counts.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: UserId,
    pub session: SessionId,
    /// What they may do.
    pub role: Role,
}

/// Longest description of a program that is kept, in characters.
const CLIENT: usize = 100;

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The client's address, behind trusted proxies.
    pub address: IpAddr,
    /// What the program there calls itself.
    pub client: String,
    /// Notes what is left of the limits that it counts for.
    pub meter: Meter,
}

impl Origin {
    /// With what the program there calls itself, cleaned. Notes nothing.
    pub fn new(address: IpAddr, client: &str) -> Self {
        Self { address, client: clean_client(client), meter: Meter::default() }
    }
}

/// Cleans what a program calls itself, which is shown to the user among their devices.
pub(super) fn clean_client(client: &str) -> String {
    let short: String = client.chars().take(CLIENT).collect();
    Line::parse(&short, CLIENT).map(Line::into_string).unwrap_or_default()
}
