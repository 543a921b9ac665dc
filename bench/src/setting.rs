//! What a scenario is given: a server, its processors, and how much of everything there shall be.

use std::{cell::RefCell, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};

use crate::{
    fleet::Fleet,
    machine::{self, Machine, Process, Span},
    options::{Options, Url},
    rest::Rest,
    server::{LIMITS, Server},
};

/// Files that are open besides the connections.
const OTHER_FILES: u64 = 200;
/// How long the loop sleeps at most where it must not spin.
const NAP: Duration = Duration::from_millis(1);

/// The place of one scenario.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    /// What was asked for.
    pub(crate) options: &'a Options,
    /// The HTTP API.
    pub(crate) rest: Rest,
    /// The server's processor and this program's, if they are pinned.
    pub(crate) cpus: Option<(usize, usize)>,
    /// The server's process, if it is known.
    pub(crate) process: Process,
    url: Url,
    machine: &'a Machine,
    server: Option<Server>,
    notes: RefCell<Vec<String>>,
}

impl<'a> Setting<'a> {
    /// Starts the server, or finds the one that runs.
    pub(crate) fn prepare(options: &'a Options, machine: &'a Machine) -> anyhow::Result<Self> {
        let mut notes = Vec::new();
        let (url, server, cpus) = match &options.url {
            Some(url) => {
                notes.push("the server was running: neither it nor this program is pinned to a processor".to_owned());
                (url.clone(), None, None)
            }
            None => {
                let cpus = if options.no_pin { None } else { machine.pair() };
                // The server inherits the place from this thread, which then goes to its own.
                let pinned = cpus.filter(|(server, _)| machine::pin(*server));
                let server = Server::start(&options.server()?, &options.dir())?;
                let pinned = pinned.filter(|(_, own)| machine::pin(*own));
                notes.push(match pinned {
                    Some((server, own)) => format!("server on processor {server}, this program on {own}"),
                    None => "not pinned: server and this program share the processors".to_owned(),
                });
                (server.url().parse().map_err(anyhow::Error::msg)?, Some(server), pinned)
            }
        };
        let rest = Rest::new(&url.text)?;
        check_limits(&rest)?;
        let process = Process(server.as_ref().map(Server::pid).or(options.pid));
        if process.cpu_seconds().is_none() {
            notes.push("the server's process is not known (--pid): what it uses is not measured".to_owned());
        }
        Ok(Self { options, rest, cpus, process, url, machine, server, notes: RefCell::new(notes) })
    }

    /// So many connections, or as many as files may be open.
    pub(crate) fn connections(&self, full: usize) -> usize {
        let wanted = self.options.scaled(full, 10);
        let most = usize::try_from(self.machine.open_files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
        if wanted > most {
            let limit = self.machine.open_files;
            self.remark(format!("{most} connections instead of {wanted}: the hard limit of open files is {limit}"));
        }
        wanted.min(most)
    }

    /// A loop for connections to this server.
    pub(crate) fn fleet(&self) -> anyhow::Result<Fleet> {
        Ok(Fleet::new(self.url.address, self.url.host(), self.options.body_bytes)?)
    }

    /// How long the loop may sleep while it measures. Where it has a processor of its own it never does, so that the
    /// server does not pay for waking it.
    pub(crate) fn nap(&self) -> Duration {
        if self.cpus.is_some() { Duration::ZERO } else { NAP }
    }

    /// Begins to measure what is used.
    pub(crate) fn span(&self) -> Span {
        Span::begin(self.process)
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.url.address
    }

    /// Where the server's data is, or would be.
    pub(crate) fn dir(&self) -> PathBuf {
        self.options.dir()
    }

    /// The database of our own server.
    pub(crate) fn database(&self) -> anyhow::Result<PathBuf> {
        self.server.as_ref().map(Server::database).context("the database of a server that was running is not known")
    }

    /// Something that the reader of the table should know.
    pub(crate) fn remark(&self, note: String) {
        self.notes.borrow_mut().push(note);
    }

    /// All of that.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    /// Stops the server, if it is ours.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let Self { rest, server, .. } = self;
        // Nobody would answer the server's goodbye on the connections that are kept for more requests.
        drop(rest);
        server.map_or(Ok(()), Server::stop)
    }
}

fn check_limits(rest: &Rest) -> anyhow::Result<()> {
    let info = rest.info().context("the server does not say what it is")?;
    let on: Vec<_> = LIMITS
        .iter()
        .filter(|limit| !matches!(**limit, "sign-ins" | "guest-messages") && !info["limits"][**limit].is_null())
        .map(|limit| format!("--limit {limit}=off"))
        .collect();
    if !on.is_empty() {
        bail!("the server has limits that would be measured instead: start it with {}", on.join(" "));
    }
    Ok(())
}
