//! The program itself: options, exit codes, and the operator's subcommands.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use chat_protocol::api::Registration;
use serde_json::json;

use chat_testing::TestServer;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chat-server"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHAT_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    program().args(args).arg("--data").arg(folder).output().unwrap()
}

/// What it printed on standard output, once it ended well.
#[track_caller]
fn succeeds(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it printed on standard error, once it ended with this code.
#[track_caller]
fn fails(output: Output, code: i32) -> String {
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{error}");
    error
}

/// The program serving, killed when dropped.
struct Serving(Child);

impl Serving {
    fn start(command: &mut Command) -> (Self, String) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[test]
fn it_prints_where_it_listens_and_stops_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let (mut serving, line) = Serving::start(program().args(["--port", "0", "--data"]).arg(folder.path()));
    let port = line.trim_end().strip_prefix("listening on http://127.0.0.1:").expect(&line);
    assert_ne!(port.parse::<u16>().unwrap(), 0);
    let stopped = Command::new("kill").arg(serving.0.id().to_string()).status().unwrap();
    assert!(stopped.success());
    assert_eq!(serving.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let error = fails(program().args(["--port", &port, "--data", ":memory:"]).output().unwrap(), 1);
    assert_eq!(
        error.lines().last().unwrap_or_default(),
        format!("error: port {port} is in use: stop the program that uses it, or give another one with --port")
    );
}

#[tokio::test]
async fn a_folder_in_use_is_named() {
    let server = TestServer::start().await;
    let error = fails(run(server.folder(), &["--port", "0"]), 1);
    assert!(error.contains("error: another chat-server uses "), "{error}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = fails(run(&file.path().join("data"), &["--port", "0"]), 1);
    assert!(error.contains("error: ") && error.contains("--data"), "{error}");
}

#[test]
fn a_file_of_someone_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("chat.db"), "not a database, but long enough to be looked at as one".repeat(100))
        .unwrap();
    let error = fails(run(folder.path(), &["--port", "0"]), 1);
    assert!(error.contains("is not a database of chat-server"), "{error}");
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["--origin", "*"][..],
        &["--limit", "mesages=1:1"],
        &["--limit", "messages=lots"],
        &["--port", "notaport"],
        &["--public-url", "chat.example.org"],
        &["--registration", "maybe"],
        &["--nonsense"],
        &["nonsense"],
        &["user", "role", "alice", "king"],
        &["invite", "--uses", "0"],
        &["invite", "--expires", "soon"],
    ] {
        fails(run(folder.path(), args), 2);
    }
}

#[test]
fn options_can_be_environment_variables() {
    let folder = tempfile::tempdir().unwrap();
    let (_serving, line) =
        Serving::start(program().env("CHAT_PORT", "0").env("CHAT_HOST", "127.0.0.2").env("CHAT_DATA", folder.path()));
    assert!(line.starts_with("listening on http://127.0.0.2:"), "{line}");
    let wrong =
        program().env("CHAT_LIMIT", "messages=1:1,commands=lots").args(["--data", ":memory:"]).output().unwrap();
    assert!(fails(wrong, 2).contains("commands"));
}

