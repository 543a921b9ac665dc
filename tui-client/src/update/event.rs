//! What the server tells: here text of others becomes part of the state, and is made safe on the way.

mod left;

use chat_client::Cached;
use chat_protocol::{
    Event, LogEntry, LogEvent, Message, MessageId, ResetReason, Room as RoomFacts, RoomId, RoomRole, UserId, UserRef,
    terminal::SafeText,
};

use self::left::{Removal, left};
use super::{navigate, notify, pictures, read_position::is_outdated, seek};
use crate::{
    state::{EntryKey, Mode, Room, Scroll, State, Ticket, Tone},
    update::effect::Effect,
};

/// Fills a new state with what the disk knows, and opens the first room.
pub(crate) fn start_from_cache(state: &mut State, cached: Cached) {
    state.people.learn_user(&cached.user);
    add_rooms(state, &cached.rooms);
    for room in state.rooms.iter_mut() {
        room.cached = true;
    }
    // Where nothing is known of the user's rooms, these may be among them: the server says so. One whose name was made up
    // is not: what is in it waits for the user to look there.
    let may_be_member = |room: &RoomFacts| cached.rooms.is_empty() && !chat_client::is_unknown(room);
    for room in &cached.left {
        if may_be_member(room) {
            let room = state.rooms.seen(room);
            state.rooms.add(room);
        } else {
            state.rooms.add_left(room)
        }
    }
    state.rooms.sort();
    for (room, draft) in cached.drafts {
        state.rooms.room_for_own(room).draft = crate::text::editor::Editor::new(draft);
    }
    for entry in cached.outbox {
        if entry.is_message() {
            state.rooms.room_for_own(entry.room).timeline.set_pending(entry);
        } else {
            super::change::restored(state, entry);
        }
    }
    open_first(state);
}

pub(super) fn apply(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::Welcome { user, rooms, limits, ignored, followed_threads, .. } => {
            state.followed = followed_threads.into_iter().collect();
            state.rooms.set_ignored(ignored);
            state.longest_body = Some(limits.longest_body());
            state.people.learn_user(&user);
            let gone: Vec<_> =
                state.rooms.ids().iter().copied().filter(|id| !rooms.iter().any(|room| room.id == *id)).collect();
            for room in gone {
                left(state, room, &Removal::default(), effects);
            }
            add_rooms(state, &rooms);
            open_first(state);
            if let Some(name) = state.setup.first_room.take() {
                let name = SafeText::line(name.trim_start_matches('#'));
                state.notify_anywhere(Tone::Plain, format!("you are not in #{name}: /join {name}"));
            }
            // A new connection knows nothing of what the old one was told.
            state.transient.focus = None;
        }
        Event::RoomAdded { room } => {
            add_rooms(state, std::slice::from_ref(&room));
            open_first(state);
            if let Some((_, ticket)) = state.transient.open.take_if(|(wanted, _)| *wanted == room.id) {
                joined(state, room.id, ticket, effects);
            }
        }
        Event::RoomRemoved { room_id, why, by, reason } => {
            left(state, room_id, &Removal { why, by, reason }, effects);
        }
        Event::Logged(entry) => happened(state, entry, effects),
        Event::Members { room, total, online, members: users, moderators } => {
            for user in &users {
                state.people.learn_user(user);
            }
            members(state, room, |members| members.set(total, online, &users, moderators));
        }
        Event::RoomSettings { room, notify, favourite, hidden } => {
            if let Some(room) = state.rooms.room_mut(room) {
                (room.notify, room.favourite, room.hidden) = (notify, favourite, hidden);
            }
            state.rooms.sort();
        }
        Event::Ignored { users } => state.rooms.set_ignored(users),
        Event::ThreadFollowed { message_id, following: true } => _ = state.followed.insert(message_id),
        Event::ThreadFollowed { message_id, .. } => _ = state.followed.remove(&message_id),
        Event::UserTyping { room, user } => typing(state, room, &user, true),
        Event::UserStoppedTyping { room, user } => typing(state, room, &user, false),
        Event::Presence { room, online, changes } => {
            for change in &changes {
                state.people.learn(&change.user);
                state.people.presence(change, state.now.wall);
            }
            members(state, room, |members| {
                members.online = online;
                for change in &changes {
                    members.presence(change.user.id, change.online);
                }
            });
        }
        Event::UserUpdated { user } => {
            state.people.learn_user(&user);
            state.rooms.rename(&user.to_ref());
            state.rooms.sort();
        }
        Event::ReadMarker { room, seq, unread, mentions } => {
            if is_outdated(state, room, seq) {
                return;
            }
            if let Some(room) = state.rooms.room_mut(room) {
                room.marker(seq, unread, mentions);
                room.recount();
            }
        }
        Event::Reset { room, why, .. } => {
            if why != ResetReason::TooFar {
                state.notify_anywhere(Tone::Plain, "the server's history was replaced: this is what it has now");
            }
            if let Some(room) = state.rooms.room_mut(room) {
                room.timeline.reset();
                room.scroll = Scroll::Unread;
                room.divider = None;
            }
            if state.rooms.past_in(room).is_some() {
                state.rooms.close_past();
            }
            if let Some(thread) = state.rooms.thread_in(room) {
                thread.room_mut().timeline.reset();
                thread.asked = false;
            }
        }
        Event::Draining { .. } => state.notify_anywhere(Tone::Plain, "the server is about to restart"),
        Event::Live {} => state.transient.was_live = true,
        Event::Ack { .. } | Event::Error { .. } | Event::Pong { .. } => {}
    }
}

