//! `GET …/events?wait=`: a request that is answered when something happens.

use std::time::Duration;

use futures_util::{StreamExt as _, future::join_all, stream::FuturesUnordered};
use serde_json::{Value, json};
use tokio::{sync::Mutex, task::JoinHandle};

use chat_testing::{Answer, Method, Person, TestServer};

/// Far longer than a test takes: what comes earlier was not the end of the wait.
const LONG: u64 = 60;

/// A request that waits for what comes after a position of a room.
fn waits_in(person: &Person, room: &str, after: u64, wait: u64) -> JoinHandle<Answer> {
    let request = person.request(Method::GET, &format!("/api/rooms/{room}/events?after={after}&wait={wait}"));
    tokio::spawn(Answer::to(request))
}

fn waits(person: &Person, after: u64) -> JoinHandle<Answer> {
    waits_in(person, "lobby", after, LONG)
}

/// Held by each test: the metric that says who waits is of the whole process.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Returns when so many requests wait.
async fn until_waiting(server: &TestServer, count: usize) {
    let line = format!("\nchat_long_polls {count}\n");
    while !server.get("/metrics").await.is(200).text.contains(&line) {}
}

/// The bodies of a page's messages, and the type of what else is in it.
fn said(answer: &Answer) -> Vec<&str> {
    let events = answer["events"].as_array().expect("events").iter();
    events.map(|event| event["message"]["body"].as_str().or(event["type"].as_str()).expect("a type")).collect()
}

async fn last_seq(person: &Person) -> u64 {
    person.room("lobby").await.last_seq
}

#[tokio::test]
async fn what_another_says_arrives_without_asking_again() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let after = last_seq(&bob).await;
    let waiting = waits(&bob, after);
    until_waiting(&server, 1).await;
    let seq = alice.post_message("lobby", "hello").await;
    let page = waiting.await.unwrap().is(200);
    assert_eq!(said(&page), ["hello"]);
    assert_eq!((page["last_seq"].as_u64(), &page["has_more"]), (Some(seq), &json!(false)));
    until_waiting(&server, 0).await;
}

#[tokio::test]
async fn what_is_there_already_is_not_waited_for() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let seq = alice.post_message("lobby", "hello").await;
    assert_eq!(said(&waits(&alice, seq - 1).await.unwrap().is(200)), ["hello"]);
    let ahead = waits(&alice, seq + 1).await.unwrap().is(200);
    assert_eq!((said(&ahead).len(), ahead["last_seq"].as_u64()), (0, Some(seq)), "of another history: told at once");
}

#[tokio::test]
async fn an_event_between_reading_and_waiting_is_not_lost() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with_limits(&["requests=off", "messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut after = last_seq(&bob).await;
    for round in 0..300 {
        let waiting = waits(&bob, after);
        for _ in 0..round % 7 {
            tokio::task::yield_now().await;
        }
        let (seq, page) = tokio::join!(alice.post_message("lobby", "hello"), waiting);
        let page = page.unwrap().is(200);
        assert_eq!(said(&page), ["hello"], "round {round}: {}", page.text);
        after = seq;
    }
}

#[tokio::test]
async fn many_hear_of_the_same_event() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with_limits(&["registrations=off"]).await;
    let alice = server.register("alice").await;
    let others = join_all((0..20).map(async |number| server.register(&format!("user-{number}")).await)).await;
    let after = last_seq(&alice).await;
    let waiting: Vec<_> = others.iter().map(|other| waits(other, after)).collect();
    until_waiting(&server, others.len()).await;
    alice.say("lobby", "hello").await;
    for page in waiting {
        assert_eq!(said(&page.await.unwrap().is(200)), ["hello"]);
    }
}

#[tokio::test]
async fn an_empty_page_is_the_end_of_the_wait() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let after = last_seq(&alice).await;
    let page = waits_in(&alice, "lobby", after, 1).await.unwrap().is(200);
    assert_eq!(said(&page).len(), 0);
    assert_eq!((page["last_seq"].as_u64(), &page["has_more"]), (Some(after), &json!(false)));
    assert!(page["epoch"].is_string() && page["last_at"].is_string(), "{}", page.text);
}

