//! The server dies under load: writers write, readers read, it is ended again and again, and a checker compares what
//! everyone was told with what is there in the end.
//!
//! [`Company`] makes a [`History`]; [`History::violations`] judges it and knows nothing of servers.

mod checker;
mod company;
mod crowd;
mod journal;
mod pace;
mod place;
mod reader;
mod writer;

use serde_json::Value;

pub use self::{
    checker::{History, Violation},
    company::{Company, Plan},
    crowd::{Crowd, Parting},
    journal::{Journal, Outcome, Write},
    pace::Pace,
    reader::Reading,
};
use crate::Server;

/// Where all of it happens.
const ROOM: &str = "lobby";

/// Carries out the plan, and kills the server so often meanwhile, spread evenly over the acknowledgements. The server
/// runs when it begins and when it ends.
///
/// # Panics
/// When a client is answered in a way that no plan foresees.
pub async fn run(server: &mut Server, plan: Plan, kills: usize) -> History {
    let mut company = Company::begin(server, plan, Pace::free()).await;
    for kill in 1..=kills {
        company.acknowledged(plan.total() * kill / (kills + 1)).await;
        server.kill().await;
        server.restart().await;
    }
    company.end().await
}

/// The place of an event in its room's log, if it is one that has a place.
fn seq(event: &Value) -> Option<u64> {
    event["seq"].as_u64().filter(|_| event["room"].is_string() && event["at"].is_string())
}
