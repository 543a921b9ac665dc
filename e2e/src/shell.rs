//! A user's shell: `chat-tui` as a command among others, with a home of its own.

use std::{ffi::OsString, path::Path, process::Stdio};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    Server,
    command::{Ended, run},
    programs, within,
};

/// One machine's user: the folder where clients keep their tokens, and the server that they talk to.
pub struct Shell {
    home: TempDir,
    server: String,
}

impl Shell {
    /// A user who has never used the programs.
    pub fn new(server: &Server) -> Self {
        Self::at(server.url())
    }

    /// The same, with a server that need not be there.
    ///
    /// # Panics
    /// When there is no room for temporary folders.
    pub fn at(url: &str) -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder"), server: url.to_owned() }
    }

    /// Where this user's programs keep what is theirs.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The server's URL.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Runs `chat-tui --server … ARGS` to its end.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn chat(&self, args: &[&str]) -> Ended {
        self.chat_with_input(args, "").await
    }

    /// The same with something on standard input.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn chat_with_input(&self, args: &[&str], input: &str) -> Ended {
        run(self.command(args), input).await
    }

    /// Runs `chat-tui --server … ARGS` to its end, which reads its input from somewhere.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn chat_reading(&self, args: &[&str], input: Stdio) -> Ended {
        let mut command = self.command(args);
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        within("a command's end", async { Ended::from(command.output().await.expect("it can be started")) }).await
    }

    /// Runs `chat-tui --server … ARGS` to its end, with more variables.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn chat_where(&self, variables: &[(&str, &str)], args: &[&str]) -> Ended {
        let mut command = self.command(args);
        command.envs(variables.iter().copied());
        run(command, "").await
    }

    /// Runs `chat-tui --server … ARGS` to its end, behind another command (see [`namespace`](crate::namespace)).
    ///
    /// # Panics
    /// When it does not end.
    pub async fn chat_behind(&self, behind: &[String], args: &[&str]) -> Ended {
        run(self.behind(behind, args), "").await
    }

    /// Starts the same with its output piped; it ends when dropped.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn_behind(&self, behind: &[String], args: &[&str]) -> Child {
        piped(self.behind(behind, args))
    }

    /// Starts `chat-tui --server … ARGS` with its output piped; it ends when dropped.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn(&self, args: &[&str]) -> Child {
        piped(self.command(args))
    }

    fn behind(&self, behind: &[String], args: &[&str]) -> Command {
        let [program, first @ ..] = behind else { return self.command(args) };
        let mut command = Command::new(program);
        command.args(first).arg(programs::tui()).args(["--server", &self.server]).args(args);
        command.env_clear().envs(environment(self.home()));
        command
    }

    /// Starts `chat-tui --server … ARGS`, which prints to somewhere; it ends when dropped.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn_printing(&self, args: &[&str], output: impl Into<Stdio>) -> Child {
        let mut command = self.command(args);
        command.stdin(Stdio::null()).stdout(output).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().expect("chat-tui can be started")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(programs::tui());
        command.args(["--server", &self.server]).args(args).env_clear().envs(environment(self.home()));
        command
    }
}

impl Ended {
    /// What it printed, without the last line's end, if it ended well.
    ///
    /// # Panics
    /// When it did not.
    pub fn ok(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout.trim_end()
    }
}

fn piped(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.spawn().expect("chat-tui can be started")
}

/// All that a user's programs know of their surroundings: nothing of this machine, the same everywhere.
pub fn environment(home: &Path) -> Vec<(&'static str, OsString)> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut variables = vec![("PATH", path), ("LANG", "C.UTF-8".into()), ("TZ", "UTC".into())];
    for (variable, folder) in [
        ("HOME", ""),
        ("CHAT_STATE_DIR", "state"),
        ("XDG_STATE_HOME", "xdg-state"),
        ("XDG_DATA_HOME", "xdg-data"),
        ("XDG_CONFIG_HOME", "xdg-config"),
        ("XDG_CACHE_HOME", "xdg-cache"),
        ("XDG_RUNTIME_DIR", "xdg-run"),
    ] {
        variables.push((variable, home.join(folder).into()));
    }
    variables
}
