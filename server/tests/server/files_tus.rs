//! Uploads by tus 1.0, byte by byte as its specification says it.

use chat_protocol::Attachment;
use chat_testing::{Answer, Method, Person, TestServer, files_below, within};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::files::path;

fn request(person: &Person, method: Method, path: &str) -> reqwest::RequestBuilder {
    person.request(method, path).header("Tus-Resumable", "1.0.0")
}

async fn create(person: &Person, length: u64, metadata: &str) -> String {
    let request = request(person, Method::POST, "/api/uploads").header("Upload-Length", length);
    let created = Answer::to(request.header("Upload-Metadata", metadata)).await.is(201);
    assert_eq!((created.header("tus-resumable"), created.header("upload-offset")), ("1.0.0", "0"));
    assert!(created.header("upload-expires").ends_with(" GMT"));
    created.header("location").to_owned()
}

async fn append(person: &Person, location: &str, offset: u64, bytes: &'static [u8]) -> Answer {
    let request = request(person, Method::PATCH, location).header("Upload-Offset", offset);
    Answer::to(request.header("Content-Type", "application/offset+octet-stream").body(bytes)).await
}

async fn offset(person: &Person, location: &str) -> u64 {
    let answer = Answer::to(request(person, Method::HEAD, location)).await.is(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").parse().unwrap()
}

async fn attachment(person: &Person, location: &str) -> Attachment {
    let id = location.rsplit('/').next().unwrap();
    let sent = person.post("/api/messages", json!({ "attachments": [id] })).await.is(201);
    serde_json::from_value(sent["attachments"][0].clone()).unwrap()
}

#[tokio::test]
async fn an_upload_goes_on_where_it_was_cut() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let options = server.request(Method::OPTIONS, "/api/uploads");
    let abilities = Answer::to(options).await.is(204);
    assert_eq!(abilities.header("tus-version"), "1.0.0");
    assert_eq!(abilities.header("tus-extension"), "creation,creation-with-upload,expiration,termination");
    assert_eq!(abilities.header("tus-max-size"), "26214400");

    let location = create(&alice, 10, "filename cmVwb3J0LnBkZg==,filetype aW1hZ2UvcG5n,is_public").await;
    assert_eq!(offset(&alice, &location).await, 0);
    assert_eq!(append(&alice, &location, 0, b"0123").await.is(204).header("upload-offset"), "4");
    append(&alice, &location, 3, b"3456").await.is_problem(409, "id_conflict");
    let sent = json!({ "attachments": [location.rsplit('/').next().unwrap()] });
    let refused = alice.post("/api/messages", sent).await.is_problem(400, "bad_request");
    assert!(refused["detail"].as_str().unwrap().contains("not whole"));

    // The connection is cut in the middle of what it had promised.
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 4\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: 6\r\n\r\n456",
        server.address(),
        alice.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    within("the bytes arrive", async { while offset(&alice, &location).await != 7 {} }).await;
    drop(stream);
    // Also after the server was started again, which then knows nothing of it by heart.
    let server = server.restart().await;
    let alice = alice.at(&server);
    assert_eq!(offset(&alice, &location).await, 7);
    let done = append(&alice, &location, 7, b"789").await.is(204);
    assert_eq!((done.header("upload-offset"), done.header("tus-resumable")), ("10", "1.0.0"));
    assert_eq!(offset(&alice, &location).await, 10);
    append(&alice, &location, 10, b"").await.is(204);
    let file = attachment(&alice, &location).await;
    assert_eq!((&*file.name, file.size), ("report.pdf", 10));
    assert_eq!(server.get(&path(&file)).await.is(200).text, "0123456789");
}

