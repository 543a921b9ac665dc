//! What a message leads to: links, rooms and files to open, links, files and code to copy. Where it has several, pressing the key again
//! takes the next.

use chat_protocol::{
    Attachment,
    blocks::{self, Block},
    terminal::SafeText,
};

use super::{files, navigate};
use crate::{
    keys::bindings::Action,
    state::{EntryKey, State, Tone},
    update::effect::Effect,
};

/// Something in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Link(String),
    Room(String),
    Code(String),
    File(Attachment),
}

/// Takes the first target that the action is for, or the one after that which it took last.
pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(key) = state.mode.selected() else { return };
    let targets: Vec<_> = targets(state, key).into_iter().filter(|target| is_for(action, target)).collect();
    let next = match state.transient.target {
        Some((last, of, at)) if (last, of) == (key, action) => (at + 1) % targets.len().max(1),
        _ => 0,
    };
    let Some(target) = targets.get(next) else {
        let what = match action {
            Action::Open => "link, no room and no file",
            Action::CopyLink => "link and no file",
            _ => "code",
        };
        state.notify(Tone::Plain, format!("this message has no {what}"));
        return;
    };
    state.transient.target = Some((key, action, next));
    let which = if targets.len() > 1 { format!(" ({} of {})", next + 1, targets.len()) } else { String::new() };
    match (action, target) {
        (Action::Open, Target::Room(name)) => room(state, name, &which, effects),
        (Action::Open, Target::Link(href)) => {
            state.notify(Tone::Plain, format!("opening {}{which}", SafeText::line(href)));
            effects.push(Effect::Open(href.clone()));
        }
        (Action::Open, Target::File(file)) => files::open(state, file.clone(), &which, effects),
        (_, Target::File(file)) => {
            let (place, copied) = files::place(state, file);
            copy(state, effects, &place, &format!("{copied}{which}"));
        }
        (_, Target::Link(text)) => copy(state, effects, text, &format!("link copied{which}")),
        (_, Target::Code(text)) => copy(state, effects, text, &format!("code copied{which}")),
        _ => {}
    }
}

/// Goes to a room that a message names; says how where the user is not in it.
pub(super) fn room(state: &mut State, name: &str, which: &str, effects: &mut Vec<Effect>) {
    match state.rooms.find(name).map(|room| room.id) {
        Some(room) => navigate::open(state, room, effects),
        None => {
            let name = SafeText::line(name);
            state.notify(Tone::Plain, format!("you are not in #{name}: /join {name} goes there{which}"));
        }
    }
}

fn copy(state: &mut State, effects: &mut Vec<Effect>, text: &str, notice: &str) {
    effects.push(Effect::Copy(text.to_owned()));
    state.notify(Tone::Plain, notice);
}

fn is_for(action: Action, target: &Target) -> bool {
    match target {
        Target::Link(_) | Target::File(_) => matches!(action, Action::Open | Action::CopyLink),
        Target::Room(_) => action == Action::Open,
        Target::Code(_) => action == Action::CopyCode,
    }
}

fn targets(state: &State, key: EntryKey) -> Vec<Target> {
    let mut found = Vec::new();
    let Some(timeline) = state.rooms.current().map(|room| &room.timeline) else { return found };
    let parse = |body: &str| blocks::parse(body, &|_| None);
    match key {
        EntryKey::Pending(id) => {
            collect(&timeline.pending_entry(id).map_or_else(Vec::new, |entry| parse(&entry.body)), &mut found);
        }
        EntryKey::Logged(seq) => {
            if let Some(message) = timeline.message(seq).filter(|message| !message.deleted) {
                collect(message.blocks.as_deref().unwrap_or(&parse(&message.body)), &mut found);
                found.extend(message.attachments.iter().cloned().map(Target::File));
            }
        }
    }
    found
}

fn collect(blocks: &[Block], found: &mut Vec<Target>) {
    for block in blocks {
        let target = match block {
            Block::Link { href, .. } => Target::Link(href.clone()),
            Block::Room(text) => Target::Room(text.trim_start_matches('#').to_owned()),
            Block::Code { text, .. } | Block::CodeSpan(text) => Target::Code(text.clone()),
            Block::Paragraph(content)
            | Block::Quote(content)
            | Block::List { items: content, .. }
            | Block::Item(content)
            | Block::Emphasis(content)
            | Block::Strong(content)
            | Block::Strike(content)
            | Block::Table { content, .. }
            | Block::Row(content)
            | Block::Cell(content)
            | Block::Unknown { content, .. } => {
                collect(content, found);
                continue;
            }
            Block::Text(_) | Block::Mention { .. } | Block::Break => continue,
        };
        if !found.contains(&target) {
            found.push(target);
        }
    }
}