#[tokio::test]
async fn an_invite_is_good_for_as_many_as_it_says() {
    let server = TestServer::with(|options| options.registration = Registration::Invite).await;
    let printed = succeeds(server.folder(), &["invite", "--uses", "2", "--public-url", "https://chat.example.org"]);
    let mut lines = printed.lines();
    let code = lines.next().unwrap().to_owned();
    assert_eq!(lines.next(), Some("https://chat.example.org"));
    for name in ["alice", "bob"] {
        server.post("/api/users", json!({"name": name, "invite": code})).await.is(201);
    }
    server.post("/api/users", json!({"name": "carol", "invite": code})).await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn roles_are_given_and_listed() {
    let server = TestServer::start().await;
    server.register("alice").await;
    let guest = server.guest().await;
    succeeds(server.folder(), &["user", "role", "@Alice", "admin"]);
    let list = succeeds(server.folder(), &["user", "list"]);
    assert!(list.lines().any(|line| line.starts_with("alice\tadmin\t1 sessions\t")), "{list}");
    succeeds(server.folder(), &["user", "role", "alice", "member"]);
    let error = fails(run(server.folder(), &["user", "role", "nobody", "admin"]), 1);
    assert!(error.contains("there is no user nobody"), "{error}");
    let error = fails(run(server.folder(), &["user", "role", &guest.name, "admin"]), 1);
    assert!(error.contains("is a guest"), "{error}");
}

#[tokio::test]
async fn a_reset_ends_the_sessions_and_lets_the_user_in_by_a_code() {
    let server = TestServer::start().await;
    let alice = server.register_with_password("alice", "forgotten horse").await;
    let printed = succeeds(server.folder(), &["user", "reset", "alice", "--public-url", "https://chat.example.org"]);
    let (code, url) = printed.trim_end().split_once('\n').unwrap();
    assert_eq!(url, format!("https://chat.example.org/#link={code}"));
    alice.get("/api/users/me").await.is_problem(401, "unauthorized");
    let again = server.person(server.post("/api/sessions", json!({"link_code": code})).await.is(201));
    assert_eq!(again.id, alice.id);
    again.patch("/api/users/me", json!({"password": "another horse"})).await.is(200);
}

#[tokio::test]
async fn a_disabled_user_is_out_and_their_sockets_close() {
    let server = TestServer::start().await;
    let alice = server.register_with_password("alice", "correct horse").await;
    let mut socket = alice.live().await;
    succeeds(server.folder(), &["user", "disable", "alice"]);
    assert_eq!(socket.closed().await.code, 4403);
    alice.get("/api/users/me").await.is_problem(401, "unauthorized");
    server
        .post("/api/sessions", json!({"name": "alice", "password": "correct horse"}))
        .await
        .is_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_backup_is_restored_with_a_new_epoch_and_without_link_codes() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.say("lobby", "before the backup").await;
    let code = alice.post("/api/link-codes", json!({})).await["code"].clone();
    let epoch = server.get("/api/info").await["epoch"].clone();
    let identity = server.get("/api/info").await["id"].clone();
    let file = server.file("backup.db");
    let file = file.to_str().unwrap();
    succeeds(server.folder(), &["backup", file]);
    let error = fails(run(server.folder(), &["backup", &format!("{file}/in/no/folder.db")]), 1);
    assert!(error.contains("there is no folder"), "{error}");
    let error = fails(run(server.folder(), &["backup", file]), 1);
    assert!(error.contains("exists already"), "{error}");
    alice.say("lobby", "after the backup").await;

    let error = fails(run(server.folder(), &["restore", file]), 1);
    assert!(error.contains("another chat-server uses "), "{error}");
    let (folder, server) = server.pause();
    succeeds(&folder, &["restore", file]);
    let kept = std::fs::read_dir(&folder).unwrap().filter_map(Result::ok);
    assert_eq!(kept.filter(|entry| entry.file_name().to_string_lossy().contains("replaced")).count(), 1);

    let server = server.resume().await;
    let bodies: Vec<String> = server.get("/api/messages").await["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["body"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(bodies, ["before the backup"]);
    let info = server.get("/api/info").await;
    assert_ne!(info["epoch"], epoch);
    assert_eq!(info["id"], identity);
    server.post("/api/sessions", json!({"link_code": code})).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn what_is_no_backup_is_not_restored() {
    let server = TestServer::start().await;
    server.register("alice").await;
    let (folder, server) = server.pause();
    let noise = folder.join("noise.db");
    std::fs::write(&noise, "noise".repeat(1000)).unwrap();
    let other = folder.join("other.db");
    std::fs::write(&other, "").unwrap();
    for file in [&noise, &other, &folder.join("missing.db")] {
        fails(run(&folder, &["restore", file.to_str().unwrap()]), 1);
    }
    let server = server.resume().await;
    assert_eq!(server.get("/api/users").await.names(), ["alice"]);
}

/// What somebody with the file in their hands may do to it, and what of it the answer names.
const ALTERATIONS: [(&str, &str); 9] = [
    (
        "CREATE TRIGGER x AFTER INSERT ON message BEGIN UPDATE message SET body = 'y' WHERE id = new.id; END",
        "trigger x",
    ),
    ("CREATE VIEW x AS SELECT * FROM session", "view x"),
    ("CREATE TABLE x (y)", "table x"),
    ("CREATE INDEX x ON message (body)", "index x"),
    ("DROP TABLE mention", "table mention is missing"),
    ("DROP INDEX session_user", "index session_user is missing"),
    ("ALTER TABLE session ADD COLUMN x", "table session was changed"),
    ("ALTER TABLE invite RENAME TO x", "table invite is missing"),
    ("DROP VIEW log; CREATE VIEW log AS SELECT * FROM event", "view log was changed"),
];

#[tokio::test]
async fn a_database_with_other_tables_than_ours_is_neither_restored_nor_opened() {
    let server = TestServer::start().await;
    server.register("alice").await;
    let original = server.file("backup.db");
    succeeds(server.folder(), &["backup", original.to_str().unwrap()]);
    for (alteration, named) in ALTERATIONS {
        let folder = tempfile::tempdir().unwrap();
        let (altered, database) = (folder.path().join("altered.db"), folder.path().join("chat.db"));
        std::fs::copy(&original, &altered).unwrap();
        rusqlite::Connection::open(&altered).unwrap().execute_batch(alteration).unwrap();
        let error = fails(run(folder.path(), &["restore", altered.to_str().unwrap()]), 1);
        assert!(error.contains("was altered by another program") && error.contains(named), "{alteration}: {error}");
        assert!(!database.exists(), "{alteration}");
        std::fs::rename(&altered, &database).unwrap();
        let error = fails(run(folder.path(), &["--port", "0"]), 1);
        assert!(error.contains(named), "{alteration}: {error}");
        fails(run(folder.path(), &["user", "list"]), 1);
    }
}

#[tokio::test]
async fn rows_that_the_server_would_not_write_are_not_restored() {
    let server = TestServer::start().await;
    server.register("alice").await.say("lobby", "hello").await;
    let original = server.file("backup.db");
    succeeds(server.folder(), &["backup", original.to_str().unwrap()]);
    for (change, named) in [
        ("PRAGMA foreign_keys = OFF; DELETE FROM user", "refer to others that are missing"),
        ("UPDATE user SET name = x'ff'", "user has a name"),
        ("UPDATE message SET sent_at = 'now'", "sent_at"),
        ("UPDATE session SET token = 1", "session has a token"),
    ] {
        let altered = server.file("altered.db");
        std::fs::copy(&original, &altered).unwrap();
        rusqlite::Connection::open(&altered).unwrap().execute_batch(change).unwrap();
        let error = fails(run(tempfile::tempdir().unwrap().path(), &["restore", altered.to_str().unwrap()]), 1);
        assert!(error.contains("is damaged") && error.contains(named), "{change}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_named_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let within = |name: &str| folder.path().join(name);
    std::fs::write(within("empty"), "").unwrap();
    std::fs::create_dir(within("folder")).unwrap();
    assert!(Command::new("mkfifo").arg(within("fifo")).status().unwrap().success());
    for (name, why) in
        [("empty", "is empty"), ("folder", "is a folder"), ("fifo", "no regular file"), ("missing", "no such file")]
    {
        let error = fails(run(folder.path(), &["restore", within(name).to_str().unwrap()]), 1);
        assert!(error.contains(why), "{name}: {error}");
    }
    for (ours, other, why) in [
        ("chat.db", "folder", "is a folder"),
        ("chat.db", "fifo", "no regular file"),
        ("chat.db", "missing", "a link to a file that is not there"),
        ("lock", "missing", "a link to a file that is not there"),
        ("lock", "fifo", "no regular file"),
    ] {
        let data = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(within(other), data.path().join(ours)).unwrap();
        for command in [&["--port", "0"][..], &["invite"]] {
            let error = fails(run(data.path(), command), 1);
            assert!(error.contains(why), "{ours} -> {other}, {command:?}: {error}");
        }
        assert!(!within("missing").exists(), "{ours}: a link that leads nowhere was followed");
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_open_what_the_program_makes() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    succeeds(folder.path(), &["invite"]);
    let (database, lock) = (folder.path().join("chat.db"), folder.path().join("lock"));
    assert_eq!((mode(&database), mode(&lock)), (0o600, 0o600));

    // Others may open all of it: that is said, but for the lock, which is simply put right.
    set(&lock, 0o666);
    set(&database, 0o644);
    set(folder.path(), 0o777);
    let mut command = program();
    command.args(["--port", "0", "--data"]).arg(folder.path());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let serving = Serving(child);
    let told: Vec<String> = lines.take_while(|line| !line.contains("the log is open")).collect();
    let told = told.join("\n");
    assert!(told.contains("others may write to the data folder"), "{told}");
    assert!(told.contains("others may open the database"), "{told}");
    assert_eq!(mode(&lock), 0o600);
    assert_eq!(mode(&folder.path().join("chat.db-wal")), 0o644, "the log has the database's mode");
    drop(serving);

    // The log of a server that was killed stays, and may be from before the database was made private.
    set(&database, 0o600);
    let (_serving, _) = Serving::start(program().args(["--port", "0", "--data"]).arg(folder.path()));
    assert_eq!(mode(&folder.path().join("chat.db-wal")), 0o600);
}

#[test]
fn a_slip_in_the_folders_name_makes_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let file = folder.path().join("backup.db");
    for command in [&["user", "list"][..], &["user", "disable", "alice"], &["backup", file.to_str().unwrap()]] {
        let error = fails(run(&missing, command), 1);
        assert!(error.contains("there is no database in"), "{command:?}: {error}");
    }
    assert!(!missing.exists());
}

#[test]
fn a_backup_of_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let error = fails(run(folder.path(), &["backup", file.to_str().unwrap()]), 1);
    assert!(error.contains("there is no database in"), "{error}");
    assert!(!file.exists());
}
