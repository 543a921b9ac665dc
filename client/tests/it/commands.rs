//! Commands about messages: in the outbox like messages, behind what they concern, once.

use chat_client::{Action, Client, Delivery, Update};
use chat_protocol::{
    Command, ErrorCode, Event, LogEntry, LogEvent, Message, MessageId, ReactionChange, Target, emoji::Emoji, testing,
};

use crate::scene::{ALICE, BOB, Scene, Watched, lobby_id, message, message_event, user};

fn body(text: &str) -> chat_protocol::body::Body {
    testing::body(text)
}

fn thumb() -> Emoji {
    Emoji::parse("👍").unwrap()
}

/// Waits for the event at a position.
async fn seen(alice: &mut Watched, seq: u64) {
    let is_it = |event: &Event| event.logged().is_some_and(|entry| entry.seq == seq);
    alice.until(|update| matches!(update, Update::Event(event) if is_it(&event)).then_some(())).await;
}

/// What waits in the outbox.
fn ids(client: &Client) -> Vec<MessageId> {
    client.cached().outbox.iter().map(|entry| entry.id).collect()
}

#[tokio::test]
async fn commands_wait_on_disk_and_go_out_once_in_order_with_their_ids() {
    let mut scene = Scene::start().await;
    let (client, alice) = scene.client();
    let known = MessageId::now_v7();
    let edit = client.edit(lobby_id(), known, body("better"));
    let react = client.react(lobby_id(), known, thumb(), true);
    let pin = client.pin(lobby_id(), known, true);
    let delete = client.delete(lobby_id(), known);
    let wanted = [edit.id, react.id, pin.id, delete.id];
    assert_eq!(ids(&client), wanted);
    drop((client, alice));
    scene.gone(0).await;

    // Another process of this account goes on with them.
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    let expected = [
        Command::EditMessage { id: edit.id, message_id: known, body: "better".into() },
        Command::React { id: react.id, message_id: known, emoji: "👍".into(), on: true },
        Command::Pin { id: pin.id, message_id: known, on: true },
        Command::DeleteMessage { id: delete.id, message_id: known },
    ];
    for command in &expected {
        assert_eq!(socket.command().await, *command);
    }
    // The first is acknowledged; of the others the answer is lost.
    socket.say(Event::Ack { id: edit.id, room: lobby_id(), seq: 1 }).await;
    alice.reaches(edit.id, Delivery::Sent { seq: 1 }).await;
    drop(socket);
    alice.offline().await;
    client.reconnect();
    let mut socket = scene.live(0).await;
    for command in &expected[1..] {
        assert_eq!(socket.command().await, *command);
    }
    for (seq, id) in (2..).zip(&wanted[1..]) {
        socket.say(Event::Ack { id: *id, room: lobby_id(), seq }).await;
    }
    alice.reaches(delete.id, Delivery::Sent { seq: 4 }).await;
    assert_eq!(client.cached().outbox, []);
}

#[tokio::test]
async fn what_is_still_queued_is_edited_and_withdrawn_where_it_is() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let kept = client.queue(lobby_id(), body("the build is gren"), None);
    let gone = client.queue(lobby_id(), body("hunter2"), None);
    client.react(lobby_id(), gone.id, thumb(), true);
    let edit = client.edit(lobby_id(), kept.id, body("the build is green"));
    let delete = client.delete(lobby_id(), gone.id);
    alice.reaches(edit.id, Delivery::Withdrawn).await;
    alice.reaches(gone.id, Delivery::Withdrawn).await;
    alice.reaches(delete.id, Delivery::Withdrawn).await;
    let outbox = client.cached().outbox;
    let left: Vec<(MessageId, &str)> = outbox.iter().map(|entry| (entry.id, entry.body.as_str())).collect();
    assert_eq!(left, [(kept.id, "the build is green")]);
    let mut socket = scene.live(0).await;
    let said = Command::Message {
        id: kept.id,
        room: lobby_id().into(),
        body: "the build is green".into(),
        reply_to: None,
        attachments: vec![],
    };
    assert_eq!(socket.command().await, said, "and nothing before it");
}

