//! What a room is, as the server tells: its name and settings, and whether the user is in it.

use std::rc::Rc;

use chat_protocol::{
    MessageId, Moderation, ModerationAction, Notify, Room as RoomFacts, RoomChanges, RoomKind, UserRef,
    terminal::SafeText,
};

use super::{Members, Older, Room, Scroll};

impl Room {
    /// The room itself was changed.
    pub(crate) fn change(&mut self, changes: &RoomChanges) {
        if let Some(name) = &changes.name {
            self.name = SafeText::line(name);
        }
        if let Some(topic) = &changes.topic {
            self.topic = SafeText::line(topic);
        }
        self.archived = changes.archived.unwrap_or(self.archived);
        self.slow_seconds = changes.slow_seconds.unwrap_or(self.slow_seconds);
    }

    /// A moderator acted on the user.
    pub(crate) fn moderated(&mut self, moderation: &Moderation) {
        match moderation.action {
            ModerationAction::Role => self.role = moderation.role.unwrap_or_default(),
            ModerationAction::Mute => self.silenced = Some(moderation.until),
            ModerationAction::Unmute => self.silenced = None,
            ModerationAction::Kick | ModerationAction::Ban | ModerationAction::Unban => {}
        }
    }

    /// A message was pinned.
    pub(crate) fn pinned(&mut self, id: MessageId) {
        self.pins = self.pins.saturating_add(1);
        self.newest_pin = Some((id, String::new()));
        // What it says is asked for if it is not here.
        self.knows_pins &= self.timeline.place(id).is_some();
    }

    /// A message is pinned no longer.
    pub(crate) fn unpinned(&mut self, id: MessageId) {
        self.pins = self.pins.saturating_sub(1);
        if self.newest_pin.take_if(|(newest, _)| *newest == id).is_some() {
            self.knows_pins = false;
        }
    }

    /// Takes in what the server says of it, but for what is counted.
    pub(super) fn describe(&mut self, facts: &RoomFacts) {
        self.name = SafeText::line(&facts.name);
        self.people.clone_from(&facts.people);
        self.name_direct();
        self.topic = SafeText::line(&facts.topic);
        (self.archived, self.slow_seconds, self.pins) = (facts.archived, facts.slow_seconds, facts.pins);
        self.role = facts.role.unwrap_or_default();
        let direct = if self.kind == RoomKind::Direct { Notify::All } else { Notify::default() };
        self.notify = facts.notify.unwrap_or(direct);
        (self.favourite, self.hidden) = (facts.favourite.unwrap_or(false), facts.hidden.unwrap_or(false));
    }

    /// A direct room has the names of its other people; alone with oneself it is a notebook.
    pub(super) fn name_direct(&mut self) {
        if self.kind != RoomKind::Direct || self.people.is_empty() {
            return;
        }
        let others = self.people.iter().filter(|person| person.id != self.viewer.id);
        let names: Vec<_> = others.map(|person| SafeText::line(&person.name).to_string()).collect();
        let own = || self.people.first().map_or_else(String::new, |me| me.name.clone());
        self.name = SafeText::line(&if names.is_empty() { own() } else { names.join(", @") });
    }

    /// Someone has another name.
    pub(crate) fn rename(&mut self, user: &UserRef) {
        if let Some(person) = self.people.iter_mut().find(|person| person.id == user.id) {
            person.name.clone_from(&user.name);
            self.name_direct();
        }
    }

    /// Takes in how the server describes the room now; events after its `last_seq` are still to come.
    pub(crate) fn update(&mut self, facts: &RoomFacts) {
        self.describe(facts);
        self.members.total = facts.members;
        self.counted = self.counted.max(facts.last_seq);
        self.marker(
            facts.read_seq.unwrap_or(self.read_seq),
            facts.unread.unwrap_or(self.unread),
            facts.mentions.unwrap_or(self.mentions),
        );
    }

    /// The user is no longer a member: what others wrote goes, what the user wrote stays.
    pub(crate) fn depart(&mut self) {
        self.gone = true;
        self.cached = false;
        self.timeline.depart();
        self.members = Members::default();
        self.typing.clear();
        (self.scroll, self.divider) = (Scroll::Live, None);
        (self.unread, self.mentions) = (0, 0);
        (self.older, self.seeks_unread, self.seeks) = (Older::Idle, false, None);
    }

    /// The user is a member again: it begins as any room does, with what the user wrote meanwhile.
    pub(crate) fn rejoin(&mut self, facts: &RoomFacts) {
        let fresh = Self::new(facts, Rc::clone(&self.viewer));
        let left = std::mem::replace(self, fresh);
        (self.draft, self.writing, self.visited) = (left.draft, left.writing, left.visited);
        self.timeline = left.timeline;
        self.timeline.reset();
    }
}
