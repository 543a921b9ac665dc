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

    use super::*;
    use crate::blocks::{self, Block};

    #[test]
    fn code_is_told_from_prose() {
        for code in [
            "fn main() {\n    go();\n}",
            "def f(x):\n    return x",
            "a = 1;\nb = 2;",
            "if x {\n\ty()\n}",
            "class A:\n    def f(self):\n        pass\n\n    def g(self):\n        pass",
        ] {
            assert!(looks_like_code(code), "{code}");
        }
        for prose in [
            "hello",
            "one {",
            "hello\nthere",
            "a list:\n- one\n  more\n- two",
            "> said\n> twice {",
            "```\nfn main() {\n}\n```",
            "Dear all,\n\nthe build is green.\nTagging after lunch;\nthank you",
        ] {
            assert!(!looks_like_code(prose), "{prose}");
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
