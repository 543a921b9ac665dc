//! The windows above the messages: help, link code, password.

use chat_protocol::{
    Token,
    api::{Hook, Invite, Webhook},
    terminal::SafeText,
};
use qrcode::{Color, EcLevel, QrCode};

use super::{bots, scroll as timeline_scroll, webhooks};
use crate::{
    keys::bindings::Action,
    state::{Link, LinkKind, Mode, PasswordForm, State, Ticket, Tone},
    text::time,
    update::{effect::Effect, request::Request},
};

/// Light modules around a QR code, without which cameras do not find it. Four by the standard; two suffice on screens
/// and leave room for the code on small ones.
const QUIET: usize = 2;
/// Fewer characters make no password (contract of the server, which checks it again).
const SHORTEST_PASSWORD: usize = 8;
const NEW: usize = 1;
const AGAIN: usize = 2;

pub(super) fn toggle_help(state: &mut State) {
    state.mode = match state.mode {
        Mode::Help { .. } => Mode::Compose,
        Mode::Select { .. } => Mode::Help { from_select: true, scroll: 0 },
        _ => Mode::Help { from_select: false, scroll: 0 },
    };
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = i32::from(state.size.height / 2).max(1);
    let ticket = state.keys;
    match (&mut state.mode, action) {
        (_, Action::Close) => state.mode = Mode::Compose,
        (Mode::Password(form), Action::Accept) if form.done => state.mode = Mode::Compose,
        (Mode::Password(form), _) => fill(form, action, ticket, effects),
        (Mode::Help { .. }, Action::Above) => scroll(state, -1),
        (Mode::Help { .. }, Action::Below) => scroll(state, 1),
        (Mode::Help { .. }, Action::PageUp) => scroll(state, -page),
        (Mode::Help { .. }, Action::PageDown) => scroll(state, page),
        (_, Action::LiveEnd) => timeline_scroll::live_end(state),
        _ => {}
    }
}

pub(super) fn scroll(state: &mut State, rows: i32) {
    let last = crate::layout::help::rows(state, usize::from(state.size.width))
        .len()
        .saturating_sub(usize::from(state.size.height / 2));
    if let Mode::Help { scroll, .. } = &mut state.mode {
        let step = usize::try_from(rows.unsigned_abs()).unwrap_or(0);
        *scroll = if rows < 0 { scroll.saturating_sub(step) } else { (*scroll + step).min(last) };
    }
}

/// Types into the form.
pub(super) fn insert(state: &mut State, text: &str) {
    if let Mode::Password(form) = &mut state.mode
        && form.is_open()
    {
        form.fields[form.at].insert(text.trim_end_matches(['\r', '\n']));
        form.problem = None;
    }
}

fn fill(form: &mut PasswordForm, action: Action, ticket: Ticket, effects: &mut Vec<Effect>) {
    if !form.is_open() {
        return;
    }
    let count = form.fields.len();
    match action {
        Action::Above => form.at = (form.at + count - 1) % count,
        Action::Below => form.at = (form.at + 1) % count,
        Action::Accept if form.at < AGAIN => form.at += 1,
        Action::Accept => submit(form, ticket, effects),
        Action::Edit(edit) => {
            form.fields[form.at].apply(edit, usize::MAX);
            form.problem = None;
        }
        _ => {}
    }
}

fn submit(form: &mut PasswordForm, ticket: Ticket, effects: &mut Vec<Effect>) {
    let [current, new, again] = form.fields.each_ref().map(|field| field.text().to_owned());
    if new.chars().count() < SHORTEST_PASSWORD {
        form.problem = Some(format!("take at least {SHORTEST_PASSWORD} characters"));
        form.at = NEW;
    } else if new != again {
        form.problem = Some("the two new ones differ: type the second again".to_owned());
        form.fields[AGAIN].take();
        form.at = AGAIN;
    } else {
        form.waiting = Some(ticket);
        let current = Some(current).filter(|current| !current.is_empty());
        effects.push(Effect::Ask(ticket, Request::Password { current, new }));
    }
}

/// The server's answer to a new password. The form ends by that only if the user waited for it: what they typed since
/// would go on in the composer.
pub(super) fn password(state: &mut State, ticket: Ticket, result: Result<(), String>) {
    let awaited = state.awaits(ticket);
    let form = match &mut state.mode {
        Mode::Password(form) if form.waiting == Some(ticket) => Some(form),
        _ => None,
    };
    match (result, form) {
        (Ok(()), form) => {
            match form {
                Some(form) if !awaited => **form = PasswordForm { done: true, ..PasswordForm::default() },
                Some(_) => state.mode = Mode::Compose,
                None => {}
            }
            state.notify_anywhere(Tone::Plain, "password set; your other devices are signed out");
        }
        (Err(problem), Some(form)) => {
            form.waiting = None;
            form.at = 0;
            form.problem = Some(problem);
        }
        (Err(problem), None) => {
            state.notify_anywhere(Tone::Bad, format!("the password was not changed: {problem}"));
        }
    }
}

