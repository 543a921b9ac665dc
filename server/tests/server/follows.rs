//! Following threads: by writing in them, by beginning them, by asking; and leaving them.

use chat_protocol::{Event, MessageId};
use chat_testing::{Answer, Person, TestServer, see};
use serde_json::json;

fn id(message: &Answer) -> MessageId {
    message["id"].as_str().unwrap().parse().unwrap()
}

async fn answer(person: &Person, to: MessageId) -> Answer {
    person.post("/api/messages", json!({ "room": "ops", "body": "yes", "reply_to": to })).await.is(201)
}

/// The threads that a new connection is told of.
async fn followed(person: &Person) -> Vec<MessageId> {
    person.live().await.welcome().followed_threads.clone()
}

#[tokio::test]
async fn who_wrote_in_a_thread_or_began_it_follows_it_until_they_leave_it() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.register("alice").await, server.register("bob").await, server.register("carol").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    carol.join("ops").await;
    let first = id(&alice.say("ops", "who is on call?").await);
    let mut alices = alice.live().await;
    assert_eq!(followed(&alice).await, []);
    let reply = answer(&bob, first).await;
    let told = see!(alices, Event::ThreadFollowed { message_id, following } => (message_id, following));
    assert_eq!(told, (first, true));
    assert_eq!(
        (followed(&alice).await, followed(&bob).await, followed(&carol).await),
        (vec![first], vec![first], vec![])
    );

    // Any message of the thread names it.
    let path = format!("/api/messages/{}/follow", id(&reply));
    carol.put(&path).await.is(204);
    carol.put(&path).await.is(204);
    alice.delete(&path).await.is(204);
    assert!(!see!(alices, Event::ThreadFollowed { following, .. } => following));
    answer(&alice, first).await;
    answer(&bob, first).await;
    assert_eq!(followed(&alice).await, [], "who left a thread follows it again only by asking");
    assert_eq!(followed(&carol).await, [first]);
    alice.put(&path).await.is(204);
    let server = server.restart().await;
    assert_eq!(followed(&alice.at(server.url(""))).await, [first]);
}

#[tokio::test]
async fn a_thread_is_followed_only_by_who_is_in_its_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    alice.create_room_with(json!({ "name": "den", "kind": "private" })).await;
    let path = |message: &Answer| format!("/api/messages/{}/follow", id(message));
    let (open, secret) = (alice.say("ops", "open").await, alice.say("den", "secret").await);
    bob.put(&path(&open)).await.is_problem(403, "forbidden");
    bob.put(&path(&secret)).await.is_problem(404, "not_found");
    server
        .request(reqwest::Method::PUT, &path(&open))
        .send()
        .await
        .map(|answer| assert_eq!(answer.status(), 401))
        .unwrap();
    // Who has left the room meanwhile is not told that their message was answered.
    bob.join("ops").await;
    let asked = id(&bob.say("ops", "anyone?").await);
    bob.leave("ops").await;
    answer(&alice, asked).await;
    assert_eq!((followed(&bob).await, followed(&alice).await), (vec![], vec![asked]));
}
