//! A request may be given up at any moment, because its connection is gone. What it changed by then is reported all the
//! same: those who listen agree with the store.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
};

use chat_protocol::{
    Event, MessageId, RoomChanges, RoomId, SessionId, UserId, UserRef,
    api::{NewMessage, NewRoom, NewSession, NewUser, UserPatch},
};
use futures_util::future::{BoxFuture, FutureExt, poll_fn};
use parking_lot::Mutex;

use super::*;
use crate::{
    hub::{Listener, ListenerId, LiveRoom, SharedEvent, Subscription},
    store::RoomFilter,
};

/// Devices that a user may have here.
const DEVICES: u64 = 3;
const PASSWORD: &str = "correct horse";

/// A connection that keeps what it is sent.
struct Device {
    id: ListenerId,
    caller: Caller,
    rooms: Mutex<BTreeSet<RoomId>>,
    name: Mutex<String>,
    /// The newest read marker sent.
    marker: Mutex<BTreeMap<RoomId, Event>>,
    ended: AtomicBool,
}

impl Listener for Device {
    fn id(&self) -> ListenerId {
        self.id
    }

    fn user(&self) -> UserId {
        self.caller.user
    }

    fn session(&self) -> SessionId {
        self.caller.session
    }

    fn dirty(self: Arc<Self>, _: &Arc<Subscription>) {}

    fn ephemeral(&self, _: RoomId, _: &Arc<SharedEvent>) {}

    fn own(&self, _: &chat_protocol::Event) {}

    fn marker(&self, room: RoomId, _: u64, event: &Arc<SharedEvent>) {
        self.marker.lock().insert(room, event.event().clone());
    }

    fn members_stale(&self, _: RoomId) {}

    fn joined(&self, room: &chat_protocol::Room, _: &Arc<LiveRoom>) {
        self.rooms.lock().insert(room.id);
    }

    fn left(&self, room: RoomId, _: &chat_protocol::Event) {
        self.rooms.lock().remove(&room);
    }

    fn changed(&self, user: &chat_protocol::User) {
        *self.name.lock() = user.name.clone();
    }

    fn signed_out(&self) {
        self.ended.store(true, Ordering::Release);
    }
}

/// One user with two devices, both connected.
struct Scene {
    chat: Chat,
    name: String,
    devices: Vec<Arc<Device>>,
    /// Made beforehand by somebody else.
    room: String,
}

fn topic(text: String) -> RoomChanges {
    RoomChanges { topic: Some(text), ..RoomChanges::default() }
}

fn from() -> Origin {
    Origin::new(IpAddr::V4(Ipv4Addr::LOCALHOST), "test")
}

async fn register(chat: &Chat, name: &str) -> (UserRef, Caller) {
    let new = NewUser { name: Some(name.to_owned()), password: Some(PASSWORD.to_owned()), invite: None };
    let (user, token) = chat.register(new, &from()).await.unwrap();
    (user.to_ref(), chat.authenticate(token.reveal()).await.unwrap().unwrap())
}

impl Scene {
    async fn new(chat: &Chat, number: usize) -> Self {
        let (name, room) = (format!("user-{number}"), format!("room-{number}"));
        let (_, other) = register(chat, &format!("other-{number}")).await;
        chat.create_room(&other, &from(), NewRoom { name: Some(room.clone()), ..Default::default() }).await.unwrap();
        let (_, first) = register(chat, &name).await;
        let (_, token) = chat.sign_in(password(&name), &from()).await.unwrap();
        let second = chat.authenticate(token.reveal()).await.unwrap().unwrap();
        let mut scene = Self { chat: chat.clone(), name, devices: vec![], room };
        for caller in [first.clone(), second] {
            let device = Arc::new(Device {
                id: ListenerId::next(),
                caller,
                rooms: Mutex::new(scene.joined_rooms(&first).await),
                name: Mutex::new(scene.name.clone()),
                marker: Mutex::default(),
                ended: AtomicBool::new(false),
            });
            chat.connect(Arc::clone(&device) as Arc<dyn Listener>).unwrap();
            scene.devices.push(device);
        }
        for body in ["one", "two"] {
            let new = NewMessage { room: None, body: body.to_owned(), id: None, reply_to: None, attachments: vec![] };
            chat.send(&other, &from(), new).await.unwrap();
        }
        scene
    }

    fn caller(&self) -> &Caller {
        &self.devices[0].caller
    }

    async fn joined_rooms(&self, caller: &Caller) -> BTreeSet<RoomId> {
        let filter = RoomFilter { q: None, joined: Some(true), limit: 1000, after: None };
        let rooms = self.chat.store().rooms(Some(caller.user), filter).await.unwrap();
        rooms.items.into_iter().map(|room| room.id).collect()
    }

