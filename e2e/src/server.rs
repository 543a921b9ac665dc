//! A `chat-server` process: started on a free port, killed, stopped, started again in the same place.

use std::{
    fs::{self, File},
    net::IpAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use chat_testing::own_loopback;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
};

use crate::{programs, within};

/// What the server prints before its address, once it listens.
const LISTENING: &str = "listening on ";
/// Too many for one test to meet: limits are tried where they are the subject.
const UNLIMITED: &[&str] =
    &["messages=off", "registrations=off", "requests=off", "commands=off", "guest-messages=off", "uploads=off"];

/// How a server is to be started.
pub struct Start {
    program: Option<PathBuf>,
    args: Vec<String>,
    /// Variables that only the first start sees.
    first: Vec<(String, String)>,
    /// A command that the server's own is put behind: `unshare …`.
    behind: Vec<String>,
    data: Option<PathBuf>,
    port: u16,
    /// Where its log goes instead of the file that [`Server::log`] reads.
    errors: Option<Box<dyn Fn() -> Stdio + Send + Sync>>,
}

/// A server process and all that is its own. It ends when this is dropped.
pub struct Server {
    start: Start,
    process: Option<Process>,
    host: IpAddr,
    url: String,
    folder: TempDir,
}

struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

/// A server that did not start, or has ended.
#[derive(Debug)]
pub struct Refusal {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Server {
    /// A server with a folder of its own and without limits of speed.
    pub async fn start() -> Self {
        Self::unlimited().start().await
    }

    /// The same, to be started.
    pub fn unlimited() -> Start {
        Self::with(UNLIMITED)
    }

    /// One with limits, each `KEY=VALUE`.
    pub fn with(limits: &[&str]) -> Start {
        let args = limits.iter().flat_map(|limit| ["--limit".to_owned(), (*limit).to_owned()]).collect();
        Start { program: None, args, first: vec![], behind: vec![], data: None, port: 0, errors: None }
    }

    /// Where it is reached: `http://127.…`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port it listens on.
    ///
    /// # Panics
    /// Never: every address that a server prints has one.
    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address ends in a port")
    }

    /// The folder of its data.
    pub fn data(&self) -> PathBuf {
        self.start.data.clone().unwrap_or_else(|| self.folder.path().join("data"))
    }

    /// Its process.
    ///
    /// # Panics
    /// When it is not running.
    pub fn pid(&self) -> Pid {
        let id = self.process.as_ref().and_then(|process| process.child.id()).expect("the server runs");
        Pid::from_raw(id.cast_signed()).expect("a process has a number")
    }