#[tokio::test]
async fn nothing_cuts_a_wait_before_its_end() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with_stopped_clock().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let after = last_seq(&alice).await;
    let (longest, shorter) = (waits_in(&alice, "lobby", after, 1_000_000), waits_in(&bob, "lobby", after, 50));
    until_waiting(&server, 2).await;
    server.pass(Duration::from_secs(49)).await;
    assert!(!longest.is_finished() && !shorter.is_finished());
    server.pass(Duration::from_secs(2)).await;
    assert_eq!(said(&shorter.await.unwrap().is(200)).len(), 0);
    server.pass(Duration::from_secs(8)).await;
    assert!(!longest.is_finished(), "59 s");
    server.pass(Duration::from_secs(2)).await;
    assert_eq!(said(&longest.await.unwrap().is(200)).len(), 0, "more than a minute is a minute");
}

#[tokio::test]
async fn a_wait_is_not_the_time_that_the_server_took() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with_stopped_clock().await;
    let alice = server.register("alice").await;
    let waiting = waits_in(&alice, "lobby", last_seq(&alice).await, LONG);
    until_waiting(&server, 1).await;
    server.pass(Duration::from_secs(LONG + 1)).await;
    waiting.await.unwrap().is(200);
    let metrics = server.get("/metrics").await.text;
    let quick = "chat_http_request_seconds_bucket{route=\"/api/rooms/{room}/events\",le=\"5\"} ";
    assert!(metrics.contains(quick) && !metrics.contains(&format!("{quick}0")), "{metrics}");
}

#[tokio::test]
async fn only_events_of_that_room_end_a_wait() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("tea").await;
    bob.join("tea").await;
    let after = alice.room("tea").await.last_seq;
    let waiting = waits_in(&bob, "TEA", after, LONG);
    until_waiting(&server, 1).await;
    let mut socket = alice.live().await;
    socket.send(json!({"type": "Focus", "rooms": ["tea"]})).await;
    socket.send(json!({"type": "UserTyping", "room": "tea"})).await;
    bob.patch("/api/users/me", json!({"display_name": "Bob"})).await.is(200);
    alice.say("lobby", "in the lobby").await;
    socket.settled().await;
    alice.post_message("tea", "in the room").await;
    assert_eq!(said(&waiting.await.unwrap().is(200)), ["in the room"]);
}

#[tokio::test]
async fn a_server_that_stops_answers_those_who_wait() {
    let _alone = ALONE.lock().await;
    let mut server = TestServer::start().await;
    let alice = server.register("alice").await;
    let waiting = waits(&alice, last_seq(&alice).await);
    until_waiting(&server, 1).await;
    server.stop().await;
    let page = waiting.await.unwrap().is(200);
    assert_eq!(said(&page).len(), 0, "it is told that nothing came: {}", page.text);
}

#[tokio::test]
async fn who_is_signed_out_waits_no_longer() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let alice = server.register_with_password("alice", "correct horse").await;
    for end in ["another device", "new password", "disabled"] {
        let phone = alice.another_device().await;
        let session = phone.live().await.welcome().session;
        let waiting = waits(&phone, last_seq(&alice).await);
        until_waiting(&server, 1).await;
        match end {
            "another device" => alice.delete(&format!("/api/sessions/{session}")).await.is(204),
            "new password" => {
                let change = json!({"password": "another horse", "current_password": "correct horse"});
                alice.patch("/api/users/me", change).await.is(200)
            }
            _ => {
                chat_server::admin::Database::open(server.folder()).unwrap().disable("alice").unwrap();
                server.get("/healthz").await
            }
        };
        waiting.await.unwrap().is_problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_page_that_is_signed_out_is_a_visitor() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let phone = alice.another_device().await;
    let session = phone.live().await.welcome().session;
    let path = format!("/api/rooms/lobby/events?after={}&wait={LONG}", last_seq(&alice).await);
    let cookie = format!("chat_{}={}", server.address().port(), phone.token);
    let waiting = tokio::spawn(Answer::to(server.request(Method::GET, &path).header("cookie", cookie)));
    until_waiting(&server, 1).await;
    alice.delete(&format!("/api/sessions/{session}")).await.is(204);
    assert_eq!(said(&waiting.await.unwrap().is(200)).len(), 0);
}

