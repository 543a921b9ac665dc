//! What is read on PostgreSQL where nothing is written: a file for each trait of [`steps::reading`](crate::store::steps).

mod files;
mod hooks;
mod log;
mod messages;
mod people;
mod rooms;
