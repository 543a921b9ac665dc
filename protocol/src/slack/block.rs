//! `blocks` of a message or an attachment: Slack's Block Kit, as far as it can be read.

use serde_json::Value;

use super::{
    bold,
    join::{Parts, RULE},
    list, mrkdwn, text, to_markdown,
};

/// How deep what is not known is looked into for its texts.
const DEPTH: usize = 8;

/// What the blocks of a message say, one part each.
pub(super) fn blocks(json: &Value) -> Vec<String> {
    list(json, "blocks").iter().map(block).filter(|part| !part.is_empty()).collect()
}

fn block(json: &Value) -> String {
    match json.get("type").and_then(Value::as_str).unwrap_or_default() {
        "header" => json.get("text").map(|text| bold(plain(text))).unwrap_or_default(),
        "divider" => RULE.to_owned(),
        "section" => section(json),
        "context" => row(json, "elements", " · "),
        "actions" => row(json, "elements", " · "),
        "image" | "video" => element(json),
        _ => any(json, DEPTH),
    }
}

fn section(json: &Value) -> String {
    let mut parts = Parts::default();
    parts.push(json.get("text").map(object).unwrap_or_default());
    parts.extend(list(json, "fields").iter().map(|field| label_and_value(&object(field))));
    parts.push(json.get("accessory").map(element).unwrap_or_default());
    parts.into_text()
}

/// Slack's fields have their label above the value; one line is enough for both where the value has one.
fn label_and_value(field: &str) -> String {
    match field.split_once('\n') {
        Some((label, value)) if label.starts_with("**") && label.ends_with("**") && !value.contains('\n') => {
            format!("{label} {value}")
        }
        _ => field.to_owned(),
    }
}

/// Elements on one line.
fn row(json: &Value, field: &str, between: &str) -> String {
    let said = list(json, field).iter().map(element).filter(|part| !part.is_empty());
    said.collect::<Vec<_>>().join(between)
}

/// A text, a button that leads somewhere, a picture.
fn element(json: &Value) -> String {
    match json.get("type").and_then(Value::as_str).unwrap_or_default() {
        "mrkdwn" | "plain_text" => object(json),
        "button" => match (text(json, "url"), json.get("text").map(plain)) {
            (Some(address), Some(label)) => mrkdwn::link(address, label),
            _ => String::new(),
        },
        "image" | "video" => {
            let label = text(json, "alt_text").unwrap_or("image");
            let title = json.get("title").map(plain).filter(|title| !title.is_empty()).unwrap_or(label);
            match ["image_url", "title_url", "video_url"].into_iter().find_map(|field| text(json, field)) {
                Some(address) => mrkdwn::link(address, title),
                None => mrkdwn::literal(title),
            }
        }
        _ => String::new(),
    }
}

/// A text object: Slack's markup, or plain. Some programs send a bare string.
fn object(json: &Value) -> String {
    match json.get("type").and_then(Value::as_str) {
        Some("plain_text") => mrkdwn::literal_lines(plain(json)),
        _ => to_markdown(plain(json)),
    }
}

fn plain(json: &Value) -> &str {
    json.as_str().or_else(|| text(json, "text")).unwrap_or_default()
}

/// The texts of what is not known, such as `rich_text`.
fn any(json: &Value, depth: usize) -> String {
    if depth == 0 {
        return String::new();
    }
    match json.get("type").and_then(Value::as_str).unwrap_or_default() {
        "link" => {
            let Some(address) = text(json, "url") else { return String::new() };
            return text(json, "text").map_or_else(|| address.to_owned(), |label| mrkdwn::link(address, label));
        }
        "text" => return mrkdwn::literal_lines(json.get("text").and_then(Value::as_str).unwrap_or_default()),
        "user" => return text(json, "user_id").map(|user| format!("@{user}")).unwrap_or_default(),
        "broadcast" => return "@room".to_owned(),
        "emoji" => return text(json, "name").map(|name| format!(":{name}:")).unwrap_or_default(),
        "mrkdwn" | "plain_text" => return object(json),
        _ => {}
    }
    let inner = list(json, "elements").iter().map(|element| any(element, depth - 1));
    match json.get("type").and_then(Value::as_str).unwrap_or_default() {
        "rich_text_section" => inner.collect(),
        "rich_text_preformatted" => format!("```\n{}\n```", texts(json)),
        "rich_text_quote" => format!("> {}", inner.collect::<String>().replace('\n', "\n> ")),
        "rich_text_list" => inner.map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"),
        _ => {
            let mut parts = Parts::default();
            parts.push(json.get("text").map(object).unwrap_or_default());
            parts.extend(inner);
            parts.into_text()
        }
    }
}

/// The texts of code, as they are.
fn texts(json: &Value) -> String {
    list(json, "elements")
        .iter()
        .filter_map(|element| element.get("text").and_then(Value::as_str))
        .collect::<String>()
        .replace("```", "'''")
}
