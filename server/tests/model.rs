//! The promises of `docs/protocol.md`, tried with whatever can happen in whatever order.
//!
//! A case is a random list of steps: clients say things, change them, send them again, come, go, lose their line in the middle of a
//! frame, stop reading; the server is stopped or killed, a backup is put back. A few devices follow the rules for
//! clients; a [`record`] keeps what was accepted. After every step both are compared, promise by promise.
//!
//! `PROPTEST_CASES=2000` tries more; a case that failed is kept in `model/regressions.txt` and tried first.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its model too")]

#[path = "model/asked.rs"]
mod asked;
#[path = "model/changes.rs"]
mod changes;
#[path = "model/counts.rs"]
mod counts;
#[path = "model/device.rs"]
mod device;
#[path = "model/held.rs"]
mod held;
#[path = "model/keeping.rs"]
mod keeping;
#[path = "model/line.rs"]
mod line;
#[path = "model/logged.rs"]
mod logged;
#[path = "model/outbox.rs"]
mod outbox;
#[path = "model/people.rs"]
mod people;
#[path = "model/plan.rs"]
mod plan;
#[path = "model/promises.rs"]
mod promises;
#[path = "model/record.rs"]
mod record;
#[path = "model/setting.rs"]
mod setting;
#[path = "model/steps.rs"]
mod steps;
#[path = "model/taking.rs"]
mod taking;
#[path = "model/world.rs"]
mod world;

use proptest::test_runner::{Config, FileFailurePersistence};
use proptest_state_machine::{StateMachineTest, prop_state_machine};

use self::{
    plan::{Plan, Step},
    world::World,
};

/// Cases of an ordinary run: some ten seconds of them.
const CASES: u32 = 10;
/// Where seeds of failed cases are kept.
const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/model/regressions.txt");

struct Model;

impl StateMachineTest for Model {
    type SystemUnderTest = World;
    type Reference = Plan;

    fn init_test(plan: &Plan) -> World {
        World::begin(plan.paced)
    }

    fn apply(mut world: World, _: &Plan, step: Step) -> World {
        world.take(step);
        world
    }

    fn teardown(mut world: World, _: Plan) {
        world.end();
    }
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config {
        cases: cases.unwrap_or(CASES),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS))),
        max_shrink_time: 120_000,
        ..Config::default()
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn whatever_happens_the_promises_hold(sequential 5..50 => Model);
}
