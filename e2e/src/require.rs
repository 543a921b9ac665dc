//! What a machine may lack: a test that cannot run without it says so and passes, unless everything is required.

use std::{env, path::PathBuf};

/// Set to 1 where a skipped test is a failed one, as in the project's own gate.
const ALL: &str = "CHAT_REQUIRE_ALL";

/// A browser, and the program that drives it.
#[derive(Debug, Clone)]
pub struct Chromium {
    /// The browser itself.
    pub browser: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
}

/// Chromium with its driver, or what `CHROMIUM` and `CHROMEDRIVER` name; `None` to skip the test.
pub fn chromium() -> Option<Chromium> {
    let browser = named("CHROMIUM").or_else(|| {
        ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].into_iter().find_map(find)
    });
    let driver = named("CHROMEDRIVER").or_else(|| ["chromedriver", "chromium.chromedriver"].into_iter().find_map(find));
    let both = browser.zip(driver).map(|(browser, driver)| Chromium { browser, driver });
    or_skip(both, "Chromium and its driver (apt install chromium chromium-driver)")
}

/// The terminal multiplexer; `None` to skip the test.
pub fn tmux() -> Option<PathBuf> {
    or_skip(find("tmux"), "tmux (apt install tmux)")
}

/// Runs the page's modules without a browser; `None` to skip the test.
pub fn node() -> Option<PathBuf> {
    or_skip(find("node"), "node (apt install nodejs)")
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
