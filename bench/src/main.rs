//! A load generator: drives a running chat-server over its public API, and prints what it measured.
//!
//! One thread and one loop for thousands of connections, so that one core can drive what another serves. Every
//! message carries when it was meant to be sent, and latency counts from there: a server that stalls is not asked
//! less. Every receiver counts what it got by its position in the room's log.

mod baseline;
mod clock;
mod download;
mod faults;
mod fleet;
mod frame;
mod hello;
mod latency;
mod load;
mod machine;
mod message;
mod opening;
mod options;
mod prose;
mod report;
mod rest;
mod row;
mod scan;
mod scenario;
mod scenarios;
mod server;
mod setting;
mod socket;
mod tally;
mod track;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{options::Options, report::Report, row::Row, setting::Setting};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(report) if report.faults() == 0 => ExitCode::SUCCESS,
        Ok(report) => {
            eprintln!("error: {} faults: see the columns missing, doubled, out of order and failed", report.faults());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<Report> {
    clock::now();
    let mut report = Report::new(options);
    let machine = machine::Machine::look();
    for run in 1..=options.runs {
        for scenario in options.scenarios() {
            eprintln!("{} (run {run} of {}) …", scenario.name(), options.runs);
            let setting = Setting::prepare(options, &machine)?;
            let rows = scenarios::run(scenario, &setting).unwrap_or_else(|error| vec![Row::failure(&error)]);
            rows.iter().for_each(|row| eprintln!("  {row}"));
            report.note(setting.notes());
            report.add(scenario, run, rows);
            setting.finish()?;
        }
    }
    report.print();
    if let Some(file) = &options.json {
        report.write(file)?;
    }
    Ok(report)
}
