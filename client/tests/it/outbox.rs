//! What was sent is on the server once, in order, whatever happens on the way.

use chat_client::{Client, Delivery};
use chat_protocol::{Command, ErrorCode, Event, MessageId};

use crate::{
    fake::Socket,
    scene::{ALICE, Scene, lobby_id, message_event, sent},
};

async fn ack(socket: &mut Socket, id: MessageId, seq: u64) {
    socket.say(Event::Ack { id, room: lobby_id(), seq }).await;
}

async fn refuse(socket: &mut Socket, id: MessageId, code: ErrorCode, wait: Option<u64>, after: Option<MessageId>) {
    let detail = format!("said {code}");
    socket.say(Event::Error { id: Some(id), code, detail, retry_after_ms: wait, until: None, after }).await;
}

fn say(client: &Client, words: &[&str]) -> Vec<MessageId> {
    words.iter().map(|words| client.send(lobby_id(), words, None).unwrap()).collect()
}

#[tokio::test]
async fn a_message_is_queued_then_sending_then_sent() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let id = say(&client, &["  hello "])[0];
    let entry = alice.outbox().await;
    assert_eq!((entry.id, entry.state), (id, Delivery::Queued));
    assert_eq!(client.cached().outbox.len(), 1);
    let mut socket = scene.live(0).await;
    assert_eq!(alice.outbox().await.state, Delivery::Sending);
    assert_eq!(sent(socket.command().await), (id, "  hello ".to_owned()));
    ack(&mut socket, id, 1).await;
    assert_eq!(alice.outbox().await.state, Delivery::Sent { seq: 1 });
    assert_eq!(client.cached().outbox, []);
}

#[tokio::test]
async fn its_event_says_as_much_as_its_acknowledgement() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let id = say(&client, &["hello"])[0];
    let mut socket = scene.live(0).await;
    socket.command().await;
    socket.say(message_event(1, id, ALICE, "hello")).await;
    ack(&mut socket, id, 1).await;
    alice.reaches(id, Delivery::Sent { seq: 1 }).await;
    assert_eq!(client.cached().outbox, []);
}

#[tokio::test]
async fn what_was_not_acknowledged_goes_again_with_its_id_and_in_order() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let ids = say(&client, &["one", "two", "three"]);
    let mut socket = scene.live(0).await;
    for id in &ids {
        assert_eq!(sent(socket.command().await).0, *id);
    }
    ack(&mut socket, ids[0], 1).await;
    alice.reaches(ids[0], Delivery::Sent { seq: 1 }).await;
    drop(socket);
    alice.reaches(ids[1], Delivery::Queued).await;
    alice.reaches(ids[2], Delivery::Queued).await;
    alice.offline().await;
    let four = say(&client, &["four"])[0];
    client.reconnect();

    let mut socket = scene.live(1).await;
    for id in [ids[1], ids[2], four] {
        assert_eq!(sent(socket.command().await).0, id);
    }
}

#[tokio::test]
async fn a_program_that_was_killed_sends_what_it_had_to_send() {
    let mut scene = Scene::start().await;
    let (client, alice) = scene.client();
    let ids = say(&client, &["one", "two"]);
    drop((client, alice));
    scene.gone(0).await;

    let (client, _alice) = scene.client();
    let waiting: Vec<MessageId> = client.cached().outbox.iter().map(|entry| entry.id).collect();
    assert_eq!(waiting, ids);
    let mut socket = scene.live(0).await;
    for (id, words) in ids.iter().zip(["one", "two"]) {
        assert_eq!(sent(socket.command().await), (*id, words.to_owned()));
    }
}

