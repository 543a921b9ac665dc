//! What programs send to Slack, as the Markdown of messages: monitoring, build servers and alarms know how to write that.
//!
//! Nothing is refused for its shape: what is no text is left out, and a kind of block that is not known shows the texts in it.
//! Each part stands on its own lines, so that a terminal shows an alert as well as a page does.

mod attachment;
mod block;
mod color;
mod join;
mod mrkdwn;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use mrkdwn::to_markdown;

use self::{attachment::attachment, block::blocks, join::Parts};

/// What is said by the JSON that a program sends, as Markdown; `None` if it says nothing.
///
/// Beside Slack's own fields it takes a `title`, and `message` or `content` for the `text`: other programs say so. `name` is
/// whom it is posted as: a `username` that is another one stands above the text.
pub fn payload(json: &Value, name: &str) -> Option<String> {
    let mut parts = Parts::default();
    parts.push(text(json, "title").map(bold).unwrap_or_default());
    let blocks = blocks(json);
    if blocks.is_empty() {
        let text = ["text", "message", "content"].into_iter().find_map(|field| text(json, field));
        parts.push(text.map(to_markdown).unwrap_or_default());
    } else {
        // The text is for those who cannot show the blocks.
        parts.extend(blocks);
    }
    list(json, "attachments").iter().for_each(|item| parts.extend(attachment(item)));
    let said = parts.into_text();
    if said.is_empty() {
        return None;
    }
    Some(match text(json, "username").filter(|username| !username.eq_ignore_ascii_case(name)) {
        Some(username) if said.contains('\n') => format!("{}\n{said}", bold(&format!("{username}:"))),
        Some(username) => format!("{} {said}", bold(&format!("{username}:"))),
        None => said,
    })
}

/// A field that is a text with something in it.
fn text<'a>(json: &'a Value, field: &str) -> Option<&'a str> {
    json.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// A field that is a list.
fn list<'a>(json: &'a Value, field: &str) -> &'a [Value] {
    json.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// One line of plain text in bold.
fn bold(text: &str) -> String {
    format!("**{}**", mrkdwn::literal(text))
}

/// One line of plain text in bold that leads somewhere.
fn bold_link(text: &str, address: &str) -> String {
    format!("**{}**", mrkdwn::link(address, text))
}
