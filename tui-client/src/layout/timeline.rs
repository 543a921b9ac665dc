//! Which rows of a room's timeline are on the screen, and how scrolling moves them. Only what is shown is laid out.
//!
//! What holds the view is an entry and one of its rows: nothing that arrives, loads above or changes its width moves
//! what is being read.

mod below;
mod entry;
mod fold;
pub(crate) mod reply;

use crate::{
    state::{
        Anchor, EntryKey, Frame, Now, Older, People, Room, Saving, Scroll, Setup, TimelineView, ViewRow,
        geometry::{Breadth, Columns},
    },
    text::Cache,
};

/// Entries further below than this are not counted.
const COUNTED_BELOW: usize = 999;

/// What is needed to lay out a room.
pub(crate) struct TimelineLayout<'a> {
    pub(crate) room: &'a Room,
    pub(crate) people: &'a People,
    pub(crate) me: chat_protocol::UserId,
    /// The time zone and others.
    pub(crate) setup: &'a Setup,
    pub(crate) now: Now,
    /// Whether runs of replies are one row each.
    pub(crate) folds_replies: bool,
    /// Files that are being saved.
    pub(crate) saving: &'a Saving,
    /// The room that pictures have; `None` where there are none.
    pub(crate) frame: Option<Frame<'a>>,
    /// How much room there is around.
    pub(crate) breadth: Breadth,
    pub(crate) columns: Columns,
    pub(crate) height: usize,
    /// Layouts that were made before.
    pub(crate) layouts: &'a mut Cache,
}

