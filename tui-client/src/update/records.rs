//! Lists of what the server keeps a record of: opening them, reading on, acting on one.

mod webhook;

use chat_protocol::{
    HookId, Reaction, RoomId, Timestamp, User, UserRef,
    api::{AuditEntry, Edit, Hook, Invite, Report},
    terminal::SafeText,
};

use super::{list, navigate, seek};
use crate::{
    layout::timeline::reply,
    state::{Goal, Mode, Record, Records, Source, State, Ticket, Tone},
    text::time,
    update::{effect::Effect, input::Fetched, request::Request},
};

/// Records of one answer: where it has so many, older ones may follow.
pub(crate) const PAGE: usize = 100;

/// Opens a list of records.
pub(super) fn open(state: &mut State, records: Records, effects: &mut Vec<Effect>) {
    list::open(state, Source::Records(records, None));
    effects.push(Effect::Ask(state.keys, Request::Records { records, before: None }));
}

/// The server has listed them, or not.
pub(super) fn fetched(state: &mut State, ticket: Ticket, result: Result<Fetched, String>) {
    let rows: Result<Vec<Record>, String> = result.map(|fetched| match fetched {
        Fetched::Reports(reports) => reports.iter().map(|report| self::report(state, report)).collect(),
        Fetched::Invites(invites) => invites.iter().map(|invite| self::invite(state, invite)).collect(),
        Fetched::Audit(entries) => entries.iter().map(|entry| audited(state, entry)).collect(),
        Fetched::Edits(edits) => edits.iter().map(|edit| self::edit(state, edit)).collect(),
        Fetched::Hooks(hooks) => hooks.iter().map(|hook| self::hook(state, hook)).collect(),
        Fetched::Webhooks(webhooks) => webhooks.iter().map(|webhook| webhook::row(state, webhook)).collect(),
        Fetched::Bots(bots) => bots.iter().map(|bot| self::bot(state, bot)).collect(),
        Fetched::Reactions(reactions) => reactions.iter().flat_map(reacted).collect(),
    });
    let Mode::List(list) = &mut state.mode else { return };
    let Source::Records(records, known) = &mut list.source else { return };
    if list.ticket != ticket {
        return;
    }
    match rows {
        Ok(rows) => {
            let may_go_on = *records == Records::Audit && rows.len() == PAGE;
            list.older = rows.last().map(|row| row.id).filter(|_| may_go_on);
            known.get_or_insert_default().extend(rows);
        }
        Err(problem) if known.is_none() => list.problem = Some(problem),
        Err(problem) => state.notify_anywhere(Tone::Bad, problem),
    }
}

/// Reads on when the last record is chosen.
pub(super) fn read_on(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::List(list) = &mut state.mode else { return };
    let Source::Records(records, Some(known)) = &list.source else { return };
    if list.chosen + 1 >= known.len()
        && let Some(before) = list.older.take()
    {
        effects.push(Effect::Ask(list.ticket, Request::Records { records: *records, before: Some(before) }));
    }
}

/// Whether the list on the screen is one of records.
pub(super) fn is_chosen(state: &State) -> bool {
    matches!(&state.mode, Mode::List(list) if list.is_records())
}

/// Does what there is to do with the record that is chosen: the list is closed by that.
pub(super) fn take(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::List(list) = &state.mode else { return };
    let Source::Records(_, Some(known)) = &list.source else { return };
    match known.get(list.chosen).map(|record| record.goal.clone()) {
        None | Some(Goal::Nothing | Goal::Hook(_) | Goal::Webhook(_) | Goal::Bot(_)) => {}
        Some(Goal::Copy(text)) => {
            effects.push(Effect::Copy(text));
            state.mode = Mode::Compose;
            state.notify(Tone::Plain, "copied");
        }
        Some(Goal::Room(room) | Goal::Message { room, .. }) if state.rooms.room(room).is_none_or(|room| room.gone) => {
            state.notify(Tone::Bad, "you are not in that room: /rooms lists those that you can join");
        }
        Some(Goal::Room(room)) => {
            state.mode = Mode::Compose;
            navigate::open(state, room, effects);
        }
        Some(Goal::Message { room, id, seq }) => {
            state.mode = Mode::Compose;
            navigate::open(state, room, effects);
            seek::message(state, id, seq);
        }
    }
}

/// Closes the report or ends the invite, the hook, the webhook or the bot that is chosen.
pub(super) fn end(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::List(list) = &state.mode else { return };
    if let Source::Records(Records::Hooks(room), Some(known)) = &list.source {
        if let Some(Record { goal: Goal::Hook(hook), is_ended: false, .. }) = known.get(list.chosen) {
            effects.push(Effect::Ask(state.keys, Request::EndHook { room: *room, hook: *hook }));
        }
        return;
    }
    if let Source::Records(Records::Webhooks(_), Some(known)) = &list.source {
        if let Some(Record { goal: Goal::Webhook(webhook), is_ended: false, .. }) = known.get(list.chosen) {
            effects.push(Effect::Ask(state.keys, Request::EndWebhook(*webhook)));
        }
        return;
    }
    if let Source::Records(Records::Bots, Some(known)) = &list.source {
        if let Some(Record { goal: Goal::Bot(name), is_ended: false, .. }) = known.get(list.chosen) {
            effects.push(Effect::Ask(state.keys, Request::EndBot { name: name.clone() }));
        }
        return;
    }
    let Source::Records(records @ (Records::Reports | Records::Invites), Some(known)) = &list.source else { return };
    if let Some(record) = known.get(list.chosen).filter(|record| !record.is_ended) {
        effects.push(Effect::Ask(state.keys, Request::EndRecord { records: *records, id: record.id }));
    }
}

