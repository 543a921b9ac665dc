//! What is hidden in plain text: bare addresses and mentions.

use linkify::{LinkFinder, LinkKind, Span};

use super::{Block, href};
use crate::{UserId, mention};

const MAILTO: &str = "mailto:";

/// Cuts a run of text into text, links and mentions, in order.
pub(super) fn split(text: &str, resolve: &dyn Fn(&str) -> Option<UserId>, mut push: impl FnMut(Block)) {
    let mut start = 0;
    for span in LinkFinder::new().spans(text).filter(|span| span.kind().is_some()) {
        let Some((link_start, href)) = address(text, &span) else { continue };
        mentions(&text[start..link_start], resolve, &mut push);
        let content = vec![Block::Text(text[link_start..span.end()].to_owned())];
        push(Block::Link { href, content });
        start = span.end();
    }
    mentions(&text[start..], resolve, &mut push);
}

/// Cuts text in which there are no addresses, or none that count.
pub(super) fn mentions(text: &str, resolve: &dyn Fn(&str) -> Option<UserId>, push: &mut impl FnMut(Block)) {
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

/// Where a found address begins and leads to. A `mailto:` before it is part of it.
fn address(text: &str, span: &Span<'_>) -> Option<(usize, String)> {
    let found = span.as_str();
    if span.kind() == Some(&LinkKind::Email) {
        let before = &text[..span.start()];
        let start = if before.ends_with(MAILTO) { span.start() - MAILTO.len() } else { span.start() };
        return Some((start, format!("{MAILTO}{found}")));
    }
    href::is_allowed(found).then(|| (span.start(), found.to_owned()))
}
