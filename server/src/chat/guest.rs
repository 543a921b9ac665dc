//! Friendly names for guests, such as `quiet-otter-42`. Whether one is free is for the caller to find out.

use super::secret::NoRandomness;

/// Kind or neutral, of one script, easy to read aloud.
const ADJECTIVES: [&str; 64] = [
    "amber", "blue", "bold", "brave", "breezy", "bright", "brisk", "calm", "clever", "cosmic", "cozy", "crisp",
    "curious", "dapper", "daring", "eager", "early", "fair", "fancy", "fluffy", "fond", "gentle", "glad", "golden",
    "grand", "green", "happy", "hardy", "honest", "jolly", "keen", "kind", "lively", "lucky", "lunar", "mellow",
    "merry", "mighty", "misty", "neat", "nimble", "noble", "patient", "placid", "plucky", "polite", "proud", "quick",
    "quiet", "rapid", "rosy", "silver", "sleepy", "snowy", "solar", "spry", "steady", "sunny", "swift", "tidy",
    "velvet", "vivid", "warm", "witty",
];

/// Animals that nobody minds being.
const ANIMALS: [&str; 64] = [
    "albatross",
    "alpaca",
    "badger",
    "beaver",
    "bison",
    "bobcat",
    "caribou",
    "cheetah",
    "condor",
    "crane",
    "cricket",
    "deer",
    "dolphin",
    "dragonfly",
    "eagle",
    "egret",
    "falcon",
    "ferret",
    "finch",
    "firefly",
    "fox",
    "gazelle",
    "gecko",
    "gibbon",
    "hare",
    "hedgehog",
    "heron",
    "ibex",
    "jackdaw",
    "jay",
    "kestrel",
    "kiwi",
    "koala",
    "lark",
    "lemur",
    "lynx",
    "magpie",
    "marmot",
    "marten",
    "meerkat",
    "moose",
    "newt",
    "ocelot",
    "osprey",
    "otter",
    "owl",
    "panda",
    "parrot",
    "pelican",
    "penguin",
    "plover",
    "puffin",
    "quail",
    "rabbit",
    "raven",
    "robin",
    "salmon",
    "seal",
    "sparrow",
    "squirrel",
    "swan",
    "tapir",
    "turtle",
    "wombat",
];

/// Names are tried with two digits this many times; then three digits make nearly every one free.
const FRIENDLY_TRIES: u32 = 8;

/// A random name for the `attempt`-th try (from 0): later ones have more digits, for a server with very many guests.
pub fn name(attempt: u32) -> Result<String, NoRandomness> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    let [adjective, animal, digits @ ..] = random;
    let digits = digits.into_iter().fold(0_u64, |all, byte| all << 8 | u64::from(byte));
    // Powers of ten: 10..100, then 100..1000, then 1000..10000 and so on, as long as nothing is free.
    let first = 10_u64.pow(1 + (attempt / FRIENDLY_TRIES).min(6));
    Ok(format!(
        "{}-{}-{}",
        ADJECTIVES[usize::from(adjective) % ADJECTIVES.len()],
        ANIMALS[usize::from(animal) % ANIMALS.len()],
        first + digits % (9 * first),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chat_protocol::name::UserName;

    use super::*;

    #[test]
    fn every_combination_is_a_name_that_a_user_may_have() {
        for adjective in ADJECTIVES {
            for animal in ANIMALS {
                UserName::parse(&format!("{adjective}-{animal}-12345678")).unwrap();
            }
        }
    }

    #[test]
    fn no_word_twice() {
        assert_eq!(ADJECTIVES.iter().collect::<HashSet<_>>().len(), ADJECTIVES.len());
        assert_eq!(ANIMALS.iter().collect::<HashSet<_>>().len(), ANIMALS.len());
    }

    #[test]
    fn two_digits_at_first_and_more_when_those_are_taken() {
        let digits = |attempt| name(attempt).unwrap().rsplit('-').next().unwrap().len();
        for _ in 0..100 {
            assert_eq!(digits(0), 2);
            assert_eq!(digits(FRIENDLY_TRIES), 3);
        }
        assert_eq!(digits(u32::MAX), 8);
    }
}
