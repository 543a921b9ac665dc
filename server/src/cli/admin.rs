//! The subcommands: what an operator with a shell on the server's machine can do.

mod user;

use std::{
    path::PathBuf,
    time::{Duration, SystemTime},
};

use anyhow::bail;
use chat_protocol::Timestamp;

use crate::{
    chat::secret::{self, SecretHash},
    cli::options::{Command, DataArgs},
    output,
    store::{Location, admin},
};

/// Carries out one subcommand, and prints what it gives.
///
/// # Errors
/// With what to do about it.
pub fn run(command: &Command, data: &DataArgs) -> anyhow::Result<()> {
    let folder = folder(data)?;
    match command {
        Command::Invite { uses, expires } => {
            let code = secret::new_code()?;
            let expires_at = after(expires.duration());
            admin::Database::open(&folder)?.put_invite(SecretHash::of_code(&code).as_bytes(), *uses, expires_at)?;
            output::print(format_args!("{code}"))?;
            if let Some(url) = data.public_urls.first() {
                output::print(format_args!("{url}"))?;
            }
            output::note(format_args!(
                "good for {uses} until {expires_at}: chat-tui --name NAME --invite {code}, or in the browser"
            ));
        }
        Command::User(command) => user::run(command, &folder, data)?,
        Command::Backup { file } => {
            let missing = admin::backup(&folder, file)?;
            output::note(format_args!("wrote {}", file.display()));
            if missing > 0 {
                output::note(format_args!("{missing} files of messages are not in it: the data folder has lost them"));
            }
        }
        Command::Reindex => {
            let messages = admin::Database::open_existing(&folder)?.reindex()?;
            output::note(format_args!("indexed {messages} messages"));
        }
        Command::Restore { file } => match admin::restore(&folder, file)? {
            Some(kept) => {
                output::note(format_args!("restored; what was there before is in {}", kept.display()));
            }
            None => output::note(format_args!("restored")),
        },
    }
    Ok(())
}

fn folder(data: &DataArgs) -> anyhow::Result<PathBuf> {
    match data.location()? {
        Location::Folder(folder) => Ok(folder),
        Location::Memory => bail!("a server with --data :memory: keeps nothing that another program could reach"),
    }
}

fn after(wait: Duration) -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()) + wait
}
