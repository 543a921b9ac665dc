//! The terminal chat client: a screen for people, `send` and `tail` for scripts.
//!
//! One loop (`run`) takes in keys, the network and time; `update` changes the `state`; `screen` draws it. State and
//! update know no terminal, no socket and no clock.

mod keys;
mod layout;
mod program;
mod run;
mod screen;
mod script;
mod sign_in;
mod state;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod update;

use std::{process::ExitCode, time::Duration};

use program::{
    args::{Arguments, Command},
    failure::{Failure, Kind, print_notice},
    log, output,
};
use script::{export, search, send, tail, wait};
use state::PictureSetting;
use tokio::runtime::Runtime;

/// The program: reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::read();
    log::start();
    match block_on(carry_out(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            print_notice(&failure.to_string());
            failure.exit_code()
        }
    }
}

/// Opens the terminal as the program does, and panics: a test looks at what is left of the terminal.
pub fn panic_on_the_screen() {
    let terminal = terminal::Terminal::open(&terminal::Support::new(&|_| None)).map_err(|error| error.to_string());
    panic!("the terminal is open: {}", terminal.is_ok());
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime =
        Runtime::new().map_err(|error| Failure::new(Kind::Failed, format!("cannot start a thread: {error}")))?;
    let result = runtime.block_on(work);
    // A lookup of the server's address that still runs must not keep the program from ending.
    runtime.shutdown_background();
    result
}

async fn carry_out(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { command, who, room, ascii, pictures, keep_metadata } = arguments;
    match command {
        None => {
            let pictures = pictures.and_then(|word| PictureSetting::of(&word));
            run::run(who, room, ascii, pictures, keep_metadata).await
        }
        Some(Command::Send { text, files, timeout }) => {
            let files = send::files(&files, keep_metadata)?;
            let body = if files.is_empty() { send::text(&text)? } else { send::words(&text) };
            let timeout = Duration::from_secs(timeout.into());
            let id = send::send(who, room.as_deref(), &body, files, timeout).await?;
            // The message is sent, also if nobody wants to know its id.
            _ = output::print(format!("{id}\n")).await;
            Ok(())
        }
        Some(Command::Tail { json, since }) => tail::tail(who, room.as_deref(), json, since).await,
        Some(Command::Export { path }) => export::export(who, &path).await,
        Some(Command::Search { text, json, limit }) => {
            search::search(who, &search::query(&text, room.as_deref()), limit, json).await
        }
        Some(Command::Wait { matches, mention, after, timeout, json }) => {
            let timeout = timeout.map(|seconds| Duration::from_secs(seconds.into()));
            wait::wait(who, room.as_deref(), wait::Wanted { matches, mention, after }, timeout, json).await
        }
    }
}
