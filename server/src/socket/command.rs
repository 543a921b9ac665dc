//! Reading a text frame as a command.

use chat_protocol::{Command, MessageId};
use serde::Deserialize;

use crate::{chat::Error, plain::plain};

/// Characters of an unknown type that the answer repeats.
const MAX_SHOWN: usize = 40;

/// Reads a text frame; what is no command is refused with its id, if it has one.
pub(super) fn parse(text: &str) -> Result<Command, (Option<MessageId>, Error)> {
    #[derive(Deserialize)]
    struct Outline {
        #[serde(default)]
        r#type: Option<String>,
        #[serde(default)]
        id: Option<MessageId>,
    }
    // Serde would take a list for an object, its items for the fields in their order.
    if text.trim_ascii_start().starts_with('[') {
        return Err((None, Error::bad_request("a frame is a JSON object with a `type`, not a list")));
    }
    let failure = match serde_json::from_str(text) {
        Ok(command) => return Ok(command),
        Err(failure) => failure,
    };
    let (id, detail) = match serde_json::from_str::<Outline>(text) {
        Ok(Outline { r#type: None, id }) => (id, "a frame is a JSON object with a `type`".to_owned()),
        Ok(Outline { r#type: Some(name), id }) if !Command::TYPES.contains(&name.as_str()) => {
            let name: String = name.chars().take(MAX_SHOWN).collect();
            (id, format!("there is no command `{name}`; there are: {}", Command::TYPES.join(", ")))
        }
        Ok(Outline { id, .. }) => (id, format!("malformed command: {}", plain(&failure.to_string()))),
        Err(_) => (None, format!("malformed frame: {}", plain(&failure.to_string()))),
    };
    Err((id, Error::bad_request(detail)))
}
