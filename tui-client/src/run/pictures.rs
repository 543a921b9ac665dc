//! Pictures of messages, ready to be drawn: from the disk or else from the server, decoded where nobody waits for it. What
//! was fetched is kept on disk within a bound, for the owner alone.

mod kept;

use std::sync::Arc;

use chat_client::{Accounts, Api};
use chat_protocol::Attachment;
use kept::Kept;
use tokio::sync::Semaphore;

use crate::{
    state::{Picture, PictureKey, picture_source},
    terminal::graphics::{self, Canvas},
};

/// Pictures that are fetched at once.
const FETCHED_AT_ONCE: usize = 2;
/// Pictures that are decoded at once: each may need 150 MB for a moment.
const DECODED_AT_ONCE: usize = 1;

/// Fetches, keeps and decodes.
#[derive(Debug)]
pub(super) struct Pictures {
    kept: Kept,
    true_colour: bool,
    fetching: Arc<Semaphore>,
    decoding: Arc<Semaphore>,
}

impl Pictures {
    /// Keeps them beside the accounts.
    pub(super) fn new(accounts: &Accounts, true_colour: bool) -> Self {
        Self {
            kept: Kept::new(accounts.folder().join("pictures")),
            true_colour,
            fetching: Arc::new(Semaphore::new(FETCHED_AT_ONCE)),
            decoding: Arc::new(Semaphore::new(DECODED_AT_ONCE)),
        }
    }

    /// Makes a picture ready; nothing if it is not on this disk and the network is not to be asked. An error says what to
    /// tell the user.
    pub(super) fn load(
        &self,
        api: Api,
        picture: PictureKey,
        file: Attachment,
        network: bool,
        (light, cell): (bool, (u16, u16)),
    ) -> impl Future<Output = Result<Option<Picture>, String>> + use<> {
        let canvas = Canvas { cell, light, true_colour: self.true_colour };
        let (kept, fetching, decoding) = (self.kept.clone(), self.fetching.clone(), self.decoding.clone());
        async move {
            let (source, most) = picture_source(&file);
            let bytes = match kept.take(source) {
                Some(bytes) => bytes,
                None if !network => return Ok(None),
                None => {
                    let _turn = fetching.acquire().await;
                    let name = if source == file.id { &file.name } else { "preview" };
                    let bytes = api.file_bytes(source, name, most).await.map_err(|error| error.to_string())?;
                    kept.keep(source, &bytes);
                    bytes
                }
            };
            let _turn = decoding.acquire().await;
            let drawn = tokio::task::spawn_blocking(move || graphics::draw(&bytes, picture, canvas)).await;
            drawn.unwrap_or_else(|_| Err("it is damaged".to_owned())).map(Some)
        }
    }

    /// Keeps nothing of these files.
    pub(super) fn forget(&self, files: &[Attachment]) {
        for file in files {
            self.kept.forget(picture_source(file).0);
        }
    }
}
