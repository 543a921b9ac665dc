//! What was laid out before: the flow of each message, and its rows in the last width.

use std::{collections::HashMap, rc::Rc};

use chat_protocol::MessageId;

use super::{Row, TextFlow};

/// Messages that are kept laid out: several screens of the largest terminals, and a page beyond.
const KEPT: usize = 1024;

#[derive(Debug)]
struct Kept {
    /// What the flow was made from, as a hash: when it is another, the flow is made again.
    source: u64,
    flow: TextFlow,
    width: usize,
    lead: usize,
    rows: Rc<[Row]>,
    /// The round in which it was wanted last.
    round: u64,
}

/// The layouts of the messages that were on the screen lately.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    kept: HashMap<MessageId, Kept>,
    round: u64,
    /// How many flows were made so far.
    made: usize,
}

impl Cache {
    /// Begins a new round; what was wanted in none of the last ones may go.
    pub(crate) fn begin(&mut self) {
        self.round += 1;
        if self.kept.len() > KEPT {
            let oldest = self.round.saturating_sub(2);
            self.kept.retain(|_, kept| kept.round >= oldest);
        }
    }

    /// How many texts were laid out so far that were not here before.
    #[cfg(test)]
    pub(crate) fn made(&self) -> usize {
        self.made
    }

    /// The rows of a message. `flow` is asked only if there is none yet made from `source`.
    pub(crate) fn rows(
        &mut self,
        id: MessageId,
        source: u64,
        width: usize,
        lead: usize,
        flow: impl FnOnce() -> TextFlow,
    ) -> Rc<[Row]> {
        let round = self.round;
        let kept = self.kept.entry(id).and_modify(|kept| kept.round = round);
        if let std::collections::hash_map::Entry::Occupied(kept) = &kept
            && kept.get().source == source
            && kept.get().width == width
            && kept.get().lead == lead
        {
            return Rc::clone(&kept.get().rows);
        }
        let flow = match kept {
            std::collections::hash_map::Entry::Occupied(kept) if kept.get().source == source => kept.remove().flow,
            _ => {
                self.made += 1;
                flow()
            }
        };
        let rows: Rc<[Row]> = flow.rows(width, lead).into();
        self.kept.insert(id, Kept { source, flow, width, lead, rows: Rc::clone(&rows), round });
        rows
    }
}
