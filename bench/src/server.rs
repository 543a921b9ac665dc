//! A chat-server of our own: started in a temporary folder with its limits off, and stopped.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// What would be in the way of a load.
pub(crate) const LIMITS: &[&str] = &[
    "messages",
    "guest-messages",
    "commands",
    "requests",
    "registrations",
    "sign-ins",
    "rooms-created",
    "rooms-per-user",
    "connections",
    "connections-per-user",
    "connections-per-address",
    "uploads",
    "upload-bytes",
    "storage-per-user",
];
/// What the server prints before its address.
const LISTENING: &str = "listening on ";
/// The server's own promise is 10 s.
const STOPPING: Duration = Duration::from_secs(15);

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Server {
    /// Starts this program on a free port, with a folder of its own under this one.
    pub(crate) fn start(program: &Path, parent: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("chat-bench-").tempdir_in(parent)?;
        let mut command = Command::new(program);
        for (variable, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CHAT_")) {
            command.env_remove(variable);
        }
        command.args(["--port", "0", "--log", "warn", "--data"]).arg(folder.path().join("data"));
        for limit in LIMITS {
            command.args(["--limit", &format!("{limit}=off")]);
        }
        let log = folder.path().join("log");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let Some(url) = line.trim_end().strip_prefix(LISTENING) else {
            _ = child.kill();
            _ = child.wait();
            bail!("the server does not start: {}", fs::read_to_string(log).unwrap_or_default().trim());
        };
        Ok(Self { child, url: url.to_owned(), folder })
    }

    /// Where it is reached.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("data").join("chat.db")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Stops it as an operator would; an error if it does not stop well.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let deadline = Instant::now() + STOPPING;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                let log = fs::read_to_string(self.log_file()).unwrap_or_default();
                if !log.is_empty() {
                    eprintln!("  the server's log:\n{log}");
                }
                anyhow::ensure!(status.success(), "the server ended with {status}");
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the server did not stop within {STOPPING:?}")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
