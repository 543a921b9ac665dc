//! Files that were made to do harm: nothing of them runs, and nothing leaves the folder.

use chat_protocol::Attachment;
use chat_testing::{Answer, Method, TestServer, files_below, within};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::files::{path, png, put};

#[tokio::test]
async fn whatever_a_file_says_that_it_is_no_browser_runs_it() {
    let server = TestServer::with_limits(&["uploads=off", "messages=off"]).await;
    let alice = server.register("alice").await;
    let script = "<script>alert(1)</script>";
    let polyglot = |head: &[u8]| [head, b"/*", script.as_bytes(), b"*/=1"].concat();
    for (name, bytes, inline) in [
        ("page.html", format!("<!DOCTYPE html>{script}").into_bytes(), false),
        ("page.png", format!("<html>{script}</html>").into_bytes(), false),
        ("picture.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{script}</svg>").into_bytes(), false),
        ("picture.svg", format!("<?xml version=\"1.0\"?><svg>{script}</svg>").into_bytes(), false),
        (
            "page.xhtml",
            format!("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">{script}</html>").into_bytes(),
            false,
        ),
        ("run.sh", b"#!/bin/sh\nrm -rf /".to_vec(), false),
        ("page.pdf", polyglot(b"%PDF-1.4"), false),
        ("script.js", polyglot(b"GIF89a"), true),
        ("script.js", [png(1, 1), script.into()].concat(), true),
        ("page.png", b"\xef\xbb\xbf<html><script>alert(1)</script>".to_vec(), false),
        ("page.png", "\u{feff}<script>alert(1)</script>".encode_utf16().flat_map(u16::to_le_bytes).collect(), false),
        ("page.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>".to_vec(), false),
        ("sheet.xsl", b"<?xml version=\"1.0\"?><xsl:stylesheet version=\"1.0\">".to_vec(), false),
        ("picture.svgz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(), false),
        ("icon.ico", polyglot(b"\0\0\x01\0\x01\0"), false),
        ("picture.bmp", polyglot(b"BM"), false),
        ("both.png", [&b"%PDF-1.7\n"[..], &png(1, 1)].concat(), false),
        ("both.pdf", [&png(1, 1)[..], b"%PDF-1.7\n<script>"].concat(), true),
        ("both.jar", [&b"GIF89a\x01\0\x01\0\0\0\0"[..], b"PK\x03\x04"].concat(), true),
        ("bomb.zip", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), false),
        ("broken.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\xff\xff".to_vec(), true),
        ("broken.jpg", b"\xff\xd8\xff\xe0\0\0\0\0\0\0\0\0".to_vec(), true),
        ("broken.gif", b"GIF89a\xff\xff".to_vec(), true),
        ("broken.webp", b"RIFF\0\0\0\0WEBPVP8X\0".to_vec(), true),
    ] {
        let file: Attachment =
            put(&alice, &format!("name={name}&width=1&height=1"), bytes.clone()).await.is(201).read();
        alice.say_with("lobby", "", &[&file]).await;
        let got = server.get(&path(&file)).await.is(200);
        let kind = got.header("content-type");
        assert!(
            !["html", "xml", "svg", "script", "text"]
                .iter()
                .any(|word| kind.contains(word) && !kind.contains("openxml")),
            "{name}: {kind}"
        );
        let how = if inline { "inline; " } else { "attachment; " };
        assert!(got.header("content-disposition").starts_with(how), "{name}: {}", got.header("content-disposition"));
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(kind, file.media_type);
        assert!(!inline || kind.starts_with("image/"), "{name}: {kind}");
    }
}

#[tokio::test]
async fn however_a_file_is_asked_for_the_answer_is_as_safe() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let file = alice.upload("page.html", "<script>alert(1)</script>").await;
    let whole = alice.get(&path(&file)).await.is(200);
    let etag = whole.header("etag").to_owned();
    for (method, header, value, status) in [
        (Method::GET, "Range", "bytes=0-7", 206),
        (Method::GET, "Range", "bytes=900-", 416),
        (Method::GET, "Range", "bytes=0-1,4-5", 200),
        (Method::GET, "If-None-Match", &*etag, 304),
        (Method::GET, "Accept", "text/html", 200),
        (Method::GET, "Sec-Fetch-Dest", "document", 200),
        (Method::HEAD, "Accept", "text/html", 200),
    ] {
        let answer = Answer::to(alice.request(method, &path(&file)).header(header, value)).await.is(status);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{header}: {value}");
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'", "{header}: {value}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{header}: {value}");
        if status < 300 {
            assert!(answer.header("content-disposition").starts_with("attachment; "), "{header}: {value}");
            assert_eq!(answer.header("content-type"), "application/octet-stream", "{header}: {value}");
        }
    }
    // Whatever name the address has.
    for name in ["page.html", "x.svg", "index.xhtml?type=text/html"] {
        let answer = alice.get(&format!("/api/uploads/{}/{name}", file.id)).await.is(200);
        assert_eq!(answer.header("content-type"), "application/octet-stream", "{name}");
    }
}

