//! Durable edits and reactions a second of 16 and 256 people, one on the way each, beside plain messages of the same people:
//! each changes a message of their own, in a room of their own.

use std::cell::Cell;

use anyhow::Context as _;

use crate::{
    load::{Count, Pace, Speaker, drive, fill},
    message::What,
    rest::Page,
    row::Row,
    scenarios::soloists,
    setting::Setting,
};

const PEOPLE: [usize; 2] = [16, 256];

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let mut fleet = setting.fleet()?;
    let most = setting.options.scaled(PEOPLE[1], 4);
    let speakers = soloists(setting, &mut fleet, most)?;
    fill(&mut fleet, &speakers, most)?;
    let filled = fleet.take_faults();
    let said = own_messages(setting, &speakers)?;
    let mut rows = Vec::new();
    for people in PEOPLE.map(|people| people.min(most)) {
        let mut measure = |what: &str, some: &[Speaker]| {
            let row = Row::new(format!("{what}, {people} people"));
            drive(setting, &mut fleet, some, Pace::OneEach, Count::Acks, row)
        };
        let own = || speakers.iter().zip(&said).take(people);
        // Only the acknowledgement of a change is timed, not when it is heard of.
        let change = |speaker: &Speaker, what| Speaker { what, readers: 0, ..speaker.clone() };
        let edit = |(speaker, id): (&Speaker, &String)| change(speaker, What::Edit(id.clone()));
        let react = |(speaker, id): (&Speaker, &String)| {
            change(speaker, What::React { message: id.clone(), on: Cell::new(false) })
        };
        let messages = measure("messages", &speakers[..people])?.faults(filled);
        let plain = messages.value("rate_per_s").filter(|rate| *rate > 0.0);
        rows.push(messages);
        for (name, changing) in
            [("edits", own().map(edit).collect()), ("reactions", own().map(react).collect::<Vec<_>>())]
        {
            let row = measure(name, &changing)?;
            let ratio = row.value("rate_per_s").zip(plain).map(|(rate, plain)| rate / plain);
            rows.push(row.with_known("of_messages", ratio));
        }
    }
    Ok(rows)
}

/// The newest message of each speaker's room: their own, as they are alone there.
fn own_messages(setting: &Setting<'_>, speakers: &[Speaker]) -> anyhow::Result<Vec<String>> {
    let reader = setting.rest.users(1)?.pop().context("no reader")?;
    let newest = async |speaker: &Speaker| {
        let bytes = setting.rest.page(&reader, &speaker.room, None, 1).await?;
        let page: Page = serde_json::from_slice(&bytes)?;
        page.messages.into_iter().next().map(|message| message.id).context("nobody said anything there")
    };
    let all = speakers.iter().map(newest);
    setting.rest.wait(futures_util::future::try_join_all(all))
}
