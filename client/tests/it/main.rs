//! The client as its programs use it, against a server that plays a written part.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod bots;
mod closing;
mod commands;
mod cutter;
mod damage;
mod direct;
mod disk;
mod fake;
mod files;
mod left;
mod locked;
mod model;
mod outbox;
mod real;
mod resume;
mod scene;
mod sign_in;
mod talking;
