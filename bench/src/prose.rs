//! Texts that read like messages to an index: few words are common and many are rare, some are in a script without spaces, some
//! have a link. The same number gives the same text.

use std::fmt::Write as _;

/// Words that there are besides rare ones.
const WORDS: u64 = 20_000;
/// Words of a message, at least and at most.
const LENGTH: (u64, u64) = (6, 24);
/// One message of so many has a word that only so many have.
const RARE: u64 = 1_000;
/// How often each of these is said.
const RARE_TIMES: u64 = 5;
/// One message of so many has Chinese characters, and one a link.
const UNSPACED: u64 = 10;
const LINKED: u64 = 100;
/// Characters that these are made of.
const CHARACTERS: u64 = 800;
const FIRST_CHARACTER: u32 = 0x4e00;

/// The text with this number, after a blank.
pub(crate) fn write(number: u64, text: &mut String) {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for _ in 0..LENGTH.0 + dice.below(LENGTH.1 - LENGTH.0 + 1) {
        text.push(' ');
        text.push_str(&word(dice.rank(WORDS)));
    }
    if number.is_multiple_of(RARE) {
        text.push(' ');
        text.push_str(&rare(number / RARE));
    }
    if number.is_multiple_of(UNSPACED) {
        text.push(' ');
        text.extend((0..8).map(|_| character(dice.rank(CHARACTERS))));
    }
    if number.is_multiple_of(LINKED) {
        // Writing to memory cannot fail.
        _ = write!(text, " https://example.org/{number}");
    }
}

/// A word by how common it is; 0 is in most messages.
pub(crate) fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ka", "lo", "mi", "ren", "sta", "to", "vel", "ni", "do", "gra", "pe", "shu", "ba", "cor", "fi", "zen"];
    let mut rest = rank + 1;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[usize::try_from(rest % 16).unwrap_or(0)]);
        rest /= 16;
    }
    word
}

/// A word that few messages have.
pub(crate) fn rare(number: u64) -> String {
    format!("quix{}yotl", number / RARE_TIMES)
}

/// Two Chinese characters, by how common they are.
pub(crate) fn pair(rank: u64) -> String {
    [character(rank), character(rank / 3)].iter().collect()
}

fn character(rank: u64) -> char {
    u32::try_from(rank % CHARACTERS).ok().and_then(|rank| char::from_u32(FIRST_CHARACTER + rank)).unwrap_or('中')
}

/// Pseudo-random numbers: SplitMix64.
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of so many numbers, all as likely.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.next() % count.max(1)
    }

    /// One of so many ranks, each as likely as one by it (Zipf's law).
    fn rank(&mut self, count: u64) -> u64 {
        let even = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((count as f64).powf(even) as u64).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: u64) -> String {
        let mut text = String::new();
        write(number, &mut text);
        text
    }

    #[test]
    fn a_number_has_one_text() {
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
    }

    #[test]
    fn few_words_are_common_and_many_are_rare() {
        let said = |word: &str| (1..2_001).filter(|number| text(*number).split(' ').any(|said| said == word)).count();
        assert!(said(&word(0)) > 900, "{}", said(&word(0)));
        assert!(said(&word(300)) < 40, "{}", said(&word(300)));
        assert_eq!(said(&rare(1)), 2);
    }
}
