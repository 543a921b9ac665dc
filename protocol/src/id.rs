//! Identifiers: UUIDs that cannot be mistaken for one another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use uuid::Uuid;

/// The text is not a UUID in its hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: give a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct InvalidId;

/// A hyphenated UUID has exactly this many characters (RFC 9562, section 4).
const HYPHENATED_LENGTH: usize = 36;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by the time it was made (UUID version 7).
            pub fn now_v7() -> Self {
                Self(Uuid::now_v7())
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != HYPHENATED_LENGTH {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Hyphenated;
                impl de::Visitor<'_> for Hyphenated {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a UUID in its hyphenated form")
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Hyphenated)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::schema::uuid()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

id! {
    /// A user.
    UserId
}
id! {
    /// A room.
    RoomId
}
id! {
    /// A message, chosen by the client that sends it. It makes sending idempotent.
    MessageId
}
id! {
    /// A session: one signed-in device of a user.
    SessionId
}
id! {
    /// An uploaded file.
    UploadId
}
id! {
    /// An incoming hook of a room.
    HookId
}
id! {
    /// An outgoing webhook of a room.
    WebhookId
}
id! {
    /// One history of a server: made with its database, and again when a backup is restored.
    Epoch
}

id! {
    /// A server, whatever its address; it stays through a restore.
    ServerId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_is_accepted_and_lowered() {
        let id: MessageId = "01890A5D-AC96-774B-BCCE-B302099A8057".parse().unwrap();
        assert_eq!(id.to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        for text in [
            "",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "01890a5d-ac96-774b-bcce-b302099a805g",
        ] {
            assert_eq!(text.parse::<MessageId>(), Err(InvalidId), "{text}");
        }
    }
}
