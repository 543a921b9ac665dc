//! What other programs exported, taken over: samples after their published descriptions.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use chat_protocol::{Message, api::MessagesPage};
use chat_server::{
    Location,
    admin::{self, Database, Imported, Taken},
    import,
};
use chat_testing::{Person, TestServer, text};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A ZIP of these files.
fn zip_of(path: &Path, files: &[(&str, String)]) {
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.clone().into_bytes())).collect();
    zip_of_bytes(path, &files);
}

pub(crate) fn zip_of_bytes(path: &Path, files: &[(&str, Vec<u8>)]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// A folder to import into, what was taken, and what was told.
pub(crate) fn taken(place: &Path) -> (TempDir, Taken, String) {
    let folder = TempDir::new().unwrap();
    let (imported, report) = import(folder.path(), place).unwrap();
    let Imported::New(taken) = imported else { panic!("the folder was empty") };
    assert_eq!(admin::examine(folder.path()).unwrap(), [], "what was taken is in order");
    assert_eq!(import(folder.path(), place).unwrap().0, Imported::Again);
    // The same wherever and whenever it is imported.
    let (other, out) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    import(other.path(), place).unwrap();
    for (from, name) in [(&folder, "one.tar"), (&other, "two.tar")] {
        admin::export(from.path(), &out.path().join(name)).unwrap();
    }
    assert!(fs::read(out.path().join("one.tar")).unwrap() == fs::read(out.path().join("two.tar")).unwrap());
    let again = TempDir::new().unwrap();
    import(again.path(), &out.path().join("one.tar")).unwrap();
    admin::export(again.path(), &out.path().join("three.tar")).unwrap();
    assert!(fs::read(out.path().join("one.tar")).unwrap() == fs::read(out.path().join("three.tar")).unwrap());
    (folder, taken, report.lines().join("\n"))
}

/// A server on what was imported.
pub(crate) async fn serving(place: &Path) -> TestServer {
    let folder = |location: &Location| match location {
        Location::Folder(folder) => PathBuf::clone(folder),
        Location::Memory | Location::Postgres { .. } => panic!("it is in no folder"),
    };
    TestServer::with(|options| drop(import(&folder(&options.location), place).unwrap())).await
}

/// Who was imported, let in by a code as an administrator makes it.
pub(crate) async fn claimed(server: &TestServer, name: &str) -> Person {
    let reset = std::process::Command::new(env!("CARGO_BIN_EXE_chat-server"))
        .args(["user", "reset", name, "--data"])
        .arg(server.folder())
        .output()
        .unwrap();
    let code = String::from_utf8(reset.stdout).unwrap().lines().next().unwrap().to_owned();
    server.person(server.post("/api/sessions", json!({ "link_code": code })).await.is(201))
}

pub(crate) async fn messages(person: &Person, room: &str) -> Vec<Message> {
    let page: MessagesPage = person.get(&format!("/api/messages?room={room}&limit=200")).await.is(200).read();
    page.messages
}

pub(crate) fn said(messages: &[Message]) -> Vec<(&str, &str)> {
    messages.iter().map(|message| (&*message.author.name, &*message.body)).collect()
}

fn slack(path: &Path) {
    let users = json!([
        { "id": "U1", "name": "alice", "profile": { "real_name": "Alice Ämter", "display_name": "" } },
        { "id": "U2", "name": "bob", "deleted": true, "profile": { "real_name": "Bob", "display_name": "bobby" } },
        { "id": "U3", "name": "admin", "profile": {} },
    ]);
    let channels = json!([{ "id": "C1", "name": "general", "created": 1_700_000_000, "members": ["U1", "U2"],
                            "topic": { "value": "all of us" } },
                          { "id": "C2", "name": "old", "created": 1_700_000_000, "is_archived": true, "members": ["U1"] }]);
    let groups = json!([{ "id": "G1", "name": "board", "created": 1_700_000_000, "members": ["U1"] }]);
    let dms = json!([{ "id": "D1", "created": 1_700_000_000, "members": ["U1", "U2"] },
                     { "id": "D2", "created": 1_700_000_000, "members": ["U1", "U3"] }]);
    let general = json!([
        { "type": "message", "subtype": "channel_join", "user": "U1", "ts": "1700000001.000100", "text": "<@U1> has joined" },
        { "type": "message", "user": "U1", "ts": "1700000002.123400", "thread_ts": "1700000002.123400",
          "text": "*look* at &lt;this&gt;, <@U2>: <https://example.org/a|the page> in <#C1|general> <!here> `a*b*c`",
          "reactions": [{ "name": "thumbsup::skin-tone-2", "users": ["U2", "U1"], "count": 2 },
                        { "name": "our-own", "users": ["U1"], "count": 1 }] },
        { "type": "message", "user": "U2", "ts": "1700000003.000000", "thread_ts": "1700000002.123400", "text": "seen",
          "edited": { "user": "U2", "ts": "1700000009.000000" } },
        { "type": "message", "user": "U2", "ts": "1700000004.000000", "thread_ts": "1600000000.000000", "text": "lost thread" },
        { "type": "message", "subtype": "bot_message", "username": "Deploy Bot", "bot_id": "B1", "ts": "1700000005.000000",
          "text": "", "attachments": [{ "fallback": "deployed" }] },
        { "type": "message", "user": "U1", "ts": "1700000006.000000", "text": "",
          "files": [{ "title": "report.pdf", "url_private": "https://files.slack.com/report.pdf" }] },
    ]);
    let one = |user: &str, ts: &str, text: &str| json!([{ "type": "message", "user": user, "ts": ts, "text": text }]);
    zip_of(
        path,
        &[
            ("users.json", users.to_string()),
            ("channels.json", channels.to_string()),
            ("groups.json", groups.to_string()),
            ("dms.json", dms.to_string()),
            ("general/2023-11-14.json", general.to_string()),
            ("general/2023-11-15.json", one("U9", "1700090000.000000", "from one whom no list names").to_string()),
            ("board/2023-11-14.json", one("U1", "1700000004.500000", "in private").to_string()),
            ("D1/2023-11-14.json", one("U2", "1700000004.600000", "to you").to_string()),
            ("../../evil/2023-11-14.json", one("U1", "1700000004.700000", "evil").to_string()),
        ],
    );
}

#[tokio::test]
async fn a_team_comes_from_slack_with_its_threads_and_reactions() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("slack.zip");
    slack(&path);
    let (_, taken, report) = taken(&path);
    assert_eq!((taken.users, taken.messages), (5, 8), "{report}");
    for told in [
        "the user admin is called admin-2",
        "the user Deploy Bot is called Deploy-Bot",
        "1 lines that say who joined or left",
        "1 reactions with emojis that are not of Unicode",
        "1 files that are not in the export",
        "1 threads whose first message is missing",
        "1 direct rooms in which nothing was said",
        "chat-server user reset NAME",
    ] {
        assert!(report.contains(told), "{told:?} is not in {report}");
    }

    let server = serving(&path).await;
    server.post("/api/users", json!({ "name": "alice" })).await.is_problem(409, "name_taken");
    let disabled = Database::open(server.folder()).unwrap().users().unwrap();
    assert!(disabled.iter().all(|listed| listed.disabled), "nobody can sign in yet");
    let alice = claimed(&server, "alice").await;
    let general = messages(&alice, "general").await;
    assert_eq!(
        said(&general),
        [
            ("alice", "**look** at <this>, @bob: [the page](https://example.org/a) in #general @here `a*b*c`"),
            ("bob", "seen"),
            ("bob", "lost thread"),
            ("Deploy-Bot", "deployed"),
            ("alice", "report.pdf: https://files.slack.com/report.pdf"),
            ("U9", "from one whom no list names"),
        ]
    );
    let first = &general[0];
    assert_eq!(first.sent_at.to_string(), "2023-11-14T22:13:22.123Z");
    assert_eq!(first.mentioned[0].name, "bob");
    let reactions: Vec<_> = first.reactions.iter().map(|reaction| (&*reaction.emoji, reaction.count)).collect();
    assert_eq!(reactions, [("👍", 2)]);
    assert_eq!(first.replies.as_ref().unwrap().count, 1);
    assert_eq!((general[1].reply_to, general[1].edited_at.is_some()), (Some(first.id), true));
    assert_eq!(said(&messages(&alice, "board").await), [("alice", "in private")]);
    assert_eq!(said(&messages(&alice, "@bob").await), [("bob", "to you")]);
    let old: Value = alice.get("/api/rooms/old").await.is(200).read();
    assert_eq!((&old["archived"], &old["unread"]), (&json!(true), &json!(0)));
    alice.post_message("general", "and on it goes").await;
}

