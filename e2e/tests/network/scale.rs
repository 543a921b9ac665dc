//! How much of everything: little in every run of the tests, all of it in the long checks.

use std::time::Duration;

/// Set by `checks/network.sh`.
const FULL: &str = "CHAT_NETWORK_FULL";

pub(crate) fn is_full() -> bool {
    std::env::var_os(FULL).is_some()
}

/// The one for a run among all tests, or the one for the long check.
pub(crate) fn pick<T>(short: T, full: T) -> T {
    if is_full() { full } else { short }
}

/// Waits for something that takes long in the long checks.
pub(crate) async fn patiently<T>(what: &str, doing: impl Future<Output = T>) -> T {
    let bound = pick(chat_e2e::DEADLINE, Duration::from_secs(900));
    match tokio::time::timeout(bound, doing).await {
        Ok(done) => done,
        Err(_) => panic!("waited {bound:?} in vain for {what}"),
    }
}
