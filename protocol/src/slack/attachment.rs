//! `attachments` of a message.

use serde_json::Value;

use super::{block::blocks, bold, bold_link, color, join::Parts, list, mrkdwn, text, to_markdown};

/// What an attachment says.
pub(super) fn attachment(json: &Value) -> Option<String> {
    let mut parts = Parts::default();
    parts.push(text(json, "pretext").map(to_markdown).unwrap_or_default());
    let pretext = parts.into_text();

    let mut parts = Parts::default();
    let author = match (text(json, "author_name"), text(json, "author_link")) {
        (Some(author), Some(address)) => mrkdwn::link(address, author),
        (author, _) => author.map(mrkdwn::literal).unwrap_or_default(),
    };
    parts.push(author);
    let title = match (text(json, "title"), text(json, "title_link")) {
        (Some(title), Some(address)) => bold_link(title, address),
        (title, _) => title.map(bold).unwrap_or_default(),
    };
    parts.push(title);
    parts.push(text(json, "text").map(to_markdown).unwrap_or_default());
    parts.extend(list(json, "fields").iter().filter_map(field));
    parts.extend(blocks(json));
    parts.push(actions(json));
    parts.push(text(json, "image_url").map(|address| mrkdwn::link(address, "image")).unwrap_or_default());
    let mut said = parts.into_text();
    if said.is_empty() && pretext.is_empty() {
        said = text(json, "fallback").map(to_markdown).unwrap_or_default();
    }
    let mut parts = Parts::default();
    // The mark goes where Markdown finds a text: not before a quote, a list or a block of code.
    match text(json, "color").and_then(color::mark) {
        Some(mark) if said.starts_with(['>', '`', '-']) => parts.push(format!("{mark}\n{said}")),
        Some(mark) if !said.is_empty() => parts.push(format!("{mark} {said}")),
        _ => parts.push(said),
    }
    if let Some(footer) = text(json, "footer") {
        parts.push(format!("_{}_", mrkdwn::literal(footer)));
    }
    let said = parts.into_text();
    let mut parts = Parts::default();
    parts.extend([pretext, said]);
    Some(parts.into_text()).filter(|text| !text.is_empty())
}

/// A field: its title and its value.
fn field(json: &Value) -> Option<String> {
    let value = match json.get("value") {
        Some(Value::String(value)) => to_markdown(value),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    };
    match text(json, "title") {
        Some(title) if value.contains('\n') || value.starts_with('`') && value.contains("```") => {
            Some(format!("{}\n{value}", bold(&format!("{}:", title.trim_end_matches(':')))))
        }
        Some(title) if !value.is_empty() => {
            Some(format!("{} {value}", bold(&format!("{}:", title.trim_end_matches(':')))))
        }
        Some(title) => Some(bold(title)),
        None => Some(value).filter(|value| !value.is_empty()),
    }
}

/// Buttons that lead somewhere.
fn actions(json: &Value) -> String {
    let links = list(json, "actions")
        .iter()
        .filter_map(|action| Some(mrkdwn::link(text(action, "url")?, text(action, "text")?)));
    links.collect::<Vec<_>>().join(" · ")
}
