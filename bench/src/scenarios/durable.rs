//! Durable messages a second with 1, 16 and 256 senders, one on the way each, beside a bare database that commits rows
//! in groups.

use crate::{
    baseline::sqlite,
    load::{Count, Pace, drive},
    row::Row,
    scenarios::soloists,
    setting::Setting,
};

const SENDERS: [usize; 3] = [1, 16, 256];

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let mut fleet = setting.fleet()?;
    let most = setting.options.scaled(SENDERS[2], 4);
    let speakers = soloists(setting, &mut fleet, most)?;
    let mut rows = Vec::new();
    for senders in SENDERS {
        let some = &speakers[..senders.min(most)];
        let row = Row::new(format!("sends, {senders} senders"));
        rows.push(drive(setting, &mut fleet, some, Pace::OneEach, Count::Acks, row)?);
    }
    let bytes = setting.options.body_bytes;
    for in_flight in SENDERS {
        let bare = sqlite::group_commit(&setting.dir(), setting.options.seconds, in_flight, bytes, setting.cpus)?;
        if let Some(index) = SENDERS.iter().position(|senders| *senders == in_flight) {
            let ratio = rows[index].value("rate_per_s").zip(bare.value("rate_per_s")).map(|(own, bare)| own / bare);
            rows[index] = rows[index].clone().with_known("of_sqlite_alone", ratio);
        }
        rows.push(bare);
    }
    setting.remark("durable: the bar is of_sqlite_alone at least 0.3 with 256 senders".to_owned());
    Ok(rows)
}
