//! The judge on trial: one broken promise at a time must be found, and an honest history let go.

use std::time::Duration;

use serde_json::json;

use super::*;

/// Three messages of two writers, each acknowledged before the next was written, one of unknown fate, one refused.
fn honest() -> History {
    let start = Instant::now();
    let write = |n: u64, outcome: fn(u64, Instant) -> Outcome| Write {
        id: format!("id-{n}"),
        body: format!("message {n}"),
        invoked: start + Duration::from_secs(2 * n),
        outcome: outcome(n, start + Duration::from_secs(2 * n + 1)),
    };
    let stored = |seq, at| Outcome::Acknowledged { seq, at };
    let event = |seq: u64| {
        let message = json!({ "id": format!("id-{seq}"), "body": format!("message {seq}") });
        json!({ "type": "Message", "room": "r", "seq": seq, "at": "t", "message": message })
    };
    let log: Vec<Value> = (1..=3).map(event).collect();
    let ours = vec![write(1, stored), write(3, stored), write(4, |_, _| Outcome::Unknown)];
    let theirs = vec![write(2, stored), write(5, |_, _| Outcome::Refused)];
    History {
        journals: vec![Journal { writes: ours }, Journal { writes: theirs }],
        readings: vec![Reading { after: 0, events: log.clone() }, Reading { after: 2, events: log[2..].to_vec() }],
        log,
    }
}

/// What is found when the log is changed and the readers saw it so.
fn found(change: impl FnOnce(&mut Vec<Value>)) -> Vec<Violation> {
    let mut history = honest();
    change(&mut history.log);
    history.readings.clear();
    history.violations()
}

fn place(log: &mut [Value], from: usize, to: u64) {
    log[from]["seq"] = json!(to);
}

#[test]
fn an_honest_history_is_let_go() {
    assert_eq!(honest().violations(), []);
}

#[test]
fn what_nobody_knows_may_be_there_or_not() {
    let mut history = honest();
    let mut last = history.log[0].clone();
    last["message"] = json!({ "id": "id-4", "body": "message 4" });
    last["seq"] = json!(4);
    history.log.push(last.clone());
    history.readings.iter_mut().for_each(|reading| reading.events.push(last.clone()));
    assert_eq!(history.violations(), []);
}

#[test]
fn holes() {
    assert!(found(|log| place(log, 2, 4)).contains(&Violation::Hole { due: 3, found: Some(4) }));
}

#[test]
fn lost_messages() {
    assert!(found(|log| _ = log.pop()).contains(&Violation::Lost("message 3".to_owned())));
}

#[test]
fn doubled_messages() {
    let doubled = found(|log| {
        log.push(log[0].clone());
        place(log, 3, 4);
    });
    assert_eq!(doubled, [Violation::Doubled("message 1".to_owned())]);
}

#[test]
fn refused_and_invented_messages() {
    for (id, violation) in
        [("id-5", Violation::Undead("message 5".to_owned())), ("?", Violation::Conjured("?".to_owned()))]
    {
        let odd = found(|log| {
            log.push(log[0].clone());
            place(log, 3, 4);
            log[3]["message"] = json!({ "id": id, "body": if id == "?" { "?" } else { "message 5" } });
        });
        assert_eq!(odd, [violation]);
    }
}

#[test]
fn changed_messages() {
    let changed = found(|log| log[1]["message"]["body"] = json!("something else"));
    assert_eq!(changed, [Violation::Changed("message 2".to_owned())]);
}

#[test]
fn places_that_are_not_the_acknowledged_ones() {
    let mut history = honest();
    acknowledge(&mut history.journals[1].writes[0], 1);
    assert_eq!(history.violations(), [Violation::Misplaced("message 2".to_owned())]);
}

#[test]
fn messages_before_one_that_was_acknowledged_before_they_were_written() {
    // Of another writer, and never answered: nothing else is wrong with it.
    let mut history = honest();
    history.journals[0].writes[1].outcome = Outcome::Unknown;
    history.readings.clear();
    history.log.swap(1, 2);
    place(&mut history.log, 1, 2);
    place(&mut history.log, 2, 3);
    acknowledge(&mut history.journals[1].writes[0], 3);
    assert_eq!(history.violations(), [Violation::Overtook("message 3".to_owned())]);
}

fn acknowledge(write: &mut Write, place: u64) {
    let Outcome::Acknowledged { seq, .. } = &mut write.outcome else { panic!("it is not acknowledged") };
    *seq = place;
}

#[test]
fn messages_of_one_writer_in_another_order() {
    // Both were under way at the same time.
    let mut history = honest();
    history.readings.clear();
    let ours = &mut history.journals[0].writes;
    ours[0].outcome = Outcome::Unknown;
    ours[1].outcome = Outcome::Unknown;
    ours[1].invoked = ours[0].invoked;
    history.log.swap(0, 2);
    place(&mut history.log, 0, 1);
    place(&mut history.log, 2, 3);
    assert_eq!(history.violations(), [Violation::Reordered("message 3".to_owned())]);
}

#[test]
fn doubled_messages_that_nobody_knows_of() {
    let mut history = honest();
    history.readings.clear();
    history.journals[0].writes[0].outcome = Outcome::Unknown;
    history.log.push(history.log[0].clone());
    place(&mut history.log, 3, 4);
    assert_eq!(history.violations(), [Violation::Doubled("message 1".to_owned())]);
}

#[test]
fn readers_who_saw_less_more_or_other_things() {
    let mut history = honest();
    history.readings[0].events.remove(1);
    history.readings[1].events.push(json!({ "seq": 4 }));
    let misread = [Violation::Misread { reader: 0, seq: 2 }, Violation::Misread { reader: 1, seq: 4 }];
    assert_eq!(history.violations(), misread);

    history.readings[0].events.clear();
    history.readings[1].events = vec![json!({ "seq": 3, "body": "taken back later" })];
    let misread = [Violation::Misread { reader: 0, seq: 1 }, Violation::Misread { reader: 1, seq: 3 }];
    assert_eq!(history.violations(), misread);
}
