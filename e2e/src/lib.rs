//! The suite tried from outside.