#[tokio::test]
async fn the_one_who_comes_back_takes_over_from_a_connection_that_hangs() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let location = create(&alice, 6, "filename eA==").await;
    let mut hanging = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: 6\r\n\r\nabc",
        server.address(),
        alice.token
    );
    hanging.write_all(head.as_bytes()).await.unwrap();
    within("the bytes arrive", async { while offset(&alice, &location).await != 3 {} }).await;
    append(&alice, &location, 3, b"def").await.is(204);
    let mut answer = String::new();
    within("the other one is told", hanging.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("another request went on"), "{answer}");
    let file = attachment(&alice, &location).await;
    assert_eq!(server.get(&path(&file)).await.is(200).text, "abcdef");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_while_the_last_bytes_come_does_not_harm_the_file() {
    const SIZE: usize = 300_000;
    let server = TestServer::with_limits(&["uploads=off", "requests=off", "messages=off"]).await;
    let alice = server.register("alice").await;
    for number in 0..10_u8 {
        let location = create(&alice, SIZE as u64, "filename eA==").await;
        let asking = (0..8).map(|_| {
            let (alice, location) = (alice.clone(), location.clone());
            tokio::spawn(async move { while offset(&alice, &location).await != SIZE as u64 {} })
        });
        let asking: Vec<_> = asking.collect();
        append(&alice, &location, 0, vec![number; SIZE].leak()).await.is(204);
        for asking in asking {
            asking.await.unwrap();
        }
        let file = attachment(&alice, &location).await;
        let got = server.get(&path(&file)).await.is(200).text;
        assert!(got.len() == SIZE && got.bytes().all(|byte| byte == number), "file {number}");
    }
    let kept = files_below(&server.file("files")).len();
    assert_eq!(kept, 10 + 1, "the files and the lock: nothing was put there twice");
}

#[tokio::test]
async fn bytes_may_come_with_the_creation_and_an_upload_can_be_given_up() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let begin = |bytes: &'static str| {
        let request = request(&alice, Method::POST, "/api/uploads").header("Upload-Length", 5);
        Answer::to(request.header("Content-Type", "application/offset+octet-stream").body(bytes))
    };
    assert_eq!(begin("he").await.is(201).header("upload-offset"), "2");
    let whole = begin("hello").await.is(201);
    assert_eq!(whole.header("upload-offset"), "5");
    let file = attachment(&alice, whole.header("location")).await;
    assert_eq!((&*file.name, file.size), ("file", 5));

    let location = create(&alice, 5, "").await;
    for path in [&location, &location.replace("uploads/0", "uploads/1")] {
        Answer::to(request(&bob, Method::HEAD, path)).await.is(404);
        append(&bob, path, 0, b"x").await.is_problem(404, "not_found");
        Answer::to(request(&bob, Method::DELETE, path)).await.is_problem(404, "not_found");
    }
    append(&alice, &location, 0, b"he").await.is(204);
    assert_eq!(Answer::to(request(&alice, Method::DELETE, &location)).await.is(204).header("tus-resumable"), "1.0.0");
    Answer::to(request(&alice, Method::HEAD, &location)).await.is(404);
    let empty = create(&alice, 0, "filename ZW1wdHk=").await;
    assert_eq!(attachment(&alice, &empty).await.size, 0);
}

#[tokio::test]
async fn what_is_no_tus_is_refused_with_the_reason() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let location = create(&alice, 5, "").await;
    let plain = alice.request(Method::POST, "/api/uploads").header("Upload-Length", 5);
    let refused = Answer::to(plain).await.is_problem(412, "bad_request");
    assert_eq!(refused.header("tus-resumable"), "1.0.0");
    let post = || request(&alice, Method::POST, "/api/uploads");
    for (request, status, code) in [
        (post(), 400, "bad_request"),
        (post().header("Upload-Defer-Length", 1), 400, "bad_request"),
        (post().header("Upload-Length", "-1"), 400, "bad_request"),
        (post().header("Upload-Length", "99999999999999999999"), 400, "bad_request"),
        (post().header("Upload-Length", "99999999999"), 413, "too_large"),
        (post().header("Upload-Length", 5).header("Upload-Metadata", "filename ???"), 400, "bad_request"),
        (post().header("Upload-Length", 5).header("Upload-Metadata", "preview eA=="), 400, "bad_request"),
        (request(&alice, Method::PATCH, &location).header("Upload-Offset", 0).body("x"), 415, "unsupported_media"),
    ] {
        Answer::to(request).await.is_problem(status, code);
    }
    append(&alice, &location, 0, b"more than five").await.is_problem(413, "too_large");
    assert_eq!(offset(&alice, &location).await, 0);
    server.request(Method::POST, "/api/uploads").send().await.unwrap();
    Answer::to(server.request(Method::POST, "/api/uploads")).await.is_problem(401, "unauthorized");
}
