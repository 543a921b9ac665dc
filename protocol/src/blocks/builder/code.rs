//! A block of code while it grows.

use pulldown_cmark::CodeBlockKind;

use crate::blocks::{Block, shield};

/// A block of code, so far.
pub(super) struct Code {
    /// What was written after the fence.
    info: String,
    /// Its lines.
    pub(super) text: String,
}

impl Code {
    /// A block that begins.
    pub(super) fn new(kind: CodeBlockKind<'_>) -> Self {
        let info = match kind {
            CodeBlockKind::Fenced(info) => shield::lower(&info).trim().to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        Self { info, text: String::new() }
    }

    /// The finished block. Code that somebody wrote on the line of the fence is no language: it is the first line.
    pub(super) fn finish(self) -> Block {
        let Self { info, text } = self;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        match language(&info) {
            Some(lang) if !text.is_empty() => Block::Code { lang: Some(lang.to_owned()), text: text.to_owned() },
            _ if info.is_empty() => Block::Code { lang: None, text: text.to_owned() },
            _ if text.is_empty() => Block::Code { lang: None, text: info },
            _ => Block::Code { lang: None, text: format!("{info}\n{text}") },
        }
    }
}

/// The language that the text after a fence names: one word, with or without attributes (`rust,ignore`).
fn language(info: &str) -> Option<&str> {
    let name = info.split([',', '{']).next()?;
    (!name.is_empty() && !info.contains(char::is_whitespace)).then_some(name)
}
