//! Names that were taken before they were compared as strictly as today: they stay, and the admin is told.

use chat_protocol::name::NameKey;
use rusqlite::{Connection, params};

/// Pairs that are told at most.
const TOLD: usize = 20;

/// Fills in what names look like, where an earlier version did not keep it.
pub(super) fn complete(db: &mut Connection) -> rusqlite::Result<()> {
    let tx = db.transaction()?;
    for (table, name) in [("user", "name"), ("room", "name"), ("held_name", "canonical")] {
        let names = tx
            .prepare(&format!("SELECT {name} FROM {table} WHERE cased_skeleton IS NULL"))?
            .query_map([], |row| row.get::<_, String>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut fill = tx.prepare(&format!("UPDATE {table} SET cased_skeleton = ? WHERE {name} = ?"))?;
        for name in names {
            fill.execute(params![NameKey::of(&name).cased_skeleton, name])?;
        }
    }
    tx.commit()
}

/// Users, and rooms, that nobody could take beside each other today.
pub(super) fn pairs(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for table in ["user", "room"] {
        let sql = format!(
            "SELECT one.name, other.name FROM {table} AS one JOIN {table} AS other ON one.id < other.id
               AND (other.cased_skeleton = one.cased_skeleton OR other.cased_skeleton = one.skeleton
                    OR other.skeleton = one.cased_skeleton)
             LIMIT ?"
        );
        let found = db
            .prepare(&sql)?
            .query_map([TOLD - pairs.len()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        pairs.extend(found);
    }
    Ok(pairs)
}
