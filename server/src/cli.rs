//! Reads the arguments, sets up the log, waits for signals, and says how it ended.

mod admin;
mod options;

use std::{io::Write as _, process::ExitCode};

use chat_protocol::terminal::SafeText;
use clap::Parser as _;
use tokio_util::sync::CancellationToken;

use self::options::Cli;
use crate::{
    logging, output,
    server::{Options, Server},
};

/// The whole program.
pub fn run() -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _scenario = fail::FailScenario::setup();
    let cli = Cli::parse();
    let ended = match &cli.command {
        Some(command) => admin::run(command, &cli.data),
        None => serve(&cli),
    };
    logging::finish();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // It may name what was copied into the command line from elsewhere.
            output::note(format_args!("error: {}", SafeText::block(&error.to_string())));
            ExitCode::FAILURE
        }
    }
}

fn serve(cli: &Cli) -> anyhow::Result<()> {
    logging::start(&cli.serve.log, cli.serve.log_format);
    let options = cli.options()?;
    warn_of_names(&options);
    runtime()?.block_on(async {
        let server = Server::bind(options).await?;
        let shutdown = CancellationToken::new();
        tokio::spawn(cancel_on_signal(shutdown.clone())?);
        announce(format!("listening on http://{}", server.address()));
        Ok(server.run(shutdown).await?)
    })
}

/// Prints a line on standard output. Our parent may have closed this end, or not read from it: then nobody waits
/// for the line, and it must not hold up the server.
fn announce(line: String) {
    let print = move || _ = writeln!(std::io::stdout(), "{line}");
    if let Err(error) = std::thread::Builder::new().name("announce".to_owned()).spawn(print) {
        tracing::warn!(%error, "cannot print where the server listens");
    }
}

/// On one core the threads of the usual runtime only take turns, and each turn costs.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = match std::thread::available_parallelism() {
        Ok(cores) if cores.get() == 1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.enable_all().build()
}

/// Listens from the moment that this returns: a signal that comes earlier ends the process as ever.
#[cfg(unix)]
fn cancel_on_signal(shutdown: CancellationToken) -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        shutdown.cancel();
    })
}

#[cfg(not(unix))]
fn cancel_on_signal(shutdown: CancellationToken) -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async move {
        // Without a handler for Ctrl-C the server runs until it is killed, which loses nothing.
        if tokio::signal::ctrl_c().await.is_ok() {
            shutdown.cancel();
        }
    })
}

fn warn_of_names(options: &Options) {
    if !options.host.is_loopback() && options.site.public_urls.is_empty() {
        tracing::warn!(
            "without --public-url only addresses and localhost are accepted in URLs: a host name is answered with 421. \
             Traffic is not encrypted: put a proxy with TLS in front for anything but a network that you trust"
        );
    }
}