    /// What those who listen know is what the store says.
    async fn agrees(&self, context: &str) {
        // The writer takes one operation after the other: what was under way is committed and told after this one.
        self.chat.store().touch_sessions(vec![]).await.unwrap();
        for device in &self.devices {
            let ended = self.chat.store().ended_sessions(vec![device.caller.session]).await.unwrap();
            assert_eq!(device.ended.load(Ordering::Acquire), !ended.is_empty(), "{context}: the session");
            let rooms = self.joined_rooms(&device.caller).await;
            assert_eq!(*device.rooms.lock(), rooms, "{context}: the rooms");
            let user = self.chat.store().user(device.caller.user.into()).await.unwrap();
            assert_eq!(*device.name.lock(), user.name, "{context}: the name");
            let lobby = self.chat.store().room(chat_protocol::LOBBY.into(), Some(device.caller.user)).await.unwrap();
            if let Some(told) = device.marker.lock().get(&lobby.id) {
                let Event::ReadMarker { seq, .. } = told else { panic!("{context}: {told:?} is no read marker") };
                assert_eq!(Some(*seq), lobby.read_seq, "{context}: the read marker");
            } else {
                assert_eq!(lobby.unread, Some(2), "{context}: nobody was notified that the marker moved");
            }
        }
    }
}

fn password(name: &str) -> NewSession {
    NewSession::Password { name: name.to_owned(), password: PASSWORD.to_owned() }
}

/// Runs a future until it has waited `waits` times, then drops it. Says whether it came to its end before.
async fn dropped_after(waits: usize, future: BoxFuture<'_, ()>) -> bool {
    let mut future = pin!(future);
    let mut waited = 0;
    poll_fn(|context| match future.poll_unpin(context) {
        Poll::Ready(()) => Poll::Ready(true),
        Poll::Pending if waited == waits => Poll::Ready(false),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

type Change = for<'a> fn(&'a Scene) -> BoxFuture<'a, ()>;

/// Every request that changes something which others are told, by name. An answer may be a refusal.
const CHANGES: [(&str, Change); 11] = [
    ("join", |s| async { drop(s.chat.join(s.caller(), &from(), &s.room.as_str().into()).await) }.boxed()),
    ("leave", |s| {
        async {
            drop(s.chat.join(s.caller(), &from(), &s.room.as_str().into()).await);
            drop(s.chat.leave(s.caller(), &from(), &s.room.as_str().into()).await);
        }
        .boxed()
    }),
    ("create a room", |s| {
        let new =
            NewRoom { name: Some(format!("{}-own", s.room)), topic: Some("news".to_owned()), ..Default::default() };
        async { drop(s.chat.create_room(s.caller(), &from(), new).await) }.boxed()
    }),
    ("set a topic", |s| {
        async {
            drop(
                s.chat
                    .update_room(s.caller(), &from(), &"lobby".into(), MessageId::now_v7(), topic(s.name.clone()))
                    .await,
            )
        }
        .boxed()
    }),
    ("end another session", |s| {
        async { drop(s.chat.end_session(s.caller(), s.devices[1].caller.session).await) }.boxed()
    }),
    ("sign oneself out", |s| async { drop(s.chat.end_session(s.caller(), s.caller().session).await) }.boxed()),
    ("a new password", |s| {
        let patch = UserPatch {
            password: Some("battery staple".to_owned()),
            current_password: Some(PASSWORD.to_owned()),
            ..UserPatch::default()
        };
        async { drop(s.chat.update_me(s.caller(), patch, &from()).await) }.boxed()
    }),
    ("rename", |s| {
        let patch = UserPatch { name: Some(format!("{}-new", s.name)), ..UserPatch::default() };
        async { drop(s.chat.update_me(s.caller(), patch, &from()).await) }.boxed()
    }),
    ("more devices than may be", |s| {
        async {
            for _ in 0..DEVICES {
                drop(s.chat.sign_in(password(&s.name), &from()).await);
            }
        }
        .boxed()
    }),
    ("a link code", |s| {
        async {
            for _ in 0..DEVICES {
                if let Ok((link_code, _)) = s.chat.make_link_code(s.caller()).await {
                    drop(s.chat.sign_in(NewSession::LinkCode { link_code }, &from()).await);
                }
            }
        }
        .boxed()
    }),
    ("read", |s| async { drop(s.chat.read(s.caller(), &"lobby".into(), 1_000_000, false).await) }.boxed()),
];

#[tokio::test]
async fn a_request_given_up_at_any_moment_leaves_nobody_told_less_than_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let mut limits = Limits::default();
    for key in Limits::KEYS {
        limits.set(&format!("{key}=off")).unwrap();
    }
    limits.sessions_per_user = Some(DEVICES);
    let location = Location::Folder(folder.path().to_owned());
    let config = Config {
        location,
        registration: Registration::Open,
        member_invites: false,
        retention: None,
        allow_private_webhooks: false,
        names: Default::default(),
        limits,
    };
    let chat = Chat::open(config, CancellationToken::new()).unwrap();
    let mut number = 0;
    for (name, change) in CHANGES {
        let mut waits = 0;
        loop {
            let scene = Scene::new(&chat, number).await;
            number += 1;
            scene.agrees(&format!("before {name}")).await;
            let done = dropped_after(waits, change(&scene)).await;
            scene.agrees(&format!("{name}, given up after {waits} waits")).await;
            if done {
                assert!(waits > 0, "{name} waits for nothing: it cannot be given up, or it did nothing");
                break;
            }
            waits += 1;
        }
    }
}
