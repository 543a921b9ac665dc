//! A desktop without a screen, and what its clipboard holds: Xvfb and xclip, which serve any program.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
};

use crate::{require, within};

/// It ends when it is dropped.
pub struct Desktop {
    display: String,
    server: Child,
    /// Who has the clipboard.
    owner: Option<Child>,
}

impl Desktop {
    /// A desktop that nobody has used; `None` to skip the test.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start() -> Option<Self> {
        let xvfb = require::desktop()?;
        let mut server = Command::new(xvfb);
        // It takes a display that is free, and tells which.
        server.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "64x64x24"]);
        server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut server = server.spawn().expect("Xvfb can be started");
        let mut told = BufReader::new(server.stdout.take().expect("it was piped")).lines();
        let number = within("the number of the display", told.next_line()).await.expect("text").expect("a line");
        Some(Self { display: format!(":{}", number.trim()), server, owner: None })
    }

    /// What programs find it by: `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The clipboard holds this from now on, as that type.
    ///
    /// # Panics
    /// When it does not.
    pub async fn copy(&mut self, media_type: &str, bytes: &[u8]) {
        let mut owner = self.xclip(&["-quiet", "-in", "-target", media_type]);
        let mut owner = owner.stdin(Stdio::piped()).spawn().expect("xclip can be started");
        let mut stdin = owner.stdin.take().expect("it was piped");
        stdin.write_all(bytes).await.expect("xclip reads it");
        drop(stdin);
        // The one before ends when it has lost the clipboard.
        self.owner = Some(owner);
        // It does not tell when it has it.
        within("the clipboard", async {
            while self.paste(media_type).await.as_deref() != Some(bytes) {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    }

    /// What the clipboard holds, if it is of this type.
    async fn paste(&self, media_type: &str) -> Option<Vec<u8>> {
        let output = self.xclip(&["-out", "-target", media_type]).stdin(Stdio::null()).output().await;
        let output = output.expect("xclip can be started");
        output.status.success().then_some(output.stdout)
    }

    /// It goes away under its programs.
    ///
    /// # Panics
    /// When it does not.
    pub async fn end(&mut self) {
        within("the end of the desktop", self.server.kill()).await.expect("it runs");
    }

    fn xclip(&self, args: &[&str]) -> Command {
        let mut command = Command::new("xclip");
        command.args(["-selection", "clipboard"]).args(args).env("DISPLAY", &self.display);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        command
    }
}
