//! A million messages of twenty rooms, imported: from logs of weechat and from an export of our own; beside SQLite, which only
//! inserts the same rows.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Context as _;

use crate::{baseline::rows, clock, machine::Process, prose, row::Row, setting::Setting};

const MESSAGES: usize = 1_000_000;
const ROOMS: usize = 20;
/// Who says it, in each room.
const PEOPLE: usize = 50;
/// Seconds from one message of all rooms to the next.
const PACE: usize = 30;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let messages = setting.options.scaled(MESSAGES, 10_000).next_multiple_of(ROOMS);
    let program = setting.options.server()?;
    let place = tempfile::Builder::new().prefix("chat-bench-").tempdir_in(setting.dir())?;
    let at = |name: &str| place.path().join(name);
    fs::create_dir(at("logs"))?;
    write_logs(&at("logs"), messages)?;
    let mut rows = Vec::new();
    let mut measure = |name: String, args: &[&str], data: &Path| -> anyhow::Result<f64> {
        let begun = clock::now();
        let mut child = Command::new(&program);
        child.args(args).arg("--data").arg(data).stdin(Stdio::null()).stdout(Stdio::null());
        let done = child.status().with_context(|| format!("cannot start {}", program.display()))?;
        anyhow::ensure!(done.success(), "{args:?} ended with {done}");
        let seconds = clock::seconds(begun, clock::now());
        rows.push(Row::new(name).with("rate_per_s", messages as f64 / seconds).with("seconds", seconds));
        Ok(seconds)
    };
    let path = |name: &str| at(name).display().to_string();
    measure(format!("{messages} messages from weechat"), &["import", &path("logs")], &at("one"))?;
    measure("exported".to_owned(), &["export", &path("out")], &at("one"))?;
    let own = measure("imported from that".to_owned(), &["import", &path("out")], &at("two"))?;
    anyhow::ensure!(rows::count(&at("two").join("chat.db"))? == messages as u64, "not all messages are there");
    let cpu = Process::own().cpu_seconds();
    let begun = clock::now();
    let copied = rows::copy(&at("two").join("chat.db"), &at("rows.db"))?;
    let alone = clock::seconds(begun, clock::now());
    let cpu = Process::own().cpu_seconds().zip(cpu).map(|(now, before)| now - before);
    rows.push(
        Row::new("SQLite alone, the same rows")
            .with("rate_per_s", copied as f64 / alone)
            .with("seconds", alone)
            .with_known("cpu_s", cpu)
            .with("import_of_it", own / alone),
    );
    setting.remark("import: the bar is seconds below 120 for 1,000,000 messages".to_owned());
    Ok(rows)
}

/// A log for each room, as weechat writes them.
fn write_logs(folder: &Path, messages: usize) -> anyhow::Result<()> {
    for room in 0..ROOMS {
        let log = folder.join(format!("irc.bench.#room-{room}.weechatlog"));
        let mut log = BufWriter::new(File::create(log)?);
        for number in (room..messages).step_by(ROOMS) {
            let mut text = String::new();
            prose::write(number as u64, &mut text);
            let person = (number / ROOMS * 7 + room) % PEOPLE;
            writeln!(log, "{}\tperson-{person}\t{}", time(number * PACE / ROOMS), text.trim())?;
        }
        log.flush()?;
    }
    Ok(())
}

/// So many seconds after a year began in which every month counts as having 28 days.
fn time(seconds: usize) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let days = hours / 24;
    let (months, years) = (days / 28, days / 28 / 12);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        2020 + years,
        months % 12 + 1,
        days % 28 + 1,
        hours % 24,
        minutes % 60,
        seconds % 60
    )
}
