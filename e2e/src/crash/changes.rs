//! Whether what was acknowledged to those who change messages is there, once, and what they are shown is what they made.

use std::collections::HashMap;

use serde_json::Value;

use super::changer::{Changes, Given};

impl Changes {
    /// Every broken promise, in words; none is what one wants.
    pub fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (due, event) in (1_u64..).zip(&self.log) {
            if event["seq"] != due {
                found.push(format!("a hole where {due} is due: {event}"));
            }
        }
        let mut claimed: HashMap<u64, &Given> = HashMap::new();
        for given in &self.given {
            let place = usize::try_from(given.seq).unwrap_or(usize::MAX).wrapping_sub(1);
            match self.log.get(place) {
                None => found.push(format!("acknowledged and not there: {given:?}")),
                Some(event) if !is_of(event, &given.command) => {
                    found.push(format!("{event} stands where {given:?} was"))
                }
                Some(_) => {}
            }
            if let Some(other) = claimed.insert(given.seq, given) {
                found.push(format!("one event for {given:?} and {other:?}"));
            }
        }
        let unclaimed = self.log.iter().filter(|event| {
            event["type"] != "UserJoined" && !claimed.contains_key(&event["seq"].as_u64().unwrap_or_default())
        });
        found.extend(unclaimed.map(|event| format!("done twice: {event}")));
        found.extend(self.log.iter().filter(|event| event["type"] == "Message").filter_map(|event| self.judge(event)));
        found
    }

    /// How many commands were sent again after an acknowledgement was lost or did not come.
    pub fn sent_again(&self) -> usize {
        self.given.iter().filter(|given| given.sent > 1).count()
    }

    /// How many texts were deleted.
    pub fn deletions(&self) -> usize {
        self.given.iter().filter(|given| given.command["type"] == "DeleteMessage").count()
    }

    /// Whether a message is shown as its commands left it.
    fn judge(&self, event: &Value) -> Option<String> {
        let message = &event["message"];
        let about = |given: &&Given| given.command["message_id"] == message["id"];
        let is_deleted = self.given.iter().filter(about).any(|given| given.command["type"] == "DeleteMessage");
        let edit = self.given.iter().filter(about).find(|given| given.command["type"] == "EditMessage");
        let reactions = message["reactions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_right = if is_deleted {
            message["body"] == "" && message["deleted"] == true && reactions.is_empty()
        } else {
            edit.is_some_and(|edit| edit.command["body"] == message["body"])
                && matches!(reactions, [one] if one["emoji"] == "🎉" && one["count"] == 1)
        };
        (!is_right).then(|| format!("not as it was made: {message}"))
    }
}

/// Whether an event is what a command asks for.
fn is_of(event: &Value, command: &Value) -> bool {
    let message = if event["message_id"].is_null() { &event["message"]["id"] } else { &event["message_id"] };
    let wanted = match command["type"].as_str() {
        Some("Message") => return event["type"] == "Message" && *message == command["id"],
        Some("EditMessage") => "MessageEdited",
        Some("DeleteMessage") => "MessageDeleted",
        Some("React") if command["on"] == true => "ReactionAdded",
        _ => "ReactionRemoved",
    };
    event["type"] == wanted && *message == command["message_id"] && event["emoji"] == command["emoji"]
}
