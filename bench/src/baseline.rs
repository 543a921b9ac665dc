//! What the machine itself can do, measured beside the server in the same run, to say how far the server is from it.

pub(crate) mod disk;
pub(crate) mod like;
pub(crate) mod nginx;
pub(crate) mod rows;
pub(crate) mod sqlite;
