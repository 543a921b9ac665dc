//! Which addresses a link may lead to.

/// The schemes that a link may have. Anything else (`javascript:`, `data:`, `file:`) is text.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// Whether a link may lead there: a known scheme, something after it, and nothing that would end an address.
pub(super) fn is_allowed(href: &str) -> bool {
    let known = SCHEMES.iter().any(|scheme| {
        href.len() > scheme.len() && href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    known && !href.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Whether an address names a scheme at all, allowed or not.
pub(super) fn has_scheme(href: &str) -> bool {
    href.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}
