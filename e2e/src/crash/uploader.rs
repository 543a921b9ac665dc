//! One who sends files: uploads by tus in pieces or in one go, has a message carry the file, and deletes half of these
//! messages; each step again until it is answered, and an upload from where the server says that it is.

use std::{sync::Arc, time::Duration};

use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use super::uploads::{ROOM, SIZE, Uploaded, Uploads, bytes_of};
use crate::{Person, Server, within};

/// What is sent of a file at once.
const PIECE: usize = 70_000;
/// How long to wait before trying a server again that is away.
const RETRY: Duration = Duration::from_millis(20);

/// Those who send files.
pub struct Uploaders {
    judge: Person,
    uploaders: JoinSet<Vec<Uploaded>>,
    uploaded: watch::Receiver<usize>,
    stop: watch::Sender<bool>,
}

impl Uploaders {
    /// Makes so many of them users, who begin at once.
    ///
    /// # Panics
    /// When the server refuses one.
    pub async fn begin(server: &Server, count: usize) -> Self {
        let judge = Person::take(server, "judge-of-files").await;
        judge.create_room(ROOM).await;
        let mut people = Vec::new();
        for number in 0..count {
            let person = Person::take(server, &format!("uploader-{number}")).await;
            person.join(ROOM).await;
            people.push(person);
        }
        let (stop, stopped) = watch::channel(false);
        let (told, uploaded) = watch::channel(0);
        let mut uploaders = JoinSet::new();
        for (person, first) in people.into_iter().zip(0_u64..) {
            let numbers = (first..).step_by(count);
            uploaders.spawn(go_on(person, numbers, told.clone(), stopped.clone()));
        }
        Self { judge, uploaders, uploaded, stop }
    }

    /// Waits until so many files are sent, and what was to be deleted is.
    ///
    /// # Panics
    /// When they are not.
    pub async fn uploaded(&mut self, due: usize) {
        let reached = self.uploaded.wait_for(|count| *count >= due);
        within("uploaded files", reached).await.expect("the uploaders go on");
    }

    /// Waits until everyone has ended what they were at, by a server that runs, and looks at what is there.
    ///
    /// # Panics
    /// When it does not come to that.
    pub async fn end(self) -> Uploads {
        self.stop.send_replace(true);
        let uploaded = within("the uploaders' end", self.uploaders.join_all()).await.concat();
        Uploads::look(&self.judge, uploaded).await
    }
}

async fn go_on(
    person: Person,
    numbers: impl Iterator<Item = u64>,
    told: watch::Sender<usize>,
    stopped: watch::Receiver<bool>,
) -> Vec<Uploaded> {
    let person = Arc::new(person);
    let mut done = Vec::new();
    for number in numbers.take_while(|_| !*stopped.borrow()) {
        let mut uploader = Uploader { person: Arc::clone(&person), again: 0, broken: vec![] };
        let (upload, message) = (uploader.upload(number).await, Uuid::now_v7());
        uploader.send(message, &upload).await;
        let deleted = number.is_multiple_of(2);
        if deleted {
            uploader.delete(message).await;
        }
        let Uploader { again, broken, .. } = uploader;
        done.push(Uploaded { number, upload, message, deleted, again, broken });
        told.send_modify(|count| *count += 1);
    }
    done
}

struct Answered {
    status: u16,
    headers: HeaderMap,
    text: String,
}

/// What one does for one file.
struct Uploader {
    person: Arc<Person>,
    again: usize,
    broken: Vec<String>,
}

impl Uploader {
    /// Uploads a file to its end; gives the id of the upload.
    async fn upload(&mut self, number: u64) -> String {
        let bytes = bytes_of(number);
        if number.is_multiple_of(3) {
            let put = |person: &Person| person.request(Method::PUT, "/api/uploads?name=whole.bin").body(bytes.clone());
            let stored = self.until_answered(put).await;
            assert_eq!(stored.status, 201, "{}", stored.text);
            let stored: Value = serde_json::from_str(&stored.text).expect("an attachment");
            return crate::text(&stored["id"]);
        }
        let begin = |person: &Person| tus(person, Method::POST, "/api/uploads").header("Upload-Length", SIZE);
        let begun = self.until_answered(begin).await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        let location = header(&begun.headers, "location").to_owned();
        let mut here = 0;
        while here < SIZE {
            let piece = bytes[here..SIZE.min(here + PIECE)].to_vec();
            let append = tus(&self.person, Method::PATCH, &location)
                .header("Upload-Offset", here)
                .header("Content-Type", "application/offset+octet-stream")
                .body(piece);
            match answer(append).await.filter(|answered| answered.status == 204) {
                Some(answered) => here = offset(&answered.headers),
                None => here = self.resume(&location, here).await,
            }
        }
        location.rsplit('/').next().expect("a location ends in an id").to_owned()
    }

    /// Where an upload goes on of which so much was acknowledged.
    async fn resume(&mut self, location: &str, acknowledged: usize) -> usize {
        self.again += 1;
        loop {
            let asked = self.until_answered(|person| tus(person, Method::HEAD, location)).await;
            match asked.status {
                200 if offset(&asked.headers) >= acknowledged => return offset(&asked.headers),
                200 => {
                    let here = offset(&asked.headers);
                    self.broken.push(format!("{acknowledged} bytes of {location} were acknowledged, {here} are here"));
                    return here;
                }
                // The server is about to stop, or to be killed.
                503 => tokio::time::sleep(RETRY).await,
                status => panic!("{status} for an upload that was begun"),
            }
        }
    }

    /// Has a message carry the upload.
    async fn send(&mut self, message: Uuid, upload: &str) {
        let body = json!({ "id": message, "room": ROOM, "attachments": [upload] });
        let sent = self.until_answered(|person| person.request(Method::POST, "/api/messages").json(&body)).await;
        if !matches!(sent.status, 200 | 201) {
            self.broken.push(format!("{upload} was whole, and no message can carry it: {}", sent.text));
        }
    }

    async fn delete(&mut self, message: Uuid) {
        let path = format!("/api/messages/{message}");
        let deleted = self.until_answered(|person| person.request(Method::DELETE, &path)).await;
        assert_eq!(deleted.status, 204, "{}", deleted.text);
    }

    /// Asks until the server answers, however long it is away.
    async fn until_answered(&mut self, request: impl Fn(&Person) -> RequestBuilder) -> Answered {
        within("the server's return", async {
            loop {
                match answer(request(&self.person)).await {
                    Some(answered) if answered.status != 503 => return answered,
                    _ => self.again += 1,
                }
                tokio::time::sleep(RETRY).await;
            }
        })
        .await
    }
}

/// What came, if all of it did.
async fn answer(request: RequestBuilder) -> Option<Answered> {
    let response = request.send().await.ok()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Some(Answered { status, headers, text: response.text().await.ok()? })
}

fn tus(person: &Person, method: Method, path: &str) -> RequestBuilder {
    person.request(method, path).header("Tus-Resumable", "1.0.0")
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn offset(headers: &HeaderMap) -> usize {
    header(headers, "upload-offset").parse().expect("the server says how far the upload is")
}
