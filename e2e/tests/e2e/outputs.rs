//! What the programs print goes to a full disk, a closed pipe, or a pipe that nobody reads. Nobody is served
//! worse for it, and nothing panics.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, PipeReader, PipeWriter, Read as _, Write as _, pipe},
    process::Stdio,
    sync::Arc,
};

use chat_e2e::{Person, Server, Shell, within};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
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
    let (reader, writer, _) = full_pipe_that_does_not_block();
    rustix::io::ioctl_fionbio(&writer, false).expect("a pipe can be set to block");
    (reader, writer)
}

/// A pipe that is full; a writer gets an error and does not wait. With the bytes that are in it.
fn full_pipe_that_does_not_block() -> (PipeReader, PipeWriter, usize) {
    let (reader, mut writer) = pipe().expect("a pipe");
    rustix::io::ioctl_fionbio(&writer, true).expect("a pipe can be set not to block");
    let mut filled = 0;
    for piece in [&[b'x'; 4096][..], b"x"] {
        while let Ok(written) = writer.write(piece) {
            filled += written;
        }
    }
    (reader, writer, filled)
}

/// How many pages of a room's log the server has given.
async fn pages_given(server: &Server) -> u64 {
    let metrics = server.metrics().await;
    let counts =
        metrics.lines().filter(|line| line.starts_with("chat_http_requests_total{") && line.contains("/events"));
    counts.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
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
    assert!(server.lines_lost().await > 0, "no line was ever lost");
    alice.say("lobby", "still there").await;
    alice.get("/readyz").await.is(200);
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
        // A code that nobody saw is a failure. A list whose reader has seen enough is not, and neither is a note.
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

/// What a program printed into a pipe behind what had filled it, until it closed it or so many lines have come.
async fn printed(reader: PipeReader, filled: usize, lines: usize) -> String {
    let read = tokio::task::spawn_blocking(move || {
        let mut reader = BufReader::new(reader);
        reader.read_exact(&mut vec![0; filled]).expect("it is full");
        let lines = reader.lines().take(lines).map(|line| line.expect("it prints text") + "\n");
        lines.collect::<String>()
    });
    within("what it prints", read).await.expect("it was read")
}

#[tokio::test]
async fn a_full_pipe_that_does_not_block_is_waited_for() {
    const MESSAGES: usize = 200;
    let server = Server::unlimited().start().await;
    let bob = Person::take(&server, "bob").await;
    for number in 0..MESSAGES {
        bob.say("lobby", &format!("{number} {}", "long ".repeat(200))).await;
    }
    let shell = Shell::new(&server);

    let (reader, writer, filled) = full_pipe_that_does_not_block();
    let mut send = shell.spawn_printing(&["send", "--name", "alice", "hello"], writer);
    // It is stored before its id is printed.
    while !bob.bodies("lobby").await.contains(&"hello".to_owned()) {}
    assert_eq!(printed(reader, filled, usize::MAX).await.trim().len(), 36);
    assert!(within("its end", send.wait()).await.expect("it ends").success());

    let (reader, writer, filled) = full_pipe_that_does_not_block();
    let mut tail = shell.spawn_printing(&["tail", "--json", "--since", "0"], writer);
    // bob and alice joined, their messages.
    let log = bob.log("lobby").await;
    assert_eq!(log.len(), MESSAGES + 3);
    let json = printed(reader, filled, log.len()).await;
    let events: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(events, log);
    assert!(within("its end", tail.wait()).await.expect("it ends").success(), "nobody reads on");
}

#[tokio::test]
async fn it_ends_when_it_is_asked_to_though_nobody_reads() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    shell.chat(&["send", "--name", "alice", "hello"]).await.ok();
    let mut given = 0;
    for signal in [Signal::INT, Signal::TERM] {
        for (_reader, writer) in [full_pipe(), {
            let (reader, writer, _) = full_pipe_that_does_not_block();
            (reader, writer)
        }] {
            let mut tail = shell.spawn_printing(&["tail", "--since", "0"], writer);
            let mut complaints = tail.stderr.take().expect("it was piped");
            let process = Pid::from_raw(tail.id().expect("it runs").cast_signed()).expect("it has a number");
            given += 1;
            // It has something to print then, and waits for somebody to read.
            within("a page for tail", async { while pages_given(&server).await < given {} }).await;
            kill_process(process, signal).expect("it runs");
            assert_eq!(within("its end", tail.wait()).await.expect("it ends").code(), Some(0), "{signal:?}");
            let mut told = String::new();
            complaints.read_to_string(&mut told).await.expect("it prints text");
            assert_eq!(told, "");
        }
    }
}