/// What a server says to a request in these bytes, after which nothing comes.
async fn raw(server: &TestServer, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!("{head}\r\nHost: {}\r\n", server.address());
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // A server that has heard enough may close before everything was read.
    _ = within("the answer", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_request_that_lies_about_its_size_leaves_nothing() {
    let server = TestServer::with_limits(&["uploads=off", "requests=off", "upload-bytes=1000"]).await;
    let alice = server.register("alice").await;
    let put = format!("PUT /api/uploads?name=x HTTP/1.1\r\nAuthorization: Bearer {}", alice.token);
    let cases: [(&str, &[u8], &str); 9] = [
        ("less than it said", b"Content-Length: 100\r\n\r\nshort", "400"),
        ("much less", b"Content-Length: 99999999999999\r\n\r\nshort", "413"),
        ("a size that is no number", b"Content-Length: -1\r\n\r\n", "400"),
        ("a size of another base", b"Content-Length: 0x10\r\n\r\nshort", "400"),
        ("two sizes", b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort!", "400"),
        ("a chunk that is cut", b"Transfer-Encoding: chunked\r\n\r\n100\r\nshort", "400"),
        ("chunks that do not end", b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "400"),
        ("a chunk without a size", b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nshort\r\n0\r\n\r\n", "400"),
        ("a chunk beyond all", b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nshort\r\n", "400"),
    ];
    for (what, body, status) in cases {
        let answer = raw(&server, &put, body).await;
        assert!(answer.is_empty() || answer.starts_with(&format!("HTTP/1.1 {status}")), "{what}: {answer}");
        assert!(!answer.contains("\"id\""), "{what}: {answer}");
    }
    // What follows a file is another request, and no part of it.
    let answer = raw(&server, &put, b"Content-Length: 5\r\n\r\nshort and more").await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    within("what was cut is deleted", async {
        while files_below(&server.file("files")).iter().any(|path| path.to_string_lossy().contains("partial")) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let kept: Vec<_> = files_below(&server.file("files")).into_iter().filter(|path| !path.ends_with("lock")).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read(&kept[0]).unwrap(), b"short");
}

#[tokio::test]
async fn a_name_is_data_and_never_a_path() {
    let server = TestServer::with_limits(&["uploads=off"]).await;
    let alice = server.register("alice").await;
    for (said, name) in [
        ("..%2F..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("..%5C..%5Cboot.ini", "boot.ini"),
        ("%2e%2e", "file"),
        ("a%00b%0d%0aSet-Cookie:x.txt", "abSet-Cookie_x.txt"),
        ("gnp.%E2%80%AEexe", "gnp.exe"),
        ("", "file"),
        ("x%22;filename=y.html", "x_;filename=y.html"),
    ] {
        let file: Attachment = put(&alice, &format!("name={said}"), b"x".to_vec()).await.is(201).read();
        assert_eq!(file.name, name, "{said}");
        let got = alice.get(&format!("/api/uploads/{}/..%2f..%2fchat.db", file.id)).await.is(200);
        assert_eq!((&*got.text, got.header("set-cookie")), ("x", ""));
    }
    let mut names: Vec<_> = std::fs::read_dir(server.folder().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| ["passwd", "boot.ini", "gnp.exe"].contains(&name.as_str()))
        .collect();
    names.sort();
    assert!(names.is_empty(), "{names:?}");
    for folder in ["..", "..%2f..%2fchat.db", "chat.db"] {
        let asked = alice.request(Method::GET, &format!("/api/uploads/{folder}/x"));
        Answer::to(asked).await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_foreign_page_uploads_nothing_in_a_users_name() {
    let server = TestServer::start().await;
    let made = server
        .request(Method::POST, "/api/users")
        .header("Sec-Fetch-Site", "same-origin")
        .json(&json!({ "name": "alice" }));
    let cookie = Answer::to(made).await.is(201).header("set-cookie").split(';').next().unwrap().to_owned();
    let put = |site: &'static str| {
        let request = server.request(Method::PUT, "/api/uploads?name=x").header("Cookie", &cookie);
        Answer::to(request.header("Sec-Fetch-Site", site).header("Content-Type", "image/png").body("x"))
    };
    put("cross-site").await.is_problem(403, "forbidden");
    let file: Attachment = put("same-origin").await.is(201).read();
    // A picture in the page brings the cookie along.
    let got = server.request(Method::GET, &path(&file)).header("Cookie", &cookie);
    Answer::to(got.header("Sec-Fetch-Site", "same-origin")).await.is(200);
    // By tus, too.
    let tus = |method: Method, path: &str| {
        let request = server.request(method, path).header("Cookie", &cookie).header("Tus-Resumable", "1.0.0");
        request.header("Sec-Fetch-Site", "same-origin")
    };
    let begun = Answer::to(tus(Method::POST, "/api/uploads").header("Upload-Length", 1)).await.is(201);
    let append = tus(Method::PATCH, begun.header("location")).header("Upload-Offset", 0);
    Answer::to(append.header("Content-Type", "application/offset+octet-stream").body("x")).await.is(204);
}
