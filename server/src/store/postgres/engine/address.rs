//! Where a database is, and how it is reached: `postgres://user:password@host:port/database?sslmode=verify-full`.

use std::{fmt, path::PathBuf, time::Duration};

use tokio_postgres::{
    Config,
    config::{Host, SslMode, TargetSessionAttrs},
};

/// PostgreSQL's own port.
const PORT: u16 = 5432;
/// How long one attempt to connect may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long what was sent may stay unacknowledged before the connection counts as lost.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);

/// A database of a PostgreSQL server. What shows it never shows the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) config: Config,
    pub(super) encryption: Encryption,
}

/// How the connection is encrypted, as libpq's `sslmode` and `sslrootcert` say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Not at all.
    None,
    /// If the server offers it; the answering server is not checked.
    Preferred,
    /// Always; the answering server is not checked.
    Required,
    /// Always, and only with who has a certificate of one of these authorities.
    OfAuthority(PathBuf),
    /// Always, and only with who has a certificate for this name: of one of these authorities, or of those of the system.
    OfHost(Option<PathBuf>),
}

/// Why a text is no address of a database. It does not repeat the text, in which there may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}: it looks like postgres://user:password@host:5432/database")]
pub struct InvalidAddress(String);

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, or names no database.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let invalid = |why: &str| InvalidAddress(why.to_owned());
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(invalid("this is no address of a PostgreSQL database"));
        }
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut authorities) = (None, None);
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => authorities = Some(PathBuf::from(value.into_owned())),
                _ => drop(rest.append_pair(&key, &value)),
            }
        }
        // A blank as `%20`: the driver takes `+` as it is.
        let rest = rest.finish().replace('+', "%20");
        let plain = if rest.is_empty() { place.to_owned() } else { format!("{place}?{rest}") };
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            // Names of options, which are no secret.
            let cause = cause.trim().replace(place, "…");
            InvalidAddress(format!("the database's address cannot be read ({cause})"))
        })?;
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(invalid("the address names no database"));
        }
        if config.get_user().is_none_or(str::is_empty) {
            return Err(invalid("the address names no user"));
        }
        if config.get_hosts().is_empty() {
            return Err(invalid("the address names no host"));
        }
        let encryption = Encryption::of(mode.as_deref(), authorities)?;
        let connecting = config.get_connect_timeout().copied().unwrap_or(CONNECTING);
        config
            .ssl_mode(match encryption {
                Encryption::None => SslMode::Disable,
                Encryption::Preferred => SslMode::Prefer,
                Encryption::Required | Encryption::OfAuthority(_) | Encryption::OfHost(_) => SslMode::Require,
            })
            .tcp_user_timeout(UNACKNOWLEDGED)
            .keepalives_idle(UNACKNOWLEDGED)
            .connect_timeout(connecting);
        if config.get_application_name().is_none() {
            config.application_name("chat-server");
        }
        if config.get_hosts().len() > 1 {
            // Of several, the one that can be written to.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Self { config, encryption })
    }

    /// The user that it signs in as.
    pub(super) fn user(&self) -> &str {
        self.config.get_user().unwrap_or_default()
    }

    /// The database's name.
    pub(super) fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_default()
    }

    /// Whether what is said may be read on the way: not encrypted for certain, and not on this machine.
    pub(super) fn is_open_to_others(&self) -> bool {
        let is_local = |host: &Host| match host {
            Host::Tcp(name) => {
                name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
            }
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        matches!(self.encryption, Encryption::None | Encryption::Preferred)
            && !self.config.get_hosts().iter().all(is_local)
    }
}

/// Host, port and database.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgreSQL at ")?;
        for (number, host) in self.config.get_hosts().iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            let ports = self.config.get_ports();
            let port = ports.get(number).or(ports.first()).copied().unwrap_or(PORT);
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "[{name}]:{port}")?,
                Host::Tcp(name) => write!(f, "{name}:{port}")?,
                #[cfg(unix)]
                Host::Unix(folder) => write!(f, "{}:{port}", folder.display())?,
            }
        }
        write!(f, ", database {}", self.database())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&format_args!("{self}")).field(&self.encryption).finish()
    }
}

