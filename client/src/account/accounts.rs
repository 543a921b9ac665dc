//! The accounts that this machine knows: a folder for each server, in it one for each user.
//!
//! ```text
//! STATE/http_localhost_3000/last                       the id of the user who came last
//! STATE/http_localhost_3000/<user id>/account.json     name, token, the user as the server last described it
//! STATE/http_localhost_3000/<user id>/…                outbox and cache
//! ```
//!
//! A user is found by name, but kept by id, so that renaming loses nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_protocol::{Token, User, UserId, name};
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Account;
use crate::{Error, ServerUrl, files};

/// How this library names itself where the program gives no name.
const CLIENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
/// Overrides where the accounts are kept.
const STATE_VARIABLE: &str = "CHAT_STATE_DIR";
/// The file with a user and the token.
const ACCOUNT_FILE: &str = "account.json";
/// Locked by the program that signs in.
const TURN_FILE: &str = "signing-in.lock";
/// A program that signs in for longer than this was stopped, as a job of a shell is.
const TURN: Duration = Duration::from_secs(60);
/// The file that says who came last.
const LAST_FILE: &str = "last";

/// The folder of all accounts of this machine's user.
#[derive(Debug, Clone)]
pub struct Accounts {
    folder: PathBuf,
}

/// What `account.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct AccountFile {
    user: User,
    /// Absent after the server no longer took it; outbox and cache stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
}

