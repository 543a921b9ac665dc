//! Answers are bounded by bytes, and say exactly whether there is more.

use chat_protocol::api::MessagesPage;
use serde_json::json;

use chat_testing::{Person, TestServer};

/// A page's messages, and room for what stands around them.
const MOST: usize = 1024 * 1024 + 4 * 1024;
/// Messages whose parsed bodies are as large as can be: mentions, each a node of its own.
const LARGE: usize = 24;

/// Someone who has said much, at positions 2 and on.
async fn chatterbox() -> (TestServer, Person) {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    for number in 0..LARGE {
        alice.say("lobby", &format!("{number}: {}", "@alice \"".repeat(16_000 / 8))).await;
    }
    (server, alice)
}

/// A page, which is no larger than pages are.
async fn page(alice: &Person, query: &str) -> MessagesPage {
    let answer = alice.get(&format!("/api/messages?limit=200&blocks=true{query}")).await.is(200);
    assert!(answer.text.len() <= MOST, "{query}: {} bytes", answer.text.len());
    let page: MessagesPage = serde_json::from_str(&answer.text).unwrap();
    assert!(page.messages.iter().all(|message| message.blocks.is_some()));
    page
}

fn seqs(page: &MessagesPage) -> Vec<u64> {
    page.messages.iter().map(|message| message.seq).collect()
}

#[tokio::test]
async fn pages_of_large_messages_lead_to_all_of_them_either_way() {
    let (_server, alice) = chatterbox().await;
    let all: Vec<u64> = (2..2 + LARGE as u64).collect();
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let page = page(&alice, &format!("&after={after}")).await;
        assert_eq!(page.has_more_before, after > 1);
        seen.extend(seqs(&page));
        if !page.has_more_after {
            break;
        }
        assert!(page.messages.len() < LARGE, "the page ended early");
        after = *seen.last().unwrap();
    }
    assert_eq!(seen, all);

    let (mut seen, mut query) = (Vec::new(), String::new());
    loop {
        let page = page(&alice, &query).await;
        assert_eq!(page.has_more_after, !query.is_empty());
        seen.splice(0..0, seqs(&page));
        if !page.has_more_before {
            break;
        }
        query = format!("&before={}", seen[0]);
    }
    assert_eq!(seen, all);

    for seq in [0, 2, 13, 25, 99] {
        let page = page(&alice, &format!("&around={seq}")).await;
        let seqs = seqs(&page);
        assert!(seqs.contains(&seq.clamp(2, 25)), "{seq}: {seqs:?}");
        let ends = (page.has_more_before, page.has_more_after);
        assert_eq!(ends, (seqs[0] > 2, *seqs.last().unwrap() < 25), "around {seq}");
    }
}

#[tokio::test]
async fn pages_of_the_log_are_bounded_as_they_are_sent() {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    // Twice as long in JSON.
    let body = "\"".repeat(16_000);
    for _ in 0..70 {
        alice.say("lobby", &body).await;
    }
    let (mut seen, mut after) = (0, 0);
    loop {
        let answer = alice.get(&format!("/api/rooms/lobby/events?limit=1000&after={after}")).await.is(200);
        assert!(answer.text.len() <= MOST, "{} bytes", answer.text.len());
        let events = answer["events"].as_array().unwrap();
        seen += events.len();
        after = events.last().unwrap()["seq"].as_u64().unwrap();
        assert_eq!(answer["has_more"], json!(after < 71));
        if answer["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, 71);
}

#[tokio::test]
async fn lists_of_rooms_are_bounded_whatever_their_topics() {
    let server =
        TestServer::with_limits(&["rooms-created=off", "rooms-per-user=off", "requests=off", "messages=off"]).await;
    let alice = server.register("alice").await;
    let topic = "\u{1f600}".repeat(250);
    for number in 0..900 {
        alice.post("/api/rooms", json!({ "name": format!("room-{number:03}"), "topic": topic })).await.is(201);
    }
    let (mut next, mut seen) = (Some("/api/rooms?limit=1000".to_owned()), Vec::new());
    while let Some(path) = next {
        let page = server.get(&path).await.is(200);
        assert!(page.text.len() <= MOST, "{} bytes", page.text.len());
        seen.extend(page.names().into_iter().map(str::to_owned));
        next = page.next_page();
    }
    let mut wanted: Vec<String> = (0..900).map(|number| format!("room-{number:03}")).collect();
    wanted.insert(0, "lobby".to_owned());
    assert_eq!(seen, wanted);
}