impl Encryption {
    fn of(mode: Option<&str>, authorities: Option<PathBuf>) -> Result<Self, InvalidAddress> {
        // `sslrootcert=system` is how libpq names the authorities of the system.
        let is_of_system = authorities.as_deref().is_none_or(|path| path.as_os_str() == "system");
        Ok(match (mode, authorities) {
            (Some("disable"), _) => Self::None,
            (None | Some("prefer" | "allow"), None) => Self::Preferred,
            (Some("require"), None) => Self::Required,
            (Some("verify-full"), _) if is_of_system => Self::OfHost(None),
            (None, Some(_)) if is_of_system => Self::OfHost(None),
            (Some("verify-full"), authorities) => Self::OfHost(authorities),
            (None | Some("prefer" | "allow" | "require" | "verify-ca"), Some(file)) if !is_of_system => {
                Self::OfAuthority(file)
            }
            (Some("verify-ca"), _) => {
                return Err(InvalidAddress(
                    "sslmode=verify-ca needs sslrootcert=FILE, the certificate of your authority".to_owned(),
                ));
            }
            _ => {
                return Err(InvalidAddress(
                    "sslmode is one of disable, prefer, require, verify-ca, verify-full".to_owned(),
                ));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, String> {
        Address::parse(text).map_err(|why| why.to_string())
    }

    #[test]
    fn nothing_that_is_shown_has_the_password() {
        for text in [
            "postgres://chat:s3cret@db.example:5433/chat",
            "postgresql://chat:s3cret@[::1]/chat?sslmode=require",
            "postgres://chat@/chat?host=/run/postgresql&password=s3cret",
        ] {
            let address = parse(text).unwrap();
            assert!(!format!("{address} {address:?} {address:#?}").contains("s3cret"), "{address:?}");
        }
        for text in [
            "postgres://chat:s3cret@db.example/",
            "postgres://chat:s3cret@db.example:port/chat",
            "postgres://chat:s3cret@db.example/chat?sslmode=s3cret",
            "postgres://chat:s3cret%@db.example/chat?unknown=s3cret",
            "postgres://chat@db.example/chat?connect_timeout=s3cret",
            "chat:s3cret@db.example",
        ] {
            let why = parse(text).unwrap_err();
            assert!(!why.contains("s3cret") && why.contains("postgres://user"), "{why}");
        }
    }

    #[test]
    fn an_address_is_shown_by_host_port_and_database() {
        let shown = |text| parse(text).unwrap().to_string();
        assert_eq!(shown("postgres://chat@db.example/chat"), "PostgreSQL at db.example:5432, database chat");
        assert_eq!(shown("postgres://chat@one,two:5433/chat"), "PostgreSQL at one:5432, two:5433, database chat");
        assert_eq!(
            shown("postgres://chat@%2Frun%2Fpostgresql/chat"),
            "PostgreSQL at /run/postgresql:5432, database chat"
        );
    }

    #[test]
    fn encryption_is_what_libpq_understands_by_it() {
        let encryption = |query: &str| parse(&format!("postgres://chat@db/chat?{query}")).map(|found| found.encryption);
        assert_eq!(encryption(""), Ok(Encryption::Preferred));
        assert_eq!(encryption("sslmode=disable"), Ok(Encryption::None));
        assert_eq!(encryption("sslmode=require"), Ok(Encryption::Required));
        assert_eq!(encryption("sslmode=verify-full"), Ok(Encryption::OfHost(None)));
        assert_eq!(encryption("sslrootcert=system"), Ok(Encryption::OfHost(None)));
        let file = || PathBuf::from("/etc/ca.pem");
        assert_eq!(encryption("sslmode=require&sslrootcert=/etc/ca.pem"), Ok(Encryption::OfAuthority(file())));
        assert_eq!(encryption("sslmode=verify-ca&sslrootcert=/etc/ca.pem"), Ok(Encryption::OfAuthority(file())));
        assert_eq!(encryption("sslmode=verify-full&sslrootcert=/etc/ca.pem"), Ok(Encryption::OfHost(Some(file()))));
        assert!(encryption("sslmode=verify-ca").is_err_and(|why| why.contains("sslrootcert=FILE")));
        assert!(encryption("sslmode=never").is_err_and(|why| why.contains("verify-full")));
    }
}
