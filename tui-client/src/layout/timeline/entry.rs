//! The rows of one entry: what stands above it (a day, the line above what is new), its text, and what became of it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
};

use chat_client::{Delivery, EntryFile};
use chat_protocol::{LogEvent, Message, MessageId, Timestamp, UserId, blocks, mention, palette, terminal::SafeText};

use super::TimelineLayout;
use crate::text::{event, time};
use crate::{
    state::{Content, EntryKey, Head, Mark, PictureKey, ViewRow},
    text::{
        self, Row, TextFlow, TextFlowBuilder,
        span::{Role, Span, SpanStyle},
    },
};

/// Messages of one author within this time stand under one name.
const GROUPED_MS: i64 = 5 * 60 * 1000;

/// What the rows of a message are made from, wherever it stands.
pub(super) struct Said<'a> {
    id: MessageId,
    pub(super) author: UserId,
    at: Timestamp,
    body: &'a str,
    pub(super) logged: Option<&'a Message>,
    /// Those of a message that waits to be sent.
    pub(super) files: &'a [EntryFile],
    mark: Option<Mark>,
    problem: Option<String>,
}

impl TimelineLayout<'_> {
    /// All rows of an entry, from top to bottom.
    pub(super) fn entry(&mut self, key: EntryKey) -> Vec<ViewRow> {
        let above = self.above_entry(key);
        let body = self.body(key);
        let first = -i32::try_from(above.len()).unwrap_or(0);
        let contents = above.into_iter().map(|content| (0, content)).chain(body);
        (first..).zip(contents).map(|(index, (at, content))| ViewRow { key, index, at, content }).collect()
    }

    fn above_entry(&self, key: EntryKey) -> Vec<Content> {
        let mut above = Vec::new();
        let Some((at, _)) = self.when_and_who(key) else { return above };
        let previous = self.room.timeline.previous(key);
        if previous.is_none() {
            let (_, complete) = self.room.timeline.beginning();
            if self.is_loading() {
                above.push(Content::Remark("loading older messages…".to_owned()));
            } else if complete {
                above.push(Content::Remark(self.room.beginning()));
            }
        }
        let same_day = previous.and_then(|previous| self.when_and_who(previous));
        if same_day.is_none_or(|(before, _)| !time::same_day(before, at, &self.setup.zone)) {
            let long = self.breadth == crate::state::geometry::Breadth::Wide;
            above.push(Content::Day(time::day(at, self.now.wall, &self.setup.zone, long)));
        }
        if let Some(divider) = self.room.divider
            && self.room.divided() == Some(key)
        {
            // What stands right above: the last that was read, or the user's own after it.
            let since = previous.and_then(|previous| self.when_and_who(previous));
            let since = since.map(|(at, _)| format!(" since {}", time::clock(at, &self.setup.zone)));
            above.push(Content::New(format!("{} new{}", divider.count, since.unwrap_or_default())));
        }
        above.extend(self.reply(key));
        above
    }

    /// The line above an answer. It has the time and the name, so that they stand at the top.
    fn reply(&self, key: EntryKey) -> Option<Content> {
        let answered = self.reply_to(key).filter(|_| !self.is_folded(key))?;
        let (at, author) = self.when_and_who(key)?;
        let mut head = self.head(key, author?, at);
        let mut spans = Vec::new();
        if self.columns.name == 0 {
            spans.extend(head.name.take().into_iter().flat_map(|name| [name, Span::new(" ", Role::Text)]));
        }
        let used = spans.iter().map(|span| text::width(&span.text)).sum();
        spans.push(self.answers(answered, usize::from(self.columns.text).saturating_sub(used)));
        Some(Content::Text { head, spans, mark: None })
    }

    fn is_folded(&self, key: EntryKey) -> bool {
        matches!(key, EntryKey::Logged(seq) if self.folded_replies(seq).is_some())
    }

    fn body(&mut self, key: EntryKey) -> Vec<(usize, Content)> {
        let room = self.room;
        match key {
            EntryKey::Pending(id) => {
                let Some(entry) = room.timeline.pending_entry(id) else { return Vec::new() };
                let (mark, problem) = match &entry.state {
                    Delivery::Saving => (Mark::Saving, None),
                    Delivery::Unsaved { detail } => (Mark::Failed, Some(detail.clone())),
                    Delivery::Queued => (Mark::Queued, None),
                    Delivery::Sending => (Mark::Sending, None),
                    Delivery::Sent { .. } | Delivery::Withdrawn => (Mark::Stored, None),
                    Delivery::Failed { detail, .. } => (Mark::Failed, Some(detail.clone())),
                };
                let (author, at, mark) = (self.me, entry.written_at, Some(mark));
                self.message(
                    key,
                    &Said { id, author, at, body: &entry.body, logged: None, files: &entry.files, mark, problem },
                )
            }
            EntryKey::Logged(seq) => {
                let Some(logged) = room.timeline.logged(seq) else { return Vec::new() };
                let at = logged.at;
                match &logged.event {
                    LogEvent::Message { message } => {
                        if let Some(folded) = self.folded_replies(seq) {
                            let mut flow = TextFlowBuilder::default();
                            flow.own(&folded, &SpanStyle::of(Role::Dim));
                            return self.event(at, flow);
                        }
                        let mark = (message.author.id == self.me).then_some(Mark::Stored);
                        let (id, author, body) = (message.id, message.author.id, message.body.as_str());
                        self.message(
                            key,
                            &Said { id, author, at, body, logged: Some(message), files: &[], mark, problem: None },
                        )
                    }
                    LogEvent::UserJoined { .. } | LogEvent::UserLeft { .. } => {
                        let mut flow = TextFlowBuilder::default();
                        flow.own(&self.folded(seq), &SpanStyle::of(Role::Dim));
                        self.event(at, flow)
                    }
                    LogEvent::RoomUpdated { changes, user } => {
                        let did = event::changed(changes);
                        let mut flow = TextFlowBuilder::default();
                        flow.own(&format!("{} {did}", self.people.name(user.id)), &SpanStyle::of(Role::Dim));
                        if let Some(topic) = changes.topic.as_deref().filter(|topic| !topic.is_empty()) {
                            flow.own(" ", &SpanStyle::default());
                            flow.text(&SafeText::line(topic), &SpanStyle::default());
                        }
                        self.event(at, flow)
                    }
                    event => {
                        let who = self.people.name(event.user().id);
                        let did = event::did(event, at, &self.setup.zone, |user| self.people.name(user.id).to_owned());
                        let mut flow = TextFlowBuilder::default();
                        flow.own(&format!("{who} {did}"), &SpanStyle::of(Role::Dim));
                        if matches!(event, LogEvent::MessagePinned { .. } | LogEvent::MessageUnpinned { .. }) {
                            let words = event.target().and_then(|target| self.words(target.message_id));
                            let room = usize::from(self.columns.text);
                            let words = words.map_or_else(String::new, |words| format!(": {words}"));
                            flow.own(&text::fit(&words, room, "…"), &SpanStyle::of(Role::Dim));
                        }
                        self.event(at, flow)
                    }
                }
            }
        }
    }

    fn event(&self, at: Timestamp, flow: TextFlowBuilder) -> Vec<(usize, Content)> {
        let mut time = Some(time::clock(at, &self.setup.zone));
        let rows = flow.finish().rows(usize::from(self.columns.text), 0);
        rows.into_iter().map(|row| (row.at, Content::Event { time: time.take(), spans: row.spans })).collect()
    }

    fn message(&mut self, key: EntryKey, said: &Said<'_>) -> Vec<(usize, Content)> {
        let mut head = match self.reply_to(key) {
            Some(_) => Head::default(),
            None => self.head(key, said.author, said.at),
        };
        if is_action(said, self.people.name(said.author)) {
            // The sentence begins with the name.
            head.name = Some(Span::new("*", Role::Name(palette::slot(said.author))));
        }
        let inline_name = if self.columns.name == 0 { head.name.take() } else { None };
        let lead = inline_name.as_ref().map_or(0, |name| text::width(&name.text) + 1);
        let width = usize::from(self.columns.text);
        let rows = self.rows(said, width, lead);
        let files = self.files(said, width.saturating_sub(if said.body.is_empty() { lead } else { 0 }));
        // Files without words stand where those would.
        let rows = if said.body.is_empty() && !files.is_empty() { &[][..] } else { &rows[..] };
        let last = (rows.len() + files.len()).saturating_sub(1);
        let mut contents = Vec::new();
        let texts = rows.iter().map(|row| (row.at, row.spans.clone(), None));
        let texts = texts.chain(files.into_iter().map(|(spans, picture)| (usize::MAX, spans, picture)));
        for (index, (at, spans, picture)) in texts.enumerate() {
            let (at, head) = if index == 0 { (0, std::mem::take(&mut head)) } else { (at, Head::default()) };
            let mark = said.mark.filter(|_| index == last);
            contents.push((at, Content::Text { head, spans, mark }));
            contents.extend(picture.into_iter().flat_map(picture_rows));
        }
        if let (Some(name), Some((_, Content::Text { spans, .. }))) = (inline_name, contents.first_mut()) {
            spans.splice(0..0, [name, Span::new(" ", Role::Text)]);
        }
        if let Some(message) = said.logged {
            self.below(message, width, &mut contents);
        }
        if let Some(problem) = &said.problem {
            contents.extend(problem_rows(problem, width));
        }
        contents
    }

    fn head(&self, key: EntryKey, author: UserId, at: Timestamp) -> Head {
        let time = time::clock(at, &self.setup.zone);
        let starts_anew = self.room.divided() == Some(key);
        let before = self.room.timeline.previous(key).filter(|_| !starts_anew).and_then(|key| self.when_and_who(key));
        let grouped = before.filter(|(before, other)| {
            *other == Some(author)
                && at.millis() - before.millis() < GROUPED_MS
                && time::same_day(*before, at, &self.setup.zone)
        });
        match grouped {
            // The time says where each message begins.
            Some(_) => Head { time: Some(time), name: None },
            None => Head { time: Some(time), name: Some(self.name(author)) },
        }
    }

    /// Says at the top of the screen whose message that is, if its beginning is above.
    pub(super) fn name_top(&self, rows: &mut [ViewRow]) {
        let Some(ViewRow { key, content: Content::Text { head, .. } | Content::Picture { head, .. }, .. }) =
            rows.first_mut()
        else {
            return;
        };
        if head.name.is_none()
            && self.columns.name > 0
            && let Some((at, Some(author))) = self.when_and_who(*key)
        {
            *head = Head { time: Some(time::clock(at, &self.setup.zone)), name: Some(self.name(author)) };
        }
    }

    fn name(&self, user: UserId) -> Span {
        let room = match self.columns.name {
            0 => usize::from(self.columns.text) / 2,
            name => usize::from(name),
        };
        let label = self.people.label(user);
        // The name goes before the word.
        let shown = if text::width(&label) <= room { &label } else { self.people.name(user) };
        let text = text::fit(shown, room, "…");
        let name = Span::new(text, Role::Name(palette::slot(user)));
        if user == self.me { name.bold() } else { name }
    }

    /// When an entry happened, and who said it if it is a message.
    fn when_and_who(&self, key: EntryKey) -> Option<(Timestamp, Option<UserId>)> {
        match key {
            EntryKey::Pending(id) => {
                self.room.timeline.pending_entry(id).map(|entry| (entry.written_at, Some(self.me)))
            }
            EntryKey::Logged(seq) => self
                .room
                .timeline
                .logged(seq)
                .map(|logged| (logged.at, logged.event.message().map(|message| message.author.id))),
        }
    }

    fn rows(&mut self, said: &Said<'_>, width: usize, lead: usize) -> Rc<[Row]> {
        let mut source = DefaultHasher::new();
        let flags = said.logged.map(|message| (message.edited_at.is_some(), message.deleted));
        (said.body, flags, self.people.generation()).hash(&mut source);
        let (people, me) = (self.people, self.me);
        self.layouts.rows(said.id, source.finish(), width, lead, || {
            let Some(message) = said.logged else {
                return text::flow(&blocks::parse(said.body, &|written| people.find(written)), me);
            };
            if message.deleted {
                return remark("message deleted");
            }
            let mentioned = mention::resolver(&message.mentioned);
            // Older servers do not say by which names a message mentions whom, nor do the messages that they left in the cache.
            let known = |written: &str| people.find(written).filter(|user| message.mentions.contains(user));
            let resolve = |written: &str| mentioned(written).or_else(|| known(written));
            let parsed = message.blocks.clone().unwrap_or_else(|| blocks::parse(said.body, &resolve));
            text::flow(&parsed, me)
        })
    }
}

