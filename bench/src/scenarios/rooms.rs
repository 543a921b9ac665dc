//! 100 rooms of ten, who all talk: the rooms by turns, and in each room its people by turns.

use crate::{
    load::{Count, Pace, Speaker, drive},
    message::What,
    row::Row,
    scenarios::connect,
    setting::Setting,
};

const ROOMS: usize = 100;
const PEOPLE: usize = 10;
/// Messages on the way at once, where the rate is asked for.
const IN_FLIGHT: u64 = 200;
/// Messages a second and room where latency is asked for: 20,000 deliveries a second with all rooms.
const PER_SECOND_AND_ROOM: f64 = 20.0;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let count = setting.connections(ROOMS * PEOPLE) / PEOPLE;
    let tokens = setting.rest.users(count * PEOPLE)?;
    let rooms = setting.rest.rooms(&tokens[0], count)?;
    let of = |number: usize| &rooms[number % count];
    setting.rest.join(tokens.iter().enumerate().map(|(number, token)| (token.as_str(), of(number).as_str())))?;
    // Who made the rooms is in all of them, and would hear more than the others.
    setting.rest.leave(&tokens[0], &rooms[1..])?;
    let mut fleet = setting.fleet()?;
    let opened = connect(setting, &mut fleet, &tokens)?;
    let speakers: Vec<_> = (0..tokens.len())
        .map(|socket| Speaker { socket, room: of(socket).clone(), readers: PEOPLE as u64, what: What::Message })
        .collect();
    let closed =
        Row::new(format!("deliveries, {IN_FLIGHT} in flight")).with_known("kib_per_connection", opened.kib_each);
    let rate = PER_SECOND_AND_ROOM * count as f64;
    let open = Row::new(format!("deliveries, {rate} messages/s"));
    Ok(vec![
        drive(setting, &mut fleet, &speakers, Pace::InFlight(IN_FLIGHT), Count::Deliveries, closed)?,
        drive(setting, &mut fleet, &speakers, Pace::PerSecond(rate), Count::Deliveries, open)?,
    ])
}
