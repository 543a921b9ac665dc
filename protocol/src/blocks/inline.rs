//! What is hidden in plain text: bare addresses and mentions.

use super::{
    Block,
    address::{self, Address},
    names::find_names,
};
use crate::{UserId, name::MAX_ROOM_NAME};

/// Whose a name is.
pub(super) type Resolve<'a> = &'a dyn Fn(&str) -> Option<UserId>;

/// Cuts a run of text into text, links, mentions and rooms, in order. In the text of a link an address is only text. Without
/// `resolve` no names are looked for.
pub(super) fn split(text: &str, in_link: bool, resolve: Option<Resolve<'_>>, mut push: impl FnMut(Block)) {
    let mut start = 0;
    for Address { range, href } in address::find(text) {
        names(&text[start..range.start], in_link, resolve, &mut push);
        let shown = Block::Text(text[range.clone()].to_owned());
        push(if in_link { shown } else { Block::Link { href, content: vec![shown] } });
        start = range.end;
    }
    names(&text[start..], in_link, resolve, &mut push);
}

/// Cuts text in which there are no addresses, or none that count.
fn names(text: &str, in_link: bool, resolve: Option<Resolve<'_>>, push: &mut impl FnMut(Block)) {
    let mut start = 0;
    for range in find_names(text).filter(|_| resolve.is_some()) {
        let written = &text[range.clone()];
        let name = match (written.strip_prefix('@'), resolve) {
            (Some(name), Some(resolve)) => resolve(name).map(|user| Block::Mention { user, text: written.to_owned() }),
            _ => (!in_link && is_room_name(written)).then(|| Block::Room(written.to_owned())),
        };
        let Some(name) = name else { continue };
        push_text(&text[start..range.start], push);
        push(name);
        start = range.end;
    }
    push_text(&text[start..], push);
}

/// Whether `#name` can be a room; `#12` is rather a number.
fn is_room_name(written: &str) -> bool {
    let name = written.trim_start_matches('#');
    name.chars().any(char::is_alphabetic) && name.chars().count() <= MAX_ROOM_NAME
}

fn push_text(text: &str, push: &mut impl FnMut(Block)) {
    if !text.is_empty() {
        push(Block::Text(text.to_owned()));
    }
}
