//! What can be given on the command line; every option can be an environment variable as well.

use std::{net::IpAddr, path::PathBuf, str::FromStr};

use anyhow::{Context as _, anyhow};
use chat_protocol::{LimitSetting, Limits, api::Registration};
use clap::{Args, Parser, Subcommand, ValueEnum};
use etcetera::BaseStrategy as _;
use ipnet::IpNet;

use crate::{
    chat::Retention,
    logging::LogFormat,
    outgoing::Names,
    server::Options,
    store::{Address, Location},
    web::site::{Origin, Site},
};

/// What `--data` says for a server that stores nothing.
const MEMORY: &str = ":memory:";

/// A chat server in one binary: REST, WebSocket and the web page, on a durable log.
#[derive(Debug, Parser)]
#[command(name = "chat-server", version, about)]
pub struct Cli {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// Where everything is kept.
    #[command(flatten)]
    pub data: DataArgs,
}

/// For operators with a shell on the server's machine.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an invite code, and print it.
    Invite {
        /// How many people may use it.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        uses: u32,
        /// How long it is valid: a number and s, m, h, d or w.
        #[arg(long, default_value = "7d")]
        expires: Span,
    },
    /// List users, or change one.
    #[command(subcommand)]
    User(UserCommand),
    /// Copy the database to a new file, and the files of messages to a folder beside it, while the server runs.
    Backup {
        /// The file to write; it must not exist, and neither must FILE.files.
        file: PathBuf,
    },
    /// Look whether the database, the index for searching and the files are in order; changes nothing.
    Doctor,
    /// Write everything that was said as JSON Lines, with its files, while the server runs.
    Export {
        /// A folder to make, or a file whose name ends with .tar.
        place: PathBuf,
    },
    /// Make the database of an empty folder from an export of this or another program, while no server runs.
    Import {
        /// What `export` wrote; Slack's ZIP; Mattermost's bulk export (.jsonl); logs of weechat or irssi.
        place: PathBuf,
    },
    /// Fill the index for searching again, also while the server runs.
    Reindex,
    /// Replace the database by a backup, while no server runs; the old one is kept beside it.
    Restore {
        /// A file made by `backup`.
        file: PathBuf,
    },
}

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Print every user: name, role, when last seen.
    List,
    /// Make a user an admin or a member.
    Role {
        /// The user's name.
        name: String,
        /// The new role.
        role: GivenRole,
    },
    /// End all sessions of a user, and print a link code to sign in with.
    Reset {
        /// The user's name.
        name: String,
    },
    /// End all sessions of a user, for good.
    Disable {
        /// The user's name.
        name: String,
    },
}

/// The roles that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GivenRole {
    /// May also see metrics and change any room's topic.
    Admin,
    /// Has no special rights.
    Member,
}

/// The options of every subcommand too.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// The folder for everything that the server stores [default: the platform's data folder]; `:memory:` stores nothing.
    #[arg(long, global = true, env = "CHAT_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Keep messages in a PostgreSQL database instead, such as `postgres://chat@db.example.org/chat?sslmode=verify-full`;
    /// files stay in the data folder.
    #[arg(long, global = true, env = "CHAT_DATABASE", hide_env_values = true, value_name = "URL")]
    pub database: Option<String>,
    /// A file with the address of that database, where the address has a password.
    #[arg(long, global = true, env = "CHAT_DATABASE_FILE", value_name = "FILE", conflicts_with = "database")]
    pub database_file: Option<PathBuf>,
    /// How users reach the server, such as `https://chat.example.org` (repeatable; links use the first).
    #[arg(long = "public-url", global = true, env = "CHAT_PUBLIC_URL", value_name = "URL", value_delimiter = ',')]
    pub public_urls: Vec<Origin>,
}

