//! The user's rooms, in the order in which they are shown, and the one on the screen.

mod past;
mod thread;

use std::{collections::HashMap, iter, rc::Rc};

use chat_client::unknown_room;
use chat_protocol::{LOBBY, MessageId, Room as RoomFacts, RoomId, RoomKind, UserId, UserRef, Viewer};

use super::{
    Attached,
    room::{Room, Scroll},
};
use past::Past;
use thread::Thread;

/// Where a room stands in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Favourites,
    Rooms,
    Direct,
}

impl Section {
    pub(crate) fn of(room: &Room) -> Self {
        match room.kind {
            _ if room.favourite => Self::Favourites,
            RoomKind::Direct => Self::Direct,
            RoomKind::Public | RoomKind::Private => Self::Rooms,
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Favourites => "FAVOURITES",
            Self::Rooms => "ROOMS",
            Self::Direct => "DIRECT",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Rooms {
    /// Who looks at them.
    viewer: Rc<Viewer>,
    rooms: HashMap<RoomId, Room>,
    /// As shown; holds every key of `rooms` once.
    order: Vec<RoomId>,
    /// One of `rooms`; none only while no room is known that the user is in.
    current: Option<RoomId>,
    /// A thread of the current room, if one is open above it.
    thread: Option<Thread>,
    /// Older messages of the current room, if some are open above it; never with a thread.
    past: Option<Past>,
    /// Rooms that the user left and that nothing keeps here, should something of the user's still come for them.
    left: HashMap<RoomId, Room>,
    /// Counts the steps of going from room to room.
    step: u64,
}

impl Rooms {
    /// Of a user whose rooms are not known yet.
    pub(crate) fn of(me: UserId) -> Self {
        let viewer = Rc::new(Viewer { id: me, ignored: Vec::new() });
        let (rooms, left) = (HashMap::new(), HashMap::new());
        Self { viewer, rooms, order: Vec::new(), current: None, thread: None, past: None, left, step: 0 }
    }

    /// A room as the server or the cache describes it, seen by the user.
    pub(crate) fn seen(&self, facts: &RoomFacts) -> Room {
        Room::new(facts, Rc::clone(&self.viewer))
    }

    /// Whose messages are to be no mentions from now on.
    pub(crate) fn set_ignored(&mut self, ignored: Vec<UserId>) {
        self.viewer = Rc::new(Viewer { id: self.viewer.id, ignored });
        for room in self.rooms.values_mut() {
            room.set_viewer(Rc::clone(&self.viewer));
        }
    }

    /// Someone has another name: their direct rooms have it too.
    pub(crate) fn rename(&mut self, user: &UserRef) {
        self.rooms.values_mut().for_each(|room| room.rename(user));
    }

    /// Every room, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Room> {
        self.order.iter().filter_map(|id| self.rooms.get(id))
    }

    /// Their ids, in order.
    pub(crate) fn ids(&self) -> &[RoomId] {
        &self.order
    }

    /// The rooms that are listed, in order. One that the user hid is, while it is on the screen or asks for attention.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Room> {
        self.iter()
            .filter(|room| !room.hidden || Some(room.id) == self.current || room.mentions > 0 || room.has_own_text())
    }

    pub(crate) fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(&id)
    }

    /// A room, to change it.
    pub(crate) fn room_mut(&mut self, id: RoomId) -> Option<&mut Room> {
        self.rooms.get_mut(&id)
    }

