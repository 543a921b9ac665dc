//! What can be measured.

use clap::ValueEnum;

/// A scenario, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// One room with 1,000 readers, where four people talk.
    Fanout,
    /// 100 rooms of ten who all talk.
    Rooms,
    /// 10,000 connections that are there and say nothing.
    Idle,
    /// 5,000 connections at once, to Live.
    Storm,
    /// 1,000 messages a second of 256 senders, beside the disk.
    Ack,
    /// Durable messages of 1, 16 and 256 senders, beside a bare database.
    Durable,
    /// Durable edits and reactions of 16 and 256 people, beside plain messages.
    Changes,
    /// Pages of 10,000 messages, from the newest to the first.
    History,
    /// Opening a room of 1,000,000 messages, beside one of 100.
    Large,
    /// Searching 1,000,000 messages, beside SQLite's LIKE.
    Search,
    /// A file of 64 MiB, beside nginx; 64 uploads at once.
    Files,
    /// Importing 1,000,000 messages, beside SQLite alone.
    Import,
    /// Coming back after 10,000 missed events in ten rooms.
    Resume,
    /// Coming back after more than the server sends again.
    Reset,
}

impl Scenario {
    /// All, in the order in which they are run.
    pub(crate) const ALL: &[Self] = &[
        Self::Fanout,
        Self::Rooms,
        Self::Idle,
        Self::Storm,
        Self::Ack,
        Self::Durable,
        Self::Changes,
        Self::History,
        Self::Large,
        Self::Search,
        Self::Files,
        Self::Import,
        Self::Resume,
        Self::Reset,
    ];

    /// As on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// As in its help.
    pub(crate) fn about(self) -> String {
        let help = self.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        help.unwrap_or_default()
    }
}