#[tokio::test]
async fn what_may_have_been_sent_is_changed_behind_it() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let kept = client.queue(lobby_id(), body("the build is gren"), None);
    let gone = client.queue(lobby_id(), body("hunter2"), None);
    let mut socket = scene.live(0).await;
    let sent = [socket.command().await, socket.command().await];
    // Nobody knows whether the server has them.
    drop(socket);
    alice.offline().await;
    let edit = client.edit(lobby_id(), kept.id, body("the build is green"));
    alice.reaches(edit.id, Delivery::Queued).await;
    drop((client, alice));
    scene.gone(0).await;

    // The next process does not know it either.
    let (client, mut alice) = scene.client();
    let delete = client.delete(lobby_id(), gone.id);
    alice.reaches(delete.id, Delivery::Queued).await;
    let mut socket = scene.live(0).await;
    for command in sent {
        assert_eq!(socket.command().await, command, "as it was: another text would be another message");
    }
    let changed = Command::EditMessage { id: edit.id, message_id: kept.id, body: "the build is green".into() };
    assert_eq!(socket.command().await, changed);
    assert_eq!(socket.command().await, Command::DeleteMessage { id: delete.id, message_id: gone.id });
}

#[tokio::test]
async fn what_was_never_sent_is_withdrawn_by_the_next_process_and_leaves_no_byte() {
    const SECRET: &str = "correct-horse-battery-staple";
    let mut scene = Scene::start().await;
    let (client, alice) = scene.client();
    let gone = client.queue(lobby_id(), body(SECRET), None);
    assert_eq!(ids(&client), [gone.id]);
    drop((client, alice));
    scene.gone(0).await;
    let (client, mut alice) = scene.client();
    assert!(scene.is_on_disk(SECRET));
    let delete = client.delete(lobby_id(), gone.id);
    alice.reaches(delete.id, Delivery::Withdrawn).await;
    assert_eq!(ids(&client), []);
    assert!(!scene.is_on_disk(SECRET));
    client.focus(vec![lobby_id()]);
    let mut socket = scene.live(0).await;
    assert!(matches!(socket.command().await, Command::Focus { .. }), "and nothing before it");
}

#[tokio::test]
async fn a_program_that_ended_before_it_edited_what_waits_does_it_at_its_next_start() {
    let mut scene = Scene::start().await;
    let (client, alice) = scene.client();
    let kept = client.queue(lobby_id(), body("the build is gren"), None);
    assert_eq!(ids(&client), [kept.id]);
    drop((client, alice));
    scene.gone(0).await;
    let file = rusqlite::Connection::open(scene.database()).unwrap();
    let action = serde_json::to_string(&Action::Edit { message: kept.id }).unwrap();
    let edit = "INSERT INTO outbox (slot, id, room, body, written_at, action, tried)
        SELECT slot, ?1, room, 'the build is green', written_at, ?2, 0 FROM outbox";
    file.execute(edit, [MessageId::now_v7().to_string(), action]).unwrap();
    drop(file);

    let (client, mut alice) = scene.client();
    alice
        .until(|update| matches!(update, Update::Outbox(entry) if entry.body == "the build is green").then_some(()))
        .await;
    assert_eq!(ids(&client), [kept.id], "the edit is done with");
    let mut socket = scene.live(0).await;
    let said = Command::Message {
        id: kept.id,
        room: lobby_id().into(),
        body: "the build is green".into(),
        reply_to: None,
        attachments: vec![],
    };
    assert_eq!(socket.command().await, said);
}

#[tokio::test]
async fn a_command_that_is_refused_for_good_is_told_and_kept_only_if_somebody_wrote_it() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let known = MessageId::now_v7();
    let mut socket = scene.live(0).await;
    let edit = client.edit(lobby_id(), known, body("better"));
    let react = client.react(lobby_id(), known, thumb(), true);
    let failed = Delivery::Failed { code: ErrorCode::Forbidden, detail: "no".to_owned() };
    let sent = (socket.command().await, socket.command().await);
    assert!(matches!(sent, (Command::EditMessage { .. }, Command::React { .. })), "{sent:?}");
    for id in [edit.id, react.id] {
        let (code, detail) = (ErrorCode::Forbidden, "no".to_owned());
        socket.say(Event::Error { id: Some(id), code, detail, retry_after_ms: None, until: None, after: None }).await;
    }
    alice.reaches(edit.id, failed.clone()).await;
    alice.reaches(react.id, failed).await;
    let outbox = client.cached().outbox;
    assert_eq!(outbox.iter().map(|entry| &entry.action).collect::<Vec<_>>(), [&Action::Edit { message: known }]);
}

