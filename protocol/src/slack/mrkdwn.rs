//! Slack's own markup (`mrkdwn`), as Markdown.

use super::join::goes_on;

/// A fence of code.
const FENCE: &str = "```";
/// Bytes of the longest address with its label that is looked for.
const LONGEST_BRACKET: usize = 4096;

/// Turns a text in Slack's markup into Markdown: `<address|label>`, `<@user>`, `<!here>`, `&lt;`, `*bold*`, `~struck~`,
/// code between backticks. What is no markup, and Markdown that a program sends all the same, stays as it is.
pub fn to_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(start) = rest.find(FENCE) {
        let (before, fenced) = rest.split_at(start);
        let code = &fenced[FENCE.len()..];
        let Some(end) = code.find(FENCE) else { break };
        prose(&mut out, before);
        block_of_code(&mut out, &code[..end]);
        rest = code[end + FENCE.len()..].trim_start_matches([' ', '\n']);
    }
    prose(&mut out, rest);
    out.trim_end_matches('\n').to_owned()
}

fn block_of_code(out: &mut String, code: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(FENCE);
    out.push('\n');
    out.push_str(unescaped(code).trim_matches('\n'));
    out.push('\n');
    out.push_str(FENCE);
    out.push('\n');
}

/// Lines without blocks of code.
fn prose(out: &mut String, text: &str) {
    let mut is_open = false;
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let line = line.strip_prefix("&gt;").map_or_else(|| line.to_owned(), |quoted| format!(">{quoted}"));
        let opens = goes_on(&line);
        // Markdown would take the line below a quote or an item for a part of it.
        if is_open && !opens && !line.is_empty() && !line.starts_with([' ', '\t']) {
            out.push('\n');
        }
        is_open = opens || is_open && line.starts_with([' ', '\t']);
        inline(out, &line);
    }
}

/// One line: code in backticks is copied, all else may be markup.
fn inline(out: &mut String, line: &str) {
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let Some(length) = rest[start + 1..].find('`') else { break };
        let end = start + 1 + length + 1;
        marked(out, &rest[..start]);
        out.push_str(&unescaped(&rest[start..end]));
        rest = &rest[end..];
    }
    marked(out, rest);
}

/// Text that may be bold or struck out, with addresses and names in angle brackets.
fn marked(out: &mut String, text: &str) {
    let mut rest = text;
    let mut before = out.chars().next_back().filter(|c| *c != '\n');
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '<' => bracket(rest),
            '*' => span(rest, before, '*', "**"),
            '~' => span(rest, before, '~', "~~"),
            '&' => entity(rest).map(|(character, length)| (character.to_owned(), length)),
            _ => None,
        };
        let length = match taken {
            Some((shown, length)) => {
                out.push_str(&shown);
                length
            }
            None => {
                out.push(next);
                next.len_utf8()
            }
        };
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
}

/// `*bold*` or `~struck~` at the beginning of a text, and how much of it that is. Doubled marks are Markdown already.
fn span(text: &str, before: Option<char>, mark: char, markdown: &str) -> Option<(String, usize)> {
    let is_mark_or_word = |c: char| c == mark || c.is_alphanumeric();
    if before.is_some_and(is_mark_or_word) {
        return None;
    }
    let inner = &text[mark.len_utf8()..];
    let end = inner.find(mark)?;
    let (content, after) = (&inner[..end], inner[end + mark.len_utf8()..].chars().next());
    let is_loose =
        content.is_empty() || content.starts_with(char::is_whitespace) || content.ends_with(char::is_whitespace);
    if is_loose || after.is_some_and(is_mark_or_word) {
        return None;
    }
    let mut shown = markdown.to_owned();
    marked(&mut shown, content);
    shown.push_str(markdown);
    Some((shown, mark.len_utf8() * 2 + end))
}

/// `<…>` at the beginning of a text, and how much of it that is.
fn bracket(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(LONGEST_BRACKET).position(|byte| byte == b'>')?;
    let content = &text[1..end];
    let (target, label) = match content.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (content, None),
    };
    let shown = match (target.chars().next()?, label) {
        ('@', Some(label)) => format!("@{}", unescaped(label.trim_start_matches('@'))),
        ('#', Some(label)) => format!("#{}", unescaped(label.trim_start_matches('#'))),
        ('@' | '#', None) if target.len() > 1 => unescaped(target),
        ('!', label) => announcement(&target[1..], label),
        _ if ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) => match label {
            Some(label) => link(target, label),
            None => unescaped(target.strip_prefix("mailto:").unwrap_or(target)),
        },
        // Another scheme cannot be followed: what it is called remains.
        _ if target.contains(':') && !target.contains(' ') => unescaped(label.unwrap_or(target)),
        _ => return None,
    };
    Some((shown, end + 1))
}

/// `<!here>` and the like.
fn announcement(what: &str, label: Option<&str>) -> String {
    match what {
        "here" => "@here".to_owned(),
        "channel" | "everyone" => "@room".to_owned(),
        _ => unescaped(label.unwrap_or_else(|| what.split('^').next().unwrap_or_default())),
    }
}

/// Slack escapes these three characters, and no others.
fn entity(text: &str) -> Option<(&'static str, usize)> {
    let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")];
    known
        .into_iter()
        .find(|(escaped, _)| text.starts_with(escaped))
        .map(|(escaped, character)| (character, escaped.len()))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A link of Markdown, from an address and a plain label. What cannot be an address there is left out.
pub(super) fn link(address: &str, label: &str) -> String {
    let address = unescaped(address.trim());
    if address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return literal(label);
    }
    let address = address.replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E");
    format!("[{}]({address})", literal(label))
}

/// One line of plain text, so that Markdown shows it as it is.
pub(super) fn literal(text: &str) -> String {
    let text = unescaped(text);
    escaped(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A line with what would be markup escaped.
fn escaped(line: &str) -> String {
    let brackets_pair = are_paired(line);
    let mut out = String::with_capacity(line.len());
    let mut before = None;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        let is_in_word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        let is_markup = match c {
            '\\' | '*' | '`' | '~' => true,
            '_' => !(is_in_word(before) && is_in_word(characters.peek().copied())),
            '[' | ']' => !brackets_pair,
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// Several lines of plain text.
pub(super) fn literal_lines(text: &str) -> String {
    unescaped(text).split('\n').map(escaped).collect::<Vec<_>>().join("\n")
}

/// Whether square brackets stand in pairs, as Markdown lets them stand in a label.
fn are_paired(text: &str) -> bool {
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '[' => open += 1,
            ']' if open == 0 => return false,
            ']' => open -= 1,
            _ => {}
        }
    }
    // `](` would be a link of its own.
    open == 0 && !text.contains("](") && !text.contains("]:") && !text.contains("][")
}
