//! Whether what those who send files were told is true: every message has its files, whole, and nothing else is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Answer, DEADLINE, Person};

/// The room in which all of it happens: readers of the lobby compare every event.
pub(super) const ROOM: &str = "files";
/// The bytes of a file: some pieces of the server's, so that a kill meets uploads in the middle.
pub(super) const SIZE: usize = 200_000;
/// One file in so many has the bytes of all others of its kind, so that the last message to go frees them.
const SAME: u64 = 4;
/// How long until the folder is looked at again: a file has no event to wait for.
const AGAIN: Duration = Duration::from_millis(20);

/// A file, and what became of it.
#[derive(Debug, Clone)]
pub struct Uploaded {
    /// Which one of all.
    pub number: u64,
    /// The upload that a message carries.
    pub upload: String,
    /// The message.
    pub message: Uuid,
    /// Whether its deletion was acknowledged.
    pub deleted: bool,
    /// How often a request was sent again because no answer came.
    pub again: usize,
    /// Broken promises on the way, in words.
    pub broken: Vec<String>,
}

/// What those who send files did, and what is there in the end.
#[derive(Debug)]
pub struct Uploads {
    /// Every file, once.
    pub uploaded: Vec<Uploaded>,
    violations: Vec<String>,
}

impl Uploads {
    /// Looks at every message and every file, as one who may read them.
    pub(super) async fn look(judge: &Person, uploaded: Vec<Uploaded>) -> Self {
        let mut violations: Vec<String> = uploaded.iter().flat_map(|one| one.broken.clone()).collect();
        for one in &uploaded {
            violations.extend(judge_one(judge, one).await);
        }
        let known: BTreeSet<String> = uploaded.iter().map(|one| one.message.to_string()).collect();
        let log = judge.log(ROOM).await;
        let sent: Vec<_> = log.iter().filter(|event| event["type"] == "Message").collect();
        violations.extend(sent.iter().filter_map(|event| {
            let message = &event["message"];
            let is_right =
                message["deleted"] == true || message["attachments"].as_array().is_some_and(|all| all.len() == 1);
            let is_known = message["id"].as_str().is_some_and(|id| known.contains(id));
            (!is_right || !is_known).then(|| format!("no message of ours, or without its file: {message}"))
        }));
        if sent.len() != uploaded.len() {
            violations.push(format!("{} messages stand where {} were sent", sent.len(), uploaded.len()));
        }
        Self { uploaded, violations }
    }

    /// Every broken promise, in words; none is what one wants.
    pub fn violations(&self) -> &[String] {
        &self.violations
    }

    /// How many requests were sent again.
    pub fn again(&self) -> usize {
        self.uploaded.iter().map(|one| one.again).sum()
    }

    /// Waits until the folder of files holds those that messages carry and nothing else, each under its hash.
    ///
    /// # Panics
    /// When it does not come to that.
    pub async fn nothing_else_is_kept(&self, data: &Path) {
        let wanted: BTreeSet<String> =
            self.uploaded.iter().filter(|one| !one.deleted).map(|one| hash(&bytes_of(one.number))).collect();
        let settled = async {
            while names(data) != wanted {
                tokio::time::sleep(AGAIN).await;
            }
        };
        let settled = tokio::time::timeout(DEADLINE, settled).await;
        let found = names(data);
        let (missing, stray): (Vec<_>, Vec<_>) =
            (wanted.difference(&found).collect(), found.difference(&wanted).collect());
        assert!(settled.is_ok(), "missing: {missing:?}; kept for nobody: {stray:?}");
        let torn: Vec<_> =
            files(data).into_iter().filter(|(name, bytes)| *name != hash(bytes)).map(|(name, _)| name).collect();
        assert!(torn.is_empty(), "not what their names say: {torn:?}");
    }
}

/// The bytes of a file, as its number says.
pub(super) fn bytes_of(number: u64) -> Vec<u8> {
    let seed = if number.is_multiple_of(SAME) { u64::MAX } else { number };
    let (mut random, mut bytes) = (fastrand::Rng::with_seed(seed), vec![0; SIZE]);
    random.fill(&mut bytes);
    bytes
}

async fn judge_one(judge: &Person, one: &Uploaded) -> Option<String> {
    let message = judge.get(&format!("/api/messages/{}", one.message)).await.is(200);
    let Answer { status, .. } = message;
    let file = judge.get(&format!("/api/uploads/{}/file", one.upload)).await;
    let is_right = if one.deleted {
        message["deleted"] == true && file.status == 404
    } else {
        let bytes = judge.request(reqwest::Method::GET, &format!("/api/uploads/{}/file", one.upload)).send().await;
        let bytes = bytes.expect("the server answers").bytes().await;
        message["attachments"][0]["id"] == *one.upload && bytes.is_ok_and(|bytes| bytes == bytes_of(one.number))
    };
    (!is_right).then(|| format!("not as it was sent ({status}, file {}): {one:?}", file.status))
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names of the files that are kept, also of those that are still arriving.
fn names(data: &Path) -> BTreeSet<String> {
    paths(data).into_keys().collect()
}

fn files(data: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |(name, path)| (name, std::fs::read(path).expect("a file can be read"));
    paths(data).into_iter().map(read).collect()
}

fn paths(data: &Path) -> BTreeMap<String, std::path::PathBuf> {
    let all = chat_testing::files_below(&data.join("files")).into_iter();
    let named = all.filter_map(|path| Some((path.file_name()?.to_str()?.to_owned(), path)));
    named.filter(|(name, _)| name != "lock").collect()
}
