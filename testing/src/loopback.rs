//! Addresses of this machine for servers that come back to where they were.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicU32, Ordering},
};

/// A loopback address for one server alone: between its death and its return nobody else can take its port, not even
/// a client's own connection by chance.
pub fn own_loopback() -> IpAddr {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    if !cfg!(target_os = "linux") {
        // Elsewhere only this one address is set up.
        return Ipv4Addr::LOCALHOST.into();
    }
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let [_, _, _, count] = STARTED.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    Ipv4Addr::new(127, high.max(1), low, count.clamp(1, 254)).into()
}
