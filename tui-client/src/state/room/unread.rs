//! What is new in a room: how much, and where the line above it stands.

use super::{Divider, EntryKey, Room, Scroll};

/// More unread messages than this are not loaded just to begin at the first of them; Alt-U does it then.
const AWAITED: u64 = 2000;

impl Room {
    /// The read position as the server knows it.
    pub(crate) fn marker(&mut self, seq: u64, unread: u64, mentions: u64) {
        self.read_seq = seq;
        self.unread = unread;
        self.mentions = mentions;
    }

    /// Counts a message of somebody else that has just come; the ones that the server counted are not counted again.
    pub(crate) fn count(&mut self, seq: u64, mentions_me: bool) {
        if seq > self.counted {
            self.counted = seq;
            self.unread = self.unread.saturating_add(1);
            self.mentions = self.mentions.saturating_add(mentions_me.into());
        }
    }

    /// Counts again from what is here, if everything after the read position is: that is exact, while the server's
    /// numbers may be older than the newest message.
    pub(crate) fn recount(&mut self) {
        if !self.timeline.covers_after(self.read_seq) {
            return;
        }
        let (unread, mentions) = self
            .others_after(self.read_seq)
            .fold((0, 0), |(unread, mentions), (_, for_me)| (unread + 1, mentions + u64::from(for_me)));
        (self.unread, self.mentions) = (unread, mentions);
    }

    /// Messages of others after `seq`, and whether they mention the user.
    pub(crate) fn others_after(&self, seq: u64) -> impl Iterator<Item = (u64, bool)> {
        let me = self.viewer.id;
        self.timeline.after(seq).filter_map(move |(seq, logged)| {
            let message = logged.event.message().filter(|message| message.author.id != me && !message.deleted)?;
            Some((seq, self.is_for_me(message)))
        })
    }

    /// Draws the line above what is new, if something is and no line is there that still stands above unread messages.
    pub(crate) fn divide(&mut self) {
        if self.unread > 0 {
            let after = match self.divider {
                Some(divider) if divider.after >= self.read_seq => divider.after,
                _ => self.read_seq,
            };
            self.divider = Some(Divider { after, count: self.unread });
        }
    }

    /// Whether it was opened at what is new, and that is not here yet.
    pub(crate) fn awaits_unread(&self) -> bool {
        self.scroll == Scroll::Unread
            && self.unread > 0
            && self.unread <= AWAITED
            && !self.timeline.covers_after(self.read_seq)
    }

    /// Draws the line in a room that was opened before it was known what is in it.
    pub(crate) fn divide_if_opened(&mut self) {
        if self.visited > 0 && self.scroll == Scroll::Unread && self.divider.is_none() {
            self.divide();
        }
    }

    /// The entry that the line stands above: the first message of somebody else after it. `None` as well while it is
    /// not known, because what comes before what is here may be it.
    pub(crate) fn divided(&self) -> Option<EntryKey> {
        let divider = self.divider.filter(|divider| self.timeline.covers_after(divider.after))?;
        self.others_after(divider.after).next().map(|(seq, _)| EntryKey::Logged(seq))
    }
}
