//! The next event of a log: it must be what somebody asked for, and possible after those before it.

use chat_protocol::{LogEntry, LogEvent, Message, ReactionChange, Target, UserId, amend};

use crate::{
    asked::about,
    record::{Due, Known, Mentioned, Record, carried},
};

impl Record {
    /// The next page of a log. It shows messages as they are after its last event, unless there are more.
    pub(crate) fn take_page(&mut self, room: usize, page: Vec<LogEntry>, most: usize) {
        let (from, is_last) = (self.rooms[room].log.len(), page.len() < most);
        let mut events = page.clone();
        for place in 0..events.len() {
            let later = &page[place + 1..];
            let changes_text = |entry: &&LogEntry| {
                matches!(entry.event, LogEvent::MessageEdited { .. } | LogEvent::MessageDeleted { .. })
                    && about(entry) == about(&page[place])
            };
            let shows_own_text = is_last && later.iter().find(changes_text).is_none();
            self.as_it_was(room, &mut events[place], shows_own_text);
            self.next(room, events[place].clone(), shows_own_text);
        }
        if is_last {
            for (shown, known) in page.iter().zip(&self.rooms[room].log[from..]) {
                assert_eq!(shown, known, "a replay shows a message as it now is");
            }
        }
    }

    /// Takes from the message that an event carries what later ones made of it.
    fn as_it_was(&self, room: usize, entry: &mut LogEntry, shows_own_text: bool) {
        let at = entry.at;
        match &mut entry.event {
            LogEvent::Message { message } => {
                let said = self.said.get(&message.id).unwrap_or_else(|| panic!("nobody said {message:?}"));
                message.reactions.clear();
                message.replies = None;
                if !shows_own_text {
                    message.body.clone_from(&said.body);
                    (message.edited_at, message.deleted) = (None, false);
                }
            }
            LogEvent::MessageEdited { message: shown, .. } => {
                let before = self.message(room, shown.seq);
                let mut own = Message { edited_at: Some(at), ..before.clone() };
                if shows_own_text {
                    (own.body, own.mentions_room) = (shown.body.clone(), shown.mentions_room);
                    (own.mentions, own.mentioned) = (shown.mentions.clone(), shown.mentioned.clone());
                }
                *shown = own;
            }
            _ => {}
        }
    }

    /// The next event of a log.
    fn next(&mut self, room: usize, entry: LogEntry, shows_own_text: bool) {
        let of_room = &self.rooms[room];
        let LogEntry { room: id, seq, at, ref event } = entry;
        assert_eq!((id, seq), (self.setting.rooms[room], of_room.log.len() as u64 + 1), "promise 2: no gaps");
        let before = of_room.log.last();
        assert!(before.is_none_or(|before| before.at <= at), "promise 2: time never runs backwards");
        match event {
            LogEvent::Message { message } => {
                let message = message.clone();
                self.next_message(room, &message, shows_own_text);
                self.rooms[room].log.push(entry);
                if let Some(root) = message.thread {
                    self.follow_by_writing(room, root, &message);
                    self.count_replies(room, root);
                }
                return;
            }
            LogEvent::UserJoined { .. } | LogEvent::UserLeft { .. } | LogEvent::RoomUpdated { .. } => {
                self.next_due(room, seq, event);
            }
            LogEvent::MessageEdited { message, user } => {
                let before = self.message(room, message.seq);
                assert!(!before.deleted && before.author.id == user.id, "{before:?} became {message:?}");
                assert!(!shows_own_text || before.body != message.body, "nothing changes: {message:?}");
            }
            LogEvent::MessageDeleted { target, .. } => {
                assert!(!self.target(room, target).deleted, "deleted twice: {event:?}");
                assert!(!self.rooms[room].pins.contains(&target.message_id), "still pinned: {event:?}");
            }
            LogEvent::ReactionAdded { target, reaction, user } => {
                self.check_reaction(room, target, reaction, user.id, true);
            }
            LogEvent::ReactionRemoved { target, reaction, user } => {
                self.check_reaction(room, target, reaction, user.id, false);
            }
            LogEvent::MessagePinned { target, .. } | LogEvent::MessageUnpinned { target, .. } => {
                let on = matches!(event, LogEvent::MessagePinned { .. });
                assert!(!self.target(room, target).deleted, "{event:?}");
                assert_ne!(self.rooms[room].pins.contains(&target.message_id), on, "nothing changes: {event:?}");
            }
            other @ LogEvent::Moderated { .. } => panic!("nobody did this: {other:?}"),
        }
        if about(&entry).is_some() {
            self.note_change(room, &entry, shows_own_text);
            self.check_cause(room, &entry);
        }
        // Events of before tell the message as it now is.
        let of_room = &mut self.rooms[room];
        of_room.log.iter_mut().filter_map(carried).for_each(|message| _ = amend(message, &entry));
        let deleted = if let LogEvent::MessageDeleted { target, .. } = &entry.event { Some(*target) } else { None };
        of_room.log.push(entry);
        if let Some(root) = deleted.and_then(|target| self.target(room, &target).thread) {
            self.count_replies(room, root);
        }
    }