    /// Every room, to change it; in no order.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Room> {
        self.rooms.values_mut()
    }

    /// What goes out with what is being written, in every room and thread.
    pub(crate) fn attached_mut(&mut self) -> impl Iterator<Item = &mut Attached> {
        let of_rooms = self.rooms.values_mut();
        let of_rooms =
            of_rooms.flat_map(|room| iter::once(&mut room.attached).chain(room.thread_attached.values_mut()));
        let of_thread = self.thread.as_mut().map(|thread| &mut thread.room.attached);
        of_rooms.chain(of_thread).chain(self.past.as_mut().map(|past| &mut past.room_mut().attached))
    }

    /// What has the keys: the room on the screen, or what is open above it.
    pub(crate) fn current(&self) -> Option<&Room> {
        let past = self.past.as_ref().map(|past| &past.room);
        past.or_else(|| self.thread.as_ref().map(|thread| &thread.room)).or_else(|| self.base())
    }

    /// The same, to change it.
    pub(crate) fn current_mut(&mut self) -> Option<&mut Room> {
        match (&mut self.past, &mut self.thread) {
            (Some(past), _) => Some(past.room_mut()),
            (None, Some(thread)) => Some(&mut thread.room),
            (None, None) => self.rooms.get_mut(&self.current?),
        }
    }

    /// The room on the screen, whether or not a thread is open above it.
    pub(crate) fn base(&self) -> Option<&Room> {
        self.rooms.get(&self.current?)
    }

    /// The same, to change it.
    pub(crate) fn base_mut(&mut self) -> Option<&mut Room> {
        self.rooms.get_mut(&self.current?)
    }

    /// The id of the room on the screen.
    pub(crate) fn current_id(&self) -> Option<RoomId> {
        self.current
    }

    /// The room of this name, with or without `#`, that the user is a member of; else one that the user was.
    pub(crate) fn find(&self, name: &str) -> Option<&Room> {
        let name = name.strip_prefix('#').unwrap_or(name).to_lowercase();
        self.iter().filter(|room| room.name.as_str().to_lowercase() == name).min_by_key(|room| room.gone)
    }

    /// Takes in a room that the user is a member of, at the end until [`sort`](Self::sort) puts it where it belongs.
    pub(crate) fn add(&mut self, room: Room) {
        self.left.remove(&room.id);
        if !self.rooms.contains_key(&room.id) {
            self.order.push(room.id);
        }
        self.rooms.insert(room.id, room);
    }

    /// Takes in a room that the user is no longer a member of, for what the user wrote there and nobody has.
    pub(crate) fn add_left(&mut self, facts: &RoomFacts) {
        if !self.rooms.contains_key(&facts.id) {
            let mut room = self.seen(facts);
            room.depart();
            self.add(room);
            self.sort();
        }
    }

    /// The room that a message of the user's is for. It is on the list from then on, whether or not the user is in it.
    pub(crate) fn room_for_own(&mut self, id: RoomId) -> &mut Room {
        if !self.rooms.contains_key(&id) {
            let room = self.left.remove(&id).unwrap_or_else(|| {
                let mut room = self.seen(&unknown_room(id));
                room.depart();
                room
            });
            self.add(room);
            self.sort();
        }
        let viewer = Rc::clone(&self.viewer);
        self.rooms.entry(id).or_insert_with(|| Room::new(&unknown_room(id), viewer))
    }

    /// A message of the user's for a room has reached the server, or was given up.
    pub(crate) fn forget_own(&mut self, id: RoomId, message: MessageId) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.timeline.remove_pending(message);
        }
        if let Some(thread) = self.thread_in(id) {
            thread.room.timeline.remove_pending(message);
        }
        self.prune();
    }

    /// Sorts the rooms after one came or a name has changed: favourites, the lobby, the other rooms, direct ones.
    pub(crate) fn sort(&mut self) {
        let rooms = &self.rooms;
        self.order.sort_by_cached_key(|id| {
            rooms.get(id).map(|room| {
                let name = room.name.as_str().to_lowercase();
                (Section::of(room), name != LOBBY, name)
            })
        });
    }

    /// The user is no longer a member of a room. It stays as an empty page while it is on the screen, and for as long as
    /// something is there that the user wrote and nobody else has.
    pub(crate) fn depart(&mut self, id: RoomId) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.depart();
        }
        if let Some(thread) = self.thread_in(id) {
            thread.room.depart();
        }
        if self.past_in(id).is_some() {
            self.close_past();
        }
        self.prune();
    }

    /// Lets go of rooms that the user left, and that nothing keeps.
    fn prune(&mut self) {
        let current = self.current;
        let kept = |room: &Room| !room.gone || room.has_own_text() || Some(room.id) == current;
        self.left.extend(self.rooms.extract_if(|_, room| !kept(room)));
        self.order.retain(|id| self.rooms.contains_key(id));
    }

    /// Puts a room on the screen; the line in the one left goes. False if it was there already, or is not one of the
    /// user's.
    pub(crate) fn open(&mut self, id: RoomId) -> bool {
        if self.current == Some(id) || !self.rooms.contains_key(&id) {
            return false;
        }
        self.step += 1;
        let step = self.step;
        self.close_thread();
        self.close_past();
        if let Some(left) = self.current_mut() {
            left.divider = None;
            left.seeks = None;
            left.typing.clear();
        }
        self.current = Some(id);
        self.prune();
        if let Some(room) = self.current_mut() {
            room.visited = step;
            room.stays_unread = false;
            room.divide();
            if room.scroll == Scroll::Live && room.unread > 0 {
                room.scroll = Scroll::Unread;
            }
        }
        true
    }

    /// The room so many rows further down, or up.
    pub(crate) fn neighbour(&self, by: isize) -> Option<RoomId> {
        let shown: Vec<RoomId> = self.shown().map(|room| room.id).collect();
        let at = shown.iter().position(|id| Some(*id) == self.current)?;
        let count = isize::try_from(shown.len()).ok()?;
        let target = (isize::try_from(at).ok()? + by).rem_euclid(count);
        shown.get(usize::try_from(target).ok()?).copied()
    }

    /// The room that is to be read next: with mentions, then direct ones, then the rest, each from the current one on.
    pub(crate) fn next_unread(&self) -> Option<RoomId> {
        let at = self.order.iter().position(|id| Some(*id) == self.current).unwrap_or(0);
        let calls = |room: &Room| room.mentions > 0 || (room.unread > 0 && !room.is_muted() && !room.hidden);
        let unread = self.iter().enumerate().filter(|(_, room)| calls(room) && Some(room.id) != self.current);
        let rank = |room: &Room| (room.mentions == 0, room.kind != RoomKind::Direct);
        let distance = |index: usize| (index + self.order.len() - at) % self.order.len().max(1);
        unread.min_by_key(|(index, room)| (rank(room), distance(*index))).map(|(_, room)| room.id)
    }

    /// Mentions and unread messages in all rooms.
    pub(crate) fn unread(&self) -> (u64, u64) {
        self.iter().fold((0, 0), |(mentions, unread): (u64, u64), room| {
            let counted = if room.is_muted() { room.mentions } else { room.unread };
            (mentions.saturating_add(room.mentions), unread.saturating_add(counted))
        })
    }
}
