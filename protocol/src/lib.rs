//! What chat clients and servers say to each other.
