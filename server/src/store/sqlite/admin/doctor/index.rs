//! Whether the index for searching has exactly what the messages say.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rusqlite::Connection;

use super::{Finding, REINDEX, Result};
use crate::store::sqlite::search;

/// Entries of an index, in any order: their number, and a sum that hardly two of them share.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    entries: u64,
    digest: u64,
}

impl Sum {
    fn add(&mut self, term: &[u8], message: i64) {
        let mut hasher = DefaultHasher::new();
        (term, message).hash(&mut hasher);
        self.entries += 1;
        self.digest = self.digest.wrapping_add(hasher.finish());
    }
}

/// Compares the index with what would be made of the messages now.
pub(super) fn examine(db: &Connection, findings: &mut Vec<Finding>) -> Result<()> {
    match (kept(db), made(db)?) {
        (Ok(kept), made) if kept == made => {}
        (Ok(kept), made) => findings.push(Finding {
            what: format!(
                "the index for searching does not agree with the messages: {} entries, {} expected",
                kept.entries, made.entries
            ),
            advice: REINDEX,
        }),
        (Err(failure), _) => findings
            .push(Finding { what: format!("the index for searching cannot be read: {failure}"), advice: REINDEX }),
    }
    Ok(())
}

/// What is in the index.
fn kept(db: &Connection) -> rusqlite::Result<Sum> {
    db.execute_batch("CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_entry USING fts5vocab(main, search, instance)")?;
    let mut read = db.prepare("SELECT term, doc FROM temp.search_entry")?;
    let mut found = read.query([])?;
    let mut sum = Sum::default();
    while let Some(row) = found.next()? {
        sum.add(row.get_ref(0)?.as_bytes()?, row.get(1)?);
    }
    Ok(sum)
}

/// What should be in it.
fn made(db: &Connection) -> Result<Sum> {
    let mut sum = Sum::default();
    search::each_indexed(db, |message, terms| {
        let mut terms: Vec<String> = terms.split(' ').map(str::to_ascii_lowercase).collect();
        terms.sort_unstable();
        terms.dedup();
        terms.iter().filter(|term| !term.is_empty()).for_each(|term| sum.add(term.as_bytes(), message));
    })?;
    Ok(sum)
}
