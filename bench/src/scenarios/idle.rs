//! 10,000 connections that are there and say nothing: what each costs.

use std::time::Duration;

use crate::{clock, row::Row, scenarios::connect, setting::Setting};

const CONNECTIONS: usize = 10_000;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let tokens = setting.rest.users(setting.connections(CONNECTIONS))?;
    let mut fleet = setting.fleet()?;
    let opened = connect(setting, &mut fleet, &tokens)?;
    let span = setting.span();
    let end = clock::now() + clock::nanos(Duration::from_secs_f64(setting.options.seconds));
    while clock::now() < end {
        // Nothing is timed here, and a loop that spins would only heat the machine.
        fleet.turn(Duration::from_millis(10))?;
    }
    let used = span.end();
    let row = Row::new("connections, idle")
        .with("connections", tokens.len() as f64)
        .with_known("kib_per_connection", opened.kib_each)
        .with_known("server_cpu_pct", used.server_cpu.map(|cpu| 100.0 * cpu / used.seconds))
        .with_known("server_cpu_s", used.server_cpu)
        .with_known("foreign_cpu_pct", used.foreign_pct);
    Ok(vec![row.faults(fleet.take_faults())])
}
