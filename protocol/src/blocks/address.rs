//! Bare addresses in text, and where any link may lead.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use crate::unicode::is_combining_mark;

/// The schemes that a link may have. Anything else (`javascript:`, `data:`, `file:`) is text.
const SCHEMES: [&str; 3] = ["http://", "https://", MAILTO];
const MAILTO: &str = "mailto:";
const WEB: &str = "http://";
const WWW: &str = "www.";

/// An address in text.
pub(super) struct Address {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// Where it leads.
    pub(super) href: String,
}

/// The web and mail addresses in text that is not markup, without the punctuation after them.
pub(super) fn find(text: &str) -> impl Iterator<Item = Address> {
    let mut done = 0;
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder.links(text).filter_map(move |link| {
        let (start, found) = (link.start(), link.as_str());
        let between = &text[std::mem::replace(&mut done, link.end())..start];
        if *link.kind() == LinkKind::Email {
            let start = if between.ends_with(MAILTO) { start - MAILTO.len() } else { start };
            return found.is_ascii().then(|| Address { range: start..link.end(), href: mailto(found) });
        }
        let found = &found[..found.find(ends_address).unwrap_or(found.len())];
        let found = found.trim_end_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric() && !is_combining_mark(c));
        let href = if is_web_name(found) { format!("{WEB}{found}") } else { found.to_owned() };
        is_allowed(&href).then(|| Address { range: start..start + found.len(), href })
    })
}

/// `www.example.org`, as people say it: the only address that needs no scheme.
fn is_web_name(address: &str) -> bool {
    let host = address.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.get(..WWW.len()).is_some_and(|start| start.eq_ignore_ascii_case(WWW))
        && host.split('.').count() > 2
        && host.split('.').all(|label| !label.is_empty())
}

/// The link to write to a mail address.
pub(super) fn mailto(address: &str) -> String {
    format!("{MAILTO}{address}")
}

/// Whether a link may lead there: a known scheme, something after it, and nothing that would end an address.
pub(super) fn is_allowed(href: &str) -> bool {
    let known = SCHEMES.iter().any(|scheme| {
        href.len() > scheme.len() && href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    known && !href.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Punctuation of scripts that write without spaces, and typographic quotes: prose goes on after them, no address does.
fn ends_address(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{30fb}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '“' | '”' | '„' | '«' | '»')
}
