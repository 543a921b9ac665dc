//! What is noted of time itself.

use crate::store::{
    Result,
    steps::{Mark, Transaction},
};

/// Notes something now.
pub(in crate::store) fn set_now(tx: &mut dyn Transaction, mark: Mark) -> Result<()> {
    let now = tx.now();
    tx.set_mark(mark, now)
}
