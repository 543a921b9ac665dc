//! PostgreSQL for tests: one server for each test process, and in it a database of its own for whoever asks.
//!
//! It listens on a socket in a temporary folder and ends with the process, however that ends.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Makes a server in a folder of its own and tells that folder; ends it once standard input does.
const SERVE: &str = r#"
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U chat -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c max_connections=400 -c shared_buffers=64MB \
    >"$dir/log" 2>&1 </dev/null &
server=$!
until "$1/pg_isready" -q -h "$dir"; do
    kill -0 $server 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
    sleep 0.02
done
echo "$dir"
cat >/dev/null
kill -QUIT $server
wait $server || true
"#;

/// The name of the user that owns every database.
const USER: &str = "chat";

struct Server {
    programs: PathBuf,
    /// Where its socket is.
    folder: String,
    made: AtomicU64,
    /// Its standard input ends with this process.
    _running: Child,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| Some(Server::start(programs()?)));

/// The address of an empty database. Where PostgreSQL is not installed, says `SKIPPED` and gives none, unless
/// `CHAT_REQUIRE_ALL` is set.
pub fn database() -> Option<String> {
    let Some(server) = &*SERVER else {
        assert!(std::env::var_os("CHAT_REQUIRE_ALL").is_none(), "there is no PostgreSQL");
        eprintln!("SKIPPED: there is no PostgreSQL");
        return None;
    };
    let name = format!("test_{}", server.made.fetch_add(1, Ordering::Relaxed));
    server.run(&format!("CREATE DATABASE {name}"));
    Some(server.address(&name))
}

/// Runs a statement as the owner of every database, in the one that is there from the beginning.
///
/// # Panics
/// When there is no PostgreSQL, or it refuses.
pub fn administer(statement: &str) {
    SERVER.as_ref().expect("PostgreSQL is there").run(statement);
}

/// Where PostgreSQL's programs are: Debian keeps them out of the way, a folder for each version.
fn programs() -> Option<PathBuf> {
    let has_server = |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut of_debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).filter(has_server).collect();
    of_debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    of_debian.pop().or_else(|| std::env::split_paths(&path).find(has_server))
}

impl Server {
    fn start(programs: PathBuf) -> Self {
        // It refuses to run as root.
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut running = command
            .args(["-c", SERVE, "sh"])
            .arg(&programs)
            .current_dir(Path::new("/"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut folder = String::new();
        BufReader::new(running.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        let folder = folder.trim().to_owned();
        assert!(!folder.is_empty(), "PostgreSQL could not be started: see above");
        Self { programs, folder, made: AtomicU64::new(0), _running: running }
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://{USER}@{}/{database}", self.folder.replace('/', "%2F"))
    }

    fn run(&self, statement: &str) {
        let done = Command::new(self.programs.join("psql"))
            .args(["-qX", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", "postgres", "-h", &self.folder, "-c", statement])
            .output()
            .unwrap();
        assert!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
