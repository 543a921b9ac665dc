//! Files: uploaded, carried by messages, got by those who may read these.

use chat_protocol::{Attachment, UploadId};
use chat_testing::{Answer, Method, Person, TestServer};
use serde_json::{Value, json};

/// A picture of 3 × 2 pixels, as far as its header says.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

pub(crate) fn path(file: &Attachment) -> String {
    format!("/api/uploads/{}/{}", file.id, file.name)
}

pub(crate) async fn put(person: &Person, query: &str, bytes: Vec<u8>) -> Answer {
    Answer::to(person.request(Method::PUT, &format!("/api/uploads?{query}")).body(bytes)).await
}

async fn get(person: &Person, file: &Attachment, headers: &[(&str, &str)]) -> Answer {
    let request = person.request(Method::GET, &path(file));
    Answer::to(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn a_file_is_uploaded_in_one_go_and_got_by_those_who_read_its_message() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.register("alice").await, server.register("bob").await, server.register("carol").await);
    alice.create_room_with(json!({ "kind": "private", "name": "vault", "members": ["bob"] })).await;
    let mut socket = bob.live().await;
    let uploaded = put(&alice, "name=r%C3%A9sum%C3%A9.txt", b"hello".to_vec()).await.is(201);
    let file: Attachment = uploaded.read();
    assert_eq!((&*file.name, file.size, &*file.media_type), ("résumé.txt", 5, "application/octet-stream"));

    // Nobody but its uploader has it before it was sent.
    assert_eq!(get(&alice, &file, &[]).await.is(200).text, "hello");
    for stranger in [&bob, &carol] {
        let nothing = get(stranger, &file, &[]).await.is_problem(404, "not_found");
        let nowhere = stranger.get(&format!("/api/uploads/{}/x", UploadId::now_v7())).await;
        assert_eq!(nothing["detail"], nowhere["detail"]);
    }
    let sent = alice.say_with("vault", "look", &[&file]).await;
    let attachments = json!([{ "id": file.id, "name": "résumé.txt", "size": 5, "type": "application/octet-stream" }]);
    assert_eq!(sent["attachments"], attachments);

    let got = get(&bob, &file, &[]).await.is(200);
    assert_eq!(got.text, "hello");
    for (header, value) in [
        ("content-type", "application/octet-stream"),
        ("content-length", "5"),
        ("content-disposition", "attachment; filename=\"r_sum_.txt\"; filename*=UTF-8''r%C3%A9sum%C3%A9.txt"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, no-cache"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(got.header(header), value, "{header}");
    }
    get(&carol, &file, &[]).await.is_problem(404, "not_found");
    server.get(&path(&file)).await.is_problem(404, "not_found");

    // Wherever the message stands, its files do.
    let id = sent["id"].as_str().unwrap();
    assert_eq!(bob.messages("vault").await.last().unwrap()["attachments"], attachments);
    assert_eq!(bob.get(&format!("/api/messages/{id}")).await["attachments"], attachments);
    assert_eq!(bob.log("vault").await.last().unwrap()["message"]["attachments"], attachments);
    assert_eq!(bob.get("/api/search?q=has%3Afile").await["hits"][0]["message"]["attachments"], attachments);
    alice.put(&format!("/api/messages/{id}/pin")).await.is(204);
    assert_eq!(bob.get("/api/rooms/vault/pins").await.json[0]["attachments"], attachments);
    assert_eq!(socket.message().await, "look");
    let edited = alice.patch(&format!("/api/messages/{id}"), json!({ "body": "" })).await.is(200);
    assert_eq!((&edited["body"], &edited["attachments"]), (&json!(""), &attachments));
}

#[tokio::test]
async fn parts_and_copies_are_given_as_they_are_asked_for() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let file = alice.upload("digits", "0123456789").await;
    let part = get(&alice, &file, &[("range", "bytes=2-4")]).await.is(206);
    assert_eq!(
        (&*part.text, part.header("content-range"), part.header("content-length")),
        ("234", "bytes 2-4/10", "3")
    );
    assert_eq!(get(&alice, &file, &[("range", "bytes=-3")]).await.is(206).text, "789");
    assert_eq!(get(&alice, &file, &[("range", "bytes=10-")]).await.is(416).header("content-range"), "bytes */10");
    assert_eq!(get(&alice, &file, &[("range", "bytes=0-1,4-5")]).await.is(200).text, "0123456789");
    let etag = part.header("etag");
    assert_eq!(get(&alice, &file, &[("if-none-match", etag)]).await.is(304).text, "");
    assert_eq!(get(&alice, &file, &[("range", "bytes=2-4"), ("if-range", etag)]).await.is(206).text, "234");
    assert_eq!(get(&alice, &file, &[("range", "bytes=2-4"), ("if-range", "\"x\"")]).await.is(200).text, "0123456789");
    let head = Answer::to(alice.request(Method::HEAD, &path(&file))).await.is(200);
    assert_eq!((&*head.text, head.header("content-length"), head.header("etag")), ("", "10", etag));
    let empty = alice.upload("nothing", "").await;
    assert_eq!(get(&alice, &empty, &[]).await.is(200).header("content-length"), "0");
    assert_eq!(get(&alice, &empty, &[("range", "bytes=0-")]).await.is(416).header("content-range"), "bytes */0");
    // More than is read at once.
    let large: Vec<u8> = (0..400_000_u32).map(|at| b'a' + (at % 23) as u8).collect();
    let file = alice.upload("large", large.clone()).await;
    assert_eq!(get(&alice, &file, &[]).await.is(200).text.as_bytes(), large);
    assert_eq!(
        get(&alice, &file, &[("range", "bytes=131071-262144")]).await.is(206).text.as_bytes(),
        &large[131_071..=262_144]
    );
}

