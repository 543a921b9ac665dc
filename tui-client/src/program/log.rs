//! The program's own log, for finding faults. The screen is taken, so it goes to a file, and only if one is named.

use std::{fs::OpenOptions, sync::Mutex};

use tracing_subscriber::EnvFilter;

const FILE_VARIABLE: &str = "CHAT_TUI_LOG";
/// Says how much is written, as a tracing filter.
const FILTER_VARIABLE: &str = "CHAT_TUI_LOG_FILTER";

/// Begins to log, if a file is named that can be written.
pub(crate) fn start() {
    let Some(path) = std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()) else { return };
    let Ok(file) = OpenOptions::new().create(true).append(true).open(path) else { return };
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file)).init();
}
