//! The programs under test, built from the sources as they are now, in the profile of the tests.
//!
//! Cargo builds the programs of a package before that package's own tests, not before another's: a test that took
//! whatever lies in the target folder could praise yesterday's program. So the first test that needs them builds them.

use std::{
    env,
    fs::{self, File},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// A folder with ready programs, to be tried instead of building them.
const READY: &str = "CHAT_E2E_PROGRAMS";
/// Says which run of nextest a process belongs to; nextest starts a process for every test.
const RUN: &str = "NEXTEST_RUN_ID";
/// What cargo tells the tests of this package. To the inner cargo they would be changes, and it would build everything again.
const OF_THIS_PACKAGE: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// The server.
pub fn server() -> PathBuf {
    folder().join(name("chat-server"))
}

/// The terminal client.
pub fn tui() -> PathBuf {
    folder().join(name("chat-tui"))
}

/// Takes the terminal as the terminal client does, and panics.
pub fn panicking_tui() -> PathBuf {
    folder().join("examples").join(name("panics"))
}

/// Where all of them are.
///
/// # Panics
/// When they do not build.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| match env::var_os(READY) {
        Some(ready) => ready.into(),
        None => build_once_a_run(),
    })
}

fn name(program: &str) -> String {
    format!("{program}{}", env::consts::EXE_SUFFIX)
}

fn build_once_a_run() -> PathBuf {
    // A test runs as TARGET/PROFILE/deps/e2e-HASH.
    let test = env::current_exe().expect("a test knows its own program");
    let programs = test.ancestors().nth(2).expect("cargo puts tests two folders deep").to_owned();
    let target = programs.parent().expect("a profile's folder is in the target folder");
    match env::var(RUN) {
        Err(_) => build(&programs, target),
        Ok(run) => {
            let folder = target.join("tmp");
            fs::create_dir_all(&folder).expect("the target folder can be written");
            let stamp = folder.join("e2e-built-for");
            let mut stamp = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(stamp)
                .expect("the target folder can be written");
            stamp.lock().expect("the target folder takes locks");
            let mut built_for = String::new();
            stamp.read_to_string(&mut built_for).expect("the stamp is text");
            if built_for != run {
                build(&programs, target);
                stamp.set_len(0).and_then(|()| stamp.rewind()).expect("the stamp can be written");
                stamp.write_all(run.as_bytes()).expect("the stamp can be written");
            }
        }
    }
    programs
}

/// The whole workspace's programs, so that its libraries are taken with the features that `cargo test --workspace`
/// has already built them with.
fn build(programs: &Path, target: &Path) {
    let profile = match programs.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into()));
    cargo
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--bins",
            "--example",
            "panics",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(target);
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    for (variable, _) in env::vars_os() {
        let variable = variable.to_string_lossy();
        if OF_THIS_PACKAGE.iter().any(|start| variable.starts_with(start)) {
            cargo.env_remove(&*variable);
        }
    }
    let built = cargo.status().expect("cargo can be started");
    assert!(built.success(), "the programs do not build");
}
