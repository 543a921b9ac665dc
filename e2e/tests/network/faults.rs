//! Whatever the network does: everyone has the same log, each message is in it once, in the order in which it was written.

use std::time::Duration;

use chat_client::Client;
use chat_e2e::proxy::{Fault, Side, Silence};

use crate::{
    crowd::Crowd,
    scale::{is_full, patiently, pick},
};

/// Messages of the long form.
const MANY: usize = 10_000;
/// For as long as it goes on.
const ALWAYS: usize = usize::MAX;
/// A side that hears nothing gives up after so long, says the protocol …
const SILENT: Duration = Duration::from_secs(45);
/// … a server then waits so long for its goodbye to be answered …
const GOODBYE: Duration = Duration::from_secs(2);
/// … and a busy machine may be late.
const LATE: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_far_network() {
    let latency = Duration::from_millis(20)..Duration::from_millis(150);
    Crowd::gather().await.talk(pick(120, MANY), Fault::Latency(latency), ALWAYS, leave_alone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_brings_one_byte_at_a_time() {
    Crowd::gather().await.talk(pick(40, MANY), Fault::OneByOne, ALWAYS, leave_alone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_breaks_anywhere() {
    let outcome =
        Crowd::gather().await.talk(pick(120, MANY), Fault::Cut(0..pick(20_000, 100_000)), ALWAYS, leave_alone).await;
    assert!(outcome.proxy.tally().faults >= 10, "the lines were hardly cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_resets_anywhere() {
    let outcome =
        Crowd::gather().await.talk(pick(120, MANY), Fault::Reset(0..pick(20_000, 100_000)), ALWAYS, leave_alone).await;
    assert!(outcome.proxy.tally().faults >= 10, "the lines were hardly reset");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_is_gone_without_a_word() {
    half_open(Silence::OfBoth).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_does_not_bring_what_clients_say() {
    half_open(Silence::OfClient).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_does_not_bring_what_the_server_says() {
    half_open(Silence::OfServer).await;
}

async fn half_open(silence: Silence) {
    let times = pick(3, 8);
    let fault = Fault::HalfOpen(pick(5_000..30_000, 50_000..800_000), silence);
    // In the long form everyone waits until they notice; in the short one the machines are told to look.
    let nudge = if is_full() { leave_alone } else { Client::reconnect };
    let outcome = Crowd::gather().await.talk(pick(120, MANY), fault, times, nudge).await;
    let tally = outcome.proxy.tally();
    assert!(tally.faults > 0, "no line fell silent");
    if !is_full() {
        return;
    }
    let sides: &[Side] = match silence {
        Silence::OfBoth => &[Side::Client, Side::Server],
        Silence::OfClient => &[Side::Client],
        Silence::OfServer => &[Side::Server],
    };
    let mut watched = outcome.proxy.watch();
    let all = watched.wait_for(|tally| tally.given_up.len() >= tally.faults * sides.len());
    patiently("both sides to give up all silent lines", all).await.unwrap();
    for (side, after) in outcome.proxy.tally().given_up {
        println!("{silence:?}: given up by the {side:?} after {:.1} s", after.as_secs_f64());
        assert!(after < SILENT + GOODBYE + LATE, "{side:?} noticed after {after:?}");
    }
}

fn leave_alone(_: &Client) {}
