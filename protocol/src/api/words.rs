//! Words in requests. A client takes a word that it does not know for another one, so that a newer server can say more; a
//! server must not: it would do something else than it was asked for.

use serde::{Deserialize, Deserializer, Serialize, de};

/// Reads a word that this version knows.
pub(super) fn known<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de> + Serialize,
    D: Deserializer<'de>,
{
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let word = T::deserialize(de::value::StringDeserializer::new(text.clone()))?;
    let written = serde_json::to_value(&word).map_err(de::Error::custom)?;
    if written == text { Ok(Some(word)) } else { Err(de::Error::custom(format_args!("unknown word `{text}`"))) }
}
