//! 1,000 messages a second of 256 senders by the clock: how long until each is on the disk, beside the disk alone.

use crate::{
    baseline::disk,
    latency::Latency,
    load::{Count, Pace, drive, fill},
    row::Row,
    scenarios::soloists,
    setting::Setting,
};

const SENDERS: usize = 256;
const PER_SECOND: f64 = 1_000.0;
/// Of the whole time; the disk is measured before and after.
const DISK_PART: f64 = 0.25;
/// Messages that are there before it is measured, as with the bare database: a server that runs has its files at their
/// length, and appending to a file that grows costs the disk twice.
const BEFORE: usize = 20_000;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let mut fleet = setting.fleet()?;
    let speakers = soloists(setting, &mut fleet, setting.options.scaled(SENDERS, 4))?;
    let seconds = setting.options.seconds * DISK_PART;
    fill(&mut fleet, &speakers, setting.options.scaled(BEFORE, 16))?;
    let mut syncs = Latency::default();
    disk::sync(&setting.dir(), seconds, &mut syncs)?;
    let rate = (PER_SECOND * setting.options.scale).clamp(20.0, PER_SECOND);
    let row = Row::new(format!("acknowledgements, {rate} messages/s"));
    let row = drive(setting, &mut fleet, &speakers, Pace::PerSecond(rate), Count::Acks, row)?;
    disk::sync(&setting.dir(), seconds, &mut syncs)?;
    let paced = disk::paced(&setting.dir(), rate, setting.options.seconds)?;
    let disk_p50 = syncs.quantile(0.5);
    let beside_disk = |row: Row| {
        let of_disk = |key| row.value(key).map(|us: f64| us / disk_p50);
        let (p50, p99) = (of_disk("p50_us"), of_disk("p99_us"));
        row.with_known("p50_of_disk_p50", p50).with_known("p99_of_disk_p50", p99)
    };
    setting.remark("ack: bars are p50_of_disk_p50 at most 4 and p99_of_disk_p50 at most 20".to_owned());
    let disk = Row::new("disk alone, append + fdatasync").with("rate_per_s", syncs.count() as f64 / (2.0 * seconds));
    let appends = Row::new(format!("disk alone, {rate} appends/s"));
    let appends = appends.with("rate_per_s", paced.count() as f64 / setting.options.seconds);
    Ok(vec![beside_disk(row), syncs.tell(disk), beside_disk(paced.tell(appends))])
}
