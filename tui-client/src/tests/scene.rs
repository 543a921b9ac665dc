//! A stage for tests: a client with people, rooms and a clock of its own, driven by what a user and a server would do,
//! and read as the screen would be.

mod changes;

use std::time::{Duration, Instant};

use chat_client::{Action, Delivery, Entry, Status, Update};
pub(crate) use chat_protocol::testing::{room_id, user_id};
use chat_protocol::{
    Epoch, ErrorCode, Event, Limits, LogEntry, LogEvent, Message, MessageId, PresenceChange, Room, RoomId, SessionId,
    Timestamp, User,
    api::ServerInfo,
    testing::{self, user_ref},
};
use jiff::tz::TimeZone;
use ratatui::{buffer::Buffer, layout::Rect};
use uuid::Uuid;

use crate::{
    keys::key::{Code, Key},
    screen::{
        self,
        images::Images,
        links::Links,
        spots::Spots,
        theme::{Glyphs, Theme},
    },
    state::{Now, Preferences, Setup, State, Ticket, geometry::Size},
    update::{
        self,
        effect::Effect,
        input::{Answer, Input},
    },
};

/// 24 November 2026, 09:00 UTC, a Tuesday.
pub(crate) const MORNING: i64 = 1_795_510_800_000;
const MINUTE: i64 = 60_000;

/// The plainest theme: as on a terminal with colours.
pub(crate) const THEME: Theme = Theme { colours: true, light: false, glyphs: Glyphs::Unicode, links: false };

pub(crate) struct Scene {
    pub(crate) state: State,
    /// What the last input asked for, and what settling after it did.
    pub(crate) effects: Vec<Effect>,
    pub(crate) theme: Theme,
    now: Now,
    /// The newest position of each room.
    seqs: std::collections::HashMap<RoomId, u64>,
    ids: u128,
    /// Where [`Self::logs`] and its like happen.
    at_room: &'static str,
}

pub(crate) fn user(name: &str, online: bool) -> User {
    User {
        display_name: (name == "carol").then(|| "Carol Jones".to_owned()),
        online,
        last_seen_at: (!online).then(|| Timestamp::from_millis(MORNING - 90 * MINUTE)),
        ..testing::user(name)
    }
}

