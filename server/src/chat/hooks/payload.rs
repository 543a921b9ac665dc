//! What a program sends to a hook: plain text, or JSON as Slack takes it.

use chat_protocol::slack;
use serde_json::Value;

use crate::chat::{Error, Result};

/// The field of a form that has the JSON.
const PAYLOAD: &str = "payload";
/// What stands below a text that was cut.
const CUT: &str = "\n… (cut here: longer than a message may be)";
/// A fence of code, closed where the text is cut within it.
const FENCE: &str = "\n```";

/// In which form a program says that it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text, which may hold Markdown.
    Text,
    /// JSON.
    Json,
    /// A form, as browsers send it, with JSON in its field `payload`.
    Encoded,
    /// It does not say.
    Unknown,
}

/// What is said by it, as Markdown.
///
/// # Errors
/// `bad_request` where that is nothing.
pub(super) fn read(form: Form, sent: &[u8], name: &str) -> Result<String> {
    let text = std::str::from_utf8(sent).map_err(|_| Error::bad_request("the body is not UTF-8"))?;
    let said = match form {
        Form::Json => json(text, name)?,
        Form::Text => Some(text.to_owned()),
        Form::Encoded => match field(text, PAYLOAD) {
            Some(payload) => json(&payload, name)?,
            None => undeclared(field(text, "text").as_deref().unwrap_or(text), name),
        },
        Form::Unknown => undeclared(text, name),
    };
    // `echo` and here-documents end with a line of nothing.
    said.map(|said| said.trim_end().to_owned()).filter(|said| !said.is_empty()).ok_or_else(nothing)
}

/// JSON that says something, or else a text: `curl -d` calls everything a form.
fn undeclared(text: &str, name: &str) -> Option<String> {
    let object = text.trim_start().starts_with('{').then(|| serde_json::from_str::<Value>(text).ok()).flatten();
    object.and_then(|json| slack::payload(&json, name)).or_else(|| Some(text.to_owned()))
}

fn json(text: &str, name: &str) -> Result<Option<String>> {
    let json: Value = serde_json::from_str(text).map_err(|error| Error::bad_request(format!("not JSON: {error}")))?;
    Ok(match json {
        Value::String(text) => Some(text),
        json => slack::payload(&json, name),
    })
}

/// A field of a form.
fn field(form: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(form.as_bytes()).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

fn nothing() -> Error {
    Error::bad_request("nothing to say: send plain text, or JSON with `text`, `attachments` or `blocks`")
}

/// A text of at most so many bytes, with a mark where it was cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = most.saturating_sub(CUT.len() + FENCE.len());
    let kept = &text[..text.floor_char_boundary(end)];
    let is_code = kept.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1;
    format!("{}{}{CUT}", kept.trim_end(), if is_code { FENCE } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(form: Form, sent: &str) -> Option<String> {
        read(form, sent.as_bytes(), "alerts").ok()
    }

    #[test]
    fn what_is_sent_is_read_in_the_form_that_it_has() {
        for (form, sent, expected) in [
            (Form::Text, "*as it is*", Some("*as it is*")),
            (Form::Json, r#"{"text":"*a*"}"#, Some("**a**")),
            (Form::Json, r#""only a text""#, Some("only a text")),
            (Form::Json, r#"{"text":"#, None),
            (Form::Json, "{}", None),
            (Form::Encoded, "payload=%7B%22text%22%3A%22a+b%22%7D", Some("a b")),
            (Form::Encoded, r#"{"text":"by curl -d"}"#, Some("by curl -d")),
            (Form::Encoded, "disk is full & hot = 100%", Some("disk is full & hot = 100%")),
            (Form::Encoded, "text=a+b", Some("a b")),
            (Form::Unknown, r#"{"text":"a"}"#, Some("a")),
            (Form::Unknown, "{ not JSON", Some("{ not JSON")),
            (Form::Text, "from a shell\n", Some("from a shell")),
            (Form::Text, " \n", None),
        ] {
            assert_eq!(said(form, sent).as_deref(), expected, "{form:?} {sent}");
        }
        assert!(read(Form::Text, &[0xff], "alerts").is_err());
    }

    #[test]
    fn a_long_text_is_cut_at_a_character_and_says_so() {
        let text = "ä".repeat(200);
        let short = cut(&text, 199);
        assert!(short.len() <= 199 && short.ends_with(CUT) && short.starts_with("ää"), "{short}");
        assert_eq!(cut("short", 5), "short");
        let code = format!("before\n```\n{}\n```", "x\n".repeat(200));
        assert!(cut(&code, 200).ends_with(&format!("x{FENCE}{CUT}")), "{}", cut(&code, 200));
    }
}
