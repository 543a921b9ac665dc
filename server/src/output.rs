//! What the subcommands print: results on standard output, what else there is to say on standard error.

use std::{
    fmt,
    io::{self, ErrorKind, Write as _},
};

use anyhow::anyhow;

/// Prints a code, or what belongs to it.
///
/// # Errors
/// When it cannot be written: the command has not done what it is for.
pub fn print(line: fmt::Arguments<'_>) -> anyhow::Result<()> {
    written(line)
        .map_err(|failure| anyhow!("cannot write to standard output: {failure}; run the command again for a new code"))
}

/// Prints one line of a list; false when the reader has seen enough (`| head`).
///
/// # Errors
/// When it cannot be written for another reason.
pub fn list(line: fmt::Arguments<'_>) -> anyhow::Result<bool> {
    match written(line) {
        Ok(()) => Ok(true),
        Err(failure) if failure.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(failure) => Err(anyhow!("cannot write to standard output: {failure}")),
    }
}

/// Says something on standard error. What it tells of is done: where it cannot be written, nobody wants to know.
pub fn note(line: fmt::Arguments<'_>) {
    _ = writeln!(io::stderr(), "{line}");
}

fn written(line: fmt::Arguments<'_>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
