//! Finding messages by what they say.

pub(in crate::store) mod terms;

use std::{collections::HashMap, ops::ControlFlow};

use chat_protocol::{
    Message, MessageId, RoomSelector, UserId, UserSelector,
    blocks::{self, Block},
    search::{Folded, Has, Query},
};

use super::find_room;
use crate::{
    access::Deed,
    store::{
        Found, FoundPage, PageSize, Result, RowId, StoreError,
        access::Access,
        steps::{Candidate, Narrow, Reading},
    },
};

/// Messages that one request looks at; what is left is for the next one.
const MOST_CANDIDATES: usize = 20_000;
/// Bytes of them.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Places that are marked in one message.
const MOST_MARKS: usize = 100;

/// Messages that fit a query, the newest first: only what the reader may read now. `encode` makes of each what the page
/// holds, and says how large that is.
pub(in crate::store) fn search<T>(
    db: &dyn Reading,
    reader: UserId,
    query: &Query,
    before: Option<MessageId>,
    size: PageSize,
    encode: impl Fn(Message) -> (T, usize),
) -> Result<FoundPage<T>> {
    let user = db.user_row(reader)?;
    let rooms = query.rooms.iter().map(|room| named_room(db, room, reader)).collect::<Result<_>>()?;
    let authors = query.from.iter().map(|name| named_user(db, name, user)).collect::<Result<_>>()?;
    let before = match before {
        Some(id) => Some(db.message_row(id)?.ok_or(StoreError::NoCursor)?),
        None => None,
    };
    let narrow = Narrow { query, reader: user, rooms, authors, before };
    let mut search = Search { db, user, narrow: &narrow, readable: HashMap::new() };
    let (mut page, mut looked_at, mut bytes, mut last) = (FoundPage { hits: vec![], next: None }, 0, 0, None);
    let mut page_bytes = 0;
    db.candidates(&narrow, &mut |candidate| {
        looked_at += 1;
        bytes += candidate.body.len();
        // Only what the reader may read is named as the place to go on from.
        let Some(access) = search.readable(&candidate)? else { return Ok(ControlFlow::Continue(())) };
        let is_full = page.hits.len() == size.items || looked_at > MOST_CANDIDATES || bytes > MOST_BYTES;
        if is_full && last.is_some() {
            page.next = last;
            return Ok(ControlFlow::Break(()));
        }
        if let Some(marks) = search.fits(&candidate) {
            let (message, message_bytes) = encode(db.message(&access, candidate.row)?);
            if page_bytes + message_bytes > size.bytes && !page.hits.is_empty() {
                page.next = last;
                return Ok(ControlFlow::Break(()));
            }
            page_bytes += message_bytes;
            page.hits.push(Found { message, room: candidate.room, marks });
        }
        last = Some(candidate.id);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(page)
}

struct Search<'a> {
    db: &'a dyn Reading,
    user: RowId,
    narrow: &'a Narrow<'a>,
    /// Rooms that were asked for, and whether they may be read.
    readable: HashMap<RowId, Option<Access>>,
}

impl Search<'_> {
    fn readable(&mut self, candidate: &Candidate) -> Result<Option<Access>> {
        if let Some(known) = self.readable.get(&candidate.room_row) {
            return Ok(*known);
        }
        let access = match super::grant(self.db, &candidate.room.into(), Some(self.user), Deed::Read) {
            Ok(access) => Some(access),
            Err(StoreError::Database(failure)) => return Err(StoreError::Database(failure)),
            Err(_) => None,
        };
        self.readable.insert(candidate.room_row, access);
        Ok(access)
    }

    /// Where a message says what is looked for, or `None` if it does not fit.
    fn fits(&self, candidate: &Candidate) -> Option<Vec<(u32, u32)>> {
        let Narrow { query, rooms, authors, .. } = self.narrow;
        let is_one_of = |rows: &[RowId], row| rows.is_empty() || rows.contains(&row);
        let fits = is_one_of(rooms, candidate.room_row)
            && is_one_of(authors, candidate.author)
            && query.before.is_none_or(|before| candidate.sent_at < before)
            && query.after.is_none_or(|after| candidate.sent_at >= after)
            && (!query.is_pinned || candidate.is_pinned);
        if !fits {
            return None;
        }
        let text = Folded::of(&candidate.body);
        let says = query.with.iter().all(|needle| needle.is_in(&text))
            && !query.without.iter().any(|needle| needle.is_in(&text));
        (says && has_all(&query.has, candidate)).then(|| marks(query, &text))
    }
}

/// The places of what is looked for, in order; those that touch are one.
fn marks(query: &Query, text: &Folded) -> Vec<(u32, u32)> {
    let places = query.with.iter().flat_map(|needle| needle.places(text).take(MOST_MARKS));
    let mut places: Vec<_> = places.map(|place| text.origin(place)).collect();
    places.sort_unstable();
    let mut marks: Vec<(u32, u32)> = Vec::new();
    for (start, end) in places {
        match marks.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => marks.push((start, end)),
        }
    }
    marks.truncate(MOST_MARKS);
    marks
}

fn has_all(has: &[Has], candidate: &Candidate) -> bool {
    has.is_empty() || {
        let features = Features::of(&candidate.body);
        has.iter().all(|has| match has {
            Has::Link => features.link,
            Has::Code => features.code,
            Has::File => candidate.has_files,
        })
    }
}

/// What a body has beside its words.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::store) struct Features {
    pub(in crate::store) link: bool,
    pub(in crate::store) code: bool,
}

impl Features {
    /// Reads a body.
    pub(in crate::store) fn of(body: &str) -> Self {
        let mut features = Self::default();
        features.look(&blocks::parse(body, &|_| None));
        features
    }

    fn look(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Code { .. } | Block::CodeSpan(_) => self.code = true,
                Block::Link { content, .. } => {
                    self.link = true;
                    self.look(content);
                }
                Block::Paragraph(inner)
                | Block::Quote(inner)
                | Block::List { items: inner, .. }
                | Block::Item(inner)
                | Block::Emphasis(inner)
                | Block::Strong(inner)
                | Block::Strike(inner)
                | Block::Table { content: inner, .. }
                | Block::Row(inner)
                | Block::Cell(inner)
                | Block::Unknown { content: inner, .. } => self.look(inner),
                Block::Text(_) | Block::Mention { .. } | Block::Room(_) | Block::Break => {}
            }
        }
    }
}

fn named_room(db: &dyn Reading, name: &str, reader: UserId) -> Result<RowId> {
    let wrong = || StoreError::WrongFilter { filter: format!("in:{name}"), why: "there is no such room" };
    let selector: RoomSelector = name.parse().map_err(|_| wrong())?;
    match find_room(db, &selector, Some(reader), Deed::Read) {
        Ok(access) => Ok(access.row()),
        Err(StoreError::Database(failure)) => Err(StoreError::Database(failure)),
        Err(_) => Err(wrong()),
    }
}

fn named_user(db: &dyn Reading, name: &str, reader: RowId) -> Result<RowId> {
    let bare = name.strip_prefix('@').unwrap_or(name);
    if bare.eq_ignore_ascii_case("me") {
        return Ok(reader);
    }
    let wrong = || StoreError::WrongFilter { filter: format!("from:{name}"), why: "there is no such user" };
    let selector: UserSelector = bare.parse().map_err(|_| wrong())?;
    db.find_user(&selector).map_err(|failure| match failure {
        StoreError::NoUser => wrong(),
        other => other,
    })
}
