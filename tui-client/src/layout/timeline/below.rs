//! What stands behind and below the text of a message: that it was edited or is pinned, reactions, how often it was answered.

use chat_client::Action;
use chat_protocol::{Message, terminal::SafeText};

use super::{TimelineLayout, entry::Said, reply};
use crate::{
    state::{Content, Head, PictureKey, is_stuck},
    text::{
        self, files,
        span::{Role, Span, Target},
        time,
    },
};

/// Cells between two reactions.
const GAP: usize = 2;

impl TimelineLayout<'_> {
    /// Adds to the rows of a message's text what is known about it.
    pub(super) fn below(&self, message: &Message, width: usize, rows: &mut Vec<(usize, Content)>) {
        if !message.deleted {
            if message.edited_at.is_some() {
                append("(edited)", width, rows);
            }
            if self.room.timeline.is_pinned(message.id) {
                append("(pinned)", width, rows);
            }
            rows.extend(self.reactions(message, width).into_iter().map(row));
            rows.extend(self.on_the_way(message, width).into_iter().map(row));
        }
        if self.room.thread.is_none() {
            rows.extend(self.replies(message, width).map(row));
        }
    }

    /// `▤ report.pdf · 3.2 MB`, a row for each file, and the picture that stands below it. The pictures of people who are
    /// ignored are not shown.
    pub(super) fn files(&self, said: &Said<'_>, width: usize) -> Vec<(Vec<Span>, Option<PictureKey>)> {
        let stored = said.logged.filter(|message| !message.deleted).map_or(&[][..], |message| &message.attachments);
        let frame = self.frame.filter(|_| !self.room.ignores(said.author));
        let place = |file| frame.and_then(|frame| frame.place(file, self.columns.text));
        let stored = stored.iter().map(|file| {
            let named = files::name_and_size(&file.name, file.size);
            let come = self.saving.bytes(file.id).and_then(|bytes| (bytes * 100).checked_div(file.size));
            let words = come.map_or(named.clone(), |percent| format!("{named} · saving {percent} %"));
            (words, Some(Target::File(file.id)), place(file))
        });
        let waiting = said.files.iter().map(|file| {
            // While it is copied, or where it cannot be, its size is not known.
            let named = match file.size {
                0 => SafeText::line(&file.name).to_string(),
                size => files::name_and_size(&file.name, size),
            };
            let words = match (file.stored, (file.sent * 100).checked_div(file.size)) {
                (false, Some(percent)) if file.sent > 0 => format!("{named} · {percent} %"),
                _ => named,
            };
            (words, None, None)
        });
        let row = |(words, target, picture): (String, Option<Target>, _)| {
            let span = Span::new(text::fit(&format!("▤ {words}"), width, "…"), Role::Accent);
            (vec![target.map_or(span.clone(), |target| span.target(target))], picture)
        };
        stored.chain(waiting).map(row).collect()
    }

    /// `👍 3  [🎉 1]`: the user's own stand in brackets.
    fn reactions(&self, message: &Message, width: usize) -> Vec<Vec<Span>> {
        let mut rows: Vec<Vec<Span>> = Vec::new();
        let mut used = 0;
        for reaction in &message.reactions {
            let own = reaction.users.iter().any(|user| user.id == self.me);
            let chip = format!("{} {}", SafeText::line(&reaction.emoji), reaction.count);
            let chip = text::fit(&if own { format!("[{chip}]") } else { chip }, width, "…");
            let cells = text::width(&chip);
            match rows.last_mut().filter(|_| used + GAP + cells <= width) {
                Some(row) => {
                    row.push(Span::new(" ".repeat(GAP), Role::Text));
                    used += GAP;
                }
                None => {
                    rows.push(Vec::new());
                    used = 0;
                }
            }
            used += cells;
            if let Some(row) = rows.last_mut() {
                let target = Target::React(message.id, reaction.emoji.clone());
                row.push(Span::new(chip, if own { Role::Accent } else { Role::Text }).target(target));
            }
        }
        rows
    }

    /// What the user has asked for and the server has not carried out.
    fn on_the_way(&self, message: &Message, width: usize) -> Vec<Vec<Span>> {
        let commands = self.room.timeline.commands().iter().filter(|entry| entry.action.target() == Some(message.id));
        commands
            .map(|entry| {
                let (sign, role) = if is_stuck(entry) { ("✗", Role::Bad) } else { ("◌", Role::Waiting) };
                let what = match &entry.action {
                    Action::Edit { .. } if is_stuck(entry) => {
                        format!("e goes on, D drops: {}", reply::beginning(&entry.body))
                    }
                    Action::Edit { .. } => format!("edit: {}", reply::beginning(&entry.body)),
                    Action::Delete { .. } => "to be deleted".to_owned(),
                    Action::React { emoji, on: true, .. } => SafeText::line(emoji).to_string(),
                    Action::React { emoji, .. } => format!("{} taken back", SafeText::line(emoji)),
                    Action::Pin { on: true, .. } => "to be pinned".to_owned(),
                    Action::Pin { .. } => "to be unpinned".to_owned(),
                    Action::Message | Action::UpdateRoom { .. } => String::new(),
                };
                vec![Span::new(text::fit(&format!("{sign} {what}"), width, "…"), role)]
            })
            .collect()
    }

    /// `⏎ 3 replies · last 14:02`.
    fn replies(&self, message: &Message, width: usize) -> Option<Vec<Span>> {
        let replies = message.replies.as_ref().filter(|replies| replies.count > 0)?;
        let plural = if replies.count == 1 { "y" } else { "ies" };
        let same_day = time::same_day(replies.last_at, self.now.wall, &self.setup.zone);
        let day = if same_day {
            String::new()
        } else {
            format!("{} ", time::day(replies.last_at, self.now.wall, &self.setup.zone, false))
        };
        let last = time::clock(replies.last_at, &self.setup.zone);
        let words = format!("⏎ {} repl{plural} · last {day}{last}", replies.count);
        let words = Span::new(text::fit(&words, width, "…"), Role::Link);
        Some(vec![words.target(Target::Thread(message.id))])
    }
}

/// Behind the last word, or below where there is no room.
fn append(remark: &str, width: usize, rows: &mut Vec<(usize, Content)>) {
    let remark = Span::new(remark, Role::Dim);
    if let Some((_, Content::Text { spans, .. })) = rows.last_mut() {
        let used: usize = spans.iter().map(|span| text::width(&span.text)).sum();
        if used + 1 + text::width(&remark.text) <= width {
            spans.extend([Span::new(" ", Role::Text), remark]);
            return;
        }
    }
    rows.push(row(vec![remark]));
}

fn row(spans: Vec<Span>) -> (usize, Content) {
    (usize::MAX, Content::Text { head: Head::default(), spans, mark: None })
}
