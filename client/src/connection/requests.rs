//! What the program asks for, whether there is a connection or not.

use std::time::Instant;

use chat_protocol::{Command, ErrorCode, MessageId, Room, RoomId, UploadId};
use tokio::sync::oneshot;

use super::{Connection, Interruption, link::Link};
use crate::{
    Closed, Delivery, Entry, StorageNotice, Update,
    outbox::Absorbed,
    store::{Change, OutboxRow},
};

/// Something that the program wants.
#[derive(Debug)]
pub(crate) enum Request {
    /// To have a message sent that is in the outbox on disk.
    Send(OutboxRow),
    /// The same for messages that another process left behind, some of them in rooms that the user is not in.
    Adopted {
        rows: Vec<OutboxRow>,
        left: Vec<Room>,
    },
    /// Messages follow for a room that stands for the direct room with someone.
    StandIn(Room),
    /// The file says up to this place that messages may have been sent.
    Tried {
        upto: i64,
    },
    /// To tell that a message could not be kept on disk.
    Unsaved(Entry),
    /// To have a failed message sent again.
    Retry(MessageId),
    /// To give a message up.
    Forget(MessageId),
    /// A file of a message that waits got further.
    File {
        id: MessageId,
        index: usize,
        news: FileNews,
    },
    /// Other rooms are on the screen.
    Focus(Vec<RoomId>),
    /// Whether nobody is at this device.
    Away(bool),
    Typing(RoomId),
    /// The user no longer writes.
    StoppedTyping(RoomId),
    /// The user has read up to here; with `back`, and not further.
    Read {
        room: RoomId,
        seq: u64,
        back: bool,
    },
    /// The file is damaged: another one is to be begun.
    BeginAgain {
        why: String,
    },
    /// Another file was begun, with an empty cache.
    BegunAgain(StorageNotice),
    /// To be connected at once.
    Reconnect,
    /// All that was written before the end was asked for is on disk, or cannot be put there.
    Saved,
    /// To end; tells what is left when it is done.
    Close(oneshot::Sender<Closed>),
}

/// News of a file.
#[derive(Debug)]
pub(crate) enum FileNews {
    /// The server knows of it.
    Begun(UploadId),
    /// So many bytes are there.
    Sent(u64),
    /// All of it is.
    Stored(UploadId),
    /// It is not taken, or cannot be read.
    Failed { code: ErrorCode, detail: String },
}

impl Connection {
    /// Takes a request while there is no connection. No request means that nobody is left to make one.
    pub(super) fn apply_offline(&mut self, request: Option<Request>) -> Option<Interruption> {
        match request {
            Some(Request::Reconnect) => Some(Interruption::Reconnect),
            Some(Request::Close(done)) => {
                self.closing = Some(done);
                Some(Interruption::Close)
            }
            Some(request) => {
                self.apply(request, None);
                None
            }
            None => Some(Interruption::Close),
        }
    }

