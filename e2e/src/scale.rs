//! How much of it: the tests do a little in every run, the long checks say how much more.

use std::env;

/// The number in an environment variable, or the one of every run.
///
/// # Panics
/// When the variable is not a number.
pub fn of(variable: &str, every_run: usize) -> usize {
    match env::var(variable) {
        Ok(number) => number.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {number}")),
        Err(_) => every_run,
    }
}
