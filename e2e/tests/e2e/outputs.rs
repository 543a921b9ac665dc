//! What the server's programs print goes to a full disk, a closed pipe, or a pipe that nobody reads. Nobody is served
//! worse for it, and nothing panics.

use std::{
    fs::File,
    io::{PipeReader, PipeWriter, Write as _, pipe},
    process::Stdio,
    sync::Arc,
};

use chat_e2e::{Person, Server, within};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// More requests than the server's queue has room for lines.
const MANY: usize = 3_000;

fn full_disk() -> Stdio {
    File::options().write(true).open("/dev/full").expect("Linux has such a device").into()
}

/// A pipe whose reader is gone.
fn closed_pipe() -> Stdio {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

/// A pipe that is full, and stays so as long as the reader is there.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = pipe().expect("a pipe");
    let flags = rustix::fs::fcntl_getfl(&writer).expect("a pipe has flags");
    rustix::fs::fcntl_setfl(&writer, flags | rustix::fs::OFlags::NONBLOCK).expect("they can be set");
    while writer.write(&[b'x'; 4096]).is_ok() {}
    while writer.write(b"x").is_ok() {}
    rustix::fs::fcntl_setfl(&writer, flags).expect("they can be set");
    (reader, writer)
}

async fn lines_lost(server: &Server) -> u64 {
    let answer = chat_e2e::api::client().get(format!("{}/metrics", server.url())).send().await.expect("an answer");
    let metrics = answer.text().await.expect("metrics are text");
    let line = metrics.lines().find_map(|line| line.strip_prefix("chat_log_lines_lost_total "));
    line.and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Makes many requests, each of which is worth a line, on one connection.
async fn ask_for_nothing(server: &Server) {
    let host = server.url().trim_start_matches("http://");
    let (mut reading, mut writing) = TcpStream::connect(host).await.expect("the server listens").into_split();
    let mut answers = Vec::new();
    let write = async move {
        let request = format!("GET /nowhere HTTP/1.1\r\nHost: {host}\r\n");
        let requests = format!("{request}\r\n").repeat(MANY) + &request + "Connection: close\r\n\r\n";
        writing.write_all(requests.as_bytes()).await.expect("the connection stays");
        writing
    };
    let (_writing, read) =
        within("many answers", async { tokio::join!(write, reading.read_to_end(&mut answers)) }).await;
    read.expect("the connection stays");
    assert_eq!(String::from_utf8_lossy(&answers).matches("HTTP/1.1 404").count(), MANY + 1);
}

/// Everything works as ever, and is counted.
async fn is_served(mut server: Server) {
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "hello").await;
    ask_for_nothing(&server).await;
    assert!(lines_lost(&server).await > 0, "no line was ever lost");
    alice.say("lobby", "still there").await;
    alice.get("/readyz").await.expect(200);
    assert_eq!(alice.bodies("lobby").await, ["hello", "still there"]);
    assert_eq!(server.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn a_log_on_a_full_disk() {
    is_served(Server::unlimited().errors_to(full_disk).start().await).await;
}

#[tokio::test]
async fn a_log_whose_reader_is_gone() {
    is_served(Server::unlimited().errors_to(closed_pipe).start().await).await;
}

#[tokio::test]
async fn a_log_that_nobody_reads() {
    let (_unread, writer) = full_pipe();
    let writer = Arc::new(writer);
    let errors = move || writer.try_clone().expect("a pipe can be cloned").into();
    is_served(Server::unlimited().errors_to(errors).start().await).await;
}

#[tokio::test]
async fn standard_output_that_takes_nothing() {
    let (_unread, writer) = full_pipe();
    let stuck = || writer.try_clone().expect("a pipe can be cloned").into();
    for (number, stdout) in [full_disk(), closed_pipe(), stuck()].into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let mut command = tokio::process::Command::new(chat_e2e::programs::server());
        command.args(["--port", &free.port().to_string()]).arg("--data").arg(folder.path());
        let mut server = command.stdout(stdout).stderr(Stdio::null()).kill_on_drop(true).spawn().expect("it starts");
        within("the server", async {
            let mut stream = loop {
                match TcpStream::connect(free).await {
                    Ok(stream) => break stream,
                    Err(_) => tokio::task::yield_now().await,
                }
            };
            // It answers once it runs, and then hears signals.
            stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").await.expect("the connection stays");
            stream.read_u8().await.expect("an answer");
        })
        .await;
        let pid = server.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())).expect("it runs");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a process can be signalled");
        let status = within("the server's end", server.wait()).await.expect("a process can be waited for");
        assert_eq!(status.code(), Some(0), "output number {number}");
    }
}

#[tokio::test]
async fn subcommands_say_what_they_could_not_print() {
    let server = Server::start().await;
    let _alice = Person::take(&server, "alice").await;
    let backups = tempfile::tempdir().expect("a temporary folder");
    let backup = |name: &str| backups.path().join(name).to_str().expect("a path in UTF-8").to_owned();
    for (number, nowhere) in [full_disk as fn() -> Stdio, closed_pipe].into_iter().enumerate() {
        let backup = backup(&number.to_string());
        // A code that nobody saw is a failure; a list whose reader has seen enough is none; a note is only a note.
        let list = if number == 0 { 1 } else { 0 };
        for (args, on_stdout, on_stderr) in [
            (&["invite"][..], 1, 0),
            (&["user", "list"], list, 0),
            (&["user", "role", "alice", "member"], 0, 0),
            (&["user", "reset", "alice"], 1, 0),
            (&["user", "disable", "alice"], 0, 0),
            (&["backup", &backup], 0, 0),
            (&["user", "role", "nobody", "admin"], 1, 1),
            (&["restore", "no-such-file"], 1, 1),
            (&["--help"], 0, 0),
        ] {
            let run = async |stdout: Stdio, stderr: Stdio| {
                let mut command = server.admin_command(args);
                command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).kill_on_drop(true);
                let child = command.spawn().expect("the program can be started");
                let ended = within("a subcommand", child.wait_with_output()).await.expect("it can be waited for");
                let said = String::from_utf8(ended.stderr).expect("it prints text");
                assert!(!said.contains("panicked"), "{args:?}: {said}");
                (ended.status.code(), said)
            };
            let (code, said) = run(nowhere(), Stdio::piped()).await;
            assert_eq!(code, Some(on_stdout), "{args:?} without standard output: {said}");
            assert!(code == Some(0) || said.starts_with("error: "), "{args:?}: {said}");
            if args[0] == "backup" {
                std::fs::remove_file(&backup).expect("the backup is there");
            }
            let (code, _) = run(Stdio::piped(), nowhere()).await;
            assert_eq!(code, Some(on_stderr), "{args:?} without standard error");
        }
    }
}
