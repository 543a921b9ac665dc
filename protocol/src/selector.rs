//! How a request names a room or a user: by id, or by name.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{RoomId, UserId};

macro_rules! selector {
    ($(#[$doc:meta])* $name:ident, $id:ident, $sigil:literal $(, $(#[$more:meta])* $direct:ident, $at:literal)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            /// By id.
            Id($id),
            /// By name, its sigil taken off; whether it is a name at all is not yet known.
            Name(String),
            $($(#[$more])* $direct(String),)?
        }

        impl FromStr for $name {
            type Err = Infallible;

            fn from_str(text: &str) -> Result<Self, Infallible> {
                $(if let Some(name) = text.strip_prefix($at) {
                    return Ok(Self::$direct(name.to_owned()));
                })?
                Ok(match text.parse() {
                    Ok(id) => Self::Id(id),
                    Err(_) => Self::Name(text.strip_prefix($sigil).unwrap_or(text).to_owned()),
                })
            }
        }

        impl From<$id> for $name {
            fn from(id: $id) -> Self {
                Self::Id(id)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text.parse() {
                    Ok(selector) => selector,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Id(id) => id.fmt(f),
                    Self::Name(name) => f.write_str(name),
                    $(Self::$direct(name) => write!(f, "{}{name}", $at),)?
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(Self::from(text.as_ref()))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                String::schema()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

selector! {
    /// A room: its id, its name with or without `#`, or `@` and the name of the user whom the caller writes to there.
    RoomSelector, RoomId, '#',
    /// The caller's direct room with the user of this name.
    Direct, '@'
}
selector! {
    /// A user: their id, or their name with or without `@`.
    UserSelector, UserId, '@'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigil_is_optional() {
        assert_eq!(RoomSelector::from("#lobby"), RoomSelector::from("lobby"));
        assert_eq!(UserSelector::from("@alice"), UserSelector::Name("alice".into()));
    }

    #[test]
    fn a_room_may_be_named_by_whom_one_writes_to() {
        let direct = RoomSelector::from("@alice");
        assert_eq!(direct, RoomSelector::Direct("alice".into()));
        assert_eq!(direct.to_string(), "@alice");
    }

    #[test]
    fn a_uuid_is_an_id() {
        let id = RoomId::now_v7();
        assert_eq!(RoomSelector::from(id.to_string().as_str()), RoomSelector::Id(id));
    }
}
