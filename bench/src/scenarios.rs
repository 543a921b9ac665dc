//! How each scenario is run, one file each.

mod ack;
mod changes;
mod durable;
mod fanout;
mod files;
mod history;
mod idle;
mod import;
mod large;
mod reset;
mod resume;
mod rooms;
mod search;
mod storm;

use std::time::Duration;

use crate::{
    fleet::Fleet, hello::Caller, load::Speaker, machine::Used, message::What, opening::open_all, row::Row,
    scenario::Scenario, setting::Setting,
};

/// Handshakes on the way at once.
const HANDSHAKES: usize = 256;
/// Nothing came for so long: the server has done what new connections brought with them.
const QUIET: Duration = Duration::from_millis(200);
/// On a server where others talk, it never is quiet.
const LONGEST_SETTLING: Duration = Duration::from_secs(5);

/// Runs a scenario once.
pub(crate) fn run(scenario: Scenario, setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    match scenario {
        Scenario::Fanout => fanout::run(setting),
        Scenario::Rooms => rooms::run(setting),
        Scenario::Idle => idle::run(setting),
        Scenario::Storm => storm::run(setting),
        Scenario::Ack => ack::run(setting),
        Scenario::Durable => durable::run(setting),
        Scenario::Changes => changes::run(setting),
        Scenario::History => history::run(setting),
        Scenario::Large => large::run(setting),
        Scenario::Search => search::run(setting),
        Scenario::Files => files::run(setting),
        Scenario::Import => import::run(setting),
        Scenario::Resume => resume::run(setting),
        Scenario::Reset => reset::run(setting),
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
        rooms.into_iter().map(move |room| Speaker { socket: first + number, room, readers: 1, what: What::Message })
    };
    Ok(rooms.into_iter().enumerate().flat_map(speaker).collect())
}
