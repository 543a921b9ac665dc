//! Whether a text is probably code that was pasted without a fence, and the text in one.

/// Fewer lines than this are hardly worth a block.
const LEAST_LINES: usize = 2;
/// The ends of lines that prose seldom has.
const CODE_ENDS: [&str; 8] = ["{", "}", ";", "(", ");", "},", "=>", "\\"];
/// The fence, unless the text has one like it.
const FENCE: &str = "```";

/// Whether several lines look like code: at least half of them are indented, or end as lines of code do. Text that has a fence,
/// or that is a list or a quote, is left as it is.
pub fn looks_like_code(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let is_markup = lines.iter().any(|line| {
        let start = line.trim_start();
        start.starts_with(FENCE) || ["> ", "- ", "* "].iter().any(|marker| start.starts_with(marker))
    });
    let is_indented = |line: &&&str| line.starts_with("  ") || line.starts_with('\t');
    let ends_as_code = |line: &&&str| CODE_ENDS.iter().any(|end| line.trim_end().ends_with(end));
    let count = lines.iter().filter(|line| is_indented(line) || ends_as_code(line)).count();
    lines.len() >= LEAST_LINES && !is_markup && count * 2 >= lines.len()
}

/// The text as a block of code; its fence is longer than any row of back-ticks in it.
pub fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(FENCE.len().max(longest + 1));
    format!("{fence}\n{}\n{fence}", text.trim_matches('\n').trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::blocks::{self, Block};

    /// The cases that the page's own tests read too.
    #[derive(Deserialize)]
    struct Cases {
        code: Vec<String>,
        prose: Vec<String>,
        fenced: Vec<Fenced>,
    }

    #[derive(Deserialize)]
    struct Fenced {
        text: String,
        fenced: String,
    }

    fn cases() -> Cases {
        serde_json::from_str(include_str!("../fixtures/code.json")).unwrap()
    }

    #[test]
    fn code_is_told_from_prose() {
        let Cases { code, prose, .. } = cases();
        for text in code {
            assert!(looks_like_code(&text), "{text}");
        }
        for text in prose {
            assert!(!looks_like_code(&text), "{text}");
        }
    }

    #[test]
    fn a_fence_is_longer_than_what_it_encloses() {
        for Fenced { text, fenced: wanted } in cases().fenced {
            assert_eq!(fenced(&text), wanted);
        }
    }

    proptest! {
        #[test]
        fn what_is_fenced_is_one_block_of_that_code(text in "[a-z`~ \t{}*#>-]{0,20}(\n[a-z`~ \t{}*#>-]{0,20}){0,5}[a-z]") {
            let tree = blocks::parse(&fenced(&text), &|_| None);
            let [Block::Code { text: code, .. }] = &tree[..] else { panic!("{tree:?}") };
            prop_assert_eq!(code.as_str(), text.trim_matches('\n'));
            prop_assert!(!looks_like_code(&fenced(&text)));
        }
    }
}
