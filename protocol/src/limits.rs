//! How much of everything a server takes, as it tells its clients and as its operator sets it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A `KEY=VALUE` that is not a limit; the text says what would be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLimit {
    /// No `=`.
    #[error("write a limit as KEY=VALUE, such as messages=10:5")]
    NoValue,
    /// There is no limit of this name.
    #[error("there is no limit `{0}`; there are: {keys}", keys = Limits::KEYS.join(", "))]
    UnknownKey(String),
    /// A size or count is wanted.
    #[error("`{0}` wants a number such as 16384, or `off`")]
    NotANumber(&'static str),
    /// A rate is wanted.
    #[error("`{0}` wants BURST:PER_SECOND, such as 10:5 or 10:0.1, or `off`")]
    NotARate(&'static str),
}

/// Limits with which no server would be of any use; the text says which, and what they need.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnusableLimits {
    /// A count that lets nobody in, or lets nothing be said.
    #[error("`{0}` must be 1 or more; write `off` for no limit")]
    Nothing(&'static str),
    /// The longest message would not fit into a frame.
    #[error("`frame-bytes` must be at least {least}: a message of `message-bytes` ({message}) must fit into a frame")]
    FrameTooSmall {
        /// The least that it may be.
        least: u64,
        /// The longest message.
        message: u64,
    },
}

/// A token bucket: `burst` at once, refilled by `per_second`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many at once, at least 1.
    pub burst: u32,
    /// How many more each second, above 0.
    pub per_second: f64,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.burst, self.per_second)
    }
}

impl FromStr for Rate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (burst, per_second) = text.split_once(':').ok_or(())?;
        let rate = Self { burst: burst.parse().map_err(|_| ())?, per_second: per_second.parse().map_err(|_| ())? };
        /// Slower than one in eleven days is a mistake, as is faster than a bucket can count.
        const SENSIBLE: std::ops::RangeInclusive<f64> = 0.000_001..=1_000_000.0;
        (rate.burst > 0 && SENSIBLE.contains(&rate.per_second)).then_some(rate).ok_or(())
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|()| de::Error::custom("not a rate: BURST:PER_SECOND"))
    }
}