    /// Takes a request, and tells the server what cannot wait.
    pub(super) fn apply(&mut self, request: Request, link: Option<&mut Link>) {
        let now = Instant::now();
        let command = match request {
            // It was asked for before, and is on its way.
            Request::Send(kept) if self.outbox.has(kept.entry.id) => None,
            Request::Send(kept) => {
                match self.outbox.absorb(&kept.entry) {
                    Some(absorbed) => self.absorbed(kept.entry, absorbed),
                    None => {
                        self.updates.push(Update::Outbox(kept.entry.clone()));
                        let room = kept.entry.room;
                        self.outbox.add_new(kept);
                        if self.outbox.recipient(room).is_some() {
                            self.settle_recipients();
                        }
                    }
                }
                None
            }
            Request::StandIn(room) => {
                self.stand_in(room);
                None
            }
            Request::Tried { upto } => {
                self.outbox.marked(upto);
                None
            }
            Request::Unsaved(entry) => {
                if self.closing.is_some() {
                    self.unsaved.push(entry.clone());
                }
                self.updates.push(Update::Outbox(entry));
                None
            }
            Request::Adopted { rows, left } => {
                self.know_recipients(&left);
                left.into_iter().for_each(|room| self.updates.push(Update::Left(room)));
                for row in rows {
                    let entry = row.entry.clone();
                    if self.take_kept(row) {
                        self.updates.push(Update::Outbox(entry));
                    }
                }
                self.settle_recipients();
                None
            }
            Request::Retry(id) => {
                if let Some(entry) = self.outbox.retry(id) {
                    self.store.change(Change::Failure { id, failure: None });
                    self.updates.push(Update::Outbox(entry));
                }
                None
            }
            Request::Forget(id) => {
                self.store.change(Change::Unqueue { id });
                if self.outbox.has_files(id) {
                    self.drop_files(id);
                }
                self.outbox.forget(id).then_some(Command::Forget { id })
            }
            Request::File { id, index, news } => {
                self.file_news(id, index, news);
                None
            }
            Request::Focus(rooms) => {
                self.pages.first(&rooms);
                self.activity.focus(rooms, now);
                None
            }
            Request::Away(away) => {
                self.activity.set_away(away, now);
                None
            }
            Request::Typing(room) => link.is_some().then(|| self.activity.typing(room, now)).flatten(),
            Request::StoppedTyping(room) => self.activity.stopped_typing(room),
            Request::Read { room, seq, back } => {
                self.read(room, seq, back, now);
                None
            }
            Request::BeginAgain { why } => {
                self.store.begin_again(why);
                None
            }
            Request::BegunAgain(notice) => {
                self.updates.push(Update::Storage(notice));
                self.fill_again();
                None
            }
            Request::Saved | Request::Reconnect | Request::Close(_) => None,
        };
        if let (Some(command), Some(link)) = (command, link) {
            link.command(&command);
        }
    }

    /// Takes what was kept from last time, or by another process; false where it was a command that is done with that. A
    /// program may have ended before it was.
    pub(crate) fn take_kept(&mut self, row: OutboxRow) -> bool {
        if self.outbox.has(row.entry.id) {
            return false;
        }
        match self.outbox.absorb(&row.entry) {
            Some(absorbed) => {
                self.absorbed(row.entry, absorbed);
                false
            }
            None => {
                self.outbox.add(row);
                true
            }
        }
    }

    /// A command changed what waits here, and is done with that.
    fn absorbed(&mut self, command: Entry, absorbed: Absorbed) {
        let id = command.id;
        match absorbed {
            Absorbed::Edited(message) => {
                let body = message.body.clone();
                self.store.change(Change::Rewrite { message: message.id, body, command: id });
                self.updates.push(Update::Outbox(message));
            }
            Absorbed::Withdrawn(gone) => {
                let ids = gone.iter().map(|entry| entry.id).chain([id]).collect();
                self.store.change(Change::Withdraw { ids });
                for entry in gone {
                    if !entry.files.is_empty() {
                        self.drop_files(entry.id);
                    }
                    self.updates.push(Update::Outbox(entry));
                }
            }
        }
        self.updates.push(Update::Outbox(Entry { state: Delivery::Withdrawn, ..command }));
    }

    /// Fills an empty cache, as that of a first start.
    fn fill_again(&mut self) {
        self.pages.lost();
        // Before the first `Welcome` there is nothing to fill it with.
        let Some(epoch) = self.cursors.epoch() else { return };
        let rooms = self.cursors.all();
        if self.options.pages {
            self.want_pages(&rooms, &[]);
        }
        self.store.change(Change::Welcome { epoch, user: self.me.clone(), rooms });
    }

    fn read(&mut self, room: RoomId, seq: u64, back: bool, now: Instant) {
        // The server counts a position behind the last one as the last one, and confirms that.
        let Some(last) = self.cursors.last_seq(room) else { return };
        let seq = seq.min(last);
        let read = self.cursors.get(room).and_then(|room| room.read_seq);
        // What is on the way moves the position elsewhere, so that what is known of it says nothing.
        let is_at_rest = !self.activity.is_reading(room);
        let known = is_at_rest && read.is_some_and(|read| if back { read == seq } else { read >= seq });
        if !known && self.activity.read(room, seq, back, now) {
            self.store.change(Change::Read { room, wanted: Some((seq, back)) });
        }
    }
}
