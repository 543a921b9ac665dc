//! Finding messages by what they say: what people type, how text is compared, and what an index keeps of a text.
//!
//! Text is compared without regard to case, width and diacritics. A word is found anywhere, also inside longer ones, from
//! three characters on, and from one where a script has no spaces between its words; shorter ones are found as whole words.

mod fold;
mod needle;
mod query;
mod terms;
#[cfg(test)]
mod tests;

pub use fold::Folded;
pub use needle::Needle;
pub use query::{Has, InvalidQuery, Query};
pub use terms::terms;
