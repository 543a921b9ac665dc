//! Whether a database has the tables that its version made, and nothing else: what somebody put into it would run with
//! each of our statements.

use std::{collections::BTreeMap, path::Path};

use refinery::Target;
use rusqlite::Connection;

use crate::store::OpenError;

refinery::embed_migrations!("migrations/sqlite");

/// Tables, indexes, views and triggers: by kind and name, the statement that makes each.
type Objects = BTreeMap<(String, String), String>;

/// The table in which the migrations that ran are kept.
pub(super) const HISTORY: &str = "refinery_schema_history";

/// Compares a database with what migrations up to its `version` make.
pub(super) fn check(db: &Connection, path: &Path, version: i32) -> Result<(), OpenError> {
    let database = |source: rusqlite::Error| OpenError::Database { path: path.to_owned(), source: source.into() };
    let found = objects(db).map_err(database)?;
    let expected = expected(path, version)?;
    // A first start may have ended right after this table was made.
    let begun = version == 0 && found.keys().all(|(_, name)| name == HISTORY);
    match difference(&expected, &found) {
        Some(what) if !begun => Err(OpenError::Altered { path: path.to_owned(), what }),
        _ => Ok(()),
    }
}

fn expected(path: &Path, version: i32) -> Result<Objects, OpenError> {
    let database = |source: rusqlite::Error| OpenError::Database { path: path.to_owned(), source: source.into() };
    if version == 0 {
        return Ok(Objects::new());
    }
    let mut fresh = Connection::open_in_memory().map_err(database)?;
    migrations::runner()
        .set_target(Target::Version(version))
        .run(&mut fresh)
        .map_err(|failure| OpenError::Migration { path: path.to_owned(), detail: failure.to_string() })?;
    objects(&fresh).map_err(database)
}

fn objects(db: &Connection) -> rusqlite::Result<Objects> {
    // Indexes that SQLite makes by itself have no statement.
    db.prepare("SELECT type, name, coalesce(sql, '') FROM main.sqlite_schema")?
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), plain(&row.get::<_, String>(2)?))))?
        .collect()
}

/// The first thing that is missing, added or changed.
fn difference(expected: &Objects, found: &Objects) -> Option<String> {
    let named = |(kind, name): &(String, String)| format!("{kind} {name}");
    let missing = expected.keys().find(|key| !found.contains_key(*key)).map(|key| named(key) + " is missing");
    let added = || found.keys().find(|key| !expected.contains_key(*key)).map(|key| named(key) + " was added");
    let changed =
        || found.iter().find(|(key, sql)| expected.get(*key) != Some(*sql)).map(|(key, _)| named(key) + " was changed");
    missing.or_else(added).or_else(changed)
}

/// A statement without comments, and with as few blanks as it needs. What is quoted stays as it is.
fn plain(sql: &str) -> String {
    const ALONE: [char; 3] = ['(', ')', ','];
    let mut plain = String::with_capacity(sql.len());
    let mut quote = None;
    let mut blank = false;
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        if let Some(end) = quote {
            plain.push(c);
            if c == end {
                quote = None;
            }
        } else if c == '-' && rest.peek() == Some(&'-') {
            rest.by_ref().take_while(|c| *c != '\n').for_each(drop);
            blank = true;
        } else if c.is_ascii_whitespace() {
            blank = true;
        } else {
            if blank && !ALONE.contains(&c) && !plain.ends_with(ALONE) {
                plain.push(' ');
            }
            blank = false;
            quote = ['\'', '"', '`'].into_iter().find(|mark| *mark == c);
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_comments_do_not_count_and_all_else_does() {
        let one = plain("CREATE TABLE t (\n  a TEXT DEFAULT '', -- so, that\n  b\n)");
        assert_eq!(one, plain("CREATE TABLE t(a TEXT DEFAULT '',b)"));
        for other in ["CREATE TABLE t (a TEXT DEFAULT ' ', b)", "CREATE TABLE t (a TEXTDEFAULT '', b)"] {
            assert_ne!(one, plain(other), "{other}");
        }
        assert_ne!(plain("SELECT '--\n'"), plain("SELECT ''"));
    }

    #[test]
    fn every_version_is_what_its_migrations_make() {
        for migration in migrations::runner().get_migrations() {
            let mut db = Connection::open_in_memory().unwrap();
            let target = Target::Version(migration.version());
            migrations::runner().set_target(target).run(&mut db).unwrap();
            check(&db, Path::new("chat.db"), migration.version()).unwrap();
        }
        check(&Connection::open_in_memory().unwrap(), Path::new("chat.db"), 0).unwrap();
    }
}
