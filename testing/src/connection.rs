//! One WebSocket as a client has it. Its fields mirror what the client was told; every frame of a failed test is shown.

use std::collections::{HashMap, VecDeque};

use chat_protocol::{Cursor, Event, LogEntry, MessageId, Received, Room, RoomId};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message as Frame};

use crate::{Closed, DEADLINE, Refusal, Welcome};

/// Waits for the first event that matches, passing over others, and gives what the arm says.
///
/// `see!(alice, Event::Ack { seq, .. } => seq)`
#[macro_export]
macro_rules! see {
    ($connection:expr, $pattern:pat $(if $guard:expr)? => $value:expr) => {
        $connection
            .first(concat!(stringify!($pattern $(if $guard)?)), |event| match event {
                $pattern $(if $guard)? => Some($value),
                _ => None,
            })
            .await
    };
}

/// The pattern of an event of a room's log, with those fields of its entry that matter.
///
/// `see!(alice, logged!(Message { message }, seq, room: id) if id == lobby => (seq, message.body))`
#[macro_export]
macro_rules! logged {
    ($kind:ident { $($inside:tt)* } $(, $field:ident $(: $pattern:pat)?)*) => {
        ::chat_protocol::Event::Logged(::chat_protocol::LogEntry {
            $($field $(: $pattern)?,)*
            event: ::chat_protocol::LogEvent::$kind { $($inside)* },
            ..
        })
    };
}
/// One open WebSocket.
pub struct Connection {
    /// From `Welcome`, kept up to date by `RoomAdded` and `RoomRemoved`.
    pub rooms: Vec<Room>,
    welcome: Option<Welcome>,
    /// The last logged event of each room, as a client gives it back in `Hello`.
    pub cursors: HashMap<RoomId, Cursor>,
    /// The last text frame as it came: for what types do not tell apart.
    pub last_text: String,
    socket: WebSocketStream<TcpStream>,
    /// Came while the answer to a command was waited for, and not yet looked at.
    passed: VecDeque<Event>,
    /// Everything said on either side, for the reader of a failure.
    transcript: VecDeque<String>,
    pings: u64,
}

/// Lines of a transcript that are shown: the end is what matters.
const SHOWN: usize = 40;
/// Characters of each.
const WIDTH: usize = 400;

impl Connection {
    pub(crate) fn new(socket: WebSocketStream<TcpStream>) -> Self {
        Self {
            rooms: Vec::new(),
            welcome: None,
            cursors: HashMap::new(),
            last_text: String::new(),
            socket,
            passed: VecDeque::new(),
            transcript: VecDeque::new(),
            pings: 0,
        }
    }