#[tokio::test]
async fn a_message_takes_files_that_are_its_authors_whole_and_unused() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (file, other) = (alice.upload("a.txt", "a").await, alice.upload("b.txt", "b").await);
    let send = |person: Person, attachments: Value| async move {
        person.post("/api/messages", json!({ "attachments": attachments })).await
    };
    for (person, attachments, why) in [
        (&bob, json!([file.id]), "no upload of yours"),
        (&alice, json!([UploadId::now_v7()]), "no upload of yours"),
        (&alice, json!([file.id, file.id]), "one message"),
        (&alice, json!(vec![file.id; 11]), "at most 10"),
    ] {
        let refused = send(person.clone(), attachments).await.is_problem(400, "bad_request");
        assert!(refused["detail"].as_str().unwrap().contains(why), "{}", refused["detail"]);
    }
    send(alice.clone(), json!([])).await.is_problem(400, "bad_request");
    // Sent twice is sent once, and their order stays.
    let id = chat_protocol::MessageId::now_v7();
    let message = json!({ "id": id, "attachments": [other.id, file.id] });
    let sent = alice.post("/api/messages", message.clone()).await.is(201);
    assert_eq!(
        (&sent["body"], &sent["attachments"][0]["name"], &sent["attachments"][1]["name"]),
        (&json!(""), &json!("b.txt"), &json!("a.txt"))
    );
    assert_eq!(alice.post("/api/messages", message).await.is(200)["attachments"], sent["attachments"]);
    for different in [json!({ "id": id, "attachments": [file.id] }), json!({ "id": id, "body": "hello" })] {
        alice.post("/api/messages", different).await.is_problem(409, "id_conflict");
    }
    send(alice.clone(), json!([file.id])).await.is_problem(400, "bad_request");
    let mut socket = alice.live().await;
    let third = alice.upload("c.txt", "c").await;
    let command = json!({ "type": "Message", "room": "lobby", "attachments": [third.id] });
    let seq = socket.command(command).await.unwrap();
    assert_eq!(bob.messages("lobby").await.last().unwrap()["attachments"][0]["id"], json!(third.id), "{seq:?}");
    alice.delete(&format!("/api/uploads/{}", third.id)).await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn what_the_uploader_says_of_a_picture_counts_if_the_file_says_the_same() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let preview: Attachment = put(&alice, "name=small.png", png(3, 2)).await.is(201).read();
    let said = format!("name=cat.gif&width=640&height=480&preview={}", preview.id);
    let file: Attachment = put(&alice, &said, png(640, 480)).await.is(201).read();
    assert_eq!((&*file.media_type, file.width, file.height), ("image/png", Some(640), Some(480)));
    assert_eq!(file.preview, Some(preview.id));
    let lying: Attachment = put(&alice, "name=x.png&width=1&height=480", png(640, 480)).await.is(201).read();
    assert_eq!((lying.width, lying.height), (None, None));
    let text: Attachment = put(&alice, "name=x.png&width=640&height=480", b"text".to_vec()).await.is(201).read();
    assert_eq!((&*text.media_type, text.width), ("application/octet-stream", None));

    let sent = alice.say_with("lobby", "", &[&file]).await;
    assert_eq!(sent["attachments"][0]["preview"], json!(preview.id));
    assert_eq!(server.get(&path(&preview)).await.is(200).header("content-type"), "image/png");
    // A preview goes with one file, is small, a picture, and one's own.
    let used = put(&alice, &format!("name=y&preview={}", preview.id), png(1, 1)).await;
    used.is_problem(400, "bad_request");
    let mut large = png(1, 1);
    large.resize(64 * 1024 + 1, 0);
    for no_preview in [alice.upload("text.png", "text").await, alice.upload("large.png", large).await] {
        let said = format!("name=z&preview={}", no_preview.id);
        put(&alice, &said, png(1, 1)).await.is_problem(400, "bad_request");
    }
    let bob = server.register("bob").await;
    let bobs = bob.upload("small.png", png(1, 1)).await;
    put(&alice, &format!("name=z&preview={}", bobs.id), png(1, 1)).await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn no_more_is_taken_than_the_limits_say() {
    let server = TestServer::with_limits(&["upload-bytes=100", "storage-per-user=150", "uploads=5:0.001"]).await;
    let alice = server.register("alice").await;
    put(&alice, "name=a", vec![0; 101]).await.is_problem(413, "too_large");
    // Also where nobody said how much would come.
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(vec![0_u8; 60]), Ok(vec![0; 60])]);
    let body = reqwest::Body::wrap_stream(stream);
    Answer::to(alice.request(Method::PUT, "/api/uploads?name=a").body(body)).await.is_problem(413, "too_large");
    let first = alice.upload("a", vec![0; 100]).await;
    put(&alice, "name=b", vec![0; 51]).await.is_problem(413, "too_large");
    alice.say_with("lobby", "", &[&first]).await;
    put(&alice, "name=b", vec![0; 50]).await.is(201);
    let refused = put(&alice, "name=c", vec![]).await.is_problem(429, "rate_limited");
    assert!(!refused.header("retry-after").is_empty());
    let info = server.get("/api/info").await;
    assert_eq!((&info["limits"]["upload-bytes"], &info["limits"]["uploads"]), (&json!(100), &json!("5:0.001")));
}
