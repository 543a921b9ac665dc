//! The judge: whether what writers and readers were told agrees with the log that is left, and nothing was lost,
//! doubled, conjured up, changed or put out of order.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, hash_map},
    time::Instant,
};

use serde_json::Value;

use super::{Journal, Outcome, Reading, Write, seq};

/// What everyone did and saw.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// What the writers did and were told.
    pub journals: Vec<Journal>,
    /// The room's log, as it is in the end.
    pub log: Vec<Value>,
    /// What the readers saw.
    pub readings: Vec<Reading>,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// The log does not go 1, 2, 3, …
    Hole {
        /// The place that was due.
        due: u64,
        /// The place found, if any.
        found: Option<u64>,
    },
    /// Acknowledged, and not there.
    Lost(String),
    /// There more than once.
    Doubled(String),
    /// Refused, and there nevertheless.
    Undead(String),
    /// There, and never written.
    Conjured(String),
    /// There with another text than was written.
    Changed(String),
    /// Acknowledged with another place than the one where it is.
    Misplaced(String),
    /// Stands before a message that was acknowledged before this one was even written.
    Overtook(String),
    /// Stands before an earlier message of the same writer.
    Reordered(String),
    /// A reader saw something else than the log, first at this place.
    Misread {
        /// Which of the readers.
        reader: usize,
        /// The place in the log.
        seq: u64,
    },
}

impl History {
    /// Every broken promise; none is what one wants.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = self.holes();
        let places = self.places(&mut found);
        for journal in &self.journals {
            found.extend(journal.writes.iter().flat_map(|write| judge(write, places.get(write.id.as_str()))));
            found.extend(reordered(journal, &places));
        }
        found.extend(self.overtaking(&places));
        found.extend(self.readings.iter().enumerate().filter_map(|(reader, reading)| self.misread(reader, reading)));
        found
    }

    /// How many messages ended so; to see that a test tried what it says.
    pub fn count(&self, is: impl Fn(Outcome) -> bool) -> usize {
        self.writes().filter(|write| is(write.outcome)).count()
    }

    fn writes(&self) -> impl Iterator<Item = &Write> {
        self.journals.iter().flat_map(|journal| &journal.writes)
    }

    fn holes(&self) -> Vec<Violation> {
        let out_of_line = |(due, event): (u64, &Value)| {
            let found = seq(event);
            (found != Some(due)).then_some(Violation::Hole { due, found })
        };
        (1..).zip(&self.log).find_map(out_of_line).into_iter().collect()
    }

    /// Where each message is in the log, and what it says.
    fn places(&self, found: &mut Vec<Violation>) -> HashMap<&str, (u64, &str)> {
        let written: HashMap<&str, &Write> = self.writes().map(|write| (write.id.as_str(), write)).collect();
        let mut places = HashMap::new();
        for event in self.log.iter().filter(|event| event["type"] == "Message") {
            let message = &event["message"];
            let (id, body) = (message["id"].as_str().unwrap_or_default(), message["body"].as_str().unwrap_or_default());
            if !written.contains_key(id) {
                found.push(Violation::Conjured(body.to_owned()));
            }
            match places.entry(id) {
                hash_map::Entry::Occupied(_) => found.push(Violation::Doubled(body.to_owned())),
                hash_map::Entry::Vacant(free) => _ = free.insert((seq(event).unwrap_or_default(), body)),
            }
        }
        places
    }

    /// Looks for messages that stand before one whose acknowledgement was known before they were written.
    fn overtaking(&self, places: &HashMap<&str, (u64, &str)>) -> Vec<Violation> {
        let mut acknowledged: Vec<(Instant, u64)> = self.writes().filter_map(acknowledged).collect();
        acknowledged.sort_unstable();
        let mut stored: Vec<(&Write, u64)> =
            self.writes().filter_map(|write| Some((write, places.get(write.id.as_str())?.0))).collect();
        stored.sort_unstable_by_key(|(write, _)| write.invoked);

        let mut acknowledged = acknowledged.into_iter().peekable();
        let mut highest = 0;
        let overtook = |(write, place): (&Write, u64)| {
            while let Some((_, seq)) = acknowledged.next_if(|(at, _)| *at < write.invoked) {
                highest = highest.max(seq);
            }
            (place < highest).then(|| Violation::Overtook(write.body.clone()))
        };
        stored.into_iter().filter_map(overtook).collect()
    }

    fn misread(&self, reader: usize, reading: &Reading) -> Option<Violation> {
        let begun = usize::try_from(reading.after).unwrap_or(usize::MAX);
        let due = self.log.get(begun..).unwrap_or_default();
        let same = due.iter().zip(&reading.events).take_while(|(due, seen)| due == seen).count();
        let complete = same == due.len() && same == reading.events.len();
        (!complete).then(|| Violation::Misread { reader, seq: reading.after + same as u64 + 1 })
    }
}

fn judge(write: &Write, place: Option<&(u64, &str)>) -> Option<Violation> {
    let body = || write.body.clone();
    match (write.outcome, place) {
        (Outcome::Acknowledged { .. }, None) => Some(Violation::Lost(body())),
        (Outcome::Refused, Some(_)) => Some(Violation::Undead(body())),
        (_, Some((_, stored))) if *stored != write.body => Some(Violation::Changed(body())),
        (Outcome::Acknowledged { seq, .. }, Some((stored, _))) if seq != *stored => Some(Violation::Misplaced(body())),
        _ => None,
    }
}

fn reordered(journal: &Journal, places: &HashMap<&str, (u64, &str)>) -> Vec<Violation> {
    let stored: Vec<(&Write, u64)> =
        journal.writes.iter().filter_map(|write| Some((write, places.get(write.id.as_str())?.0))).collect();
    let out_of_order = |pair: &&[(&Write, u64)]| pair[0].1 > pair[1].1;
    stored.windows(2).filter(out_of_order).map(|pair| Violation::Reordered(pair[1].0.body.clone())).collect()
}

fn acknowledged(write: &Write) -> Option<(Instant, u64)> {
    match write.outcome {
        Outcome::Acknowledged { seq, at } => Some((at, seq)),
        _ => None,
    }
}
