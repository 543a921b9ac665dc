//! What is hidden in plain text: bare addresses and mentions.

use super::{
    Block,
    address::{self, Address},
};
use crate::{UserId, mention};

/// Whose a name is.
pub(super) type Resolve<'a> = &'a dyn Fn(&str) -> Option<UserId>;

/// Cuts a run of text into text, links and mentions, in order. In the text of a link an address is only text.
pub(super) fn split(text: &str, in_link: bool, resolve: Resolve<'_>, mut push: impl FnMut(Block)) {
    let mut start = 0;
    for Address { range, href } in address::find(text) {
        mentions(&text[start..range.start], resolve, &mut push);
        let shown = Block::Text(text[range.clone()].to_owned());
        push(if in_link { shown } else { Block::Link { href, content: vec![shown] } });
        start = range.end;
    }
    mentions(&text[start..], resolve, &mut push);
}

/// Cuts text in which there are no addresses, or none that count.
fn mentions(text: &str, resolve: Resolve<'_>, push: &mut impl FnMut(Block)) {
    let mut start = 0;
    for range in mention::find(text) {
        let written = &text[range.clone()];
        let Some(user) = resolve(&written['@'.len_utf8()..]) else { continue };
        push_text(&text[start..range.start], push);
        push(Block::Mention { user, text: written.to_owned() });
        start = range.end;
    }
    push_text(&text[start..], push);
}

fn push_text(text: &str, push: &mut impl FnMut(Block)) {
    if !text.is_empty() {
        push(Block::Text(text.to_owned()));
    }
}