/// Takes in a page of older or of the newest messages.
pub(super) fn page(state: &mut State, id: RoomId, messages: Vec<Message>, has_more_before: bool) {
    messages.iter().for_each(|message| state.people.learn(&message.author));
    let Some(room) = state.rooms.room_mut(id) else { return };
    let confirmed = room.timeline.add_page(messages, has_more_before);
    for (id, seq) in confirmed {
        room.rekey(EntryKey::Pending(id), EntryKey::Logged(seq));
    }
    room.recount();
    room.divide_if_opened();
    if state.rooms.current_id() == Some(id) {
        seek::found(state);
    }
}

fn add_rooms(state: &mut State, all: &[RoomFacts]) {
    for facts in all {
        match state.rooms.room_mut(facts.id) {
            Some(room) if room.gone => room.rejoin(facts),
            Some(room) => {
                room.update(facts);
                room.recount();
            }
            None => {
                let room = state.rooms.seen(facts);
                state.rooms.add(room)
            }
        }
    }
    state.rooms.sort();
}

/// A room that the user asked for is there: it comes to the screen, unless the user is busy with something else by now.
pub(super) fn joined(state: &mut State, room: RoomId, ticket: Ticket, effects: &mut Vec<Effect>) {
    if state.awaits(ticket) {
        navigate::open(state, room, effects);
    } else {
        joined_late(state, room);
    }
}

fn joined_late(state: &mut State, room: RoomId) {
    if let Some(room) = state.rooms.room(room).filter(|room| Some(room.id) != state.rooms.current_id()) {
        let notice = format!("you are in {} now: {} goes there", room.label(), going(state, room));
        state.notify_anywhere(Tone::Plain, notice);
    }
}

/// What the user does to go to a room.
fn going(state: &State, room: &Room) -> String {
    /// Rooms that have a key of their own.
    const NUMBERED: usize = 9;
    match state.rooms.shown().position(|shown| shown.id == room.id) {
        Some(index) if index < NUMBERED => format!("Alt-{}", index + 1),
        _ => format!("/join {}", room.name),
    }
}

/// Opens the room that was asked for on the command line, as long as no key was pressed; or the first one, if none is
/// open.
fn open_first(state: &mut State) {
    let wanted = state.setup.first_room.as_deref().and_then(|name| state.rooms.find(name)).map(|room| room.id);
    if wanted.is_some() {
        state.setup.first_room = None;
    }
    let is_new = state.awaits(Ticket::default());
    let first = state.rooms.iter().find(|room| !room.gone).map(|room| room.id);
    match wanted {
        Some(room) if is_new || state.rooms.current_id().is_none() => _ = state.rooms.open(room),
        Some(room) => joined_late(state, room),
        None if state.rooms.current_id().is_none() => _ = first.map(|room| state.rooms.open(room)),
        None => {}
    }
}

