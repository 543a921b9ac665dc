//! nginx, which serves a folder of files as it does for anyone who installs it.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::machine::Process;

/// Where Debian puts it, which is not on everyone's path.
const ELSEWHERE: &str = "/usr/sbin/nginx";
const STARTING: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);

/// A running nginx. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Nginx {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

/// The program, if it is installed: `NGINX`, on the path, or where Debian has it.
pub(crate) fn find() -> Option<PathBuf> {
    let named = std::env::var_os("NGINX").map(PathBuf::from);
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|path| {
        let folders: Vec<_> = std::env::split_paths(&path).map(|folder| folder.join("nginx")).collect();
        folders
    });
    named.into_iter().chain(on_path).chain([PathBuf::from(ELSEWHERE)]).find(|program| program.is_file())
}

impl Nginx {
    /// Serves the file as `/file`: one process, `sendfile`, no log.
    pub(crate) fn serve(program: &Path, file: &Path, parent: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("chat-bench-nginx-").tempdir_in(parent)?;
        let root = folder.path().join("root");
        fs::create_dir(&root)?;
        fs::hard_link(file, root.join("file")).or_else(|_| fs::copy(file, root.join("file")).map(drop))?;
        // Nobody else takes the port in between, most likely; if so, nginx says it.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let at = folder.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {at}/{kind};\n"))
            .collect();
        let config = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/log;\n\
             events {{}}\n\
             http {{ access_log off; sendfile on; tcp_nopush on; {temporary}\n\
             server {{ listen {address}; root {at}/root; }} }}\n"
        );
        let config_file = folder.path().join("nginx.conf");
        fs::write(&config_file, config)?;
        let child = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&config_file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut nginx = Self { child, address, _folder: folder };
        let deadline = Instant::now() + STARTING;
        while TcpStream::connect(address).is_err() {
            if nginx.child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("nginx does not start: {}", fs::read_to_string(nginx._folder.path().join("log"))?.trim());
            }
            thread::sleep(LOOK);
        }
        Ok(nginx)
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        Process(Some(self.child.id()))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