    /// What it counts.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn metrics(&self) -> String {
        let answer = chat_testing::http().get(format!("{}/metrics", self.url())).send().await.expect("an answer");
        answer.text().await.expect("metrics are text")
    }

    /// How many lines of its log could not be written.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn lines_lost(&self) -> u64 {
        let metrics = self.metrics().await;
        let line = metrics.lines().find_map(|line| line.strip_prefix("chat_log_lines_lost_total "));
        line.and_then(|count| count.parse().ok()).unwrap_or_default()
    }

    /// What it has written to standard error, over all its starts.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// As power fails: `kill -9`.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn kill(&mut self) {
        let mut process = self.process.take().expect("the server runs");
        within("the killed server's end", process.child.kill()).await.expect("a process can be killed");
    }

    /// As an operator stops it: SIGTERM, then waits for its end.
    ///
    /// # Panics
    /// When it is not running or does not end.
    pub async fn terminate(&mut self) -> ExitStatus {
        kill_process(self.pid(), Signal::TERM).expect("a process can be signalled");
        self.ended().await
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// When it is not running or does not end.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("the server runs");
        // The rest of what it prints: nothing, which a test of the one line wants to know.
        let mut rest = String::new();
        let status = within("the server's end", async {
            process.stdout.read_to_string(&mut rest).await.expect("the server prints text");
            process.child.wait().await.expect("a process can be waited for")
        })
        .await;
        assert_eq!(rest, "", "one line on standard output is all that a server prints");
        status
    }

    /// Starts it again after its end: same address, same folder.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        assert!(self.process.is_none(), "the server still runs");
        self.start.port = self.port();
        if let Err(refusal) = self.spawn().await {
            panic!("the server does not start again: {refusal:?}");
        }
    }

    /// A subcommand on the same folder: `backup FILE`.
    ///
    /// # Panics
    /// When it cannot be started or does not end.
    pub async fn admin(&self, args: &[&str]) -> crate::Ended {
        crate::command::run(self.admin_command(args), "").await
    }

    /// The same, to be run otherwise.
    pub fn admin_command(&self, args: &[&str]) -> Command {
        let mut command = command();
        command.args(args).arg("--data").arg(self.data());
        command
    }

    async fn spawn(&mut self) -> Result<(), Refusal> {
        let program = self.start.program.clone().unwrap_or_else(programs::server);
        let mut command = command_behind(&self.start.behind, &program);
        command.envs(std::mem::take(&mut self.start.first));
        command.args(["--port", &self.start.port.to_string(), "--host", &self.host.to_string()]);
        command.arg("--data").arg(self.data()).args(&self.start.args);
        let log = File::options().append(true).create(true).open(self.log_file()).expect("a temporary file");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.start.errors.as_ref().map_or_else(|| log.into(), |errors| errors()))
            .kill_on_drop(true)
            .spawn()
            .expect("the server's program can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut line = String::new();
        within("the server's first line", stdout.read_line(&mut line)).await.expect("the server prints text");
        match line.trim_end().strip_prefix(LISTENING) {
            Some(url) => {
                self.url = url.to_owned();
                self.process = Some(Process { child, stdout });
                Ok(())
            }
            None => {
                assert_eq!(line, "", "the first line says where the server listens");
                let status = within("the server's end", child.wait()).await.expect("a process can be waited for");
                Err(Refusal { status, stderr: self.log() })
            }
        }
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl AsRef<str> for Server {
    fn as_ref(&self) -> &str {
        self.url()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of the server at {}\n{}---", self.url, self.log());
        }
    }
}

impl Start {
    /// One more argument.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// Another program than the server's own.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Self {
        self.program = Some(program.to_owned());
        self
    }

    /// An environment variable for the first start alone: a restart does not see it.
    #[must_use]
    pub fn at_first(mut self, variable: &str, value: &str) -> Self {
        self.first.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// Another data folder than one of its own.
    #[must_use]
    pub fn data(mut self, data: &Path) -> Self {
        self.data = Some(data.to_owned());
        self
    }

    /// A port that somebody chose.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Another end of its standard error than a file.
    #[must_use]
    pub fn errors_to(mut self, errors: impl Fn() -> Stdio + Send + Sync + 'static) -> Self {
        self.errors = Some(Box::new(errors));
        self
    }

    /// Behind another command, such as `unshare`, that ends by becoming the server.
    #[must_use]
    pub fn behind(mut self, command: Vec<String>) -> Self {
        self.behind = command;
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(self) -> Server {
        self.start_on(own_loopback()).await.unwrap_or_else(|refusal| panic!("the server does not start: {refusal:?}"))
    }

    /// Starts it, at this address of the machine.
    ///
    /// # Errors
    /// When it ends instead of listening.
    pub async fn start_on(self, host: IpAddr) -> Result<Server, Refusal> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut server = Server { start: self, process: None, host, url: String::new(), folder };
        server.spawn().await.map(|()| server)
    }

    /// Starts it where it is expected not to start.
    ///
    /// # Panics
    /// When it does.
    pub async fn start_refused(self) -> Refusal {
        match self.start_on(own_loopback()).await {
            Ok(server) => panic!("the server started after all, at {}", server.url()),
            Err(refusal) => refusal,
        }
    }
}

fn command() -> Command {
    command_behind(&[], &programs::server())
}

/// The server's command, free of what this process's environment says about chat servers.
fn command_behind(behind: &[String], program: &Path) -> Command {
    let mut command = match behind.split_first() {
        None => Command::new(program),
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("CHAT_") {
            command.env_remove(variable);
        }
    }
    command
}
