//! What one writer did and was told, in its own words.

use std::time::Instant;

/// Everything that a writer did, in that order.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Each message once, however often it was sent.
    pub writes: Vec<Write>,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Write {
    /// Chosen by the writer.
    pub id: String,
    /// Says whose it is and which.
    pub body: String,
    /// When it was sent first.
    pub invoked: Instant,
    /// What became of it.
    pub outcome: Outcome,
}

/// What the writer knows of a message in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server said that it is on disk.
    Acknowledged {
        /// At this place in the log.
        seq: u64,
        /// At this moment.
        at: Instant,
    },
    /// The server said that it does not take it.
    Refused,
    /// The connection broke before an answer, and the writer asked no more.
    Unknown,
}
