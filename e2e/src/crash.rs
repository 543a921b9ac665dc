//! Power failure under load: writers write, readers read, the server is killed again and again, and a checker compares
//! what everyone was told with what is there in the end.
//!
//! [`run`] makes a [`History`]; [`History::violations`] judges it and knows nothing of servers.

mod checker;
mod journal;
mod reader;
mod writer;

use std::sync::Arc;

use serde_json::Value;
use tokio::{sync::watch, task::JoinSet};

pub use self::{
    checker::{History, Violation},
    journal::{Journal, Outcome, Write},
    reader::Reading,
};
use crate::{Person, Server, within};

/// Where all of it happens.
const ROOM: &str = "lobby";

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many write at the same time.
    pub writers: usize,
    /// How many read.
    pub readers: usize,
    /// How many messages each writer writes.
    pub messages: usize,
    /// How often the server is killed meanwhile, spread evenly over the acknowledgements.
    pub kills: usize,
}

/// Carries out the plan. The server runs when it begins and when it ends.
///
/// # Panics
/// When a client is answered in a way that no plan foresees.
pub async fn run(server: &mut Server, plan: Plan) -> History {
    let judge = Person::take(server, "judge").await;
    let url: Arc<str> = server.url().into();
    let (goal, last) = watch::channel(None);
    let mut readers = JoinSet::new();
    for number in 0..plan.readers {
        let person = Person::take(server, &format!("reader-{number}")).await;
        let (begun, ready) = tokio::sync::oneshot::channel();
        readers.spawn(reader::read(Arc::clone(&url), person, begun, last.clone()));
        within("a reader's first connection", ready).await.expect("a reader lives as long as it is needed");
    }

    let (told, mut acknowledged) = watch::channel(0);
    let mut writers = JoinSet::new();
    for number in 0..plan.writers {
        let person = Person::take(server, &format!("writer-{number}")).await;
        writers.spawn(writer::write(Arc::clone(&url), person, plan.messages, told.clone()));
    }
    for kill in 1..=plan.kills {
        let due = plan.writers * plan.messages * kill / (plan.kills + 1);
        let reached = within("acknowledgements", acknowledged.wait_for(|count| *count >= due)).await.map(|_| ());
        reached.expect("the writers write on");
        server.kill().await;
        server.restart().await;
    }
    let journals = writers.join_all().await;

    let log = judge.log(ROOM).await;
    goal.send_replace(log.last().and_then(|event| event["seq"].as_u64()));
    let readings = within("the readers' last event", readers.join_all()).await;
    History { journals, log, readings }
}

/// The place of an event in its room's log, if it is one that has a place.
fn seq(event: &Value) -> Option<u64> {
    event["seq"].as_u64().filter(|_| event["room"].is_string() && event["at"].is_string())
}
