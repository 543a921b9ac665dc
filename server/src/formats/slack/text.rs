//! Slack's markup as Markdown: mentions, links and what is bold or struck out.

use std::collections::HashMap;

use chat_protocol::UserId;

use super::super::moving::Moving;

/// A text, and whom it mentions.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) mentions: Vec<(String, UserId)>,
    pub(super) mentions_room: bool,
}

/// Reads a text as it stands in an export.
pub(super) fn read(text: &str, moving: &Moving<'_, '_>, channels: &HashMap<String, String>) -> Text {
    let mut read = Text::default();
    let mut is_code = false;
    let mut rest = text;
    while !rest.is_empty() {
        let (before, tag) = match rest.split_once('<') {
            Some((before, after)) => match after.split_once('>') {
                Some((tag, after)) => {
                    rest = after;
                    (before, Some(tag))
                }
                None => {
                    let whole = std::mem::take(&mut rest);
                    (whole, None)
                }
            },
            None => (std::mem::take(&mut rest), None),
        };
        marked(before, &mut is_code, &mut read.text);
        if let Some(tag) = tag {
            read.tag(tag, moving, channels);
        }
    }
    read
}

impl Text {
    /// What stands between `<` and `>`.
    fn tag(&mut self, tag: &str, moving: &Moving<'_, '_>, channels: &HashMap<String, String>) {
        let (target, label) = tag.split_once('|').map_or((tag, None), |(target, label)| (target, Some(label)));
        match target.as_bytes().first() {
            Some(b'@') => match moving.known(&target[1..]) {
                Some((user, name)) => {
                    self.text += &format!("@{name}");
                    if !self.mentions.iter().any(|(known, _)| known == name) {
                        self.mentions.push((name.to_owned(), user));
                    }
                }
                None => self.text += &format!("@{}", label.unwrap_or(&target[1..])),
            },
            Some(b'#') => {
                let name = label.filter(|label| !label.is_empty());
                let name = name.or_else(|| channels.get(&target[1..]).map(String::as_str));
                self.text += &format!("#{}", name.unwrap_or(&target[1..]));
            }
            Some(b'!') => match &target[1..] {
                "here" => self.everyone("@here"),
                "channel" | "everyone" => self.everyone("@room"),
                // Times and groups say in their label what they are.
                other => self.text += &plain(label.unwrap_or(other)),
            },
            _ => {
                let url = plain(target);
                match label.map(plain).filter(|label| *label != url && !label.contains([']', '\n'])) {
                    Some(label) => self.text += &format!("[{label}]({url})"),
                    None => self.text += &url,
                }
            }
        }
    }

    fn everyone(&mut self, name: &str) {
        self.text += name;
        self.mentions_room = true;
    }
}

/// `*bold*` as `**bold**` and `~struck out~` as `~~struck out~~`, outside of code.
fn marked(text: &str, is_code: &mut bool, out: &mut String) {
    for (number, part) in text.split('`').enumerate() {
        if number > 0 {
            out.push('`');
            *is_code = !*is_code;
        }
        let part = plain(part);
        if *is_code {
            out.push_str(&part);
            continue;
        }
        let chars: Vec<char> = part.chars().collect();
        for (at, c) in chars.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
            let after = chars.get(at + 1).copied().unwrap_or(' ');
            let opens = !before.is_alphanumeric() && !after.is_whitespace() && chars[at + 1..].contains(c);
            let closes = !after.is_alphanumeric() && !before.is_whitespace() && chars[..at].contains(c);
            if matches!(c, '*' | '~') && (opens || closes) && before != *c && after != *c {
                out.push(*c);
            }
            out.push(*c);
        }
    }
}

/// Slack writes three characters as references.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
