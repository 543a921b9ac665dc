//! What every way of running this program needs: the command line, the exit codes, output, the log, trying again.

pub(crate) mod args;
pub(crate) mod failure;
pub(crate) mod log;
pub(crate) mod output;
pub(crate) mod retry;