#[tokio::test]
async fn a_bot_that_was_imported_comes_back_by_the_operators_code_and_by_nobody_elses_doing() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("slack.zip");
    slack(&path);
    let server = serving(&path).await;
    let bob = server.register("bobby").await;
    let refused = async |name: &str| {
        text(&bob.post("/api/bots", json!({ "name": name })).await.is_problem(409, "name_taken")["detail"])
    };
    for name in ["Deploy-Bot", "deploy-bot"] {
        let detail = refused(name).await;
        assert!(detail.contains("`chat-server user reset Deploy-Bot`"), "{detail}");
    }
    let detail = refused("alice").await;
    assert!(!detail.contains("reset"), "she is no bot: {detail}");

    let bot = claimed(&server, "Deploy-Bot").await;
    assert!(bot.me().await.bot);
    bot.say("general", "deployed again").await.is(201);
    let general = messages(&bot, "general").await;
    assert_eq!(said(&general).last(), Some(&("Deploy-Bot", "deployed again")));
    refused("Deploy-Bot").await;
}

#[test]
fn a_part_of_an_export_is_refused_with_what_to_give() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("export.jsonl");
    fs::write(&path, "{\"type\":\"export\",\"version\":1}\n").unwrap();
    let refused = import(&place.path().join("data"), &path).unwrap_err().to_string();
    assert!(refused.contains("give the folder or tar file that `chat-server export` made"), "{refused}");
}