impl TimelineLayout<'_> {
    /// Lays out what is on the screen, and tells how far the room is scrolled now. With `follow`, reaching the newest
    /// entry means following it.
    pub(crate) fn arrange(&mut self, follow: bool) -> (TimelineView, Scroll) {
        let scroll = match self.room.scroll {
            Scroll::Unread => self.at_unread(),
            scroll => scroll,
        };
        if let Scroll::At(anchor) = scroll {
            let (key, row) = self.locate(anchor);
            let rows = self.downwards(key, row);
            if rows.len() >= self.height {
                let view = self.view(rows);
                // The place in the text stays the one that the user scrolled to, through any number of widths.
                let anchor = Anchor { key, row, width: usize::from(self.columns.text), ..anchor };
                let scroll = if view.at_end && follow { Scroll::Live } else { Scroll::At(anchor) };
                return (view, scroll);
            }
        }
        let rows = self.upwards();
        let scroll = match (scroll, rows.first()) {
            (Scroll::At(_) | Scroll::Live, Some(first)) if !follow => self.anchor(first.key, first.index),
            (Scroll::Unread, _) => Scroll::Unread,
            _ => Scroll::Live,
        };
        (self.view(rows), scroll)
    }

    /// The scroll position that has this row of this entry at the top; rows before or after the entry's own are those
    /// of its neighbours.
    pub(crate) fn anchor(&mut self, key: EntryKey, row: i32) -> Scroll {
        let (key, row) = self.normalise(key, row);
        let at = self.entry(key).iter().find(|shown| shown.index == row).map_or(0, |shown| shown.at);
        Scroll::At(Anchor { key, row, at, width: usize::from(self.columns.text) })
    }

    /// The scroll position that shows an entry whole, or its beginning if it is taller than the pane; `None` if it is
    /// on the screen already.
    pub(crate) fn reveal(&mut self, view: &TimelineView, key: EntryKey) -> Option<Scroll> {
        let key = self.start(key);
        let rows = self.entry(key);
        let (first, last) = (rows.first()?.index, rows.last()?.index);
        let shows = |index: i32| view.rows.iter().any(|row| row.key == key && row.index == index);
        if shows(first) && shows(last) {
            return None;
        }
        let is_above = view.rows.first().is_some_and(|top| (key, first) < (top.key, top.index));
        let height = i32::try_from(self.height).unwrap_or(i32::MAX);
        let row = if is_above || last - first >= height { first } else { last - height + 1 };
        Some(self.anchor(key, row))
    }

    /// The number of an entry's first row, counting what stands above it.
    pub(crate) fn first_row(&mut self, key: EntryKey) -> i32 {
        self.entry(key).first().map_or(0, |row| row.index)
    }

    /// How many rows of an entry are above and below what is shown of it; `None` if nothing is.
    pub(crate) fn hidden(&mut self, view: &TimelineView, key: EntryKey) -> Option<(i32, i32)> {
        let rows = self.entry(key);
        let shown = || view.rows.iter().filter(|row| row.key == key).map(|row| row.index);
        let (first, last) = (shown().min()?, shown().max()?);
        Some((first - rows.first()?.index, rows.last()?.index - last))
    }

    /// The entry before, where runs of comings and goings count as one.
    pub(crate) fn up(&self, key: EntryKey) -> Option<EntryKey> {
        self.room.timeline.previous(self.start(key)).map(|key| self.start(key))
    }

    pub(crate) fn down(&self, key: EntryKey) -> Option<EntryKey> {
        self.room.timeline.next(self.end(key))
    }

    /// The entry that is so many rows above or below, or the last one on the way.
    pub(crate) fn away(&mut self, key: EntryKey, direction: i32, rows: usize) -> EntryKey {
        let (mut key, mut passed) = (key, 0);
        while passed < rows
            && let Some(next) = if direction < 0 { self.up(key) } else { self.down(key) }
        {
            passed += self.entry(next).len();
            key = next;
        }
        key
    }

    /// Where what was new begins, if it takes more than the screen; else the newest entry.
    fn at_unread(&mut self) -> Scroll {
        if self.room.awaits_unread() {
            return Scroll::Unread;
        }
        let Some(key) = self.room.divided() else {
            let loaded = self.room.timeline.last().is_some() || self.room.timeline.beginning().1;
            return if loaded { Scroll::Live } else { Scroll::Unread };
        };
        let first = self.entry(key).iter().map(|row| row.index).min().unwrap_or(0);
        if self.downwards(key, first).len() < self.height { Scroll::Live } else { self.anchor(key, first) }
    }

    /// The row that an anchor means in the width of now.
    fn locate(&mut self, anchor: Anchor) -> (EntryKey, i32) {
        let mut row = anchor.row;
        if row >= 0 && anchor.width != usize::from(self.columns.text) {
            let same_place = self
                .entry(anchor.key)
                .iter()
                .rev()
                .find(|shown| shown.index >= 0 && shown.at <= anchor.at)
                .map(|shown| shown.index);
            row = same_place.unwrap_or(row);
        }
        self.normalise(anchor.key, row)
    }

    /// Follows a row number beyond its entry to the neighbours; ends at the first and the last row.
    fn normalise(&mut self, key: EntryKey, row: i32) -> (EntryKey, i32) {
        let (mut key, mut row) = (self.start(key), row);
        loop {
            let rows = self.entry(key);
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return (key, 0) };
            let (first, last) = (first.index, last.index);
            if row < first {
                let Some(above) = self.up(key) else { return (key, first) };
                let last_above = self.entry(above).last().map_or(0, |row| row.index);
                (key, row) = (above, last_above + 1 + (row - first));
            } else if row > last {
                let Some(below) = self.down(key) else { return (key, last) };
                let first_below = self.entry(below).first().map_or(0, |row| row.index);
                (key, row) = (below, first_below + (row - last - 1));
            } else {
                return (key, row);
            }
        }
    }

    /// The rows from here on, up to a screenful.
    fn downwards(&mut self, key: EntryKey, row: i32) -> Vec<ViewRow> {
        let mut rows: Vec<ViewRow> = Vec::with_capacity(self.height);
        let mut next = Some(key);
        while let Some(key) = next.filter(|_| rows.len() < self.height) {
            let from = if rows.is_empty() { row } else { i32::MIN };
            rows.extend(self.entry(key).into_iter().filter(|shown| shown.index >= from));
            next = self.down(key);
        }
        rows.truncate(self.height);
        rows
    }

    /// The last screenful of rows.
    fn upwards(&mut self) -> Vec<ViewRow> {
        let mut rows: Vec<ViewRow> = Vec::new();
        let mut next = self.room.timeline.last().map(|key| self.start(key));
        while let Some(key) = next.filter(|_| rows.len() < self.height) {
            let mut more = self.entry(key);
            more.append(&mut rows);
            rows = more;
            next = self.up(key);
        }
        rows.split_off(rows.len().saturating_sub(self.height))
    }

    fn view(&mut self, mut rows: Vec<ViewRow>) -> TimelineView {
        self.name_top(&mut rows);
        let last = rows.last().map(|row| (row.key, row.index));
        let at_end = last.is_none_or(|(key, index)| {
            self.down(key).is_none() && self.entry(key).last().is_none_or(|row| row.index == index)
        });
        let below = last.map_or(0, |(key, _)| {
            std::iter::successors(self.down(key), |&key| self.down(key)).take(COUNTED_BELOW).count()
        });
        let newest = self.newest_whole(&rows);
        let above = rows.first().map_or(0, |first| self.rows_above(first.key));
        TimelineView { rows, below, at_end, above, newest }
    }

    /// The newest event that is on the screen to its end.
    fn newest_whole(&mut self, rows: &[ViewRow]) -> Option<u64> {
        let last = rows.last()?;
        let is_whole = self.entry(last.key).last().is_none_or(|row| row.index == last.index);
        let shown = rows.iter().rev().filter(|row| is_whole || row.key != last.key);
        shown.map(|row| self.end(row.key)).find_map(|key| match key {
            EntryKey::Logged(seq) => Some(seq),
            EntryKey::Pending(_) => None,
        })
    }

    /// Rows above an entry that are here, counted up to a page.
    fn rows_above(&mut self, key: EntryKey) -> usize {
        let mut count = 0;
        let mut next = self.up(key);
        while let Some(key) = next.filter(|_| count < self.height) {
            count += self.entry(key).len();
            next = self.up(key);
        }
        count
    }

    /// Whether older messages are on their way.
    fn is_loading(&self) -> bool {
        self.room.older == Older::Loading
    }
}

#[cfg(test)]
mod tests;
