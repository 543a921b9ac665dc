//! Opening a large room, beside a small one: its newest page over HTTP, as clients show it, and from `Hello` to `Live` for a member
//! who has read nothing of it. In both rooms the newest messages have reactions and are in threads.

use anyhow::Context as _;

use crate::{
    clock, faults::Faults, fleet::Fleet, hello::Caller, latency::Latency, load::fill, opening::open_all, rest::Page,
    row::Row, scenarios::soloists, setting::Setting,
};

const MESSAGES: [usize; 2] = [100, 1_000_000];
/// The newest messages that get a reply.
const THREADS: usize = 40;
/// What a client shows first.
const PAGE: usize = 50;
/// How often each is done, by turns.
const TIMES: usize = 300;

/// A room, and a member who has read nothing of it.
struct Place {
    room: String,
    messages: usize,
    visitor: String,
    pages: Latency,
    hellos: Latency,
}

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let mut fleet = setting.fleet()?;
    let speakers = soloists(setting, &mut fleet, MESSAGES.len())?;
    let visitors = setting.rest.users(MESSAGES.len())?;
    let mut places = Vec::new();
    for ((speaker, visitor), full) in speakers.iter().zip(visitors).zip(MESSAGES) {
        let messages = setting.options.scaled(full, MESSAGES[0]);
        setting.rest.join([(visitor.as_str(), speaker.room.as_str())].into_iter())?;
        fill(&mut fleet, std::slice::from_ref(speaker), messages)?;
        setting.rest.reply(&visitor, &speaker.room, &newest(setting, &visitor, &speaker.room, THREADS)?)?;
        setting.rest.react(&visitor, &newest(setting, &visitor, &speaker.room, PAGE)?)?;
        let (pages, hellos) = Default::default();
        places.push(Place { room: speaker.room.clone(), messages: messages + THREADS, visitor, pages, hellos });
    }
    fleet.settle(super::QUIET, super::LONGEST_SETTLING)?;
    let mut faults = fleet.take_faults();
    let times = setting.options.scaled(TIMES, 5);
    // Once before, for the caches and the connections.
    for time in 0..=times {
        for place in &mut places {
            faults += open(setting, &mut fleet, place)?;
            if time == 0 {
                place.pages.clear();
                place.hellos.clear();
            }
        }
    }
    Ok([("newest page", page as fn(&Place) -> &Latency), ("Hello to Live", hello)]
        .into_iter()
        .flat_map(|(what, latency)| rows(what, latency, &places, faults))
        .collect())
}

fn page(place: &Place) -> &Latency {
    &place.pages
}

fn hello(place: &Place) -> &Latency {
    &place.hellos
}

/// A row for each room; that of the large one says how many times as long it took.
fn rows(what: &str, latency: fn(&Place) -> &Latency, places: &[Place], faults: Faults) -> Vec<Row> {
    let small = latency(&places[0]).quantile(0.5);
    let row = |place: &Place| {
        let times = latency(place);
        let row =
            Row::new(format!("{what}, {} messages", place.messages)).with("rate_per_s", 1.0 / times.mean_seconds());
        times.tell(row).with("of_small", times.quantile(0.5) / small).faults(faults)
    };
    places.iter().map(row).collect()
}

/// Opens the room once, in both ways.
fn open(setting: &Setting<'_>, fleet: &mut Fleet, place: &mut Place) -> anyhow::Result<Faults> {
    let query = format!("room={}&limit={PAGE}&blocks=true", place.room);
    let asked = clock::now();
    let bytes = setting.rest.wait(setting.rest.messages(&place.visitor, &query))?;
    place.pages.record(asked, clock::now());
    let page: Page = serde_json::from_slice(&bytes)?;
    let number = fleet.len();
    open_all(setting, fleet, [Caller { token: place.visitor.clone(), ..Caller::default() }].into_iter(), 1)?;
    let received = &fleet.socket(number).received;
    place.hellos.record(received.hello_at, received.live_at);
    let rooms = &received.welcome.as_ref().context("no Welcome")?.rooms;
    let last = rooms.iter().find(|room| room.id == place.room).map(|room| room.last_seq);
    anyhow::ensure!(last > Some(place.messages as u64), "the room ends at {last:?}");
    fleet.drop_connection(number)?;
    Ok(Faults { missing: (PAGE - page.messages.len().min(PAGE)) as u64, ..Faults::default() })
}

/// The ids of a room's newest messages.
fn newest(setting: &Setting<'_>, token: &str, room: &str, count: usize) -> anyhow::Result<Vec<String>> {
    let bytes = setting.rest.wait(setting.rest.page(token, room, None, count))?;
    let page: Page = serde_json::from_slice(&bytes)?;
    Ok(page.messages.into_iter().map(|message| message.id).collect())
}
