//! The server's log, on standard error: lines for people, or JSON for machines.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::options::LogFormat;

/// Libraries whose finest lines would show tokens and what people say: no filter brings those into the log.
const DISCREET: [&str; 3] = ["hyper=info", "tungstenite=info", "tokio_tungstenite=info"];
/// What a library tells in its own words and the store tells, too, unless it is asked for by name.
const TOLD_ANYWAY: &str = "refinery_core=warn";

/// Begins to log. `filter` was checked when it was parsed.
pub fn start(filter: &str, format: LogFormat) {
    let discreet = DISCREET.iter().filter_map(|directive| directive.parse().ok());
    let filter = discreet.fold(EnvFilter::new(format!("{TOLD_ANYWAY},{filter}")), EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}