impl Accounts {
    /// The platform's folder for the state of programs, or `CHAT_STATE_DIR`.
    ///
    /// # Errors
    /// When there is none, or it cannot be made.
    pub fn open_default() -> Result<Self, Error> {
        if let Some(folder) = std::env::var_os(STATE_VARIABLE).filter(|folder| !folder.is_empty()) {
            return Self::open(folder.into());
        }
        let names =
            AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "chat".to_owned() };
        let platform = choose_app_strategy(names).map_err(|_| Error::NoStateFolder)?;
        Self::open(platform.state_dir().unwrap_or_else(|| platform.data_dir()))
    }

    /// A folder of one's own choice; it is made, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: PathBuf) -> Result<Self, Error> {
        files::make_folder(&folder).map_err(|source| Error::file(&folder, source))?;
        Ok(Self { folder })
    }

    /// The folder. Programs may keep beside it what they remember themselves.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name last used with a server.
    pub fn last_name(&self, server: &ServerUrl) -> Option<String> {
        Some(self.last(server)?.user.name)
    }

    /// The token kept for a name.
    pub fn token(&self, server: &ServerUrl, name: &str) -> Option<Token> {
        self.find(server, name)?.token
    }

    /// Lets go of the token of a user, who is signed out. Outbox and cache stay for when they are back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, server: &ServerUrl, user: UserId) -> Result<(), Error> {
        let folder = self.user_folder(server, user);
        match self.read(&folder) {
            Some(AccountFile { user, token: Some(_) }) => write(&folder, &user, None),
            _ => Ok(()),
        }
    }

    /// Makes sure that an account of a server can be kept, by writing and removing a file. To be called before a name is
    /// taken or a code is used up: both are lost with a token that cannot be kept.
    pub(crate) fn prepare(&self, server: &ServerUrl) -> Result<(), Error> {
        /// More than an account takes.
        const ROOM: [u8; 16 * 1024] = [0; 16 * 1024];
        let folder = self.server_folder(server);
        files::make_folder(&folder).map_err(|source| Error::file(&folder, source))?;
        let probe = folder.join(format!(".{}.probe", Uuid::new_v4()));
        let written = files::replace(&probe, &ROOM).and_then(|()| fs::remove_file(&probe));
        written.map_err(|source| Error::file(folder, source))
    }

    /// Waits until no other program signs in at this server with this folder. The turn ends when the file is dropped;
    /// `None` where the file system has no locks, or the other one does not go on.
    pub(crate) async fn turn(&self, server: &ServerUrl) -> Option<fs::File> {
        let path = self.server_folder(server).join(TURN_FILE);
        let locked = tokio::task::spawn_blocking(move || {
            let file = files::open(&path)?;
            file.lock().map(|()| file)
        });
        match tokio::time::timeout(TURN, locked).await {
            Ok(Ok(Ok(file))) => Some(file),
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "cannot wait for other programs that sign in");
                None
            }
            Ok(Err(_)) | Err(_) => None,
        }
    }

    /// Keeps a user and their token, as the one last used with this server.
    pub(crate) fn keep(&self, server: &ServerUrl, user: User, token: Token) -> Result<Account, Error> {
        let account = self.keep_beside(server, user, token)?;
        let last = self.server_folder(server).join(LAST_FILE);
        if let Err(error) = files::replace(&last, account.user.id.to_string().as_bytes()) {
            // The token is kept; it is found by name.
            tracing::warn!(path = %last.display(), %error, "who came last cannot be kept");
        }
        Ok(account)
    }

    /// Keeps a user and their token; the one last used stays who it was.
    pub(crate) fn keep_beside(&self, server: &ServerUrl, user: User, token: Token) -> Result<Account, Error> {
        write(&self.user_folder(server, user.id), &user, Some(&token))?;
        Ok(self.account(server, user, token))
    }

    /// The account as kept, if a token is.
    pub(crate) fn kept(&self, server: &ServerUrl, name: Option<&str>) -> Option<Account> {
        let kept = match name {
            Some(name) => self.find(server, name)?,
            None => self.last(server)?,
        };
        Some(self.account(server, kept.user, kept.token?))
    }

    fn account(&self, server: &ServerUrl, user: User, token: Token) -> Account {
        let folder = self.user_folder(server, user.id);
        Account { server: server.clone(), user, insecure: false, client: CLIENT.to_owned(), token, folder }
    }

    fn last(&self, server: &ServerUrl) -> Option<AccountFile> {
        self.read(&self.user_folder(server, self.last_user(server)?))
    }

    fn last_user(&self, server: &ServerUrl) -> Option<UserId> {
        fs::read_to_string(self.server_folder(server).join(LAST_FILE)).ok()?.trim().parse().ok()
    }

    /// The account of a name, in upper or lower case. One with a token is preferred: a name may have belonged to
    /// someone else before.
    fn find(&self, server: &ServerUrl, name: &str) -> Option<AccountFile> {
        let wanted = name::lookup(name)?;
        let same = |kept: &AccountFile| name::lookup(&kept.user.name).is_some_and(|canonical| canonical == wanted);
        let folders = fs::read_dir(self.server_folder(server)).ok()?;
        folders
            .filter_map(|folder| self.read(&folder.ok()?.path()))
            .filter(same)
            .max_by_key(|kept| (kept.token.is_some(), kept.user.created_at))
    }

    /// A file of an account that is there and cannot be read, and why: the one used last, or any.
    pub(crate) fn damaged(&self, server: &ServerUrl) -> Option<(PathBuf, String)> {
        let folder = self.server_folder(server);
        let last = self.last_user(server).map(|user| self.user_folder(server, user));
        let others = fs::read_dir(&folder).ok()?.filter_map(|inside| Some(inside.ok()?.path()));
        last.into_iter().chain(others).find_map(|user| Some((user.join(ACCOUNT_FILE), read(&user).err()?.to_string())))
    }

    fn read(&self, user_folder: &Path) -> Option<AccountFile> {
        read(user_folder).unwrap_or_else(|error| {
            tracing::warn!(folder = %user_folder.display(), %error, "an account cannot be read");
            None
        })
    }

    fn user_folder(&self, server: &ServerUrl, user: UserId) -> PathBuf {
        self.server_folder(server).join(user.to_string())
    }

    /// Readable, and different for different servers: what is neither letter, digit, dot nor hyphen becomes `_`
    /// between the parts and `%XX` inside of them.
    fn server_folder(&self, server: &ServerUrl) -> PathBuf {
        let url = server.to_string();
        let mut name = String::with_capacity(url.len());
        for part in url.replacen("://", "/", 1).split('/') {
            if !name.is_empty() {
                name.push('_');
            }
            for byte in part.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => name.push(char::from(byte)),
                    b':' => name.push('+'),
                    other => name.push_str(&format!("%{other:02X}")),
                }
            }
        }
        self.folder.join(name)
    }
}

/// What a user's folder says; `None` if it says nothing.
fn read(user_folder: &Path) -> io::Result<Option<AccountFile>> {
    match fs::read(user_folder.join(ACCOUNT_FILE)) {
        Ok(text) => {
            let kept: AccountFile = serde_json::from_slice(&text)?;
            if kept.token.as_ref().is_some_and(|token| !token.is_well_formed()) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its token is malformed"));
            }
            Ok(Some(kept))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps a user, and the token if there is one, in the user's folder.
pub(super) fn write(folder: &Path, user: &User, token: Option<&Token>) -> Result<(), Error> {
    let path = folder.join(ACCOUNT_FILE);
    let write = || {
        files::make_folder(folder)?;
        files::replace(&path, &serde_json::to_vec_pretty(&AccountFile { user: user.clone(), token: token.cloned() })?)
    };
    write().map_err(|source| Error::file(&path, source))
}
