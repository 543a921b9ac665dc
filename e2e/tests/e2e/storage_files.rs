//! A disk that becomes full at any step of a file's life: each is refused clearly, nothing half is there, and it goes on once
//! there is room.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_e2e::{Answer, Person, Server, namespace, within};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

/// Room for a database whose log is never emptied, and for some files.
const DISK_KIB: u32 = 32 * 1024;
/// The bytes of a file, in two pieces.
const SIZE: usize = 64 * 1024;
/// So much is left in the first round up to the last one: less than anything needs, and more than everything.
const ROOM: std::ops::Range<usize> = 0..SIZE + 96 * 1024;
/// The disk takes no less.
const PAGE: usize = 4 * 1024;
/// How long until the folder is looked at again: a file has no event to wait for.
const AGAIN: Duration = Duration::from_millis(20);

/// A disk on which somebody else takes what is left.
struct Disk {
    filler: PathBuf,
    /// The steps that were refused.
    refused: BTreeSet<&'static str>,
}

impl Disk {
    /// Takes all but so many bytes.
    fn fill(&self, room: usize) {
        let mut file = File::create(&self.filler).expect("the disk is there");
        for size in [64 * 1024, PAGE] {
            let block = vec![0; size];
            while file.write_all(&block).is_ok() {}
        }
        let taken = file.metadata().expect("a file has a size").len() - room as u64;
        file.set_len(taken).expect("a file can be cut");
    }

    fn free(&self) {
        fs::remove_file(&self.filler).expect("the filler can be removed");
    }

    /// Asks, and where the disk is full for it, asks again when there is room.
    async fn through(&mut self, step: &'static str, request: impl Fn() -> RequestBuilder) -> Answer {
        let answer = Answer::to(request()).await;
        if answer.status != 507 {
            return answer;
        }
        answer.is_problem(507, "storage_full");
        self.refused.insert(step);
        self.free();
        Answer::to(request()).await
    }
}

/// Where an upload is.
async fn offset(person: &Person, location: &str) -> usize {
    let asked = Answer::to(tus(person, Method::HEAD, location)).await.is(200);
    asked.header("upload-offset").parse().expect("a number")
}

fn tus(person: &Person, method: Method, path: &str) -> RequestBuilder {
    person.request(method, path).header("Tus-Resumable", "1.0.0")
}

fn append(person: &Person, location: &str, bytes: &[u8], from: usize, to: usize) -> RequestBuilder {
    let request = tus(person, Method::PATCH, location).header("Upload-Offset", from);
    request.header("Content-Type", "application/offset+octet-stream").body(bytes[from..to].to_vec())
}

/// What is kept of files, but for the lock.
fn kept(data: &Path) -> Vec<PathBuf> {
    let all = chat_testing::files_below(&data.join("files")).into_iter();
    all.filter(|path| !path.ends_with("lock")).collect()
}

async fn until_nothing_is_kept(data: &Path) {
    within("the end of the file", async {
        while !kept(data).is_empty() {
            tokio::time::sleep(AGAIN).await;
        }
    })
    .await;
}

/// A server on a disk of its own; where its data is seen from here.
async fn on_a_small_disk(folder: &Path) -> Option<(Server, PathBuf)> {
    let small = namespace::small_disk(folder, DISK_KIB)?;
    let server = Server::unlimited().data(folder).behind(small).start().await;
    let data = namespace::seen_by(server.pid(), folder);
    Some((server, data))
}

#[tokio::test]
async fn the_disk_is_full_at_each_step_of_an_upload() {
    let folder = tempfile::tempdir().unwrap();
    let Some((server, data)) = on_a_small_disk(folder.path()).await else { return };
    let alice = Person::take(&server, "alice").await;
    let mut disk = Disk { filler: data.join("filler"), refused: BTreeSet::new() };
    for (number, room) in ROOM.step_by(PAGE).enumerate() {
        let bytes = vec![u8::try_from(number).unwrap(); SIZE];
        disk.fill(room);
        let begin = || tus(&alice, Method::POST, "/api/uploads").header("Upload-Length", SIZE);
        let location = disk.through("begin", begin).await.is(201).header("location").to_owned();
        let (mut here, half) = (0, SIZE / 2);
        while here < SIZE {
            let answer =
                Answer::to(append(&alice, &location, &bytes, here, if here < half { half } else { SIZE })).await;
            if answer.status == 204 {
                here = answer.header("upload-offset").parse().unwrap();
                continue;
            }
            answer.is_problem(507, "storage_full");
            disk.free();
            let now = offset(&alice, &location).await;
            assert!(now >= here, "{here} bytes were acknowledged, {now} are here");
            disk.refused.insert(if now == SIZE { "finish" } else { "bytes" });
            here = now;
        }
        let id = location.rsplit('/').next().unwrap();
        let message = json!({ "id": uuid::Uuid::now_v7(), "attachments": [id] });
        let send = || alice.request(Method::POST, "/api/messages").json(&message);
        disk.through("message", send).await.is(201);
        assert_eq!(alice.get(&format!("/api/uploads/{id}/x")).await.is(200).text.as_bytes(), bytes);
        assert_eq!(kept(&data).len(), 1, "the file, once");
        let path = format!("/api/messages/{}", message["id"].as_str().unwrap());
        disk.through("delete", || alice.request(Method::DELETE, &path)).await.is(204);
        until_nothing_is_kept(&data).await;
    }
    assert_eq!(disk.refused, ["begin", "bytes", "delete", "finish", "message"].into());
    assert_eq!(alice.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn of_a_file_that_comes_in_one_go_nothing_stays_on_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let Some((server, data)) = on_a_small_disk(folder.path()).await else { return };
    let alice = Person::take(&server, "alice").await;
    let disk = Disk { filler: data.join("filler"), refused: BTreeSet::new() };
    let put = || alice.request(Method::PUT, "/api/uploads?name=x").body(vec![7; SIZE]);
    let mut refused = 0;
    for room in ROOM.step_by(PAGE) {
        disk.fill(room);
        let mut stored = Some(Answer::to(put()).await);
        if let Some(answer) = stored.take_if(|answer| answer.status != 201) {
            answer.is_problem(507, "storage_full");
            refused += 1;
            // Its bytes are in nobody's way, also while the disk is full.
            until_nothing_is_kept(&data).await;
        }
        disk.free();
        let file = match stored {
            Some(file) => file,
            None => Answer::to(put()).await.is(201),
        };
        let id = file["id"].as_str().unwrap();
        assert_eq!(alice.get(&format!("/api/uploads/{id}/x")).await.is(200).text.len(), SIZE);
        alice.delete(&format!("/api/uploads/{id}")).await.is(204);
        until_nothing_is_kept(&data).await;
    }
    assert!(refused > SIZE / PAGE, "the disk was full {refused} times");
}
