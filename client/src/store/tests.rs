//! A file in which anything may be anything.

use std::{path::Path, sync::LazyLock};

use chat_protocol::{Cursor, Epoch, ErrorCode, Message, MessageId, Room, RoomId, Timestamp, User};
use proptest::prelude::*;
use rusqlite::{Connection, types::Value};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{Cached, Delivery, Entry};

fn user() -> User {
    serde_json::from_value(json!({
        "id": Uuid::from_u128(1), "name": "alice", "role": "member", "created_at": Timestamp::default(),
    }))
    .unwrap()
}

fn room(id: u128, name: &str) -> Room {
    Room {
        id: Uuid::from_u128(id).into(),
        name: name.to_owned(),
        last_seq: 2,
        read_seq: None,
        unread: None,
        mentions: None,
        ..chat_protocol::testing::room(name)
    }
}

fn message(room: &Room, seq: u64) -> Message {
    serde_json::from_value(json!({
        "id": MessageId::now_v7(), "room": room.id, "seq": seq, "author": { "id": Uuid::from_u128(2), "name": "bob" },
        "body": "hello", "sent_at": Timestamp::default(),
    }))
    .unwrap()
}

fn entry(room: &Room, body: &str) -> Entry {
    Entry {
        id: MessageId::now_v7(),
        room: room.id,
        action: crate::Action::Message,
        body: body.to_owned(),
        reply_to: Some(MessageId::now_v7()),
        files: Vec::new(),
        state: Delivery::Queued,
        written_at: Timestamp::default(),
    }
}

/// Opens an account's folder as a program does that starts.
fn open(folder: &Path) -> (Store, Start) {
    Store::open(Some(folder), |_| {}).expect("the program starts")
}

/// Everything that a program reads at its start.
fn cached(store: &Store) -> Cached {
    store.ask(|database, slot| Cached::read(database, slot.number(), user())).expect("it can be read")
}

/// A file with something in every table.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path());
    let (lobby, ops, epoch) = (room(11, "lobby"), room(12, "ops"), Epoch::now_v7());
    store.change(Change::Welcome { epoch, user: user(), rooms: vec![lobby.clone(), ops.clone()] });
    store.change(Change::Reset { epoch, room: lobby.id, cursor: Cursor { seq: 2, at: Some(Timestamp::default()) } });
    store.change(Change::Page { epoch, room: lobby.id, messages: vec![message(&lobby, 1), message(&lobby, 2)] });
    store.change(Change::Read { room: lobby.id, wanted: Some((2, false)) });
    let thread = Some(MessageId::now_v7());
    for (thread, text) in [(None, "half a thought"), (thread, "half an answer")] {
        store.change(Change::Draft(Draft { room: lobby.id, thread, text: text.to_owned() }));
    }
    for (room, body) in [(&lobby, "one"), (&ops, "two"), (&lobby, "three")] {
        let entry = entry(room, body);
        let id = entry.id;
        store.change(Change::Queue { entry, tried: false });
        if body == "two" {
            store.change(Change::Failure { id, failure: Some((ErrorCode::Forbidden, "no".to_owned())) });
        }
    }
    store.change(Change::RoomRemoved { room: ops.id });
    store.ask(|database, _| database.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
    std::fs::read(Store::path(folder.path())).unwrap()
});

/// One value of one row: its table, its column, and which of the rows.
type Cell = (String, String, usize);

/// Every cell of the file.
static CELLS: LazyLock<Vec<Cell>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = Store::path(folder.path());
    std::fs::write(&file, &*FILE).unwrap();
    let database = Connection::open(&file).unwrap();
    let texts = |query: &str| -> Vec<String> {
        let mut statement = database.prepare(query).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut cells = Vec::new();
    for table in texts("SELECT name FROM sqlite_schema WHERE type = 'table'") {
        let rows: usize = database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert!(rows > 0, "{table} is empty");
        for column in texts(&format!("SELECT name FROM pragma_table_info('{table}')")) {
            cells.extend((0..rows).map(|row| (table.clone(), column.clone(), row)));
        }
    }
    cells
});

/// Puts a value into a cell; false where a table does not take it.
fn replace(database: &Connection, (table, column, row): &Cell, value: &Value) -> bool {
    // The rows are told apart by all that is in them, as some tables have no number for each.
    let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).unwrap();
    let mut of_row = Vec::new();
    for _ in 0..=*row {
        // A cell before may have been the key that the rows are sorted by.
        let Some(row) = rows.next().unwrap() else { return false };
        of_row = (0..columns.len()).map(|at| row.get::<_, Value>(at).unwrap()).collect();
    }
    drop(rows);
    let same: Vec<String> = columns.iter().map(|column| format!("{column} IS ?")).collect();
    let update = format!("UPDATE {table} SET {column} = ? WHERE {}", same.join(" AND "));
    let values = std::iter::once(value.clone()).chain(of_row);
    database.execute(&update, rusqlite::params_from_iter(values)).is_ok_and(|changed| changed == 1)
}

