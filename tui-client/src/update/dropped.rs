//! A file that was dropped on the terminal: terminals paste its path. The path stands in the draft, as it was pasted; where
//! it is that of a file, Enter sends the file in its place. Any other key keeps it as text.

use std::ops::Range;

use chat_client::NewFile;

use super::{compose, send};
use crate::{
    keys::key::{Code, Key},
    state::{Mode, Notice, Offer, State, Ticket, Tone, Writing},
    text::files,
    update::effect::Effect,
};

/// The longest path that systems have.
const LONGEST: usize = 4096;

/// Looks whether what was pasted into the draft is one path.
pub(super) fn look(state: &State, text: &str, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current() else { return };
    let takes_files = matches!(room.writing, Writing::New | Writing::Reply(_));
    let end = room.draft.cursor();
    let paths = paths(text);
    let Some(start) = end.checked_sub(text.len()).filter(|_| takes_files && !paths.is_empty()) else { return };
    let draft = room.draft.text();
    // Behind a command it is what that is about.
    if draft.get(start..end) == Some(text) && !draft[..start].starts_with('/') {
        effects.push(Effect::LookForFile { ticket: state.keys, paths, pasted: start..end });
    }
}

/// What was pasted is the path of a file. If no key came since, the next one decides.
pub(super) fn offer(state: &mut State, ticket: Ticket, path: String, size: u64, pasted: Range<usize>) {
    if !state.awaits(ticket) || !matches!(state.mode, Mode::Compose) {
        return;
    }
    let name = path.rsplit(['/', '\\']).next().unwrap_or(&path);
    let text = format!("Enter sends {} as a file; any other key keeps the text", files::name_and_size(name, size));
    let notice = Notice { text, tone: Tone::Plain, until: None, local: true };
    state.completion = None;
    state.offer = Some(Offer { path, pasted, notice });
}

/// Whether a key decides about an offer and does nothing else.
pub(super) fn takes(key: Key) -> bool {
    key == Key::plain(Code::Enter) || key == Key::plain(Code::Esc)
}

/// Enter sends the file, with the rest of the draft; Esc keeps the text.
pub(super) fn answer(state: &mut State, key: Key, offer: Option<Offer>, effects: &mut Vec<Effect>) {
    let Some(Offer { path, pasted, .. }) = offer.filter(|_| key == Key::plain(Code::Enter)) else { return };
    let Some(room) = state.rooms.current() else { return };
    let (id, thread, draft) = (room.id, room.thread, room.draft.text());
    let (Some(before), Some(after)) = (draft.get(..pasted.start), draft.get(pasted.end..)) else { return };
    let text = format!("{}{}", before, after.trim_start());
    if send::files(state, vec![NewFile::at(path)], text.trim(), effects) {
        compose::clear(state, id, thread, effects);
    }
}

/// The paths that a pasted text may be: without quotes and backslashes, and as it is. None where it is no whole path.
fn paths(text: &str) -> Vec<String> {
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return Vec::new();
    }
    let text = text.trim();
    let (unquoted, rest) = send::path_and_text(text);
    let mut paths: Vec<String> = Vec::new();
    for path in [of_address(text), Some(unquoted).filter(|_| rest.is_empty()), Some(text.to_owned())] {
        paths.extend(path.filter(|path| is_whole(path)));
    }
    paths.dedup();
    paths
}

/// Whether a path begins where all begin, or at home.
fn is_whole(path: &str) -> bool {
    let drive = |path: &str| path.starts_with(|char: char| char.is_ascii_alphabetic()) && path[1..].starts_with(":\\");
    path.starts_with("~/") || path.len() > 1 && path.starts_with('/') || drive(path)
}

/// The path of a `file://` address on this machine.
fn of_address(address: &str) -> Option<String> {
    let path = address.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_paste_for_a_file_is_its_path() {
        for (text, path) in [
            ("/home/alice/cat.png", "/home/alice/cat.png"),
            ("/home/alice/cat.png ", "/home/alice/cat.png"),
            ("'/home/alice/my cat.png'", "/home/alice/my cat.png"),
            ("'/home/alice/my cat.png' ", "/home/alice/my cat.png"),
            (r"/home/alice/my\ cat\ \(1\).png", "/home/alice/my cat (1).png"),
            ("file:///home/alice/my%20cat.png", "/home/alice/my cat.png"),
            ("file://localhost/home/alice/k%C3%A4se.png", "/home/alice/käse.png"),
            ("\"C:\\Users\\my cat.png\"", "C:\\Users\\my cat.png"),
            ("/home/alice/my cat.png", "/home/alice/my cat.png"),
            ("~/cat.png", "~/cat.png"),
        ] {
            assert_eq!(paths(text).first().map(String::as_str), Some(path), "{text}");
        }
    }

    #[test]
    fn anything_else_is_text() {
        for text in
            ["cat.png", "/", "", " ", "/a\n/b", "https://a.example/cat.png", "see /etc/hosts", "file:///%zz", "é:\\a"]
        {
            assert!(paths(text).is_empty(), "{text:?}: {:?}", paths(text));
        }
        assert!(paths(&format!("/{}", "a".repeat(LONGEST))).is_empty());
    }
}
