//! The form in which text is compared.

use unicode_normalization::UnicodeNormalization;

/// A text without what a search does not tell apart: case, width, diacritics, invisible characters, and how many blanks
/// there are. It knows where each of its characters came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each character of `text`, the position of the character of the original, counted in Unicode scalar values.
    origins: Vec<u32>,
}

impl Folded {
    /// Folds a text.
    pub fn of(original: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(original.len()), origins: Vec::with_capacity(original.len()) };
        for (position, c) in (0..).zip(original.chars()) {
            folded.push(position, c);
        }
        folded
    }

    /// The text; its only blank is a single space.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a part of the text came from: the positions of its first character and after its last one in the original,
    /// counted in Unicode scalar values.
    pub fn origin(&self, part: std::ops::Range<usize>) -> (u32, u32) {
        let first = self.text[..part.start].chars().count();
        let count = self.text[part].chars().count();
        let start = self.origins.get(first).copied().unwrap_or_default();
        let last = self.origins.get(first + count.saturating_sub(1)).copied().unwrap_or(start);
        (start, last + 1)
    }

    fn push(&mut self, position: u32, c: char) {
        if c.is_ascii_graphic() {
            self.text.push(c.to_ascii_lowercase());
            self.origins.push(position);
        } else if c.is_whitespace() {
            if !self.text.ends_with(' ') {
                self.text.push(' ');
                self.origins.push(position);
            }
        } else if !crate::unicode::is_invisible(c) {
            self.push_all(position, c);
        }
    }

    fn push_all(&mut self, position: u32, c: char) {
        let one = std::iter::once(c);
        // The marks of kana make other letters, and syllables of Hangul are not taken apart.
        let parts: String =
            if is_unspaced(c) { one.nfkc().collect() } else { one.nfkd().filter(|c| !is_mark(*c)).collect() };
        // In upper case first: ß is ss, and ς is σ.
        for c in parts.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
            if !is_mark(c) {
                self.text.push(c);
                self.origins.push(position);
            }
        }
    }
}

/// Diacritics of the scripts whose readers leave them out.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Whether a character is of a script that writes its words without spaces, and in which one character says something:
/// Chinese, Japanese and Korean.
pub(super) const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3040}'..='\u{30ff}'
        | '\u{3100}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}
