//! Bad networks, hostile ones, and readers that do not read. The short forms run with all other tests; `checks/network.sh`
//! runs the long ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "network/attack.rs"]
mod attack;
#[path = "network/crowd.rs"]
mod crowd;
#[path = "network/faults.rs"]
mod faults;
#[path = "network/follower.rs"]
mod follower;
#[cfg(target_os = "linux")]
#[path = "network/memory.rs"]
mod memory;
#[path = "network/opening.rs"]
mod opening;
#[path = "network/reader.rs"]
mod reader;
#[path = "network/scale.rs"]
mod scale;
#[path = "network/scripts.rs"]
mod scripts;
#[path = "network/slow_reader.rs"]
mod slow_reader;
