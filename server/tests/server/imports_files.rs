//! Files in other programs' exports: those that are in the archive come along, the others are told of, and nothing of an
//! archive becomes a path.

use std::path::Path;

use chat_server::{admin, import};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    files::png,
    imports::{claimed, messages, said, serving, taken, zip_of_bytes},
};

fn lines(lines: &[Value]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

/// Mattermost's export of one user, who says something with these files, once for each list.
fn mattermost(path: &Path, posts: &[&[&str]], files: &[(&str, Vec<u8>)]) {
    let mut all = vec![
        json!({ "type": "version", "version": 1 }),
        json!({ "type": "channel", "channel": { "team": "t", "name": "plans", "type": "O" } }),
        json!({ "type": "user", "user": { "username": "alice", "teams": [{ "name": "t", "channels": [{ "name": "plans" }] }] } }),
    ];
    for (number, paths) in posts.iter().enumerate() {
        let attachments: Vec<_> = paths.iter().map(|path| json!({ "path": path })).collect();
        all.push(json!({ "type": "post", "post": { "team": "t", "channel": "plans", "user": "alice", "message": "",
                         "create_at": 1_700_000_000_000_i64 + number as i64, "attachments": attachments } }));
    }
    let lines = ("import.jsonl", lines(&all));
    zip_of_bytes(path, &[&[lines][..], files].concat());
}

#[tokio::test]
async fn files_come_along_from_mattermost() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("mattermost.zip");
    let picture = [png(3, 2), b"and so on".to_vec()].concat();
    let eleven: Vec<String> = (0..11).map(|number| format!("many/{number}/n.txt")).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
    let mut files = vec![
        ("data/2026/plan.txt", b"the plan".to_vec()),
        ("data/2026/\u{202e}gnp.png", picture),
        ("data/copy.txt", b"the plan".to_vec()),
    ];
    let many: Vec<String> = eleven.iter().map(|path| format!("data/{path}")).collect();
    files.extend(many.iter().map(|name| (name.as_str(), name.clone().into_bytes())));
    // As `data/` and the path, as the path alone, the same bytes again, one that is missing, and more than a message has.
    let posts: [&[&str]; 4] =
        [&["2026/plan.txt", "data/2026/\u{202e}gnp.png"], &["copy.txt"], &["2026/gone.txt"], &eleven];
    mattermost(&path, &posts, &files);
    let (_, taken, report) = taken(&path);
    assert_eq!((taken.messages, taken.files, taken.missing_files), (4, 12, 0), "{report}");
    assert!(report.contains("2 files that are not in a ZIP"), "{report}");
    let server = serving(&path).await;
    let alice = claimed(&server, "alice").await;
    let plans = messages(&alice, "plans").await;
    assert_eq!(said(&plans), [("alice", ""), ("alice", ""), ("alice", "gone.txt"), ("alice", "n.txt")]);
    let shown: Vec<_> = plans[0].attachments.iter().map(|file| (&*file.name, &*file.media_type, file.width)).collect();
    assert_eq!(shown, [("plan.txt", "application/octet-stream", None), ("gnp.png", "image/png", Some(3))]);
    for (message, text) in [(&plans[0], "the plan"), (&plans[1], "the plan"), (&plans[3], "data/many/0/n.txt")] {
        let file = &message.attachments[0];
        assert_eq!(alice.get(&format!("/api/uploads/{}/{}", file.id, file.name)).await.is(200).text, text);
    }
    assert_eq!(plans[3].attachments.len(), 10);
}

#[tokio::test]
async fn files_that_a_tool_put_into_slacks_export_come_along() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("slack.zip");
    let message = json!([{ "type": "message", "user": "U1", "ts": "1700000002.000000", "text": "look", "files": [
        { "id": "F1", "name": "../../report.pdf", "url_private": "https://files.slack.com/report.pdf" },
        { "id": "F2", "name": "log.txt", "url_private": "https://files.slack.com/log.txt" },
        { "id": "F3", "name": "gone.txt", "url_private": "https://files.slack.com/gone.txt" },
    ] }]);
    zip_of_bytes(
        &path,
        &[
            ("users.json", json!([{ "id": "U1", "name": "alice" }]).to_string().into_bytes()),
            ("channels.json", json!([{ "id": "C1", "name": "ops", "members": ["U1"] }]).to_string().into_bytes()),
            ("ops/2023-11-14.json", message.to_string().into_bytes()),
            ("__uploads/F1/report.pdf", b"%PDF-1.4 of F1".to_vec()),
            ("ops/attachments/F2-log.txt", b"of F2".to_vec()),
        ],
    );
    let (_, taken, report) = taken(&path);
    assert_eq!((taken.messages, taken.files), (1, 2), "{report}");
    assert!(report.contains("1 files that are not in the export"), "{report}");
    let server = serving(&path).await;
    let alice = claimed(&server, "alice").await;
    let ops = messages(&alice, "ops").await;
    assert_eq!(said(&ops), [("alice", "look\ngone.txt: https://files.slack.com/gone.txt")]);
    let files: Vec<_> = ops[0].attachments.iter().map(|file| (&*file.name, &*file.media_type)).collect();
    assert_eq!(files, [("report.pdf", "application/pdf"), ("log.txt", "application/octet-stream")]);
    for (file, text) in ops[0].attachments.iter().zip(["%PDF-1.4 of F1", "of F2"]) {
        assert_eq!(alice.get(&format!("/api/uploads/{}/x", file.id)).await.is(200).text, text);
    }
}

#[test]
fn a_file_that_grows_without_end_is_refused_and_nothing_of_it_stays() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("bomb.zip");
    mattermost(&path, &[&["bomb.bin"]], &[("data/bomb.bin", vec![0; 40 << 20])]);
    let there = TempDir::new().unwrap();
    let refused = import(there.path(), &path).unwrap_err().to_string();
    assert!(refused.contains("data/bomb.bin grows far beyond"), "{refused}");
    let left: Vec<_> = std::fs::read_dir(there.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"], "nothing is left of it");
}

#[test]
fn a_path_in_an_export_leads_nowhere() {
    let place = TempDir::new().unwrap();
    let (path, secret) = (place.path().join("evil.zip"), place.path().join("secret"));
    std::fs::write(&secret, "a secret").unwrap();
    let outside = secret.display().to_string();
    let up = "../".repeat(20) + &outside;
    mattermost(&path, &[&[&outside], &[&up], &["../../evil"]], &[("data/../../evil", b"evil".to_vec())]);
    let there = TempDir::new().unwrap();
    let (_, report) = import(&there.path().join("data"), &path).unwrap();
    assert!(report.lines().join("\n").contains("2 files that are not in a ZIP"), "{report:?}");
    let out = place.path().join("out");
    admin::export(&there.path().join("data"), &out).unwrap();
    let files = chat_testing::files_below(&out);
    // Only what stands in the ZIP under that name came, as bytes under their hash.
    let texts: Vec<_> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    assert!(
        texts.iter().any(|text| text == "evil") && !texts.iter().any(|text| text.contains("a secret")),
        "{files:?}"
    );
    assert!(!place.path().join("evil").exists() && !there.path().join("evil").exists());
    assert_eq!(admin::examine(&there.path().join("data")).unwrap(), []);
}
