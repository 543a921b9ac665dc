//! Coming back after 10,000 missed events in ten rooms: from `Hello` with the old cursors to the last of them.

use crate::{
    faults::Faults,
    fleet::Fleet,
    hello::Caller,
    latency::Latency,
    load::{Speaker, fill},
    message::What,
    opening::open_all,
    row::Row,
    scenarios::connect,
    setting::Setting,
    tally::RoomKey,
};

const ROOMS: usize = 10;
const MISSED: usize = 10_000;
/// How often one comes back, one after the other.
const TIMES: usize = 20;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let tokens = setting.rest.users(2)?;
    let rooms = setting.rest.rooms(&tokens[0], ROOMS)?;
    setting.rest.join(rooms.iter().map(|room| (tokens[1].as_str(), room.as_str())))?;
    let mut fleet = setting.fleet()?;
    connect(setting, &mut fleet, &tokens)?;
    let back = cursors(&fleet, 1, &tokens[1], &rooms);
    fleet.drop_connection(1)?;
    let missed = setting.options.scaled(MISSED / ROOMS, 1) * ROOMS;
    let speakers: Vec<_> =
        rooms.into_iter().map(|room| Speaker { socket: 0, room, readers: 1, what: What::Message }).collect();
    fill(&mut fleet, &speakers, missed)?;
    let mut faults = fleet.take_faults();

    let span = setting.span();
    let mut latency = Latency::default();
    let times = setting.options.scaled(TIMES, 3);
    for _ in 0..times {
        let number = fleet.len();
        open_all(setting, &mut fleet, [back.clone()].into_iter(), 1)?;
        let received = &fleet.socket(number).received;
        latency.record(received.hello_at, received.event_at);
        faults += Faults {
            missing: (missed as u64).saturating_sub(received.events),
            failed: received.resets.len() as u64,
            ..Faults::default()
        };
        faults += fleet.take_faults();
        fleet.drop_connection(number)?;
    }
    let used = span.end();
    let seconds_each = latency.mean_seconds();
    let row = Row::new(format!("events, {missed} missed in {ROOMS} rooms"))
        .with("rate_per_s", missed as f64 / seconds_each)
        .with("times", times as f64)
        .used(&used, (missed * times) as u64);
    Ok(vec![latency.tell(row).faults(faults)])
}

/// The same user again, with the cursors of the connection that they had.
fn cursors(fleet: &Fleet, number: usize, token: &str, rooms: &[String]) -> Caller {
    let mut caller = Caller { token: token.to_owned(), ..Caller::default() };
    let Some(welcome) = &fleet.socket(number).received.welcome else { return caller };
    let mut cursors = serde_json::Map::new();
    for room in welcome.rooms.iter().filter(|room| rooms.contains(&room.id)) {
        cursors.insert(room.id.clone(), serde_json::json!({ "seq": room.last_seq, "at": room.last_at }));
        caller.places.extend(RoomKey::try_from(room.id.as_bytes()).map(|key| (key, room.last_seq)));
    }
    caller.cursors = format!(r#","epoch":"{}","cursors":{}"#, welcome.epoch, serde_json::Value::Object(cursors));
    caller
}