#[test]
fn a_hostile_zip_is_refused() {
    let place = TempDir::new().unwrap();
    let cases = [
        (vec![("users.json", "[{}]".to_owned())], "not an export of Slack"),
        (
            vec![("users.json", "[{\n\"id\": }]".to_owned()), ("channels.json", "[]".to_owned())],
            "users.json: expected value at line 2",
        ),
        (vec![("users.json", " ".repeat(40 << 20)), ("channels.json", "[]".to_owned())], "grows far beyond"),
    ];
    for (number, (files, why)) in cases.into_iter().enumerate() {
        let (path, folder) = (place.path().join(format!("{number}.zip")), TempDir::new().unwrap());
        zip_of(&path, &files);
        let refused = import(&folder.path().join("data"), &path).unwrap_err().to_string();
        assert!(refused.contains(why), "{why:?} is not in {refused:?}");
        assert!(!folder.path().join("data/chat.db").exists());
    }
    let (cut, folder) = (place.path().join("cut.zip"), TempDir::new().unwrap());
    slack(&cut);
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    assert!(import(&folder.path().join("data"), &cut).is_err());
}

#[tokio::test]
async fn a_team_comes_from_mattermost() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("bulk.jsonl");
    let channels = |names: &[&str]| names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
    let user = |name: &str, rooms: &[&str]| {
        json!({ "type": "user", "user": { "username": name, "nickname": "", "first_name": "A", "last_name": "B",
                "teams": [{ "name": "team", "channels": channels(rooms) }] } })
    };
    let lines = [
        json!({ "type": "version", "version": 1 }),
        json!({ "type": "team", "team": { "name": "team", "display_name": "Team", "type": "O" } }),
        json!({ "type": "channel", "channel": { "team": "team", "name": "town-square", "type": "O", "header": "hello" } }),
        json!({ "type": "channel", "channel": { "team": "team", "name": "plans", "type": "P" } }),
        user("alice", &["town-square", "plans"]),
        user("bob", &["town-square"]),
        json!({ "type": "post", "post": { "team": "team", "channel": "plans", "user": "alice", "message": "later",
                "create_at": 1_700_000_009_000_i64, "attachments": [{ "path": "data/x/plan.txt" }] } }),
        json!({ "type": "post", "post": { "team": "team", "channel": "town-square", "user": "alice", "message": "hi @bob",
                "create_at": 1_700_000_001_000_i64, "reactions": [{ "user": "bob", "emoji_name": "tada", "create_at": 1 }],
                "replies": [{ "user": "bob", "message": "hi", "create_at": 1_700_000_004_000_i64 }] } }),
        json!({ "type": "post", "post": { "team": "team", "channel": "town-square", "user": "bob", "type": "system_join_channel",
                "message": "bob joined", "create_at": 1_700_000_000_000_i64 } }),
        json!({ "type": "direct_channel", "direct_channel": { "members": ["bob", "alice"] } }),
        json!({ "type": "direct_post", "direct_post": { "channel_members": ["bob", "alice"], "user": "bob", "message": "psst",
                "create_at": 1_700_000_002_000_i64 } }),
    ];
    fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let (_, taken, report) = taken(&path);
    assert_eq!((taken.users, taken.messages), (2, 4), "{report}");
    assert!(report.contains("1 lines that say who joined") && report.contains("1 files"), "{report}");
    let server = serving(&path).await;
    let alice = claimed(&server, "alice").await;
    let square = messages(&alice, "town-square").await;
    assert_eq!(said(&square), [("alice", "hi @bob"), ("bob", "hi")]);
    assert_eq!((square[1].thread, &*square[0].reactions[0].emoji), (Some(square[0].id), "🎉"));
    assert_eq!(said(&messages(&alice, "plans").await), [("alice", "later\nplan.txt")]);
    assert_eq!(said(&messages(&alice, "@bob").await), [("bob", "psst")]);

    fs::write(&path, "{\"type\":\"version\",\"version\":1}\n{\"type\":\"post\",\n").unwrap();
    let refused = import(&TempDir::new().unwrap().path().join("data"), &path).unwrap_err().to_string();
    assert!(refused.contains("line 2"), "{refused}");
}