/// Whether a message says what its author does: one emphasised sentence that begins with the author's name.
fn is_action(said: &Said<'_>, author: &str) -> bool {
    let inner = ['*', '_'].iter().find_map(|mark| said.body.strip_prefix(*mark)?.strip_suffix(*mark));
    let rest = inner.and_then(|sentence| sentence.strip_prefix(author));
    let is_deleted = said.logged.is_some_and(|message| message.deleted);
    !is_deleted && rest.is_some_and(|rest| rest.starts_with(' ') && !rest.contains('\n'))
}

/// This program's own words in place of a message.
fn remark(text: &str) -> TextFlow {
    let mut flow = TextFlowBuilder::default();
    flow.own(text, &SpanStyle { italic: true, ..SpanStyle::of(Role::Dim) });
    flow.finish()
}

/// The rows of a picture below the name of its file.
fn picture_rows(picture: PictureKey) -> impl Iterator<Item = (usize, Content)> {
    (0..picture.height).map(move |row| (usize::MAX, Content::Picture { head: Head::default(), picture, row }))
}

/// Why a message was not sent, and what to do.
fn problem_rows(detail: &str, width: usize) -> Vec<(usize, Content)> {
    let mut flow = TextFlowBuilder::default();
    flow.text(&chat_protocol::terminal::SafeText::line(detail), &SpanStyle::of(Role::Bad));
    flow.own(" · Esc, then R retry · D drop", &SpanStyle::of(Role::Dim));
    let rows = flow.finish().rows(width, 0);
    rows.into_iter()
        .map(|row| (usize::MAX, Content::Text { head: Head::default(), spans: row.spans, mark: None }))
        .collect()
}
