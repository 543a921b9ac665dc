//! The server's log, on standard error: lines for people, or JSON for machines.
//!
//! Logging never fails and never waits: a line that cannot be written is dropped and counted.

mod lines;

use std::{backtrace::Backtrace, io::IsTerminal as _, sync::OnceLock, time::Duration};

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use self::lines::Lines;

/// Libraries whose finest lines would show tokens and what people say: no filter brings those into the log.
const DISCREET: [&str; 4] = ["hyper=info", "reqwest=info", "tungstenite=info", "tokio_tungstenite=info"];
/// What a library tells in its own words and the store tells, too, unless it is asked for by name.
const TOLD_ANYWAY: &str = "refinery_core=warn";
/// How long the end of the program waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// One for the process, as standard error is.
static LINES: OnceLock<Lines> = OnceLock::new();

/// Begins to log. `filter` was checked when it was parsed.
pub fn start(filter: &str, format: LogFormat) {
    let discreet = DISCREET.iter().filter_map(|directive| directive.parse().ok());
    let filter = discreet.fold(EnvFilter::new(format!("{TOLD_ANYWAY},{filter}")), EnvFilter::add_directive);
    let lines = LINES.get_or_init(|| Lines::to(std::io::stderr())).clone();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines).log_internal_errors(false);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let backtrace = Backtrace::capture();
        tracing::error!(thread = thread.name().unwrap_or("unnamed"), %panic, %backtrace, "panicked");
    }));
}

/// How many lines could not be written.
pub fn lost() -> u64 {
    LINES.get().map_or(0, Lines::lost)
}

/// Waits until everything logged so far is written, or for a second.
pub fn finish() {
    if let Some(lines) = LINES.get() {
        lines.flush(LAST_LINES);
    }
}
