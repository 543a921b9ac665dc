//! What an index keeps of a text, so that texts that may have a word are found without reading all.
//!
//! A term has one to three characters, and stands between blanks. Three are any three that follow each other; one or two
//! are a short word, or characters of a script without spaces. What has a word has all its terms; what has all of them
//! may have the word.

use std::collections::BTreeSet;

use super::{
    Needle,
    fold::{Folded, is_unspaced},
};

/// Terms of a needle that narrow a search; more would cost more than they leave out.
const MOST: usize = 24;

/// The terms of a text.
pub fn terms(text: &Folded) -> BTreeSet<&str> {
    let mut terms = BTreeSet::new();
    for run in text.as_str().split(' ') {
        terms.extend(parts(run, 3));
        terms.extend(short_words(run));
        terms.extend([1, 2].into_iter().flat_map(|length| unspaced(run, length)));
    }
    terms
}

impl Needle {
    /// Terms that every text has in which this is found; empty if nothing narrows the search.
    pub fn terms(&self) -> BTreeSet<&str> {
        let mut terms = BTreeSet::new();
        for run in self.as_str().split(' ') {
            terms.extend(parts(run, 3));
            if self.is_whole_word() {
                terms.extend(short_words(run));
            }
            if run.chars().count() < 3 {
                terms.extend([1, 2].into_iter().flat_map(|length| unspaced(run, length)));
            }
        }
        while terms.len() > MOST {
            terms.pop_last();
        }
        terms
    }
}

/// Any so many characters that follow each other.
fn parts(run: &str, length: usize) -> impl Iterator<Item = &str> {
    let ends = run.char_indices().map(|(at, _)| at).chain([run.len()]).skip(length);
    run.char_indices().zip(ends).map(|((start, _), end)| &run[start..end])
}

/// The same of characters of a script without spaces.
fn unspaced(run: &str, length: usize) -> impl Iterator<Item = &str> {
    parts(run, length).filter(|part| part.chars().all(is_unspaced))
}

/// Words of one or two characters.
fn short_words(run: &str) -> impl Iterator<Item = &str> {
    run.split(|c: char| !c.is_alphanumeric()).filter(|word| matches!(word.chars().count(), 1 | 2))
}