/// An event of a room's log.
fn happened(state: &mut State, entry: LogEntry, effects: &mut Vec<Effect>) {
    happened_in_thread(state, &entry);
    if let Some(past) = state.rooms.past_in(entry.room) {
        past.happened(&entry);
    }
    state.people.learn(entry.event.user());
    let room = entry.room;
    match &entry.event {
        LogEvent::Message { message } => {
            notify::said(state, room, message, effects);
            let for_me = state.rooms.room(room).is_some_and(|room| room.is_for_me(message));
            let said = Said { author: message.author.id, for_me, deleted: message.deleted, id: message.id };
            return said_in(state, entry, said);
        }
        LogEvent::UserJoined { user, .. } => {
            let joined = user.id;
            members(state, room, |members| {
                members.total += 1;
                members.add(joined);
            });
        }
        LogEvent::UserLeft { user } => {
            let left = user.id;
            members(state, room, |members| {
                members.total = members.total.saturating_sub(1);
                members.remove(left);
            });
        }
        LogEvent::RoomUpdated { changes, .. } => {
            if let Some(room) = state.rooms.room_mut(room) {
                room.change(changes);
            }
            state.rooms.sort();
        }
        LogEvent::Moderated { user, moderation, .. } => {
            let (user, removed) = (user.id, moderation.removed);
            if removed {
                members(state, room, |members| {
                    members.total = members.total.saturating_sub(1);
                    members.remove(user);
                });
            }
            if let Some(role) = moderation.role {
                members(state, room, |members| members.set_moderator(user, role == RoomRole::Moderator));
            }
            if let Some(room) = state.rooms.room_mut(room).filter(|_| user == state.me) {
                room.moderated(moderation);
            }
        }
        LogEvent::MessagePinned { target, .. } => {
            if let Some(room) = state.rooms.room_mut(room) {
                room.pinned(target.message_id);
            }
        }
        LogEvent::MessageUnpinned { target, .. } => {
            if let Some(room) = state.rooms.room_mut(room) {
                room.unpinned(target.message_id);
            }
        }
        LogEvent::MessageEdited { .. }
        | LogEvent::MessageDeleted { .. }
        | LogEvent::ReactionAdded { .. }
        | LogEvent::ReactionRemoved { .. } => {}
    }
    if let LogEvent::MessageDeleted { target, .. } = &entry.event {
        let room = state.rooms.room(room);
        let message = room.and_then(|room| room.timeline.message(room.timeline.place(target.message_id)?));
        let files = message.map(|message| message.attachments.clone()).unwrap_or_default();
        pictures::forget(state, files, effects);
    }
    if let Some(room) = state.rooms.room_mut(room) {
        let counts = matches!(entry.event, LogEvent::MessageEdited { .. } | LogEvent::MessageDeleted { .. });
        room.timeline.add(entry);
        if counts {
            room.recount();
        }
        state.rooms.cover_like_room();
    }
}

/// The thread on the screen follows its room.
fn happened_in_thread(state: &mut State, entry: &LogEntry) {
    let Some(thread) = state.rooms.thread_in(entry.room) else { return };
    thread.happened(entry);
    if let Some(message) = entry.event.message() {
        let (from, to) = (EntryKey::Pending(message.id), EntryKey::Logged(entry.seq));
        thread.room_mut().rekey(from, to);
        select_instead(&mut state.mode, from, to);
    }
}

/// What counts of a message that has just come.
struct Said {
    author: UserId,
    for_me: bool,
    deleted: bool,
    id: MessageId,
}

fn said_in(state: &mut State, entry: LogEntry, Said { author, for_me, deleted, id }: Said) {
    let (room_id, seq) = (entry.room, entry.seq);
    let is_current = state.rooms.current_id() == Some(room_id);
    // A thread has the user's eyes, and so have older messages.
    let in_thread = state.rooms.is_covered();
    let (attentive, away) = (state.focused && !in_thread, state.is_away());
    let me = state.me;
    let Some(room) = state.rooms.room_mut(room_id) else { return };
    room.typing.retain(|&user| user != author);
    if let Some(pending) = room.timeline.add(entry) {
        room.rekey(EntryKey::Pending(pending), EntryKey::Logged(seq));
        select_instead(&mut state.mode, EntryKey::Pending(id), EntryKey::Logged(seq));
    }
    let Some(room) = state.rooms.room_mut(room_id) else { return };
    if author != me && !deleted {
        let had_unread = room.unread > 0;
        room.count(seq, for_me);
        room.recount();
        let seen = attentive && room.scroll == Scroll::Live;
        let passes_by = !attentive && !away && !in_thread && room.scroll == Scroll::Live;
        if is_current && !seen && !passes_by && (!had_unread || away || room.divider.is_some()) {
            room.divide();
        }
    }
}

fn select_instead(mode: &mut Mode, from: EntryKey, to: EntryKey) {
    if let Mode::Select { selected, from: other } = mode {
        for key in [Some(selected), other.as_mut()].into_iter().flatten().filter(|key| **key == from) {
            *key = to;
        }
    }
}

fn members(state: &mut State, room: RoomId, change: impl FnOnce(&mut crate::state::Members)) {
    if let Some(room) = state.rooms.room_mut(room) {
        change(&mut room.members);
    }
}

fn typing(state: &mut State, room: RoomId, user: &UserRef, writes: bool) {
    state.people.learn(user);
    let me: UserId = state.me;
    if let Some(room) = state.rooms.room_mut(room) {
        room.typing.retain(|&other| other != user.id);
        if writes && user.id != me {
            room.typing.push(user.id);
        }
    }
}
