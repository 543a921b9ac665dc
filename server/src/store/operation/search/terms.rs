//! By which terms messages are found: what an index keeps of each, and what it is asked for.

use chat_protocol::{
    Timestamp,
    search::{Folded, Has, terms},
};

use super::Features;
use crate::store::{Result, RowId, steps::Narrow};

/// What is made of a message. A change of it makes another version: the index is then filled again.
pub(in crate::store) const VERSION: i64 = 1;
/// Terms that narrow a search.
const MOST: usize = 60;

// Terms of a text have at most three characters; these have more.
const PUBLIC: &str = "public";
const LINK: &str = "link";
const CODE: &str = "code";
const FILE: &str = "file";

/// Messages are filtered by when they were sent in steps of so many milliseconds: 30 days.
const PERIOD: i64 = 30 * 24 * 3_600 * 1_000;

fn room(room: RowId) -> String {
    format!("room{room}")
}

fn author(author: RowId) -> String {
    format!("from{author}")
}

fn period(number: i64) -> String {
    format!("period{number}")
}

/// What a message is found by.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Indexed<'a> {
    pub(in crate::store) room: RowId,
    /// Whether anyone may read there.
    pub(in crate::store) is_public: bool,
    pub(in crate::store) author: RowId,
    pub(in crate::store) sent_at: Timestamp,
    pub(in crate::store) body: &'a str,
    pub(in crate::store) has_files: bool,
}

impl Indexed<'_> {
    /// Its terms, without blanks in them.
    pub(in crate::store) fn terms(&self) -> Vec<String> {
        let text = Folded::of(self.body);
        let mut all: Vec<String> = terms(&text).into_iter().map(str::to_owned).collect();
        all.push(room(self.room));
        all.extend(self.is_public.then(|| PUBLIC.to_owned()));
        all.push(author(self.author));
        all.push(period(self.sent_at.millis() / PERIOD));
        let features = Features::of(self.body);
        all.extend(features.link.then(|| LINK.to_owned()));
        all.extend(features.code.then(|| CODE.to_owned()));
        all.extend(self.has_files.then(|| FILE.to_owned()));
        all
    }
}

/// In which rooms is looked.
#[derive(Debug, Clone)]
pub(in crate::store) struct Rooms {
    /// In every public room.
    pub(in crate::store) all_public: bool,
    /// And in these.
    pub(in crate::store) others: Vec<RowId>,
}

/// What an index is asked for.
#[derive(Debug, Clone)]
pub(in crate::store) struct Wanted {
    /// Terms that a message has, all of them.
    pub(in crate::store) all: Vec<String>,
    /// Groups of terms, of each of which a message has one. The last is of the rooms: of what the others have in common,
    /// most is in rooms that the reader may see.
    pub(in crate::store) any: Vec<Vec<String>>,
}

impl Wanted {
    /// `extent` says when the first room was made and when the last event happened. `None` if nothing can be found.
    pub(in crate::store) fn of(
        narrow: &Narrow<'_>,
        rooms: &Rooms,
        extent: impl FnOnce() -> Result<(Timestamp, Timestamp)>,
    ) -> Result<Option<Self>> {
        let query = narrow.query;
        let mut all: Vec<String> = query.with.iter().flat_map(|needle| needle.terms()).map(str::to_owned).collect();
        all.sort_unstable();
        all.dedup();
        all.truncate(MOST);
        let features = [(Has::Link, LINK), (Has::Code, CODE), (Has::File, FILE)];
        all.extend(features.into_iter().filter(|(has, _)| query.has.contains(has)).map(|(_, term)| term.to_owned()));
        let mut any = Vec::new();
        if !narrow.authors.is_empty() {
            any.push(narrow.authors.iter().copied().map(author).collect());
        }
        if query.before.is_some() || query.after.is_some() {
            let Some(periods) = periods(query.after, query.before, extent()?) else { return Ok(None) };
            any.push(periods);
        }
        let public = rooms.all_public.then(|| PUBLIC.to_owned());
        any.push(public.into_iter().chain(rooms.others.iter().copied().map(room)).collect());
        Ok(Some(Self { all, any }))
    }
}

/// The periods from a time on and up to one, as far as there are messages. `None` if there is none.
fn periods(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    (first, last): (Timestamp, Timestamp),
) -> Option<Vec<String>> {
    let first = from.map_or(first, |from| from.max(first));
    let last = to.map_or(last, |to| to.min(last));
    let periods: Vec<String> = (first.millis() / PERIOD..=last.millis() / PERIOD).map(period).collect();
    (!periods.is_empty()).then_some(periods)
}