    /// What it was told at first.
    #[track_caller]
    pub fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("welcomed")
    }

    /// A room by name, as it was told.
    #[track_caller]
    pub fn room(&self, name: &str) -> &Room {
        let room = self.rooms.iter().find(|room| room.name == name);
        room.unwrap_or_else(|| panic!("not told of #{name}; rooms: {:?}", self.rooms))
    }

    /// The lobby's id.
    #[track_caller]
    pub fn lobby(&self) -> RoomId {
        self.room("lobby").id
    }

    /// Sends one frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string()).await;
    }

    /// Sends a text frame, whatever it says.
    pub async fn send_text(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.note("→", &text);
        self.send_frame(Frame::text(text)).await;
    }

    /// Sends a frame of any kind. A server that has closed already is found when reading.
    pub async fn send_frame(&mut self, frame: Frame) {
        _ = self.socket.send(frame).await;
    }

    /// Sends commands as fast as the server takes them, and reads meanwhile until each is answered; gives all that came.
    pub async fn flood(&mut self, commands: Vec<Value>) -> Vec<Event> {
        let mut unanswered = commands.len();
        let (mut sink, mut stream) = (&mut self.socket).split();
        let send = async {
            for command in commands {
                sink.feed(Frame::text(command.to_string())).await.unwrap();
            }
            sink.flush().await.unwrap();
        };
        let read = async {
            let mut events = Vec::new();
            while unanswered > 0 {
                let frame = timeout(DEADLINE, stream.next()).await.expect("the server goes on answering");
                let Frame::Text(text) = frame.expect("the socket stays open").unwrap() else { continue };
                let Received::Known(event) = Received::parse(text.as_str()).unwrap() else { panic!("unknown: {text}") };
                if matches!(*event, Event::Ack { .. } | Event::Error { .. }) {
                    unanswered -= 1;
                }
                events.push(*event);
            }
            events
        };
        let ((), events) = tokio::join!(send, read);
        drop((sink, stream));
        for event in &events {
            self.keep(event);
        }
        events
    }

    /// Says `Hello`, with these fields too.
    pub async fn hello(&mut self, fields: Value) {
        let mut hello = json!({ "type": "Hello", "client": "test/1.0" });
        for (name, value) in fields.as_object().unwrap() {
            hello[name] = value.clone();
        }
        self.cursors = serde_json::from_value(hello["cursors"].clone()).unwrap_or_default();
        self.send(hello).await;
    }

    /// Waits for `Welcome`, or for the server to close instead.
    pub async fn welcomed(&mut self) -> Result<(), Closed> {
        match self.frame().await {
            Frame::Text(_) => Ok(()),
            Frame::Close(Some(frame)) => Err(Closed::of(frame)),
            other => panic!("{other:?}"),
        }
    }

    /// Waits for `Welcome` and then `Live`; gives what came between.
    pub async fn until_live(&mut self) -> Vec<Event> {
        let first = self.next().await;
        assert!(matches!(first, Event::Welcome { .. }), "Welcome comes first, not {first:?}");
        self.until(|event| matches!(event, Event::Live {})).await
    }

    /// Sends a message under a new id, without waiting for an answer.
    pub async fn say(&mut self, room: impl ToString, body: &str) -> MessageId {
        let id = MessageId::now_v7();
        self.say_as(id, room, body).await;
        id
    }

    /// Sends a message under this id.
    pub async fn say_as(&mut self, id: MessageId, room: impl ToString, body: &str) {
        self.send(json!({ "type": "Message", "id": id, "room": room.to_string(), "body": body })).await;
    }

    /// Sends a message and waits until it is acknowledged; gives its `seq`.
    pub async fn post(&mut self, room: impl ToString, body: &str) -> u64 {
        let id = self.say(room, body).await;
        self.acknowledged(id).await
    }

    /// Waits for the `Ack` of a message; gives its `seq`. A refusal fails.
    pub async fn acknowledged(&mut self, id: MessageId) -> u64 {
        let answer = self.answer(id).await;
        answer.unwrap_or_else(|refusal| panic!("{id} was refused: {refusal:?}"))
    }

    /// Waits for the refusal of a message.
    pub async fn refused(&mut self, id: MessageId) -> Refusal {
        let answer = self.answer(id).await;
        answer.expect_err("the message is refused")
    }

    /// Waits for the answer to a message: its `seq`, or why not. What comes before it, such as the message itself, is
    /// still to be seen afterwards.
    pub async fn answer(&mut self, id: MessageId) -> Result<u64, Refusal> {
        let mut passed = VecDeque::new();
        let answer = loop {
            match self.next().await {
                Event::Ack { id: of, seq, .. } if of == id => break Ok(seq),
                Event::Error { id: Some(of), code, detail, retry_after_ms, until, after } if of == id => {
                    break Err(Refusal { id: Some(of), code, detail, retry_after_ms, until, after });
                }
                event => passed.push_back(event),
            }
        };
        passed.append(&mut self.passed);
        self.passed = passed;
        answer
    }

    /// Waits for the next `Error`.
    pub async fn error(&mut self) -> Refusal {
        crate::see!(self, Event::Error { id, code, detail, retry_after_ms, until, after } => {
            Refusal { id, code, detail, retry_after_ms, until, after }
        })
    }

    /// Waits for the next message of anyone; gives its body.
    pub async fn message(&mut self) -> String {
        crate::see!(self, crate::logged!(Message { message }) => message.body)
    }

    /// All that was on its way when this was called, ephemeral events too: two rounds of `Ping`, because answers
    /// overtake those.
    pub async fn settled(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..2 {
            self.pings += 1;
            let wanted = self.pings;
            self.send(json!({ "type": "Ping", "n": wanted })).await;
            events.extend(self.until(|event| matches!(event, Event::Pong { n } if *n == wanted)).await);
        }
        events
    }

    /// Waits for the event that `is_last` names; gives those before it.
    pub async fn until(&mut self, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut before = Vec::new();
        loop {
            let event = self.next().await;
            if is_last(&event) {
                return before;
            }
            before.push(event);
        }
    }

    /// Waits for the first event that `wanted` gives something for, passing over others. See [`see!`].
    pub async fn first<T>(&mut self, what: &str, wanted: impl Fn(Event) -> Option<T>) -> T {
        loop {
            let Some(event) = self.event().await else { panic!("no {what} came{}", self.so_far()) };
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    /// The next event, whatever it is.
    pub async fn next(&mut self) -> Event {
        match self.event().await {
            Some(event) => event,
            None => panic!("nothing came{}", self.so_far()),
        }
    }

    /// The next frame of any kind.
    pub async fn frame(&mut self) -> Frame {
        timeout(DEADLINE, self.socket.next()).await.expect("a frame in time").expect("an open socket").unwrap()
    }

    /// Sends what is due by itself, such as the answer to a protocol's ping that was read.
    pub async fn flush(&mut self) {
        self.socket.flush().await.unwrap();
    }

    /// Writes bytes that are no frame. A server that has closed already is found when reading.
    pub async fn write_bytes(&mut self, bytes: &[u8]) {
        _ = self.socket.get_mut().write_all(bytes).await;
    }

    /// Waits until the server closes; passes over what it says until then.
    pub async fn closed(&mut self) -> Closed {
        let by = Instant::now() + DEADLINE;
        loop {
            match timeout_at(by, self.socket.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) => self.note("←", text.as_str()),
                Ok(Some(Ok(Frame::Close(Some(frame))))) => return Closed::of(frame),
                Ok(Some(Ok(_))) => {}
                other => panic!("the server did not close, but {other:?}{}", self.so_far()),
            }
        }
    }

    /// Waits until the server has ended its side, which it does by itself: it is not answered.
    pub async fn ended(&mut self) {
        let mut byte = [0];
        let read = timeout(DEADLINE, self.socket.get_mut().read(&mut byte)).await.expect("an end in time");
        assert_eq!(read.unwrap(), 0, "something came after the closing frame");
    }

    /// Reads what there still is, to the end of a connection that was cut off; gives how many events it was.
    pub async fn rest(&mut self) -> usize {
        let mut events = 0;
        while let Some(Ok(frame)) = timeout(DEADLINE, self.socket.next()).await.expect("an end") {
            events += usize::from(frame.is_text());
        }
        events
    }

    /// Closes, and waits until the server has done so too.
    pub async fn close(mut self) {
        self.socket.close(None).await.unwrap();
        while let Ok(Some(Ok(_))) = timeout(DEADLINE, self.socket.next()).await {}
    }

    /// The next event; `None` when none comes in time, or never will.
    async fn event(&mut self) -> Option<Event> {
        if let Some(event) = self.passed.pop_front() {
            return Some(event);
        }
        // The server's pings do not restart the wait.
        let by = Instant::now() + DEADLINE;
        loop {
            let text = match timeout_at(by, self.socket.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) => text,
                Ok(Some(Ok(Frame::Close(frame)))) => {
                    self.note("←", &format!("close {frame:?}"));
                    return None;
                }
                Ok(Some(Ok(_))) => continue,
                Ok(Some(Err(failure))) => {
                    self.note("←", &failure.to_string());
                    return None;
                }
                Ok(None) | Err(_) => return None,
            };
            self.note("←", text.as_str());
            self.last_text = text.as_str().to_owned();
            match Received::parse(text.as_str()) {
                Ok(Received::Known(event)) => {
                    self.keep(&event);
                    return Some(*event);
                }
                other => panic!("the server sent what it should not know: {other:?}{}", self.so_far()),
            }
        }
    }

    /// Keeps what a client keeps, and holds the server to its second promise.
    fn keep(&mut self, event: &Event) {
        if let Some(&LogEntry { room, seq, at, .. }) = event.logged() {
            if let Some(before) = self.cursors.get(&room) {
                assert_eq!(seq, before.seq + 1, "a cursor moves by one{}", self.so_far());
                assert!(before.at.is_none_or(|before| before <= at), "time runs backwards{}", self.so_far());
            }
            self.cursors.insert(room, Cursor { seq, at: Some(at) });
        }
        match event {
            Event::Welcome { user, session, epoch, server, rooms, limits, ignored } => {
                self.rooms = rooms.clone();
                for room in rooms {
                    self.cursors.entry(room.id).or_insert(Cursor { seq: room.last_seq, at: room.last_at });
                }
                let (user, session, epoch) = (user.clone(), *session, *epoch);
                let (server, limits, ignored) = (server.clone(), limits.clone(), ignored.clone());
                self.welcome = Some(Welcome { user, session, epoch, server, limits, ignored });
            }
            Event::RoomAdded { room } => {
                self.cursors.insert(room.id, Cursor { seq: room.last_seq, at: room.last_at });
                self.rooms.push(room.clone());
            }
            Event::RoomRemoved { room_id, .. } => {
                self.cursors.remove(room_id);
                self.rooms.retain(|room| room.id != *room_id);
            }
            Event::Reset { room, last_seq, at, .. } => {
                self.cursors.insert(*room, Cursor { seq: *last_seq, at: *at });
            }
            _ => {}
        }
    }

    fn note(&mut self, direction: &str, text: &str) {
        if self.transcript.len() == SHOWN {
            self.transcript.pop_front();
        }
        let short: String = text.chars().take(WIDTH).collect();
        self.transcript.push_back(format!("{direction} {short}"));
    }

    fn so_far(&self) -> String {
        let lines: String = self.transcript.iter().map(|line| format!("\n    {line}")).collect();
        format!("; the end of what was said:{lines}")
    }
}
