//! Runs that are shown as one row: comings and goings, and where the user wants it replies in one thread. A run is named by
//! its first event and ends with the day; one of replies also ends above the line of what is new.

use chat_protocol::{LogEntry, LogEvent, MessageId, Timestamp, UserId};

use super::TimelineLayout;
use crate::text::time;
use crate::{state::EntryKey, text};

/// Names that are shown of each kind; the others are counted.
const NAMED: usize = 2;

/// What a run is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    ComingsAndGoings,
    /// Replies in the thread that began with this message.
    Replies(MessageId),
}

impl TimelineLayout<'_> {
    /// The first entry of the run that this one belongs to; itself if it belongs to none.
    pub(crate) fn start(&self, key: EntryKey) -> EntryKey {
        let EntryKey::Logged(seq) = key else { return key };
        let Some((run, at)) = self.run(seq) else { return key };
        let mut start = seq;
        for (before, logged) in self.room.timeline.before(seq) {
            if self.begins(run, start) || !self.is_of(run, at, logged) {
                break;
            }
            start = before;
        }
        EntryKey::Logged(start)
    }

    /// The last entry of the run.
    pub(super) fn end(&self, key: EntryKey) -> EntryKey {
        let EntryKey::Logged(seq) = key else { return key };
        let Some((run, at)) = self.run(seq) else { return key };
        EntryKey::Logged(self.rest(run, at, seq).last().map_or(seq, |(seq, _)| seq))
    }

    /// The entries of a run after this one.
    fn rest(&self, run: Run, at: Timestamp, seq: u64) -> impl Iterator<Item = (u64, &LogEntry)> {
        let after = self.room.timeline.after(seq);
        after.take_while(move |(seq, logged)| self.is_of(run, at, logged) && !self.begins(run, *seq))
    }

    /// `⏎ carol and dave replied to bob: who reviews?`, if this is the first of a run of replies.
    pub(super) fn folded_replies(&self, first: u64) -> Option<String> {
        let (run @ Run::Replies(thread), at) = self.run(first)? else { return None };
        let of_first = self.room.timeline.logged(first).map(|logged| (first, logged));
        let entries = of_first.into_iter().chain(self.rest(run, at, first));
        let authors: Vec<_> = entries.map(|(_, logged)| logged.event.user().id).collect();
        let times = if authors.len() > 1 { format!(" {} times", authors.len()) } else { String::new() };
        let words = self.words(thread).unwrap_or_else(|| "a message further up".to_owned());
        let text = format!("⏎ {}{times} to {words}", self.phrase(&authors, "replied")?);
        Some(text::fit(&text, usize::from(self.columns.text), "…"))
    }

    /// `frank, gina joined · dave left`.
    pub(super) fn folded(&self, first: u64) -> String {
        let Some((run, at)) = self.run(first) else { return String::new() };
        let run = self.rest(run, at, first.saturating_sub(1));
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

    /// The run that an entry belongs to, and its day.
    fn run(&self, seq: u64) -> Option<(Run, Timestamp)> {
        let logged = self.room.timeline.logged(seq)?;
        Some((self.kind(logged)?, logged.at))
    }

    fn kind(&self, logged: &LogEntry) -> Option<Run> {
        if is_coming_or_going(logged) {
            return Some(Run::ComingsAndGoings);
        }
        let message = logged.event.message().filter(|_| self.folds_replies && self.room.thread.is_none())?;
        // What calls the user is read where it stands.
        message.thread.filter(|_| !message.mentions(self.me)).map(Run::Replies)
    }

    fn is_of(&self, run: Run, at: Timestamp, logged: &LogEntry) -> bool {
        self.kind(logged) == Some(run) && time::same_day(logged.at, at, &self.setup.zone)
    }

    /// Whether the line above what is new stands there: replies after it are a run of their own.
    fn begins(&self, run: Run, seq: u64) -> bool {
        matches!(run, Run::Replies(_)) && self.room.divided() == Some(EntryKey::Logged(seq))
    }
}

fn is_coming_or_going(logged: &LogEntry) -> bool {
    matches!(logged.event, LogEvent::UserJoined { .. } | LogEvent::UserLeft { .. })
}
