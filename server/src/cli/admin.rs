//! The subcommands: what an operator with a shell on the server's machine can do.

mod user;

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::bail;
use chat_protocol::{Timestamp, terminal::SafeText};

use crate::{
    chat::secret::{self, SecretHash},
    cli::options::{Command, DataArgs},
    formats, output,
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
        Command::Export { place } => {
            let admin::Written { users, rooms, messages, files, missing_files } = admin::export(&folder, place)?;
            output::note(format_args!(
                "wrote {}: {users} users, {rooms} rooms, {messages} messages, {files} files",
                place.display()
            ));
            if missing_files > 0 {
                bail!("{missing_files} files of messages were missing: `chat-server doctor` says which");
            }
        }
        Command::Import { place } => import(&folder, place)?,
        Command::Doctor => doctor(&folder)?,
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

fn doctor(folder: &Path) -> anyhow::Result<()> {
    let findings = admin::examine(folder)?;
    for admin::Finding { what, advice } in &findings {
        output::list(format_args!("{}\n  to do: {advice}", SafeText::block(what)))?;
    }
    match findings.len() {
        0 => output::note(format_args!("the database, the index for searching and the files are in order")),
        1 => bail!("1 thing is not in order"),
        several => bail!("{several} things are not in order"),
    }
    Ok(())
}

fn import(folder: &Path, place: &Path) -> anyhow::Result<()> {
    let (imported, report) = formats::import(folder, place)?;
    match imported {
        admin::Imported::Again => output::note(format_args!("this was imported before: nothing was changed")),
        admin::Imported::New(admin::Taken { users, rooms, messages, files, missing_files }) => {
            output::note(format_args!("took {users} users, {rooms} rooms, {messages} messages, {files} files"));
            if missing_files > 0 {
                output::note(format_args!("{missing_files} files of messages were not there"));
            }
        }
    }
    for line in report.lines() {
        output::note(format_args!("{}", SafeText::block(line)));
    }
    Ok(())
}

fn folder(data: &DataArgs) -> anyhow::Result<PathBuf> {
    match data.location()? {
        Location::Folder(folder) => Ok(folder),
        Location::Memory => bail!("a server with --data :memory: keeps nothing that another program could reach"),
        Location::Postgres { address, .. } => {
            bail!("{address}: this command works on a data folder with SQLite only; for backups use pg_dump")
        }
    }
}

fn after(wait: Duration) -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()) + wait
}
