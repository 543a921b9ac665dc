//! What can be given on the command line.

use std::{net::ToSocketAddrs as _, path::PathBuf};

use clap::Parser;

use crate::scenario::Scenario;

/// Drives a chat-server over its public API, and prints what it measured.
#[derive(Debug, Parser)]
#[command(name = "chat-bench", version, about)]
pub(crate) struct Options {
    /// What to measure [default: everything].
    #[arg(value_enum)]
    scenarios: Vec<Scenario>,
    /// The server's program, started again for every scenario [default: the chat-server beside this program].
    #[arg(long, value_name = "BIN", conflicts_with = "url")]
    server: Option<PathBuf>,
    /// A server that runs already, such as http://127.0.0.1:3000; its limits must be off.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<Url>,
    /// The process of that server, to measure what it uses.
    #[arg(long, requires = "url")]
    pub(crate) pid: Option<u32>,
    /// How often to run everything; medians are printed.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: u32,
    /// Seconds of each load that is measured over time.
    #[arg(long, default_value_t = 3.0, value_parser = positive)]
    pub(crate) seconds: f64,
    /// How many of everything there are (connections, rooms, messages), as a part of the full number.
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    pub(crate) scale: f64,
    /// Bytes of a message's body.
    #[arg(long, default_value_t = 100)]
    pub(crate) body_bytes: usize,
    /// Where the server's data is put, on the disk to be measured [default: the folder for temporary files].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Also write everything as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Leave it to the system on which processors the server and this program run.
    #[arg(long)]
    pub(crate) no_pin: bool,
}

impl Options {
    /// What to measure, in the order of the list.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        let chosen = |scenario: &Scenario| self.scenarios.is_empty() || self.scenarios.contains(scenario);
        Scenario::ALL.iter().copied().filter(chosen).collect()
    }

    /// The program to start.
    pub(crate) fn server(&self) -> anyhow::Result<PathBuf> {
        match &self.server {
            Some(program) => Ok(program.clone()),
            None => Ok(std::env::current_exe()?.with_file_name(format!("chat-server{}", std::env::consts::EXE_SUFFIX))),
        }
    }

    /// Where data is put.
    pub(crate) fn dir(&self) -> PathBuf {
        self.dir.clone().unwrap_or_else(std::env::temp_dir)
    }

    /// This many, scaled; at least so many.
    pub(crate) fn scaled(&self, full: usize, least: usize) -> usize {
        ((full as f64 * self.scale) as usize).max(least)
    }
}

/// A server's address. There is no TLS here: what is measured is the server, not a proxy.
#[derive(Debug, Clone)]
pub(crate) struct Url {
    /// `http://HOST:PORT`.
    pub(crate) text: String,
    /// The first address of it.
    pub(crate) address: std::net::SocketAddr,
}

impl Url {
    /// `HOST:PORT`.
    pub(crate) fn host(&self) -> &str {
        self.text.trim_start_matches("http://")
    }
}

impl std::str::FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim_end_matches('/');
        let host = text.strip_prefix("http://").ok_or("write it as http://HOST:PORT")?;
        let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let mut addresses = with_port.to_socket_addrs().map_err(|error| error.to_string())?;
        let address = addresses.next().ok_or("it has no address")?;
        Ok(Self { text: text.to_owned(), address })
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if number > 0.0 && number <= 1_000.0 => Ok(number),
        _ => Err("write a number above 0 and up to 1000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Options as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn scenarios_are_all_or_those_named() {
        let all = Options::try_parse_from(["chat-bench"]).unwrap();
        assert_eq!(all.scenarios(), Scenario::ALL);
        let two = Options::try_parse_from(["chat-bench", "rooms", "fanout"]).unwrap();
        assert_eq!(two.scenarios(), [Scenario::Fanout, Scenario::Rooms]);
    }
}
