//! Chance that can be repeated.

/// Numbers that look random, the same ones for the same seed.
pub(super) struct Dice {
    state: u64,
    /// What it began with.
    seed: u64,
}

/// Changes the seed of a run: `CHAT_ACCESS_SEED=17`.
const SEED: &str = "CHAT_ACCESS_SEED";

impl Dice {
    /// Of a seed that nobody knows before, unless one is asked for.
    pub(super) fn new() -> Self {
        let asked = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok());
        let seed = asked.unwrap_or_else(|| u64::from(std::process::id()) ^ u64::from_ne_bytes(*b"accesses"));
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let seed = if asked.is_some() { seed } else { seed.wrapping_add(u64::from(time.subsec_nanos())) };
        Self { state: seed, seed }
    }

    /// A number below `end` (SplitMix64).
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    pub(super) fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

impl Drop for Dice {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to see it again: {SEED}={}", self.seed);
        }
    }
}
