use std::{collections::HashMap, fs, path::Path};

use chat_protocol::{
    Cursor, Event, LogEntry, Received, ResetReason, Timestamp,
    testing::{at, room, room_id, room_removed},
};

use super::advance;

/// Every kind of logged event, as the golden messages have it, at this position of the lobby's log.
fn logged(seq: u64, at: Timestamp) -> Vec<Event> {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/fixtures/events");
    let parse = |file: fs::DirEntry| Received::parse(&fs::read_to_string(file.path()).unwrap()).unwrap();
    let placed = |received| match received {
        Received::Known(event) => match *event {
            Event::Logged(entry) => Some(Event::Logged(LogEntry { room: room_id("lobby"), seq, at, ..entry })),
            _ => None,
        },
        other => panic!("{other:?}"),
    };
    let found: Vec<_> = fs::read_dir(events).unwrap().filter_map(|file| placed(parse(file.unwrap()))).collect();
    assert!(found.len() >= 4, "messages, joins, leaves and changes of a room at least: {found:?}");
    found
}

/// One is in the lobby, and has its log up to the seventh event.
fn cursors() -> HashMap<chat_protocol::RoomId, Cursor> {
    [(room_id("lobby"), Cursor { seq: 7, at: Some(at(7)) })].into()
}

#[track_caller]
fn breaks(event: &Event, promise: &str) {
    let broken = advance(&mut cursors(), true, event).expect_err("it breaks a promise");
    assert!(broken.contains(promise), "{broken}: {event:?}");
}

#[test]
fn the_next_event_of_any_kind_moves_the_cursor() {
    for event in logged(8, at(8)) {
        let mut cursors = cursors();
        advance(&mut cursors, true, &event).unwrap();
        assert_eq!(cursors[&room_id("lobby")], Cursor { seq: 8, at: Some(at(8)) }, "{event:?}");
    }
}

#[test]
fn a_gap_a_double_and_an_earlier_event_of_any_kind_break_the_order() {
    for seq in [9, 7, 6] {
        logged(seq, at(9)).iter().for_each(|event| breaks(event, "moves by one"));
    }
    logged(8, at(6)).iter().for_each(|event| breaks(event, "backwards"));
}

#[test]
fn an_event_of_a_room_that_one_is_not_in_is_found_whatever_it_is() {
    for event in logged(8, at(8)) {
        let Event::Logged(entry) = event else { unreachable!("all are logged") };
        breaks(&Event::Logged(LogEntry { room: room_id("elsewhere"), ..entry }), "not in");
    }
    for event in logged(8, at(8)) {
        let mut cursors = cursors();
        advance(&mut cursors, true, &room_removed(room_id("lobby"))).unwrap();
        advance(&mut cursors, true, &event).expect_err("the room was left");
    }
}

#[test]
fn only_a_connection_that_is_not_yet_live_is_reset() {
    let reset = Event::Reset { room: room_id("lobby"), last_seq: 20, at: Some(at(20)), why: ResetReason::TooFar };
    breaks(&reset, "never reset");
    let mut cursors = cursors();
    advance(&mut cursors, false, &reset).unwrap();
    advance(&mut cursors, true, &logged(21, at(21))[0]).unwrap();
}

#[test]
fn a_room_that_one_is_added_to_begins_where_it_says() {
    let mut cursors = cursors();
    let added = chat_protocol::Room { last_seq: 3, last_at: Some(at(3)), ..room("ops") };
    advance(&mut cursors, true, &Event::RoomAdded { room: added }).unwrap();
    assert_eq!(cursors[&room_id("ops")], Cursor { seq: 3, at: Some(at(3)) });
}
