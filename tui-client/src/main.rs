//! `chat-tui`: reads the command line, does it, and leaves with the right exit code.

use std::process::ExitCode;

use chat_tui::{
    args::{Arguments, Command},
    failure::Failure,
    log, run, send, start, tail,
};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log::start();
    match carry_out(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("chat-tui: {failure}");
            failure.exit_code()
        }
    }
}

async fn carry_out(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { command, who, room, ascii } = arguments;
    match command {
        None => run::run(start::for_screen(who).await?, room, ascii).await,
        Some(Command::Send { text }) => {
            let body = send::text(&text)?;
            let session = start::for_script(who).await?;
            println!("{}", send::send(&session, room.as_deref(), &body).await?);
            Ok(())
        }
        Some(Command::Tail { json, since }) => {
            tail::tail(start::for_script(who).await?, room.as_deref(), json, since).await
        }
    }
}