/// The server has closed a report or ended an invite, or not.
pub(super) fn ended(state: &mut State, records: Records, id: u64, result: Result<(), String>) {
    if let Err(problem) = result {
        return state.notify_anywhere(Tone::Bad, problem);
    }
    if let Mode::List(list) = &mut state.mode
        && let Source::Records(of, Some(known)) = &mut list.source
        && *of == records
    {
        let ended = known.iter_mut().find(|record| record.id == id);
        if let Some(record) = ended {
            (record.is_ended, record.note) =
                (true, if records == Records::Invites { "ended" } else { "closed" }.to_owned());
        }
    }
    let done = if records == Records::Invites { "its code is invalid now" } else { "the report is closed" };
    state.notify_anywhere(Tone::Plain, done);
}

/// The server has ended a hook, or not.
pub(super) fn ended_hook(state: &mut State, hook: HookId, result: Result<(), String>) {
    if let Err(problem) = result {
        return state.notify_anywhere(Tone::Bad, problem);
    }
    if let Mode::List(list) = &mut state.mode
        && let Source::Records(Records::Hooks(_), Some(known)) = &mut list.source
        && let Some(record) = known.iter_mut().find(|record| record.goal == Goal::Hook(hook))
    {
        (record.is_ended, record.note) = (true, "ended".to_owned());
    }
    state.notify_anywhere(Tone::Plain, "its address is invalid now");
}

fn report(state: &State, report: &Report) -> Record {
    let Report { id, at, by, room, message, reason } = report;
    let why = reason.as_deref().map_or_else(String::new, |why| format!(": {}", SafeText::line(why)));
    Record {
        id: *id,
        text: said(state, message),
        hint: format!("{}{why} · {}", name(by), room_label(state, *room)),
        note: when(state, *at),
        goal: Goal::Message { room: *room, id: message.id, seq: message.seq },
        is_ended: false,
    }
}

fn said(state: &State, message: &chat_protocol::Message) -> String {
    // Its author may be unknown here.
    let name = match state.people.person(message.author.id) {
        Some(person) => person.name.to_string(),
        None => name(&message.author),
    };
    let words = if message.deleted { "message deleted".to_owned() } else { reply::first_words(message) };
    format!("{name}: {words}")
}

fn invite(state: &State, invite: &Invite) -> Record {
    let people = if invite.uses_left == 1 { "person" } else { "people" };
    let rooms: Vec<_> = invite.rooms.iter().map(|room| room_label(state, *room)).collect();
    let rooms = if rooms.is_empty() { String::new() } else { format!(" · {}", rooms.join(", ")) };
    let by = invite.by.as_ref().map_or_else(|| "the operator".to_owned(), name);
    Record {
        id: invite.id,
        text: format!("for {} {people}, by {by}{rooms}", invite.uses_left),
        hint: String::new(),
        note: format!("until {}", when(state, invite.expires_at)),
        goal: Goal::Nothing,
        is_ended: false,
    }
}

fn hook(state: &State, hook: &Hook) -> Record {
    Record {
        id: 0,
        text: name(&hook.user),
        hint: format!("made by {}", name(&hook.by)),
        note: when(state, hook.created_at),
        goal: Goal::Hook(hook.id),
        is_ended: false,
    }
}

fn bot(state: &State, bot: &User) -> Record {
    Record {
        id: 0,
        text: SafeText::line(&bot.name).to_string(),
        hint: if bot.online { "online" } else { "" }.to_owned(),
        note: format!("made {}", when(state, bot.created_at)),
        goal: Goal::Bot(bot.name.clone()),
        is_ended: false,
    }
}

fn audited(state: &State, entry: &AuditEntry) -> Record {
    let by = entry.by.as_ref().map_or_else(|| "the operator".to_owned(), name);
    let action = SafeText::line(&entry.action).to_string().replace('_', " ");
    let whom = entry.user.as_ref().map_or_else(String::new, |user| format!(" {}", name(user)));
    let room = entry.room.map_or_else(String::new, |room| room_label(state, room));
    let detail = entry.detail.as_deref().map_or_else(String::new, |detail| SafeText::line(detail).to_string());
    let hint = [room, detail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let goal = entry.room.map_or(Goal::Nothing, Goal::Room);
    Record {
        id: entry.id,
        text: format!("{by}: {action}{whom}"),
        hint,
        note: when(state, entry.at),
        goal,
        is_ended: false,
    }
}

fn edit(state: &State, edit: &Edit) -> Record {
    Record {
        id: 0,
        text: reply::beginning(&edit.body),
        hint: String::new(),
        note: when(state, edit.at),
        goal: Goal::Copy(edit.body.clone()),
        is_ended: false,
    }
}

/// One row for each of the people.
fn reacted(reaction: &Reaction) -> impl Iterator<Item = Record> {
    let emoji = SafeText::line(&reaction.emoji).to_string();
    reaction.users.iter().map(move |user| Record {
        id: 0,
        text: format!("{emoji} {}", name(user)),
        hint: String::new(),
        note: String::new(),
        goal: Goal::Nothing,
        is_ended: false,
    })
}

fn name(user: &UserRef) -> String {
    SafeText::line(&user.name).to_string()
}

/// The room's name, if the user knows it.
fn room_label(state: &State, room: RoomId) -> String {
    state.rooms.room(room).map_or_else(|| "a room that you are not in".to_owned(), crate::state::Room::label)
}

/// `09:02` of today, else with the day.
fn when(state: &State, at: Timestamp) -> String {
    let (now, zone) = (state.now.wall, &state.setup.zone);
    let clock = time::clock(at, zone);
    if time::same_day(at, now, zone) { clock } else { format!("{} {clock}", time::day(at, now, zone, false)) }
}
