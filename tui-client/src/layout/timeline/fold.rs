//! Runs of comings and goings, shown as one row. A run is named by its first event and ends with the day.

use chat_protocol::{LogEntry, LogEvent, Timestamp, UserId};

use super::TimelineLayout;
use crate::text::time;
use crate::{state::EntryKey, text};

/// Names that are shown of each kind; the others are counted.
const NAMED: usize = 2;

impl TimelineLayout<'_> {
    /// The first entry of the run that this one belongs to; itself if it is no coming or going.
    pub(crate) fn start(&self, key: EntryKey) -> EntryKey {
        let EntryKey::Logged(seq) = key else { return key };
        let Some(at) = self.folds(seq) else { return key };
        let run = self.room.timeline.before(seq).take_while(|(_, logged)| self.same_run(logged, at));
        EntryKey::Logged(run.last().map_or(seq, |(seq, _)| seq))
    }

    /// The last entry of the run.
    pub(super) fn end(&self, key: EntryKey) -> EntryKey {
        let EntryKey::Logged(seq) = key else { return key };
        let Some(at) = self.folds(seq) else { return key };
        let run = self.room.timeline.after(seq).take_while(|(_, logged)| self.same_run(logged, at));
        EntryKey::Logged(run.last().map_or(seq, |(seq, _)| seq))
    }

    /// `frank, gina joined · dave left`.
    pub(super) fn folded(&self, first: u64) -> String {
        let Some(at) = self.folds(first) else { return String::new() };
        let run = self.room.timeline.after(first.saturating_sub(1)).take_while(|(_, logged)| self.same_run(logged, at));
        let (mut joined, mut left) = (Vec::new(), Vec::new());
        let mut added: Vec<(UserId, Vec<UserId>)> = Vec::new();
        for (_, logged) in run {
            match &logged.event {
                LogEvent::UserJoined { user, by: Some(by) } => match added.iter_mut().find(|(who, _)| *who == by.id) {
                    Some((_, users)) => users.push(user.id),
                    None => added.push((by.id, vec![user.id])),
                },
                LogEvent::UserJoined { user, .. } => joined.push(user.id),
                LogEvent::UserLeft { user } => left.push(user.id),
                _ => {}
            }
        }
        let phrases = [self.phrase(&joined, "joined"), self.phrase(&left, "left")];
        let added = added.iter().filter_map(|(by, users)| {
            Some(format!("{} added {}", self.people.name(*by), self.phrase(users, "")?.trim_end()))
        });
        let text = phrases.into_iter().flatten().chain(added).collect::<Vec<_>>().join(" · ");
        text::fit(&text, usize::from(self.columns.text), "…")
    }

    fn phrase(&self, users: &[UserId], did: &str) -> Option<String> {
        let mut names: Vec<&str> = Vec::new();
        for name in users.iter().map(|&user| self.people.name(user)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(NAMED);
        match (&names[..names.len().min(NAMED)], more) {
            ([], _) => None,
            ([name], _) => Some(format!("{name} {did}")),
            ([names @ .., last], 0) => Some(format!("{} and {last} {did}", names.join(", "))),
            (names, more) => Some(format!("{} and {more} more {did}", names.join(", "))),
        }
    }

    fn folds(&self, seq: u64) -> Option<Timestamp> {
        self.room.timeline.logged(seq).filter(|logged| is_coming_or_going(logged)).map(|logged| logged.at)
    }

    fn same_run(&self, logged: &LogEntry, at: Timestamp) -> bool {
        is_coming_or_going(logged) && time::same_day(logged.at, at, &self.setup.zone)
    }
}

fn is_coming_or_going(logged: &LogEntry) -> bool {
    matches!(logged.event, LogEvent::UserJoined { .. } | LogEvent::UserLeft { .. })
}
