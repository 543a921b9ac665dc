//! One room with 1,000 readers, each a user of their own, where four more people talk.

use crate::{
    load::{Count, Pace, Speaker, drive},
    message::What,
    row::Row,
    scenarios::connect,
    setting::Setting,
};

const READERS: usize = 1_000;
const SPEAKERS: usize = 4;
/// Messages on the way at once, where the rate is asked for.
const IN_FLIGHT: u64 = 16;
/// Messages a second where latency is asked for: 20,000 deliveries a second with all readers.
const PER_SECOND: f64 = 20.0;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let readers = setting.connections(READERS);
    let tokens = setting.rest.users(readers + SPEAKERS)?;
    let room = setting.rest.rooms(&tokens[0], 1)?.remove(0);
    setting.rest.join(tokens.iter().map(|token| (token.as_str(), room.as_str())))?;
    let mut fleet = setting.fleet()?;
    let opened = connect(setting, &mut fleet, &tokens)?;
    let speakers: Vec<_> = (readers..tokens.len())
        .map(|socket| Speaker { socket, room: room.clone(), readers: tokens.len() as u64, what: What::Message })
        .collect();
    let closed =
        Row::new(format!("deliveries, {IN_FLIGHT} in flight")).with_known("kib_per_connection", opened.kib_each);
    let open = Row::new(format!("deliveries, {PER_SECOND} messages/s"));
    Ok(vec![
        drive(setting, &mut fleet, &speakers, Pace::InFlight(IN_FLIGHT), Count::Deliveries, closed)?,
        drive(setting, &mut fleet, &speakers, Pace::PerSecond(PER_SECOND), Count::Deliveries, open)?,
    ])
}