#[tokio::test]
async fn the_cache_shows_messages_as_events_left_them_and_keeps_no_byte_of_a_deleted_one() {
    const SECRET: &str = "correct-horse-battery-staple";
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    let (secret, plain) = (MessageId::now_v7(), MessageId::now_v7());
    socket.say(message_event(1, secret, BOB, SECRET)).await;
    socket.say(message_event(2, plain, BOB, "lunch?")).await;
    let bob = user(BOB, "bob").to_ref();
    let logged = |seq, event| Event::Logged(LogEntry { room: lobby_id(), seq, at: testing::at(seq), event });
    let at = |message_id, message_seq| Target { message_id, message_seq };
    let reaction = ReactionChange { emoji: "👍".to_owned(), count: 1 };
    let added = LogEvent::ReactionAdded { target: at(plain, 2), reaction, user: user(ALICE, "alice").to_ref() };
    socket.say(logged(3, added)).await;
    seen(&mut alice, 3).await;
    assert!(client.cached_messages(lobby_id()).iter().any(|message| message.body == SECRET));
    assert!(scene.is_on_disk(SECRET));
    socket.say(logged(4, LogEvent::MessageDeleted { target: at(secret, 1), user: bob })).await;
    seen(&mut alice, 4).await;
    let [first, second] = &client.cached_messages(lobby_id())[..] else { panic!("two messages") };
    assert!(first.deleted && first.body.is_empty());
    assert_eq!((second.reactions[0].count, second.reactions[0].users[0].name.as_str()), (1, "alice"));
    assert!(!scene.is_on_disk(SECRET), "it has left the file and its log");
}

#[tokio::test]
async fn a_reply_that_an_edit_shows_as_deleted_counts_no_more() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(0).await;
    let (first, reply) = (MessageId::now_v7(), MessageId::now_v7());
    let bob = user(BOB, "bob").to_ref();
    let logged = |seq, event| Event::Logged(LogEntry { room: lobby_id(), seq, at: testing::at(seq), event });
    let answer = Message { thread: Some(first), ..message(2, reply, BOB, "yes") };
    socket.say(message_event(1, first, BOB, "lunch?")).await;
    socket.say(logged(2, LogEvent::Message { message: answer.clone() })).await;
    seen(&mut alice, 2).await;
    let replies = || client.cached_messages(lobby_id())[0].replies.as_ref().map(|replies| replies.count);
    assert_eq!(replies(), Some(1));
    // What happened in an absence: the reply was edited, then deleted. Both are told as the message now is.
    let gone = Message { body: String::new(), deleted: true, ..answer };
    socket.say(logged(3, LogEvent::MessageEdited { message: gone, user: bob.clone() })).await;
    let target = Target { message_id: reply, message_seq: 2 };
    socket.say(logged(4, LogEvent::MessageDeleted { target, user: bob })).await;
    seen(&mut alice, 4).await;
    assert_eq!(replies(), None);
}

#[tokio::test]
async fn a_text_that_is_deleted_while_its_page_is_on_the_way_is_not_in_the_page() {
    const SECRET: &str = "correct-horse-battery-staple";
    let mut scene = Scene::start().await;
    let secret = MessageId::now_v7();
    scene.page(&[message(5, secret, BOB, SECRET)]);
    let held = scene.fake.hold().await;
    let (client, mut alice) = scene.client();
    let mut socket = scene.live(5).await;
    while !scene.fake.asked().await.0.starts_with("GET /api/messages") {}
    let (target, user) = (Target { message_id: secret, message_seq: 5 }, user(BOB, "bob").to_ref());
    let event = LogEvent::MessageDeleted { target, user };
    socket.say(Event::Logged(LogEntry { room: lobby_id(), seq: 6, at: testing::at(6), event })).await;
    seen(&mut alice, 6).await;
    drop(held);
    let page = alice
        .until(|update| match update {
            Update::Page { messages, .. } => Some(messages),
            _ => None,
        })
        .await;
    assert!(page[0].deleted && page[0].body.is_empty());
    assert!(client.cached_messages(lobby_id())[0].deleted);
    assert!(!scene.is_on_disk(SECRET));
}
