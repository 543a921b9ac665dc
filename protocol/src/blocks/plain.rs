//! The tree as plain text, for notifications and previews.

use super::Block;

/// What a message says, without markup: blocks on lines of their own, list items and quotes marked as in a plain mail.
pub fn plain(blocks: &[Block]) -> String {
    let mut text = String::new();
    write_blocks(blocks, "", &mut text);
    text
}

/// Writes blocks on lines that all begin with `prefix`.
fn write_blocks(blocks: &[Block], prefix: &str, out: &mut String) {
    for block in blocks {
        match block {
            Block::Quote(content) => write_blocks(content, &format!("{prefix}> "), out),
            Block::List { start, items } => write_list(*start, items, prefix, out),
            Block::Item(content) => write_blocks(content, prefix, out),
            Block::Code { text, .. } => write_lines(text, prefix, prefix, out),
            Block::Paragraph(content) => write_lines(&inline(content), prefix, prefix, out),
            other => write_lines(&inline(std::slice::from_ref(other)), prefix, prefix, out),
        }
    }
}

fn write_list(start: Option<u64>, items: &[Block], prefix: &str, out: &mut String) {
    for (number, item) in (0..).zip(items) {
        let marker = start.map_or("- ".to_owned(), |start| format!("{}. ", start.saturating_add(number)));
        let mut content = String::new();
        write_blocks(std::slice::from_ref(item), "", &mut content);
        let indent = format!("{prefix}{:width$}", "", width = marker.len());
        write_lines(&content, &format!("{prefix}{marker}"), &indent, out);
    }
}

fn write_lines(text: &str, first: &str, further: &str, out: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(if index == 0 { first } else { further });
        out.push_str(line);
    }
}

/// The text of nodes within a line.
fn inline(content: &[Block]) -> String {
    let mut text = String::new();
    for node in content {
        match node {
            Block::Text(part) | Block::CodeSpan(part) | Block::Room(part) | Block::Mention { text: part, .. } => {
                text.push_str(part);
            }
            Block::Break => text.push('\n'),
            Block::Emphasis(content)
            | Block::Strong(content)
            | Block::Strike(content)
            | Block::Table { content, .. }
            | Block::Row(content)
            | Block::Cell(content)
            | Block::Link { content, .. } => {
                text.push_str(&inline(content));
            }
            Block::Unknown { content, text: None, .. } => text.push_str(&inline(content)),
            Block::Unknown { content, text: Some(part), .. } => {
                text.push_str(if content.is_empty() { part } else { "" });
                text.push_str(&inline(content));
            }
            block => write_blocks(std::slice::from_ref(block), "", &mut text),
        }
    }
    text
}
