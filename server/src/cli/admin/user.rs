//! `chat-server user …`: who there is, and what they may do.

use std::path::Path;

use chat_protocol::Role;

use super::after;
use crate::{
    api::link_codes,
    chat::{
        LINK_CODE,
        secret::{self, SecretHash},
    },
    cli::options::{DataArgs, GivenRole, UserCommand},
    output,
    store::admin::{Database, Listed},
};

pub(super) fn run(command: &UserCommand, folder: &Path, data: &DataArgs) -> anyhow::Result<()> {
    let mut database = Database::open_existing(folder)?;
    match command {
        UserCommand::List => list(&database.users()?)?,
        UserCommand::Role { name, role } => {
            let role = match role {
                GivenRole::Admin => Role::Admin,
                GivenRole::Member => Role::Member,
            };
            database.set_role(name, role)?;
            output::note(format_args!("{name} is now {}", word(role)));
        }
        UserCommand::Reset { name } => {
            let code = secret::new_code()?;
            let expires_at = after(LINK_CODE);
            database.reset(name, SecretHash::of_code(&code).as_bytes(), expires_at)?;
            output::print(format_args!("{code}"))?;
            if let Some(url) = data.public_urls.first() {
                output::print(format_args!("{}", link_codes::link(&url.to_string(), &code)))?;
            }
            output::note(format_args!(
                "{name} is signed out everywhere and has no password; the code signs in once, until {expires_at}"
            ));
        }
        UserCommand::Disable { name } => {
            database.disable(name)?;
            output::note(format_args!(
                "{name} is signed out everywhere and cannot sign in; `chat-server user reset {name}` lets them in again"
            ));
        }
    }
    Ok(())
}

fn list(users: &[Listed]) -> anyhow::Result<()> {
    for Listed { user, disabled, sessions } in users {
        let seen = user.last_seen_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let role = if *disabled { "disabled" } else { word(user.role) };
        if !output::list(format_args!("{}\t{role}\t{sessions} sessions\tlast seen {seen}", user.name))? {
            break;
        }
    }
    Ok(())
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Admin => "admin",
    }
}