    fn next_message(&mut self, room: usize, message: &Message, shows_own_text: bool) {
        let said = self.said.get(&message.id).unwrap_or_else(|| panic!("nobody said {message:?}"));
        let told = (&message.author.name, &message.body, message.room);
        let name = &self.people[said.user].name;
        assert_eq!(told, (name, &said.body, self.setting.rooms[said.room]), "it is stored as it was said");
        assert_ne!(said.answer, Known::Refused, "{} was refused", message.id);
        let thread = said.reply_to.map(|answered| self.root_of(answered));
        assert_eq!(
            (message.reply_to, message.thread),
            (said.reply_to, thread),
            "a reply is of the thread it answers in"
        );
        if said.names_are_sure && shows_own_text {
            let mentions: Vec<UserId> = match said.mentioned {
                Some(Mentioned::User(user)) => vec![self.people[user].id],
                _ => vec![],
            };
            let everyone = said.mentioned == Some(Mentioned::Everyone);
            assert_eq!((&message.mentions, message.mentions_room), (&mentions, everyone), "{}", said.body);
        }
        let twice = self.stored.insert(message.id, (room, message.seq));
        assert_eq!(twice, None, "promise 3: sent twice is sent once");
        if let Some((device, turn)) = said.turn {
            let before = self.turns.insert((device, room), turn).unwrap_or(0);
            assert!(before < turn, "promise 7: device {device} said {turn} before {before}");
        }
    }

    /// What was asked for over REST, one after the other.
    fn next_due(&mut self, room: usize, seq: u64, event: &LogEvent) {
        let name = |user: &usize| &self.people[*user].name;
        let of_room = &mut self.rooms[room];
        let due = of_room.due.pop_front();
        match (event, due) {
            (LogEvent::UserJoined { user, .. }, Some(Due::Joined(due))) => {
                assert_eq!(user.name, *name(&due));
                of_room.read.insert(due, seq);
                of_room.present.insert(due);
            }
            (LogEvent::UserLeft { user }, Some(Due::Left(due))) => {
                assert_eq!(user.name, *name(&due));
                of_room.read.remove(&due);
                of_room.present.remove(&due);
            }
            (LogEvent::RoomUpdated { user, changes }, Some(Due::Topic(due, topic))) => {
                assert_eq!((&user.name, changes.topic.as_ref()), (name(&due), Some(&topic)));
            }
            (event, due) => panic!("{event:?} where {due:?} is due"),
        }
    }

    fn check_reaction(&self, room: usize, target: &Target, told: &ReactionChange, user: UserId, on: bool) {
        let message = self.target(room, target);
        assert!(!message.deleted, "a reaction to what is deleted: {target:?}");
        let reaction = message.reactions.iter().find(|reaction| reaction.emoji == told.emoji);
        let has = reaction.is_some_and(|reaction| reaction.users.iter().any(|other| other.id == user));
        let count = reaction.map_or(0, |reaction| reaction.count);
        let count = if on { count + 1 } else { count.saturating_sub(1) };
        assert_eq!((told.count, has), (count, !on), "{told:?} of {user} to {message:?}");
    }

    /// A message that an event names.
    fn target(&self, room: usize, target: &Target) -> &Message {
        let message = self.message(room, target.message_seq);
        assert_eq!(message.id, target.message_id, "an event names its message rightly");
        message
    }
}