/// Reads one value of a `--limit`: `off` means without a limit.
trait FromValue: Sized {
    fn from_value(key: &'static str, value: &str) -> Result<Self, InvalidLimit>;
}

impl FromValue for Option<u64> {
    fn from_value(key: &'static str, value: &str) -> Result<Self, InvalidLimit> {
        match value {
            "off" => Ok(None),
            number => number.parse().map(Some).map_err(|_| InvalidLimit::NotANumber(key)),
        }
    }
}

impl FromValue for Option<Rate> {
    fn from_value(key: &'static str, value: &str) -> Result<Self, InvalidLimit> {
        match value {
            "off" => Ok(None),
            rate => rate.parse().map(Some).map_err(|()| InvalidLimit::NotARate(key)),
        }
    }
}

macro_rules! limits {
    ($($(#[$doc:meta])* $field:ident $setting:ident $key:literal : $type:ty = $default:expr;)*) => {
        /// Every limit of a server; `None` is no limit.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Limits {
            $($(#[$doc])* #[serde(rename = $key)] pub $field: Option<$type>,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: Some($default),)* }
            }
        }

        impl Limits {
            /// Every key, as `--limit` and JSON write it.
            pub const KEYS: &[&str] = &[$($key),*];

            /// Changes one limit.
            pub fn apply(&mut self, setting: LimitSetting) {
                match setting {
                    $(LimitSetting::$setting(value) => self.$field = value,)*
                }
            }
        }

        /// One limit and its value, as `KEY=VALUE` says it.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub enum LimitSetting {
            $($(#[$doc])* $setting(Option<$type>),)*
        }

        impl FromStr for LimitSetting {
            type Err = InvalidLimit;

            fn from_str(assignment: &str) -> Result<Self, InvalidLimit> {
                let (key, value) = assignment.split_once('=').ok_or(InvalidLimit::NoValue)?;
                match key {
                    $($key => Ok(Self::$setting(FromValue::from_value($key, value)?)),)*
                    _ => Err(InvalidLimit::UnknownKey(key.to_owned())),
                }
            }
        }
    };
}

/// Bytes of a frame beside the body of a message: its type, ids and a room's name.
const ENVELOPE: u64 = 512;

impl Limits {
    /// Applies one `KEY=VALUE`.
    ///
    /// # Errors
    /// When the key is unknown or the value is not of its kind.
    pub fn set(&mut self, assignment: &str) -> Result<(), InvalidLimit> {
        self.apply(assignment.parse()?);
        Ok(())
    }

    /// Bytes that the body of a message may have.
    pub fn longest_body(&self) -> usize {
        in_memory(self.message_bytes)
    }

    /// Bytes that a frame to the server, or a REST body, may have.
    pub fn largest_frame(&self) -> usize {
        in_memory(self.frame_bytes)
    }

    /// Checks that a server with these limits can be used.
    ///
    /// # Errors
    /// What keeps it from that.
    pub fn check(&self) -> Result<(), UnusableLimits> {
        let counts = [
            ("message-bytes", self.message_bytes),
            ("frame-bytes", self.frame_bytes),
            ("connections", self.connections),
            ("connections-per-user", self.connections_per_user),
            ("connections-per-address", self.connections_per_address),
            ("rooms-per-user", self.rooms_per_user),
            ("sessions-per-user", self.sessions_per_user),
        ];
        if let Some((key, _)) = counts.into_iter().find(|(_, count)| *count == Some(0)) {
            return Err(UnusableLimits::Nothing(key));
        }
        let message = self.message_bytes.unwrap_or(0);
        let least = message.saturating_add(ENVELOPE);
        match self.frame_bytes {
            Some(frame) if frame < least => Err(UnusableLimits::FrameTooSmall { least, message }),
            _ => Ok(()),
        }
    }
}

/// Bytes as this machine counts them: no limit, and one above all that fits into memory, are the same.
fn in_memory(bytes: Option<u64>) -> usize {
    bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX)
}

limits! {
    /// UTF-8 bytes of a message's body.
    message_bytes MessageBytes "message-bytes": u64 = 16_384;
    /// Bytes of a WebSocket frame to the server, and of a REST body.
    frame_bytes FrameBytes "frame-bytes": u64 = 65_536;
    /// Messages, per user.
    messages Messages "messages": Rate = Rate { burst: 10, per_second: 5.0 };
    /// Messages of all guests of an address.
    guest_messages GuestMessages "guest-messages": Rate = Rate { burst: 20, per_second: 2.0 };
    /// Other commands, per connection.
    commands Commands "commands": Rate = Rate { burst: 50, per_second: 20.0 };
    /// REST requests, per user; without a token per address.
    requests Requests "requests": Rate = Rate { burst: 100, per_second: 50.0 };
    /// New names and guests, per address.
    registrations Registrations "registrations": Rate = Rate { burst: 10, per_second: 0.1 };
    /// Failed sign-ins, per name and per address.
    sign_ins SignIns "sign-ins": Rate = Rate { burst: 5, per_second: 0.1 };
    /// Connections in all.
    connections Connections "connections": u64 = 10_000;
    /// Connections of one user.
    connections_per_user ConnectionsPerUser "connections-per-user": u64 = 20;
    /// Connections of one address; not for loopback.
    connections_per_address ConnectionsPerAddress "connections-per-address": u64 = 200;
    /// Rooms that one user may be a member of.
    rooms_per_user RoomsPerUser "rooms-per-user": u64 = 500;
    /// Signed-in devices of one user; one more ends the least recently used.
    sessions_per_user SessionsPerUser "sessions-per-user": u64 = 50;
    /// Bytes of an uploaded file.
    upload_bytes UploadBytes "upload-bytes": u64 = 26_214_400;
    /// Bytes of all files of one user.
    storage_per_user StoragePerUser "storage-per-user": u64 = 1_073_741_824;
    /// Uploads that are begun, per user.
    uploads Uploads "uploads": Rate = Rate { burst: 20, per_second: 0.2 };
    /// New rooms, per user.
    rooms_created RoomsCreated "rooms-created": Rate = Rate { burst: 20, per_second: 0.01 };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rates_and_off() {
        let mut limits = Limits::default();
        limits.set("messages=100:50.5").unwrap();
        limits.set("connections=off").unwrap();
        limits.set("message-bytes=1000").unwrap();
        assert_eq!(limits.messages, Some(Rate { burst: 100, per_second: 50.5 }));
        assert_eq!(limits.connections, None);
        assert_eq!(limits.message_bytes, Some(1000));
        assert_eq!("connections-per-user=3".parse(), Ok(LimitSetting::ConnectionsPerUser(Some(3))));
    }

    #[test]
    fn no_limit_is_as_much_as_fits_into_memory() {
        let mut limits = Limits::default();
        assert_eq!((limits.longest_body(), limits.largest_frame()), (16_384, 65_536));
        limits.set("message-bytes=off").unwrap();
        limits.apply(LimitSetting::FrameBytes(Some(u64::MAX)));
        assert_eq!((limits.longest_body(), limits.largest_frame()), (usize::MAX, usize::MAX));
    }

    #[test]
    fn limits_with_which_nothing_works_are_no_limits() {
        Limits::default().check().unwrap();
        let set = |assignments: &[&str]| {
            let mut limits = Limits::default();
            assignments.iter().for_each(|assignment| limits.set(assignment).unwrap());
            limits.check()
        };
        for key in Limits::KEYS {
            set(&[&format!("{key}=off")]).unwrap();
        }
        for key in ["message-bytes", "frame-bytes", "connections", "connections-per-user", "rooms-per-user"] {
            assert_eq!(set(&[&format!("{key}=0")]), Err(UnusableLimits::Nothing(key)));
        }
        let small = UnusableLimits::FrameTooSmall { least: 16_896, message: 16_384 };
        assert_eq!(set(&["frame-bytes=16384"]), Err(small.clone()));
        assert!(small.to_string().contains("at least 16896"));
        set(&["frame-bytes=1024", "message-bytes=500"]).unwrap();
    }

    #[test]
    fn a_mistake_says_what_is_wanted() {
        let mut limits = Limits::default();
        for (assignment, error) in [
            ("messages", InvalidLimit::NoValue),
            ("mesages=1:1", InvalidLimit::UnknownKey("mesages".into())),
            ("connections=-1", InvalidLimit::NotANumber("connections")),
            ("messages=10", InvalidLimit::NotARate("messages")),
            ("messages=0:1", InvalidLimit::NotARate("messages")),
            ("messages=1:0", InvalidLimit::NotARate("messages")),
            ("messages=1:NaN", InvalidLimit::NotARate("messages")),
        ] {
            assert_eq!(limits.set(assignment), Err(error), "{assignment}");
        }
        assert_eq!(limits, Limits::default());
    }

    #[test]
    fn written_as_clients_are_told() {
        let mut limits = Limits::default();
        limits.set("commands=off").unwrap();
        let json = serde_json::to_value(&limits).unwrap();
        assert_eq!(json["message-bytes"], 16_384);
        assert_eq!(json["registrations"], "10:0.1");
        assert_eq!(json["commands"], serde_json::Value::Null);
        assert_eq!(serde_json::from_value::<Limits>(json).unwrap(), limits);
    }
}
