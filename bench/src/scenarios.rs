//! What can be measured, and the list of it.

mod ack;
mod durable;
mod fanout;
mod history;
mod idle;
mod reset;
mod resume;
mod rooms;
mod storm;

use std::time::Duration;

use clap::ValueEnum;

use crate::{
    fleet::Fleet, hello::Caller, load::Speaker, machine::Used, opening::open_all, report::Row, setting::Setting,
};

/// Handshakes on the way at once.
const HANDSHAKES: usize = 256;
/// Nothing came for so long: the server has done what new connections brought with them.
const QUIET: Duration = Duration::from_millis(200);
/// On a server where others talk, it never is quiet.
const LONGEST_SETTLING: Duration = Duration::from_secs(5);

/// One of them.
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
    /// Pages of 10,000 messages, from the newest to the first.
    History,
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
        Self::History,
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

    /// Runs it once.
    pub(crate) fn run(self, setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
        match self {
            Self::Fanout => fanout::run(setting),
            Self::Rooms => rooms::run(setting),
            Self::Idle => idle::run(setting),
            Self::Storm => storm::run(setting),
            Self::Ack => ack::run(setting),
            Self::Durable => durable::run(setting),
            Self::History => history::run(setting),
            Self::Resume => resume::run(setting),
            Self::Reset => reset::run(setting),
        }
    }
}

/// What came of opening connections.
struct Connected {
    /// What it took.
    used: Used,
    /// Resident memory that came with each, once it was quiet.
    kib_each: Option<f64>,
}

/// A connection for each of these tokens, and quiet after that.
fn connect(setting: &Setting<'_>, fleet: &mut Fleet, tokens: &[String]) -> anyhow::Result<Connected> {
    let memory = setting.process.rss_kib();
    let callers = tokens.iter().map(|token| Caller { token: token.clone(), ..Caller::default() });
    let used = open_all(setting, fleet, callers, HANDSHAKES)?;
    fleet.settle(QUIET, LONGEST_SETTLING)?;
    let grown = || Some((setting.process.rss_kib()? - memory?) / tokens.len() as f64);
    Ok(Connected { used, kib_each: grown() })
}

/// That many senders, each alone in a room, so that what is measured is saying and not hearing; all connected.
fn soloists(setting: &Setting<'_>, fleet: &mut Fleet, count: usize) -> anyhow::Result<Vec<Speaker>> {
    let tokens = setting.rest.users(count)?;
    let first = fleet.len();
    let rooms = tokens.iter().map(|token| setting.rest.rooms(token, 1)).collect::<Result<Vec<_>, _>>()?;
    connect(setting, fleet, &tokens)?;
    let speaker = |(number, rooms): (usize, Vec<String>)| {
        rooms.into_iter().map(move |room| Speaker { socket: first + number, room, readers: 1 })
    };
    Ok(rooms.into_iter().enumerate().flat_map(speaker).collect())
}