/// The options of serving.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// The port to listen on; 0 picks a free one.
    #[arg(long, env = "CHAT_PORT", default_value_t = 3000)]
    pub port: u16,
    /// The address to listen on; 0.0.0.0 or :: for all addresses of this machine.
    #[arg(long, env = "CHAT_HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Who can register.
    #[arg(long, env = "CHAT_REGISTRATION", value_enum, default_value = "open")]
    pub registration: RegistrationMode,
    /// Let members make invites too, not administrators alone.
    #[arg(long, env = "CHAT_MEMBER_INVITES")]
    pub member_invites: bool,
    /// Delete messages and their files for ever so long after they were sent: a number and s, m, h, d or w [default: never].
    #[arg(long, env = "CHAT_RETENTION", value_name = "SPAN")]
    pub retention: Option<Span>,
    /// Let --retention leave pinned messages until they are unpinned.
    #[arg(long, env = "CHAT_RETENTION_KEEPS_PINNED", requires = "retention")]
    pub retention_keeps_pinned: bool,
    /// Let webhooks send to private addresses too, such as those of your own network.
    #[arg(long, env = "CHAT_ALLOW_PRIVATE_WEBHOOKS")]
    pub allow_private_webhooks: bool,
    /// Proxies whose X-Forwarded-For is trusted (repeatable).
    #[arg(long = "trusted-proxy", env = "CHAT_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',',
          value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// A further web origin whose pages may call the API with a token (repeatable).
    #[arg(long = "origin", env = "CHAT_ORIGIN", value_name = "URL", value_delimiter = ',', value_parser = allowed_origin)]
    pub origins: Vec<Origin>,
    /// A limit, such as messages=10:5 or connections=off (repeatable).
    #[arg(long = "limit", env = "CHAT_LIMIT", value_name = "KEY=VALUE", value_delimiter = ',')]
    pub limits: Vec<LimitSetting>,
    /// What to log: error, warn, info, debug, trace, or a filter such as chat_server=debug.
    #[arg(long, env = "CHAT_LOG", default_value = "info", value_name = "FILTER", value_parser = log_filter)]
    pub log: String,
    /// How to write the log, which goes to standard error.
    #[arg(long, env = "CHAT_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

impl Cli {
    /// How to serve, all told.
    ///
    /// # Errors
    /// When the platform has no data folder and none is given.
    pub fn options(&self) -> anyhow::Result<Options> {
        Ok(Options {
            host: self.serve.host,
            port: self.serve.port,
            location: self.data.location()?,
            registration: self.serve.registration.into(),
            member_invites: self.serve.member_invites,
            retention: self
                .serve
                .retention
                .map(|keep| Retention { keep: keep.duration(), keep_pinned: self.serve.retention_keeps_pinned }),
            allow_private_webhooks: self.serve.allow_private_webhooks,
            names: Names::System,
            limits: {
                let limits = self.serve.limits();
                limits.check().map_err(|unusable| anyhow!("--limit: {unusable}"))?;
                limits
            },
            site: Site {
                public_urls: self.data.public_urls.clone(),
                origins: self.serve.origins.clone(),
                proxies: self.serve.trusted_proxies.clone(),
            },
        })
    }
}

impl DataArgs {
    /// Where everything is kept.
    ///
    /// # Errors
    /// When the platform has no data folder and none is given; when what names a database does not.
    pub fn location(&self) -> anyhow::Result<Location> {
        let Some(address) = self.address()? else {
            return Ok(match &self.data {
                Some(memory) if memory.as_os_str() == MEMORY => Location::Memory,
                _ => Location::Folder(self.folder()?),
            });
        };
        match &self.data {
            Some(memory) if memory.as_os_str() == MEMORY => Err(anyhow!(
                "--data :memory: stores nothing: with --database give a folder for files, or leave --data out"
            )),
            _ => Ok(Location::Postgres { address: Box::new(address), folder: self.folder()? }),
        }
    }

