//! Nothing is waited for by time: a test waits for what it wants to see, and this bound only says when to give up.

use std::time::Duration;

/// No step takes this long unless it never comes, also on a busy machine with two cores.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Waits for `doing`, and fails naming `what` if it does not come.
///
/// # Panics
/// After [`DEADLINE`].
pub async fn within<T>(what: &str, doing: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, doing).await {
        Ok(done) => done,
        Err(_) => panic!("waited {DEADLINE:?} in vain for {what}"),
    }
}
