//! 5,000 connections at once, as after a restart: each signed in, to `Live`. Timed from a connection's first packet.

use crate::{row::Row, scenarios::connect, setting::Setting};

const CONNECTIONS: usize = 5_000;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let tokens = setting.rest.users(setting.connections(CONNECTIONS))?;
    let mut fleet = setting.fleet()?;
    let opened = connect(setting, &mut fleet, &tokens)?;
    let count = fleet.tally().live as u64;
    let row = Row::new("connections, to Live")
        .with("rate_per_s", count as f64 / opened.used.seconds)
        .with("connections", count as f64)
        .with("all_live_s", opened.used.seconds)
        .with_known("kib_per_connection", opened.kib_each)
        .used(&opened.used, count);
    let row = fleet.tally().openings.tell(row);
    Ok(vec![row.faults(fleet.take_faults())])
}