/// The texts of the outbox of which every program of this account may know, in order.
fn bodies(outbox: &[Entry]) -> Vec<&str> {
    outbox.iter().map(|entry| entry.body.as_str()).collect()
}

/// Starts with a file in which these cells have other values: what the user sent is there, each with a room, and one can
/// go on.
fn starts_with(changes: &[(Cell, Value)]) {
    let folder = tempfile::tempdir().unwrap();
    let file = Store::path(folder.path());
    std::fs::write(&file, &*FILE).unwrap();
    let database = Connection::open(&file).unwrap();
    let changed: Vec<_> = changes.iter().filter(|(cell, value)| replace(&database, cell, value)).collect();
    let mut readable: Vec<String> = {
        // What SQLite itself makes of the texts.
        let mut texts = database.prepare("SELECT CAST(body AS TEXT) FROM outbox WHERE body IS NOT NULL").unwrap();
        let texts = texts.query_map([], |row| row.get_ref(0).map(|text| text.as_bytes().unwrap().to_vec())).unwrap();
        texts.map(|text| String::from_utf8_lossy(&text.unwrap()).into_owned()).collect()
    };
    drop(database);

    let (store, _) = open(folder.path());
    let before = cached(&store);
    let mut found: Vec<String> = bodies(&before.outbox).into_iter().map(str::to_owned).collect();
    readable.sort();
    found.sort();
    assert_eq!(found, readable, "{changed:?}");
    let rooms: HashSet<RoomId> = before.rooms.iter().chain(&before.left).map(|room| room.id).collect();
    let written = before.outbox.iter().map(|entry| entry.room).chain(before.drafts.keys().copied());
    let written = written.chain(before.thread_drafts.keys().map(|(room, _)| *room));
    assert!(written.into_iter().all(|room| rooms.contains(&room)), "{changed:?}");
    for room in [11, 12] {
        let room = RoomId::from(Uuid::from_u128(room));
        // What is damaged there shows only now, and once.
        _ = store.ask(move |database, _| database.messages(room));
        store.ask(move |database, _| database.messages(room)).expect("it was begun again");
    }

    // What is written next comes after it, also at the next start.
    let last = entry(&room(11, "lobby"), "last");
    store.change_now(Change::Queue { entry: last.clone(), tried: false }).expect("it can be kept");
    store.change(Change::Welcome { epoch: Epoch::now_v7(), user: user(), rooms: vec![room(11, "lobby")] });
    let after = cached(&store).outbox;
    assert_eq!(after.len(), found.len() + 1, "{changed:?}");
    assert_eq!(after.last().map(|entry| entry.id), Some(last.id), "{changed:?}");
    let ended = store.ask(|_, _| Ok(())).map(|()| drop(store));
    ended.expect("it goes on");
}

fn values() -> Vec<Value> {
    let texts = ["", "nonsense", "{}", "null", "7", "ops", "\0"].map(|text| Value::Text(text.to_owned()));
    let wholes = [0, -1, 1, i64::MAX, i64::MIN, 4_294_967_296].map(Value::Integer);
    let blobs = [vec![], vec![0xff, 0xfe], b"text".to_vec()].map(Value::Blob);
    [&[Value::Null, Value::Real(1.5), Value::Real(f64::INFINITY)][..], &texts, &wholes, &blobs].concat()
}

#[test]
fn any_cell_may_have_any_value() {
    for cell in CELLS.iter() {
        for value in values() {
            starts_with(&[(cell.clone(), value)]);
        }
    }
}

#[test]
fn what_lost_its_room_is_in_one_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = Store::path(folder.path());
    std::fs::write(&file, &*FILE).unwrap();
    Connection::open(&file)
        .unwrap()
        .execute_batch("INSERT INTO draft (room, slot, text) VALUES ('xx', 0, 'one'), ('yy', 0, 'two')")
        .unwrap();
    let (store, _) = open(folder.path());
    let cached = cached(&store);
    let shown = cached.left.iter().filter_map(|room| Some((room.name.as_str(), cached.drafts.get(&room.id)?.as_str())));
    assert_eq!(shown.collect::<Vec<_>>(), [("lobby", "half a thought"), ("recovered", "one"), ("recovered-2", "two")]);
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Real),
        any::<String>().prop_map(Value::Text),
        any::<Vec<u8>>().prop_map(Value::Blob),
    ]
}

proptest! {
    #[test]
    fn several_cells_may_have_any_values(
        changes in prop::collection::vec((prop::sample::select(CELLS.clone()), value()), 1..5)
    ) {
        starts_with(&changes);
    }
}
