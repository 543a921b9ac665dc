//! The suite tried from outside, scene by scene. Everything here uses the programs as users and scripts do.

#[path = "e2e/crash.rs"]
mod crash;
