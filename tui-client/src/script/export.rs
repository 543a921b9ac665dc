//! `chat-tui export`: everything that one may see, in a file.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use chat_client::Api;

use crate::{
    program::{
        args::Who,
        failure::{Failure, Kind, print_notice},
        retry::{Retries, TransientFailure},
    },
    sign_in,
};

/// Writes what the server gives to a new file, which is there only once it is whole.
///
/// # Errors
/// When the file exists or cannot be written, and when the server refuses or does not give all of it.
pub(crate) async fn export(who: Who, path: &Path) -> Result<(), Failure> {
    let cannot = |error: io::Error| Failure::new(Kind::Failed, format!("cannot write {}: {error}", path.display()));
    if fs::symlink_metadata(path).is_ok() {
        return Err(Failure::new(Kind::Usage, format!("{} exists already: give another name", path.display())));
    }
    let mut retries = Retries::to_start();
    let account = sign_in::for_script(who, &mut retries).await?.account;
    let api =
        Api::new(&account.server, Some(account.token()), account.insecure, &account.client).map_err(Failure::local)?;
    let mut export = loop {
        match api.export().await.map_err(TransientFailure::of) {
            Ok(export) => break export,
            Err(Ok(failure)) => retries.wait(failure).await?,
            Err(Err(error)) => return Err(error.into()),
        }
    };
    let mut unfinished = Unfinished::create(path).map_err(cannot)?;
    while let Some(piece) = export.next().await? {
        unfinished.file.write_all(piece.as_ref()).map_err(cannot)?;
    }
    unfinished.finish(path).map_err(cannot)?;
    print_notice(&format!("wrote {}", path.display()));
    Ok(())
}

/// The file under another name, removed unless it is finished.
struct Unfinished {
    file: File,
    path: PathBuf,
}

impl Unfinished {
    fn create(path: &Path) -> io::Result<Self> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let path = PathBuf::from(unfinished);
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // It holds what was said in private, too.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(&path)?, path })
    }

    fn finish(self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, path)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Once it is finished, it is not there.
        _ = fs::remove_file(&self.path);
    }
}
