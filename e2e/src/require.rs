//! What a machine may lack: a test that cannot run without it says so and passes, unless everything is required.

use std::{env, path::PathBuf, process::Command};

/// Set to 1 where a skipped test is a failed one, as in the project's own gate.
const ALL: &str = "CHAT_REQUIRE_ALL";

/// The first node that sees by itself that a `.js` file is a module.
const NODE: (u32, u32) = (20, 19);

/// Chromium, or what `CHROMIUM` names; `None` to skip the test.
pub fn chromium() -> Option<PathBuf> {
    let known = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    or_skip(named("CHROMIUM").or_else(|| known.into_iter().find_map(find)), "Chromium (apt install chromium)")
}

/// The terminal multiplexer; `None` to skip the test.
pub fn tmux() -> Option<PathBuf> {
    or_skip(find("tmux"), "tmux (apt install tmux)")
}

/// Asks over HTTP from a shell; `None` to skip the test.
pub fn curl() -> Option<PathBuf> {
    or_skip(find("curl"), "curl (apt install curl)")
}

/// Carries what programs of a desktop say to each other; `None` to skip the test.
pub fn dbus() -> Option<PathBuf> {
    or_skip(find("dbus-daemon"), "dbus-daemon (apt install dbus)")
}

/// A desktop without a screen, beside a program that fills its clipboard; `None` to skip the test.
pub fn desktop() -> Option<PathBuf> {
    or_skip(find("xclip").and_then(|_| find("Xvfb")), "Xvfb and xclip (apt install xvfb xclip)")
}

/// Notifies from a shell; `None` to skip the test. `APPRISE` names it where it is not found by itself.
pub fn apprise() -> Option<PathBuf> {
    or_skip(named("APPRISE").or_else(|| find("apprise")), "apprise (pip install apprise, or APPRISE=…/bin/apprise)")
}

/// A Python that checks signatures of webhooks; `None` to skip the test. `STANDARDWEBHOOKS` names it where it is not found by
/// itself.
pub fn standardwebhooks() -> Option<PathBuf> {
    let has_it = |python: &PathBuf| {
        let import = Command::new(python).args(["-c", "import standardwebhooks"]).output();
        import.is_ok_and(|import| import.status.success())
    };
    let python = named("STANDARDWEBHOOKS").or_else(|| find("python3")).filter(has_it);
    or_skip(python, "standardwebhooks (pip install standardwebhooks, or STANDARDWEBHOOKS=…/bin/python)")
}

/// Runs the page's modules without a browser; `None` to skip the test.
pub fn node() -> Option<PathBuf> {
    let knows_modules = |node: &PathBuf| {
        let version = Command::new(node).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
        let version = String::from_utf8_lossy(&version).replace('v', "");
        let mut numbers = version.trim().split('.').map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= NODE
    };
    or_skip(find("node").filter(knows_modules), &format!("node {}.{} or newer", NODE.0, NODE.1))
}

/// Gives back what was found. When nothing was, says what is missing, for the test to return.
///
/// # Panics
/// When nothing was found and everything is required.
pub fn or_skip<T>(found: Option<T>, what: &str) -> Option<T> {
    if found.is_none() {
        assert!(env::var_os(ALL).is_none_or(|all| all != "1"), "{ALL} is set, and there is no {what}");
        eprintln!("SKIPPED: there is no {what}");
    }
    found
}

/// A program by its name.
pub fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}