/// The code and the address that the server made, or why it did not.
pub(super) fn link(state: &mut State, ticket: Ticket, result: Result<(String, String), String>) {
    let link = result.map(|(code, url)| (code, url, "good once, for 10 minutes; a new code ends this one".to_owned()));
    card(state, ticket, LinkKind::Device, link);
}

/// The invite that the server made, or why it did not.
pub(super) fn invite(state: &mut State, ticket: Ticket, result: Result<Box<Invite>, String>) {
    let made = result.map(|invite| {
        let rooms = invite.rooms.iter().filter_map(|room| state.rooms.room(*room)).map(crate::state::Room::label);
        let rooms: Vec<_> = rooms.collect();
        let rooms = if rooms.is_empty() { String::new() } else { format!(", into {}", rooms.join(", ")) };
        let people = if invite.uses_left == 1 { "person" } else { "people" };
        let until = time::day_and_time(invite.expires_at, &state.setup.zone);
        let good = format!("good for {} {people} until {until}{rooms}", invite.uses_left);
        (invite.code.unwrap_or_default(), invite.url.unwrap_or_default(), good)
    });
    card(state, ticket, LinkKind::Invite, made);
}

/// The hook that the server made, or why it did not. Its address is shown this once, so it is copied as well.
pub(super) fn hook(state: &mut State, ticket: Ticket, result: Result<Box<Hook>, String>, effects: &mut Vec<Effect>) {
    let made = result.map(|hook| {
        let url = hook.url.unwrap_or_default();
        effects.push(Effect::Copy(SafeText::line(&url).to_string()));
        let good = format!("posts as {}; the address is copied, and shown this once", SafeText::line(&hook.user.name));
        (hook.user.name, url, good)
    });
    card(state, ticket, LinkKind::Hook, made);
}

/// The bot that the server made, or why it did not.
pub(super) fn bot(
    state: &mut State,
    ticket: Ticket,
    result: Result<(String, Token), String>,
    effects: &mut Vec<Effect>,
) {
    let made = result.map(|(name, token)| bots::made(name, &token, effects));
    card(state, ticket, LinkKind::Bot, made);
}

/// The webhook that the server made, or why it did not.
pub(super) fn webhook(
    state: &mut State,
    ticket: Ticket,
    result: Result<Box<Webhook>, String>,
    effects: &mut Vec<Effect>,
) {
    let made = result.map(|webhook| webhooks::made(*webhook, effects));
    card(state, ticket, LinkKind::Webhook, made);
}

/// Why the server made nothing, in the card that waits for it.
pub(super) fn refused(state: &mut State, ticket: Ticket, problem: String) {
    match &mut state.mode {
        Mode::Link(card) if card.ticket == ticket => card.problem = Some(problem),
        _ => state.notify_anywhere(Tone::Bad, problem),
    }
}

/// Shows a code in the card that waits for it; elsewhere it is told, because it is shown this once.
fn card(state: &mut State, ticket: Ticket, kind: LinkKind, result: Result<(String, String, String), String>) {
    let (code, url, good) = match result {
        Ok(made) => made,
        Err(problem) => return refused(state, ticket, problem),
    };
    let (code, url) = (SafeText::line(&code).to_string(), SafeText::line(&url).to_string());
    match &mut state.mode {
        Mode::Link(card) if card.ticket == ticket => {
            card.link = Some(Link { code, modules: modules(&url), url, good });
        }
        _ => {
            let notice = match kind {
                LinkKind::Device => format!("another device signs in with chat-tui --link {code}, or at {url}"),
                LinkKind::Invite => format!("someone new comes in with chat-tui --invite {code}, or at {url}"),
                LinkKind::Bot => format!("{code} signs in with CHAT_TOKEN={url}"),
                LinkKind::Webhook => format!("{url} signs what goes to {code}"),
                LinkKind::Hook => format!("programs post as {code} to {url}"),
            };
            state.alert(Tone::Plain, notice);
        }
    }
}

/// The QR code of a text, dark modules true.
fn modules(text: &str) -> Vec<Vec<bool>> {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::L) else { return Vec::new() };
    let size = code.width();
    let dark = |x: usize, y: usize| {
        let inside = (QUIET..QUIET + size).contains(&x) && (QUIET..QUIET + size).contains(&y);
        inside && code[(x - QUIET, y - QUIET)] == Color::Dark
    };
    (0..size + 2 * QUIET).map(|y| (0..size + 2 * QUIET).map(|x| dark(x, y)).collect()).collect()
}
