//! `chat-tui`: reads the command line, does it, and leaves with the right exit code.

use std::{process::ExitCode, time::Duration};

use chat_tui::{
    args::{Arguments, Command},
    failure::{Failure, Kind, tell},
    log, output, run, send, tail,
};
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let arguments = Arguments::read();
    log::start();
    match work(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&failure.to_string());
            failure.exit_code()
        }
    }
}

fn work(arguments: Arguments) -> Result<(), Failure> {
    let runtime =
        Runtime::new().map_err(|error| Failure::new(Kind::Failed, format!("cannot start a thread: {error}")))?;
    let result = runtime.block_on(carry_out(arguments));
    // Whoever still looks up the server's address does not keep the program from ending.
    runtime.shutdown_background();
    result
}

async fn carry_out(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { command, who, room, ascii } = arguments;
    match command {
        None => run::run(who, room, ascii).await,
        Some(Command::Send { text, timeout }) => {
            let body = send::text(&text)?;
            let id = send::send(who, room.as_deref(), &body, Duration::from_secs(timeout.into())).await?;
            // The message is sent, also if nobody wants to know its id.
            _ = output::print(format!("{id}\n")).await;
            Ok(())
        }
        Some(Command::Tail { json, since }) => tail::tail(who, room.as_deref(), json, since).await,
    }
}
