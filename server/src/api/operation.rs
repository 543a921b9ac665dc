//! For those who run the server: whether it is up, what it counts, how its API is described.

pub mod docs;
pub mod health;
pub mod metrics;