impl Scene {
    /// alice, connected, in the lobby and two other rooms, with bob and others.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let mut scene = Self::unconnected(width, height);
        let rooms = ["lobby", "random", "release"].map(|name| scene.room(name)).to_vec();
        scene.welcome(rooms);
        scene.client(Update::Event(Event::Live {}));
        scene.client(Update::Status(Status::Connected { round_trip: Some(Duration::from_millis(12)) }));
        scene.page("lobby", Vec::new(), false);
        let people =
            [("alice", true), ("bob", true), ("carol", true), ("dave", true), ("erin", false), ("frank", false)];
        scene.members("lobby", &people);
        scene
    }

    /// A client that has just been started.
    pub(crate) fn unconnected(width: u16, height: u16) -> Self {
        let setup = Setup {
            host: "chat.example".to_owned(),
            address: "https://chat.example".to_owned(),
            unencrypted: false,
            encrypted: true,
            zone: TimeZone::UTC,
            extended_keys: false,
            first_room: None,
        };
        let now = Now { wall: Timestamp::from_millis(MORNING), instant: Instant::now() };
        let mut state = State::new(user_id("alice"), setup, Size { width, height }, Preferences::default(), now);
        state.people.learn_user(&user("alice", true));
        Self {
            state,
            effects: Vec::new(),
            theme: THEME,
            now,
            seqs: std::collections::HashMap::new(),
            ids: 0,
            at_room: "lobby",
        }
    }

    pub(crate) fn room(&self, name: &str) -> Room {
        let topic = if name == "lobby" { "Release planning · 0.3 checklist" } else { "" };
        Room { topic: topic.to_owned(), members: 6, ..testing::room(name) }
    }

    pub(crate) fn welcome(&mut self, rooms: Vec<Room>) {
        for room in &rooms {
            self.seqs.insert(room.id, room.last_seq);
        }
        self.client(Update::Event(Event::Welcome {
            user: user("alice", true),
            session: SessionId::from(Uuid::from_u128(1)),
            epoch: Epoch::from(Uuid::from_u128(2)),
            server: ServerInfo { name: "chat".to_owned(), version: "1".to_owned() },
            rooms,
            limits: Limits::default(),
            ignored: Vec::new(),
            followed_threads: Vec::new(),
        }));
    }

    pub(crate) fn members(&mut self, room: &str, people: &[(&str, bool)]) {
        let members: Vec<_> = people.iter().map(|(name, online)| user(name, *online)).collect();
        let online = people.iter().filter(|(_, online)| *online).count() as u64;
        self.client(Update::Event(Event::Members {
            room: room_id(room),
            total: members.len() as u64,
            online,
            members,
            moderators: Vec::new(),
        }));
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.effects = update::update(&mut self.state, self.now, input);
        self.effects.extend(update::before_draw(&mut self.state));
    }

    pub(crate) fn answer(&mut self, answer: Answer) {
        self.input(Input::Answer(answer));
    }

    /// The number of the last key.
    pub(crate) fn ticket(&self) -> Ticket {
        self.state.keys
    }

    pub(crate) fn client(&mut self, update: Update) {
        self.input(Input::Client(Box::new(update)));
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.client(Update::Event(event));
    }

    /// The clock shows so many minutes after nine.
    pub(crate) fn at(&mut self, minutes: i64) -> &mut Self {
        self.now.wall = Timestamp::from_millis(MORNING + minutes * MINUTE);
        self
    }

    /// Time passes without anything coming in.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now.instant += time;
        self.input(Input::Time);
    }

    pub(crate) fn instant(&self) -> Instant {
        self.now.instant
    }

    pub(crate) fn next_seq(&mut self, room: &str) -> u64 {
        let seq = self.seqs.entry(room_id(room)).or_default();
        *seq += 1;
        *seq
    }

    fn next_id(&mut self) -> MessageId {
        self.ids += 1;
        Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_2000_0000_0000 + self.ids).into()
    }

    /// A message as the server tells it, without telling it.
    pub(crate) fn message(&mut self, room: &str, seq: u64, author: &str, body: &str) -> Message {
        let mentions = chat_protocol::mention::names(body).iter().map(|name| user_id(name)).collect();
        Message {
            id: self.next_id(),
            room: room_id(room),
            seq,
            sent_at: self.now.wall,
            mentions,
            ..testing::message(author, body)
        }
    }

    /// Somebody says something in a room; gives back its position.
    pub(crate) fn says_in(&mut self, room: &str, author: &str, body: &str) -> u64 {
        let seq = self.next_seq(room);
        let message = self.message(room, seq, author, body);
        self.event(Event::Logged(message.into()));
        seq
    }

    /// Somebody answers a message of the lobby.
    pub(crate) fn answers(&mut self, author: &str, to: u64, body: &str) {
        let room = room_id("lobby");
        let answered = self.state.rooms.room(room).and_then(|room| room.timeline.message(to)).map(|message| message.id);
        let reply_to = answered.unwrap_or_else(|| self.next_id());
        let seq = self.next_seq("lobby");
        let message = Message { reply_to: Some(reply_to), ..self.message("lobby", seq, author, body) };
        self.event(Event::Logged(message.into()));
    }

    pub(crate) fn says(&mut self, author: &str, body: &str) -> u64 {
        self.says_in("lobby", author, body)
    }

    pub(crate) fn joins(&mut self, name: &str) {
        let seq = self.next_seq("lobby");
        self.event(Event::Logged(LogEntry {
            room: room_id("lobby"),
            seq,
            at: self.now.wall,
            event: LogEvent::UserJoined { user: user_ref(name), by: None },
        }));
    }

    pub(crate) fn leaves(&mut self, name: &str) {
        let seq = self.next_seq("lobby");
        self.event(Event::Logged(LogEntry {
            room: room_id("lobby"),
            seq,
            at: self.now.wall,
            event: LogEvent::UserLeft { user: user_ref(name) },
        }));
    }

    pub(crate) fn types(&mut self, name: &str) {
        self.event(Event::UserTyping { room: room_id("lobby"), user: user_ref(name) });
    }

    pub(crate) fn goes(&mut self, name: &str, online: u64) {
        let changes = vec![PresenceChange { user: user_ref(name), online: false, away: false }];
        self.event(Event::Presence { room: room_id("lobby"), online, changes });
    }

    pub(crate) fn page(&mut self, room: &str, messages: Vec<Message>, has_more_before: bool) {
        self.client(Update::Page { room: room_id(room), messages, has_more_before });
    }

    /// The outbox takes a message of the user, in this state.
    pub(crate) fn outbox(&mut self, body: &str, state: Delivery) -> MessageId {
        let id = self.next_id();
        self.outbox_again(id, body, state);
        id
    }

    pub(crate) fn outbox_again(&mut self, id: MessageId, body: &str, state: Delivery) {
        let entry = Entry {
            id,
            room: room_id("lobby"),
            action: Action::Message,
            body: body.to_owned(),
            reply_to: None,
            files: Vec::new(),
            state,
            written_at: self.now.wall,
        };
        self.client(Update::Outbox(entry));
    }

    pub(crate) fn failed() -> Delivery {
        Delivery::Failed { code: ErrorCode::TooLarge, detail: "the message is too long: split it".to_owned() }
    }

    pub(crate) fn offline(&mut self, retry_in: Duration) {
        let retry_at = self.now.instant + retry_in;
        self.client(Update::Status(Status::Offline { retry_at, reason: "connection refused".to_owned() }));
    }

    pub(crate) fn press(&mut self, key: Key) -> &mut Self {
        self.input(Input::Key(key));
        self
    }

    pub(crate) fn press_code(&mut self, code: Code) -> &mut Self {
        self.press(Key::plain(code))
    }

    pub(crate) fn enter(&mut self) -> &mut Self {
        self.press_code(Code::Enter)
    }

    pub(crate) fn write(&mut self, text: &str) -> &mut Self {
        for char in text.chars() {
            self.press(Key::char(char));
        }
        self
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.input(Input::Resize(Size { width, height }));
    }

    /// What is on the screen, cell by cell.
    pub(crate) fn buffer(&self) -> Buffer {
        self.linked(&mut Links::default())
    }

    /// The same, with the addresses that cells lead to.
    pub(crate) fn linked(&self, links: &mut Links) -> Buffer {
        let Size { width, height } = self.state.size;
        let mut picture = Buffer::empty(Rect::new(0, 0, width, height));
        screen::draw(&self.state, self.theme, links, &mut Spots::default(), &mut Images::default(), &mut picture);
        picture
    }

    /// What is on the screen, as text.
    pub(crate) fn screen(&self) -> String {
        let buffer = self.buffer();
        let mut screen = String::new();
        for row in buffer.content.chunks(usize::from(buffer.area.width.max(1))) {
            let mut line = String::new();
            let mut covered = 0;
            for cell in row {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                line.push_str(cell.symbol());
                let shown = chat_protocol::terminal::SafeText::line(cell.symbol());
                covered = crate::text::width(shown.as_str()).saturating_sub(1);
            }
            screen.push_str(line.trim_end());
            screen.push('\n');
        }
        screen
    }

    /// Clicks on the first cell of this text, where it is on the screen first.
    pub(crate) fn click(&mut self, text: &str) -> &mut Self {
        let row = self.row_of(text).unwrap_or_else(|| panic!("{text} is not there:\n{}", self.screen()));
        let line = self.screen().lines().nth(row).unwrap().to_owned();
        let column = crate::text::width(&line[..line.find(text).unwrap()]);
        let Size { width, height } = self.state.size;
        let (mut picture, mut spots) = (Buffer::empty(Rect::new(0, 0, width, height)), Spots::default());
        screen::draw(&self.state, self.theme, &mut Links::default(), &mut spots, &mut Images::default(), &mut picture);
        let spot = spots.at(u16::try_from(column).unwrap(), u16::try_from(row).unwrap()).cloned();
        self.input(Input::Click(spot));
        self
    }

    /// The row of the screen that holds this text.
    pub(crate) fn row_of(&self, text: &str) -> Option<usize> {
        self.screen().lines().position(|line| line.contains(text))
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.row_of(text).is_some()
    }
}