    fn folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.data {
            return Ok(folder.clone());
        }
        let platform = etcetera::base_strategy::choose_native_strategy()
            .context("there is no home folder: say with --data where to keep everything")?;
        Ok(platform.data_dir().join("chat-server"))
    }

    fn address(&self) -> anyhow::Result<Option<Address>> {
        let text = match (&self.database, &self.database_file) {
            (Some(address), _) => address.clone(),
            (None, Some(file)) => {
                std::fs::read_to_string(file).map_err(|error| anyhow!("--database-file {}: {error}", file.display()))?
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(Address::parse(&text)?))
    }
}

impl ServeArgs {
    /// The defaults with every `--limit` applied.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for setting in &self.limits {
            limits.apply(*setting);
        }
        limits
    }
}

/// `--registration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegistrationMode {
    /// Anyone who can reach the server.
    Open,
    /// Only with an invite code.
    Invite,
    /// Nobody.
    Closed,
}

impl From<RegistrationMode> for Registration {
    fn from(mode: RegistrationMode) -> Self {
        match mode {
            RegistrationMode::Open => Self::Open,
            RegistrationMode::Invite => Self::Invite,
            RegistrationMode::Closed => Self::Closed,
        }
    }
}

/// A length of time as a person writes it: `90m`, `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(std::time::Duration);

impl Span {
    /// As a duration.
    pub const fn duration(self) -> std::time::Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "write a number and s, m, h, d or w, such as 7d";
        let unit = text.char_indices().next_back().ok_or(WANTED)?;
        let seconds: u64 = match unit.1 {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(WANTED),
        };
        let count: u64 = text[..unit.0].parse().map_err(|_| WANTED)?;
        /// Ten years: longer is a mistake, and far from what a clock can count.
        const LONGEST: u64 = 315_360_000;
        match count.checked_mul(seconds) {
            Some(all @ 1..=LONGEST) => Ok(Self(std::time::Duration::from_secs(all))),
            _ => Err("choose more than nothing and at most ten years"),
        }
    }
}

fn log_filter(text: &str) -> Result<String, tracing_subscriber::filter::ParseError> {
    tracing_subscriber::EnvFilter::try_new(text).map(|_| text.to_owned())
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpAddr>()
        .map(IpNet::from)
        .or_else(|_| text.parse())
        .map_err(|_| "write an address or a network such as 10.0.0.0/8 or ::1".to_owned())
}

fn allowed_origin(text: &str) -> Result<Origin, String> {
    if text == "*" {
        return Err(
            "every page of the web would be allowed; name each origin, such as https://app.example.org".to_owned()
        );
    }
    text.parse().map_err(|error: crate::web::site::InvalidOrigin| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from([&["chat-server"], args].concat())
    }

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn limits_add_up_and_commas_separate() {
        let cli = parse(&["--limit", "messages=1:2,connections=off", "--limit", "frame-bytes=100000"]).unwrap();
        let limits = cli.serve.limits();
        assert_eq!(limits.messages.unwrap().burst, 1);
        assert_eq!(limits.connections, None);
        assert_eq!(limits.frame_bytes, Some(100_000));
    }

    #[test]
    fn mistakes_are_told_at_start() {
        for args in [
            ["--origin", "*"],
            ["--origin", "example.org"],
            ["--limit", "messages=many"],
            ["--public-url", "https://example.org/chat"],
            ["--trusted-proxy", "proxy.local"],
            ["--port", "70000"],
        ] {
            assert!(parse(&args).is_err(), "{args:?}");
        }
    }

    #[test]
    fn data_may_stand_before_or_after_the_subcommand() {
        for args in [["--data", "x", "user", "list"], ["user", "list", "--data", "x"]] {
            assert_eq!(parse(&args).unwrap().data.data, Some(PathBuf::from("x")));
        }
    }

    #[test]
    fn spans() {
        let seconds = |text: &str| text.parse::<Span>().map(|span| span.duration().as_secs());
        assert_eq!(seconds("7d"), Ok(604_800));
        assert_eq!(seconds("90m"), Ok(5_400));
        for text in ["", "d", "7", "-1d", "0s", "7 d", "99999999999999999999w", "600w", "7é"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
