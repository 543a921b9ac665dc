//! The clock that everything goes by.

/// The database's clock, in milliseconds since the Unix epoch: those of several servers may differ.
pub(in crate::store::postgres) const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
