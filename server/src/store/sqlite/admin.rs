//! What the operator does to a database from the shell, beside a running server or without one.
