//! Pages of history: walkers begin at the newest of 10,000 messages and go back page by page to the first. Each asks for
//! the next page once it has the one before, as a person who scrolls does.

use futures_util::future::try_join_all;

use crate::{
    clock, faults::Faults, latency::Latency, load::fill, rest::Page, row::Row, scenarios::soloists, setting::Setting,
};

const MESSAGES: usize = 10_000;
const PAGE: usize = 100;
/// People who scroll at once.
const WALKERS: [usize; 2] = [1, 16];

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let mut fleet = setting.fleet()?;
    let speakers = soloists(setting, &mut fleet, 1)?;
    let messages = setting.options.scaled(MESSAGES, PAGE);
    fill(&mut fleet, &speakers, messages)?;
    let faults = fleet.take_faults();
    let tokens = setting.rest.users(WALKERS[1])?;
    let mut rows = Vec::new();
    for walkers in WALKERS {
        // Once before, for the caches and the connections.
        walk_all(setting, &tokens[..walkers], &speakers[0].room, messages)?;
        let span = setting.span();
        let mut walked = Vec::new();
        let begin = clock::now();
        while clock::seconds(begin, clock::now()) < setting.options.seconds {
            walked.extend(walk_all(setting, &tokens[..walkers], &speakers[0].room, messages)?);
        }
        let used = span.end();
        let (mut all, mut faults) = (Latency::default(), faults);
        for walk in &walked {
            all.add(&walk.latency);
            faults += walk.faults;
        }
        let pages = all.count();
        let row = Row::new(format!("pages of {PAGE}, {walkers} at once"))
            .with("rate_per_s", pages as f64 / used.seconds)
            .with("messages_per_s", (walked.len() * messages) as f64 / used.seconds)
            .used(&used, pages);
        rows.push(all.tell(row).faults(faults));
    }
    Ok(rows)
}

#[derive(Default)]
struct Walk {
    latency: Latency,
    faults: Faults,
}

/// Each of these users walks the room once, all at the same time.
fn walk_all(setting: &Setting<'_>, tokens: &[String], room: &str, messages: usize) -> anyhow::Result<Vec<Walk>> {
    setting.rest.wait(try_join_all(tokens.iter().map(|token| walk(setting, token, room, messages))))
}

/// From the newest message to the first.
async fn walk(setting: &Setting<'_>, token: &str, room: &str, messages: usize) -> anyhow::Result<Walk> {
    let mut walk = Walk::default();
    let (mut before, mut count) = (None, 0);
    loop {
        let asked = clock::now();
        let bytes = setting.rest.page(token, room, before, PAGE).await?;
        walk.latency.record(asked, clock::now());
        let page: Page = serde_json::from_slice(&bytes)?;
        let seqs: Vec<u64> = page.messages.iter().map(|message| message.seq).collect();
        let follow = seqs.iter().copied().chain(before).collect::<Vec<_>>();
        walk.faults.out_of_order += follow.windows(2).filter(|pair| pair[0] > pair[1]).count() as u64;
        walk.faults.doubled += follow.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
        count += seqs.len();
        match seqs.first() {
            Some(first) if seqs.len() == PAGE => before = Some(*first),
            _ => break,
        }
    }
    walk.faults.missing += messages.saturating_sub(count) as u64;
    Ok(walk)
}
