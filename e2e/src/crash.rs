//! The server dies under load: writers write, readers read, it is ended again and again, and a checker compares what
//! everyone was told with what is there in the end.
//!
//! [`Company`] makes a [`History`], [`Changers`] make [`Changes`], [`Uploaders`] make [`Uploads`]; their `violations` judge them.

mod changer;
mod changes;
mod checker;
mod company;
mod crowd;
mod journal;
mod pace;
mod place;
mod reader;
mod uploader;
mod uploads;
mod writer;

use serde_json::Value;

pub use self::{
    changer::{Changers, Changes, Given, Invited},
    checker::{History, Violation},
    company::{Company, Plan},
    crowd::{Crowd, Parting},
    journal::{Journal, Outcome, Write},
    pace::Pace,
    reader::Reading,
    uploader::Uploaders,
    uploads::{Uploaded, Uploads},
};
use crate::Server;

/// Where all of it happens.
const ROOM: &str = "lobby";

/// Those who change what they wrote, beside the writers.
const CHANGERS: usize = 2;
/// How much of that is acknowledged before each kill, at least.
const CHANGES: usize = 4;
/// Those who send files, beside the writers.
const UPLOADERS: usize = 2;

/// Carries out the plan, and kills the server so often meanwhile, spread evenly over the acknowledgements. The server
/// runs when it begins and when it ends. After each kill, no text is in a file whose deletion was acknowledged before.
///
/// # Panics
/// When a client is answered in a way that no plan foresees.
pub async fn run(server: &mut Server, plan: Plan, kills: usize) -> (History, Changes, Uploads) {
    // All are users before the first writes: from then on the server may die at any time.
    let invited = Changers::invite(server, CHANGERS).await;
    let mut uploaders = Uploaders::begin(server, UPLOADERS).await;
    let mut company = Company::begin(server, plan, Pace::free()).await;
    let mut changers = invited.begin();
    for kill in 1..=kills {
        company.acknowledged(plan.total() * kill / (kills + 1)).await;
        changers.acknowledged(CHANGES * kill).await;
        uploaders.uploaded(kill).await;
        let deleted = changers.deleted();
        server.kill().await;
        server.restart().await;
        changers.gone(&server.data(), &deleted).await;
    }
    let history = company.end().await;
    (history, changers.end().await, uploaders.end().await)
}

/// The place of an event in its room's log, if it is one that has a place.
fn seq(event: &Value) -> Option<u64> {
    event["seq"].as_u64().filter(|_| event["room"].is_string() && event["at"].is_string())
}
