//! How values of the protocol stand in columns, and how they are read again.

use std::str::FromStr;

use chat_protocol::InvalidId;
use rusqlite::Error;
use serde::{Serialize, de::DeserializeOwned};

use super::fault::bad_value;

type Result<T> = std::result::Result<T, Error>;

/// SQLite's integers have a sign; no room will have that many events.
pub(super) fn signed(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or(0)
}

pub(super) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| bad_value(0, error))
}

pub(super) fn id<T: FromStr<Err = InvalidId>>(text: String) -> Result<T> {
    text.parse().map_err(|error: InvalidId| bad_value(0, error))
}
