//! Coming back to a room where more was missed than the server sends again, or whose history has changed: from `Hello`
//! to `Reset`, and on to the newest page over HTTP.

use crate::{
    clock, faults::Faults, hello::Caller, latency::Latency, load::fill, opening::open_all, row::Row,
    scenarios::soloists, setting::Setting,
};

const MISSED: usize = 10_000;
/// The server sends 2,000 events of a room again, and not one more.
const TOO_FAR: usize = 2_100;
/// What a client shows first.
const PAGE: usize = 50;
/// How often one comes back, one after the other.
const TIMES: usize = 50;
/// A history that no server has.
const OTHER_EPOCH: &str = "00000000-0000-4000-8000-000000000000";

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let mut fleet = setting.fleet()?;
    let speakers = soloists(setting, &mut fleet, 1)?;
    let room = &speakers[0].room;
    let missed = setting.options.scaled(MISSED, TOO_FAR);
    fill(&mut fleet, &speakers, missed)?;
    let filled = fleet.take_faults();
    let token = setting.rest.users(1)?.remove(0);
    setting.rest.join([(token.as_str(), room.as_str())].into_iter())?;
    let epoch = match &fleet.socket(0).received.welcome {
        Some(welcome) => welcome.epoch.clone(),
        None => anyhow::bail!("no Welcome"),
    };
    let mut rows = Vec::new();
    for (why, epoch, seq) in [("too_far", epoch.as_str(), 1), ("epoch", OTHER_EPOCH, missed)] {
        let caller = Caller {
            token: token.clone(),
            cursors: format!(r#","epoch":"{epoch}","cursors":{{"{room}":{{"seq":{seq}}}}}"#),
            places: Vec::new(),
        };
        // The page's connection is there already, as a client's is.
        setting.rest.wait(setting.rest.page(&token, room, None, PAGE))?;
        let span = setting.span();
        let (mut resets, mut pages, mut faults) = (Latency::default(), Latency::default(), filled);
        let times = setting.options.scaled(TIMES, 3);
        for _ in 0..times {
            let number = fleet.len();
            open_all(setting, &mut fleet, [caller.clone()].into_iter(), 1)?;
            let received = &fleet.socket(number).received;
            let (hello_at, reset_at) = match received.resets.as_slice() {
                [(reason, at)] if reason == why => (received.hello_at, *at),
                other => anyhow::bail!("Reset with {why} was to come, but what came is {other:?}"),
            };
            resets.record(hello_at, reset_at);
            let asked = clock::now();
            let page = setting.rest.wait(setting.rest.page(&token, room, None, PAGE))?;
            pages.record(asked, clock::now() + (reset_at - hello_at));
            let page: crate::rest::Page = serde_json::from_slice(&page)?;
            let last = page.messages.last().map(|message| message.seq);
            faults += Faults { missing: (PAGE - page.messages.len().min(PAGE)) as u64, ..Faults::default() };
            anyhow::ensure!(last > Some(missed as u64), "the newest page ends at {last:?}");
            faults += fleet.take_faults();
            fleet.drop_connection(number)?;
        }
        let used = span.end();
        let row = Row::new(format!("Reset ({why}) to first page"))
            .with("rate_per_s", 1.0 / pages.mean_seconds())
            .with("times", times as f64)
            .with("reset_p50_us", resets.quantile(0.5))
            .used(&used, times as u64);
        rows.push(pages.tell(row).faults(faults));
    }
    Ok(rows)
}
