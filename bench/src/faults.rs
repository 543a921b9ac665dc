//! What went wrong in a measurement.

use std::ops::AddAssign;

/// What went wrong, which ought to be nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Events that a receiver should have got.
    pub(crate) missing: u64,
    /// Events that a receiver got again.
    pub(crate) doubled: u64,
    /// Events that came after a later one.
    pub(crate) out_of_order: u64,
    /// Messages refused or not answered, connections lost, requests that failed.
    pub(crate) failed: u64,
}

impl AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.missing += other.missing;
        self.doubled += other.doubled;
        self.out_of_order += other.out_of_order;
        self.failed += other.failed;
    }
}
