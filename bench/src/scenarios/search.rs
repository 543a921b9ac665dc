//! Searching a million messages of twenty rooms: what is common and what is rare, parts of words, phrases, Chinese, and with
//! filters that leave little; each beside SQLite's `LIKE` over the same texts.

use std::cell::Cell;

use crate::{
    baseline::like::Database,
    clock,
    faults::Faults,
    latency::Latency,
    load::fill,
    message::What,
    prose::{Dice, pair, rare, word},
    row::Row,
    scenarios::soloists,
    setting::Setting,
};

const MESSAGES: usize = 1_000_000;
const ROOMS: usize = 20;
/// What one more user says, so that a filter leaves little.
const SELDOM: u64 = 100;
/// Words that are in many messages.
const COMMON: u64 = 8;
/// How often each is searched for, and how often with `LIKE`, which is slow.
const TIMES: (usize, usize) = (500, 20);

type Make = fn(&mut Dice, &Narrow) -> Search;

/// What is searched for, of each kind. The number is another one each time.
const KINDS: [(&str, Make); 6] = [
    ("a rare word", |dice, narrow| Search::text(rare(dice.below(narrow.texts / 1_000)))),
    ("a common word", |dice, _| Search::text(word(dice.below(COMMON)))),
    ("part of a word", |dice, _| Search::text(word(1_000 + dice.below(8_000))[1..].to_owned())),
    ("a phrase", |dice, _| {
        let phrase = format!("{} {}", word(dice.below(40)), word(dice.below(40)));
        Search { query: format!("\"{phrase}\""), like: Some(phrase) }
    }),
    ("Chinese", |dice, _| Search::text(pair(dice.below(40)))),
    ("filters that leave little", |dice, narrow| Search {
        query: format!("{} from:{} in:{}", word(dice.below(COMMON)), narrow.author, narrow.room),
        like: None,
    }),
];

/// What filters narrow a search by.
struct Narrow {
    author: String,
    room: String,
    texts: u64,
}

struct Search {
    query: String,
    /// The same for `LIKE`, if that can say it.
    like: Option<String>,
}

impl Search {
    fn text(text: String) -> Self {
        Self { like: Some(text.clone()), query: text }
    }
}

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let database = Database::open(&setting.database()?)?;
    let messages = setting.options.scaled(MESSAGES, 10_000);
    let mut fleet = setting.fleet()?;
    let mut speakers = soloists(setting, &mut fleet, ROOMS)?;
    let (room, reader) = (speakers[0].room.clone(), setting.rest.users(1)?.remove(0));
    setting.rest.join([(reader.as_str(), room.as_str())].into_iter())?;
    setting.rest.say(&reader, &room, (0..SELDOM).map(|number| format!("{} {number}", word(number % COMMON))))?;
    for (number, speaker) in speakers.iter_mut().enumerate() {
        speaker.what = What::Prose(Cell::new((number * messages / ROOMS) as u64));
    }
    fill(&mut fleet, &speakers, messages)?;
    let (span, begun) = (setting.span(), clock::now());
    database.wait_until_indexed()?;
    let (index, texts) = database.sizes()?;
    let indexing = Row::new(format!("index of {messages} messages"))
        .with("rate_per_s", messages as f64 / clock::seconds(begun, clock::now()))
        .used(&span.end(), messages as u64)
        .with("bytes_each", index / messages as f64)
        .with("of_texts", index / texts);
    let mut rows = vec![indexing.faults(fleet.take_faults())];
    let narrow = Narrow { author: setting.rest.name(&reader)?, room, texts: messages as u64 };
    for (what, make) in KINDS {
        let mut dice = Dice(1);
        let (mut latency, mut faults) = (Latency::default(), Faults::default());
        for _ in 0..setting.options.scaled(TIMES.0, 5) {
            let Search { query, like } = make(&mut dice, &narrow);
            let asked = clock::now();
            let found = setting.rest.search(&reader, &query)?;
            latency.record(asked, clock::now());
            // What is narrowed was said.
            faults.missing += u64::from(found == 0 && like.is_none());
        }
        rows.push(tell(what.to_owned(), &latency, faults));
    }
    for (what, make) in KINDS {
        let mut dice = Dice(1);
        let (mut latency, mut faults) = (Latency::default(), Faults::default());
        for _ in 0..setting.options.scaled(TIMES.1, 1) {
            let Search { query, like: Some(text) } = make(&mut dice, &narrow) else { continue };
            let asked = clock::now();
            let found = database.like(&text)?;
            latency.record(asked, clock::now());
            faults.missing += u64::from(found > 0 && setting.rest.search(&reader, &query)? == 0);
        }
        if latency.count() > 0 {
            rows.push(tell(format!("LIKE, {what}"), &latency, faults));
        }
    }
    setting.remark("search: the bars are p99_us below 50k, with filters below 200k".to_owned());
    Ok(rows)
}

fn tell(what: String, latency: &Latency, faults: Faults) -> Row {
    latency.tell(Row::new(what).with("rate_per_s", 1.0 / latency.mean_seconds())).faults(faults)
}
