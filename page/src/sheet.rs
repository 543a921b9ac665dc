//! Style sheets as one, without comments and indentation.

/// Joins sheets in their order: the first that names the layers fixes theirs.
pub(crate) fn join<'a>(sheets: impl IntoIterator<Item = &'a str>) -> String {
    sheets.into_iter().map(smaller).collect()
}

/// A sheet without comments, and with one space for each run of them. What stands in quotes is kept as it is.
fn smaller(sheet: &str) -> String {
    let mut small = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => {
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            '"' | '\'' => quoted(rest, first),
            _ if first.is_whitespace() => {
                rest = rest.trim_start();
                // Between these, a space says nothing.
                let bare = small.ends_with(['{', '}', ';', ',', ' ']) || small.is_empty();
                if !bare && !rest.starts_with(['{', '}']) {
                    small.push(' ');
                }
                continue;
            }
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        small.push_str(piece);
        rest = after;
    }
    small
}

/// The length of the string that `text` begins with, its quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn what_says_nothing_is_left_out() {
        let sheet = "/* colours */\na {\n  margin: 0 auto;\n  inset: calc(1px + 2px);\n}\n\na > b,\nc { color: red }\n";
        assert_eq!(join([sheet, "d {}"]), "a{margin: 0 auto;inset: calc(1px + 2px);}a > b,c{color: red}d{}");
    }

    #[test]
    fn text_in_quotes_stays_as_it_is() {
        let sheet = r#"a::before { content: "/*  \" */"; } b { content: '  }' }"#;
        assert_eq!(join([sheet]), r#"a::before{content: "/*  \" */";}b{content: '  }'}"#);
    }
}
