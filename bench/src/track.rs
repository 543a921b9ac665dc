//! What one receiver got of one room: the log's positions are 1, 2, 3, …, so what is wrong with them can be counted.

/// A receiver's place in a room's log.
#[derive(Debug, Default, Clone)]
pub(crate) struct Track {
    last: u64,
    holes: Vec<u64>,
    doubled: u64,
    out_of_order: u64,
}

impl Track {
    /// Begins after this position.
    pub(crate) fn after(last: u64) -> Self {
        Self { last, ..Self::default() }
    }

    /// The next event has come. Says whether it is one that had not come before.
    pub(crate) fn see(&mut self, seq: u64) -> bool {
        if seq > self.last {
            self.holes.extend(self.last + 1..seq);
            self.last = seq;
            return true;
        }
        match self.holes.iter().position(|hole| *hole == seq) {
            Some(hole) => {
                self.holes.swap_remove(hole);
                self.out_of_order += 1;
                true
            }
            None => {
                self.doubled += 1;
                false
            }
        }
    }

    /// How many have not come of those up to here.
    pub(crate) fn missing(&self, up_to: u64) -> u64 {
        self.holes.len() as u64 + up_to.saturating_sub(self.last)
    }

    /// The highest position seen.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// How many came again.
    pub(crate) fn doubled(&self) -> u64 {
        self.doubled
    }

    /// How many came after a later one.
    pub(crate) fn out_of_order(&self) -> u64 {
        self.out_of_order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(seqs: &[u64]) -> (u64, u64, u64) {
        let mut track = Track::after(10);
        for seq in seqs {
            track.see(*seq);
        }
        (track.missing(14), track.doubled(), track.out_of_order())
    }

    #[test]
    fn what_is_wrong_is_counted() {
        assert_eq!(seen(&[11, 12, 13, 14]), (0, 0, 0));
        assert_eq!(seen(&[11, 12, 14]), (1, 0, 0), "a hole");
        assert_eq!(seen(&[11, 12]), (2, 0, 0), "the end");
        assert_eq!(seen(&[12, 13, 14]), (1, 0, 0), "the beginning");
        assert_eq!(seen(&[11, 12, 12, 13, 14]), (0, 1, 0), "twice");
        assert_eq!(seen(&[11, 13, 12, 14]), (0, 0, 1), "late");
        assert_eq!(seen(&[9, 11, 12, 13, 14]), (0, 1, 0), "before the beginning");
    }
}