#[tokio::test]
async fn who_leaves_waits_no_longer() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let tea = alice.create_room("tea").await;
    let waiting = waits_in(&alice, "tea", alice.room("tea").await.last_seq, LONG);
    until_waiting(&server, 1).await;
    alice.leave(&tea.id.to_string()).await;
    assert_eq!(said(&waiting.await.unwrap().is(200)), ["UserLeft"]);
}

/// One more than may wait, at once: one is refused, the others go on, and each end makes room.
async fn one_too_many(server: &TestServer, alice: &Person, request: impl Fn(&str) -> reqwest::RequestBuilder) {
    let path = format!("/api/rooms/lobby/events?after={}&wait={LONG}", last_seq(alice).await);
    let mut waiting: FuturesUnordered<_> = (0..9).map(|_| tokio::spawn(Answer::to(request(&path)))).collect();
    let refused = waiting.next().await.unwrap().unwrap().is_problem(429, "rate_limited");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    until_waiting(server, 8).await;
    Answer::to(request("/api/rooms/lobby/events?after=0&wait=0")).await.is(200);
    // One hangs up, and another takes its place.
    waiting.iter().next().unwrap().abort();
    assert!(waiting.next().await.unwrap().is_err());
    until_waiting(server, 7).await;
    waiting.push(tokio::spawn(Answer::to(request(&path))));
    until_waiting(server, 8).await;
    alice.say("lobby", "hello").await;
    while let Some(page) = waiting.next().await {
        assert_eq!(said(&page.unwrap().is(200)), ["hello"]);
    }
    until_waiting(server, 0).await;
}

#[tokio::test]
async fn of_a_user_eight_requests_wait_and_one_more_is_refused() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    one_too_many(&server, &alice, |path| bob.request(Method::GET, path)).await;
}

#[tokio::test]
async fn visitors_of_an_address_count_together() {
    let _alone = ALONE.lock().await;
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    one_too_many(&server, &alice, |path| server.request(Method::GET, path)).await;
}

#[tokio::test]
async fn those_who_wait_are_no_connections_and_are_not_here() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with_limits(&["connections-per-user=1"]).await;
    let alice = server.register("alice").await;
    let after = last_seq(&alice).await;
    let waiting: Vec<_> = (0..3).map(|_| waits(&alice, after)).collect();
    until_waiting(&server, 3).await;
    assert_eq!(alice.get("/api/users/me").await.is(200)["online"], json!(false));
    let socket = alice.live().await;
    let more = waits(&alice, after);
    until_waiting(&server, 4).await;
    alice.say("lobby", "hello").await;
    for page in waiting.into_iter().chain([more]) {
        page.await.unwrap().is(200);
    }
    socket.close().await;
}

#[tokio::test]
async fn who_waits_holds_nothing_that_others_need() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with_limits(&["registrations=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    let others = join_all((0..6).map(async |number| server.register(&format!("user-{number}")).await)).await;
    let after = last_seq(&alice).await;
    // Four times as many as there is memory for the answers of one address.
    let waiting: Vec<_> = others.iter().flat_map(|other| (0..8).map(|_| waits(other, after))).collect();
    until_waiting(&server, waiting.len()).await;
    for path in ["/api/rooms/lobby/events", "/api/messages", "/api/users", "/api/rooms", "/api/rooms/lobby/members"] {
        alice.get(path).await.is(200);
    }
    alice.say("lobby", "hello").await;
    for page in waiting {
        assert_eq!(said(&page.await.unwrap().is(200)), ["hello"]);
    }
}

#[tokio::test]
async fn a_wait_is_asked_for_as_everything_else() {
    let _alone = ALONE.lock().await;
    let server = TestServer::with(|options| options.registration = chat_protocol::api::Registration::Closed).await;
    let events = |query: &str| format!("/api/rooms/lobby/events?{query}");
    server.get(&events("wait=1")).await.is_problem(401, "unauthorized");
    let open = TestServer::start().await;
    for wrong in ["wait=-1", "wait=soon", "wait=1.5", "wait="] {
        open.get(&events(wrong)).await.is_problem(400, "bad_request");
    }
    open.get("/api/rooms/nowhere/events?wait=1").await.is_problem(404, "not_found");
    let described: Value = open.get("/api/openapi.json").await.json;
    let parameters = &described["paths"]["/api/rooms/{room}/events"]["get"]["parameters"];
    assert!(parameters.as_array().unwrap().iter().any(|parameter| parameter["name"] == "wait"), "{parameters}");
}