#[tokio::test]
async fn logs_come_from_weechat_and_irssi() {
    let place = TempDir::new().unwrap();
    let log = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
    log(
        "irc.libera.#rust.weechatlog",
        "2026-11-01 10:00:00\t-->\talice (~a@host) has joined #rust\n\
         2026-11-01 10:00:01\t@alice\thello \u{3}04,12there\u{3}\u{2}!\n\
         2026-11-01 10:00:03\t *\tbob waves\n\
         nonsense\n",
    );
    log("irc.libera.carol.weechatlog", "2026-11-01 10:00:02\tcarol\tin private\n");
    let (_, taken_now, report) = taken(place.path());
    assert_eq!((taken_now.users, taken_now.rooms, taken_now.messages), (3, 3, 3), "{report}");
    assert!(
        report.contains("1 lines that say who joined") && report.contains("1 lines that are not of a log"),
        "{report}"
    );
    let server = serving(place.path()).await;
    let alice = claimed(&server, "alice").await;
    let rust = messages(&alice, "rust").await;
    assert_eq!(said(&rust), [("alice", "hello there!"), ("bob", "_waves_")]);
    assert_eq!(rust[0].sent_at.to_string(), "2026-11-01T10:00:01.000Z");

    let irssi = TempDir::new().unwrap();
    let path = irssi.path().join("#ops.log");
    let text = "--- Log opened Sun Nov 01 23:58:00 2026\n23:58 -!- bob [~b@host] has joined #ops\n23:59 <@alice> before\n\
                --- Day changed Mon Nov 02 2026\n00:01 < bob> after midnight\n00:02  * alice nods\n";
    fs::write(&path, text).unwrap();
    for place in [&path, irssi.path()] {
        let (_, taken, report) = taken(place);
        assert_eq!((taken.users, taken.messages), (2, 3), "{report}");
    }
    let server = serving(&path).await;
    let bob = claimed(&server, "bob").await;
    let ops = messages(&bob, "ops").await;
    assert_eq!(said(&ops), [("alice", "before"), ("bob", "after midnight"), ("alice", "_nods_")]);
    assert_eq!(ops[1].sent_at.to_string(), "2026-11-02T00:01:00.000Z");
}