/// The morning that the documentation shows.
pub(crate) fn morning(width: u16, height: u16) -> Scene {
    let mut scene = Scene::new(width, height);
    scene.at(-15 * 60).says("frank", "see you tomorrow 👋");
    let bob = scene.at(2).says(
        "bob",
        "morning! the 0.3 build is green on all three targets, tagging after lunch unless somebody shouts",
    );
    scene.at(4).answers("carol", bob, "tag it — the changelog is at https://git.example/rel/0.3#notes");
    scene.joins("frank");
    scene.joins("gina");
    scene.leaves("gina");
    scene.input(Input::Focus(false));
    scene
        .at(11)
        .says("dave", "did anyone try the `--json` flag?\n```sh\nchat-tui send -r ops --json < report.json\n```");
    scene.at(12).says("dave", "works for me on musl too");
    scene.says("bob", "@alice can you look at the **reconnect** test? It fails one run in 40");
    scene.at(13).says("carol", "日本語テスト: 全角も崩れない");
    scene.says_in("release", "bob", "@alice tag?");
    scene.says_in("release", "bob", "in an hour");
    scene.says_in("random", "erin", "cake in the kitchen");
    scene.input(Input::Focus(true));
    scene.at(21).says("alice", "on it");
    scene.at(22).outbox("pushing a fix in 5 min", Delivery::Sending);
    scene.types("bob");
    scene.types("carol");
    scene
}