#[tokio::test]
async fn however_often_the_server_says_wait_the_order_stays() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let mut written = say(&client, &["message"; 20]);
    let told = tokio::spawn(async move {
        let mut told = Vec::new();
        while told.len() < 40 {
            let entry = alice.outbox().await;
            if let Delivery::Sent { seq } = entry.state {
                told.push((entry.id, seq));
            }
        }
        told
    });
    let mut socket = scene.live(0).await;
    // As the protocol has it: once a message is refused with a wait, those behind it are too, until it comes again.
    let (mut stored, mut awaited, mut commands) = (Vec::new(), None, 0);
    while stored.len() < 40 {
        let (id, _) = sent(socket.command().await);
        commands += 1;
        if commands == 10 {
            written.extend(say(&client, &["later"; 20]));
        }
        if awaited.is_some_and(|awaited| awaited != id) {
            refuse(&mut socket, id, ErrorCode::RateLimited, Some(1), awaited).await;
        } else if commands % 3 == 0 {
            awaited = Some(id);
            refuse(&mut socket, id, ErrorCode::RateLimited, Some(1), None).await;
        } else {
            awaited = None;
            stored.push(id);
            ack(&mut socket, id, stored.len() as u64).await;
        }
    }
    assert_eq!(stored, written);
    assert_eq!(told.await.unwrap(), stored.into_iter().zip(1..).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_failed_message_waits_for_the_user() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let ids = say(&client, &["one", "two"]);
    let mut socket = scene.live(0).await;
    socket.command().await;
    socket.command().await;
    refuse(&mut socket, ids[0], ErrorCode::Forbidden, None, None).await;
    ack(&mut socket, ids[1], 1).await;
    let state = Delivery::Failed { code: ErrorCode::Forbidden, detail: "said forbidden".to_owned() };
    alice.reaches(ids[0], state.clone()).await;
    alice.reaches(ids[1], Delivery::Sent { seq: 1 }).await;
    assert_eq!(client.cached().outbox[0].state, state, "also after the program ends");

    client.retry(ids[0]);
    assert_eq!(sent(socket.command().await), (ids[0], "one".to_owned()));
    refuse(&mut socket, ids[0], ErrorCode::Forbidden, None, None).await;
    alice.reaches(ids[0], state).await;
    client.forget(ids[0]);
    let last = say(&client, &["last"])[0];
    assert_eq!(sent(socket.command().await).0, last);
    assert_eq!(client.cached().outbox.len(), 1);
}

#[tokio::test]
async fn giving_up_a_message_that_the_server_waits_for_tells_it() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let ids = say(&client, &["one", "two"]);
    let mut socket = scene.live(0).await;
    socket.command().await;
    socket.command().await;
    refuse(&mut socket, ids[0], ErrorCode::StorageFull, Some(1), None).await;
    alice.reaches(ids[0], Delivery::Sending).await;
    alice.reaches(ids[0], Delivery::Queued).await;
    client.forget(ids[0]);
    assert_eq!(socket.command().await, Command::Forget { id: ids[0] });
    refuse(&mut socket, ids[1], ErrorCode::StorageFull, Some(1), Some(ids[0])).await;
    // The server has not yet read that it was given up, and the client says so once more.
    assert_eq!(socket.command().await, Command::Forget { id: ids[0] });
    assert_eq!(sent(socket.command().await).0, ids[1]);
}

#[tokio::test]
async fn a_message_that_no_frame_can_hold_fails_without_being_sent() {
    let mut scene = Scene::start().await;
    let (client, mut alice) = scene.client();
    let long = say(&client, &[&"x".repeat(70_000)])[0];
    let mut socket = scene.live(0).await;
    let detail = "the message is too long for this server: send it in parts".to_owned();
    alice.reaches(long, Delivery::Failed { code: ErrorCode::TooLarge, detail }).await;
    assert!(client.send(lobby_id(), &"x".repeat(16_385), None).is_err(), "now the limit is known");
    assert!(client.send(lobby_id(), " \n ", None).is_err());
    let id = say(&client, &["short"])[0];
    assert_eq!(sent(socket.command().await).0, id);
}

#[tokio::test]
async fn two_programs_of_one_account_send_each_their_own() {
    let mut scene = Scene::start().await;
    let (first, mut first_updates) = scene.client();
    let mut first_socket = scene.live(0).await;
    let (second, second_updates) = scene.client();
    let mut second_socket = scene.live(0).await;
    let one = say(&first, &["one"])[0];
    let two = say(&second, &["two"])[0];
    assert_eq!(sent(first_socket.command().await).0, one);
    assert_eq!(sent(second_socket.command().await).0, two);
    assert_eq!(first.cached().outbox.len(), 1);
    assert_eq!(second.cached().outbox.len(), 1);

    // The second ends without its acknowledgement; the first takes it over when it connects again.
    drop((second, second_updates));
    scene.gone(1).await;
    drop(first_socket);
    first_updates.offline().await;
    first.reconnect();
    let mut socket = scene.live(0).await;
    let mut again = vec![sent(socket.command().await).0, sent(socket.command().await).0];
    again.sort();
    assert_eq!(again, [one, two]);
}
