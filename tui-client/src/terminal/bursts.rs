//! Tells lines that were pasted from lines that were typed, where the terminal does not: a paste without brackets comes
//! as keys, but faster than anyone types, and goes on after a line's end. Such lines are given on together, so that they are
//! not sent one by one.
//!
//! The same comes from a line that stalls while somebody types, or from a program that types into a terminal. How many keys
//! there are tells nothing about that: a paste may be short. So each line's end between other keys counts, of which the
//! one before and the one after come within 10 ms: too fast for fingers. What is held back wrongly costs one more Enter; what
//! is sent wrongly cannot be taken back.

use std::time::{Duration, Instant};

use super::Event;
use crate::keys::key::{Code, Key};

/// Keys that follow one another within this time were not typed one by one.
pub(super) const TOGETHER: Duration = Duration::from_millis(10);
/// A paste that has begun may pause for so long: the program that writes it is not always fast.
pub(super) const PAUSE: Duration = Duration::from_millis(100);

/// A longer paste is given on in parts.
const LONGEST: usize = 1024 * 1024;

/// Watches the keys of one terminal.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    /// When a key that types something came last.
    typed: Option<Instant>,
    /// Line ends that came right after text; they are given on when nothing follows.
    ends: Vec<Key>,
    /// What is being pasted.
    pasted: Option<String>,
}

impl Bursts {
    /// Takes in what came at one time.
    pub(super) fn feed(&mut self, events: Vec<Event>, now: Instant, out: &mut Vec<Event>) {
        let mut events = events.into_iter().peekable();
        while let Some(event) = events.peek() {
            if typed(event).is_none() {
                self.flush(out);
                self.typed = None;
                out.extend(events.next());
                continue;
            }
            let run: Vec<Event> = std::iter::from_fn(|| events.next_if(|event| typed(event).is_some())).collect();
            self.run(&run, now, out);
        }
    }

    /// When silence will mean something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let wait = match (&self.pasted, &self.ends[..]) {
            (Some(_), _) => PAUSE,
            (None, []) => return None,
            (None, _) => TOGETHER,
        };
        self.typed.map(|typed| typed + wait)
    }

    /// It is so late, and nothing came.
    pub(super) fn silence(&mut self, now: Instant, out: &mut Vec<Event>) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.flush(out);
        }
    }

    /// Keys that type something, and came at one time.
    fn run(&mut self, run: &[Event], now: Instant, out: &mut Vec<Event>) {
        let follows = self.typed.is_some_and(|typed| now.saturating_duration_since(typed) < TOGETHER);
        self.typed = Some(now);
        let text: String = run.iter().filter_map(typed).collect();
        let begun = self.pasted.is_some() || !self.ends.is_empty() && !text.starts_with('\n');
        if begun || text.trim_end_matches('\n').contains('\n') {
            let ends = "\n".repeat(self.ends.drain(..).count());
            let pasted = self.pasted.get_or_insert_default();
            pasted.push_str(&ends);
            pasted.push_str(&text);
            if pasted.len() > LONGEST {
                out.push(Event::Lines(std::mem::take(pasted)));
            }
            return;
        }
        let typed = text.trim_end_matches('\n').chars().count();
        let (typed, ends) = run.split_at(typed);
        out.extend(typed.iter().cloned());
        if typed.is_empty() && !follows && self.ends.is_empty() {
            out.extend(ends.iter().cloned());
        } else {
            self.ends.extend(ends.iter().filter_map(|event| match event {
                Event::Key(key) => Some(*key),
                _ => None,
            }));
        }
    }

    /// Gives on what was held back.
    fn flush(&mut self, out: &mut Vec<Event>) {
        out.extend(self.pasted.take().filter(|pasted| !pasted.is_empty()).map(Event::Lines));
        out.extend(self.ends.drain(..).map(Event::Key));
    }
}

/// The character that an event types.
fn typed(event: &Event) -> Option<char> {
    match event {
        Event::Key(key) if *key == Key::plain(Code::Enter) || *key == Key::ctrl('j') => Some('\n'),
        Event::Key(key) if *key == Key::plain(Code::Tab) => Some('\t'),
        Event::Key(key) => key.typed(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Event> {
        text.chars()
            .map(|char| Event::Key(if char == '\n' { Key::plain(Code::Enter) } else { Key::char(char) }))
            .collect()
    }

    /// What becomes of text that comes in parts, each so many milliseconds after the one before.
    fn given(parts: &[(u64, &str)]) -> Vec<Event> {
        let (mut bursts, mut out, mut now) = (Bursts::default(), Vec::new(), Instant::now());
        for (millis, text) in parts {
            now += Duration::from_millis(*millis);
            bursts.silence(now, &mut out);
            bursts.feed(keys(text), now, &mut out);
        }
        bursts.silence(now + PAUSE, &mut out);
        out
    }

    fn paste(text: &str) -> Vec<Event> {
        vec![Event::Lines(text.to_owned())]
    }

    #[test]
    fn what_is_typed_comes_as_keys() {
        for parts in [
            &[(0, "h"), (60, "i"), (60, "\n"), (60, "y"), (40, "o"), (50, "\n")][..],
            // A script types a line and Enter at one time.
            &[(0, "hello\n")],
            &[(0, "hello"), (0, "\n"), (20, "again\n")],
            &[(0, "\n"), (50, "\n")],
            &[(0, "hello\n\n")],
            // Two fingers at almost the same time.
            &[(0, "o"), (50, "k"), (5, "\n"), (12, "s"), (30, "o")],
            &[(0, "o"), (50, "k"), (20, "\n"), (1, "s"), (30, "o")],
        ] {
            let text: String = parts.iter().map(|(_, text)| *text).collect();
            assert_eq!(given(parts), keys(&text), "{parts:?}");
        }
    }

    #[test]
    fn lines_that_come_at_once_are_a_paste_wherever_they_are_torn() {
        let text = "one\n\n two\nthree\n";
        assert_eq!(given(&[(0, text)]), paste(text));
        for tear in 1..text.len() {
            let (first, second) = text.split_at(tear);
            let given = given(&[(0, first), (1, second)]);
            let (pasted, typed) = given.split_last().unwrap();
            assert_eq!(typed, keys(&"one"[..typed.len()]), "{tear}");
            assert_eq!(*pasted, Event::Lines(text[typed.len()..].to_owned()), "{tear}");
        }
    }

    #[test]
    fn a_paste_may_pause() {
        assert_eq!(given(&[(0, "one\ntw"), (80, "o\nthree\n")]), paste("one\ntwo\nthree\n"));
    }

    #[test]
    fn another_key_ends_a_paste() {
        let (mut bursts, mut out) = (Bursts::default(), Vec::new());
        let escape = Event::Key(Key::plain(Code::Esc));
        let events = [keys("a\nb"), vec![escape.clone()], keys("c")].concat();
        bursts.feed(events, Instant::now(), &mut out);
        assert_eq!(out, [paste("a\nb"), vec![escape], keys("c")].concat());
    }
}
