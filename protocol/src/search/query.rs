//! What people type to search: words, phrases, what must not be there, and filters.

use std::str::FromStr;

use super::Needle;
use crate::Timestamp;

/// Characters of a query.
const MAX_CHARS: usize = 500;
/// Words, phrases and filters of a query.
const MAX_PARTS: usize = 30;

/// Why a query cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuery {
    /// There is nothing to look for.
    #[error("write what to search for: words, a \"phrase\", or a filter such as from:bob")]
    Empty,
    /// There is only what must not be there.
    #[error("write also what to find, not only what to leave out")]
    OnlyWithout,
    /// It is too long.
    #[error("the query is too long: at most {MAX_CHARS} characters and {MAX_PARTS} words")]
    TooLong,
    /// A filter has a value that it does not take.
    #[error("{filter}: {takes}")]
    Filter {
        /// As it was written.
        filter: String,
        /// What it takes.
        takes: &'static str,
    },
}

/// What a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    /// A link.
    Link,
    /// Code, in a block or within text.
    Code,
    /// An attached file.
    File,
}

/// A parsed query. Everything must be true of a message; of several rooms or users one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What it says.
    pub with: Vec<Needle>,
    /// What it does not say.
    pub without: Vec<Needle>,
    /// Who wrote it: names as written, without `@`.
    pub from: Vec<String>,
    /// Where it was written: rooms as written, such as `ops`, `#ops` or `@bob`.
    pub rooms: Vec<String>,
    /// It was sent before this time.
    pub before: Option<Timestamp>,
    /// It was sent at this time or later.
    pub after: Option<Timestamp>,
    /// What it has.
    pub has: Vec<Has>,
    /// Whether it must be pinned.
    pub is_pinned: bool,
}

impl FromStr for Query {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        if text.chars().count() > MAX_CHARS {
            return Err(InvalidQuery::TooLong);
        }
        let mut query = Self::default();
        let parts = split(text);
        if parts.len() > MAX_PARTS {
            return Err(InvalidQuery::TooLong);
        }
        for part in parts {
            query.add(&part)?;
        }
        let finds = Self { without: vec![], ..query.clone() } != Self::default();
        match (finds, query.without.is_empty()) {
            (true, _) => Ok(query),
            (false, true) => Err(InvalidQuery::Empty),
            (false, false) => Err(InvalidQuery::OnlyWithout),
        }
    }
}

/// A word, phrase or filter as it was written.
struct Part<'a> {
    text: &'a str,
    quoted: bool,
    excluded: bool,
}

impl Query {
    fn add(&mut self, part: &Part<'_>) -> Result<(), InvalidQuery> {
        if part.quoted {
            self.add_needle(Needle::phrase(part.text), part.excluded);
            return Ok(());
        }
        match part.text.split_once(':').filter(|(key, _)| FILTERS.contains(&key.to_ascii_lowercase().as_str())) {
            Some((key, value)) => self.add_filter(part, &key.to_ascii_lowercase(), value),
            None => {
                self.add_needle(Needle::word(part.text), part.excluded);
                Ok(())
            }
        }
    }

    fn add_needle(&mut self, needle: Option<Needle>, excluded: bool) {
        if excluded { &mut self.without } else { &mut self.with }.extend(needle);
    }

    fn add_filter(&mut self, part: &Part<'_>, key: &str, value: &str) -> Result<(), InvalidQuery> {
        let refused = |takes| InvalidQuery::Filter { filter: part.text.to_owned(), takes };
        if part.excluded {
            return Err(refused("a filter cannot be left out with -; only words and phrases can"));
        }
        match key {
            "from" => self.from.push(named(value).ok_or_else(|| refused("write from: and a user, such as from:bob"))?),
            "in" => self
                .rooms
                .push(named(value).ok_or_else(|| refused("write in: and a room, such as in:#ops or in:@bob"))?),
            "before" => set(&mut self.before, day(value).ok_or_else(|| refused(DAY))?).ok_or_else(|| refused(TWICE))?,
            "after" => set(&mut self.after, day(value).ok_or_else(|| refused(DAY))?).ok_or_else(|| refused(TWICE))?,
            "has" => self.has.push(match value.to_ascii_lowercase().as_str() {
                "link" => Has::Link,
                "code" => Has::Code,
                "file" => Has::File,
                _ => return Err(refused("has: takes link, code or file")),
            }),
            _ if value.eq_ignore_ascii_case("pinned") => self.is_pinned = true,
            _ => return Err(refused("is: takes pinned")),
        }
        Ok(())
    }
}

const FILTERS: [&str; 6] = ["from", "in", "before", "after", "has", "is"];
const DAY: &str = "write a day such as 2026-11-28";
const TWICE: &str = "give this filter once";

fn named(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

/// The beginning of a day, in UTC.
fn day(value: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = value.parse().ok()?;
    // A date alone is written with ten characters; what is more would be a time.
    let begin = (value.len() == 10).then(|| day.to_zoned(jiff::tz::TimeZone::UTC).ok()).flatten()?;
    Some(Timestamp::from_millis(begin.timestamp().as_millisecond()))
}

fn set(field: &mut Option<Timestamp>, value: Timestamp) -> Option<()> {
    field.replace(value).is_none().then_some(())
}

/// Parts between blanks; a phrase stands between quotation marks, and the last one may lack its end.
fn split(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (excluded, after_sign) = match rest.strip_prefix('-') {
            Some(after) if !after.is_empty() && !after.starts_with(char::is_whitespace) => (true, after),
            _ => (false, rest),
        };
        let quoted = after_sign.strip_prefix('"');
        let (part, after) = match quoted {
            Some(phrase) => phrase.split_once('"').unwrap_or((phrase, "")),
            None => after_sign.split_at(after_sign.find(char::is_whitespace).unwrap_or(after_sign.len())),
        };
        parts.push(Part { text: part, quoted: quoted.is_some(), excluded });
        rest = after.trim_start();
    }
    parts
}
