//! Who may do what in which room, by every way there is: each request and each command stands in one table ([`rows`]), and
//! a plain model ([`world`]) says what comes of it, without the server's code.

#[path = "access/dice.rs"]
mod dice;
#[path = "access/files.rs"]
mod files;
#[path = "access/rows.rs"]
mod rows;
#[path = "access/scene.rs"]
mod scene;
#[path = "access/story.rs"]
mod story;
#[path = "access/table.rs"]
mod table;
#[path = "access/world.rs"]
mod world;
