//! Deleting files that nobody needs any more: those of deleted messages, uploads that were never used, and what a crash left.

use tracing::warn;

use super::{Chat, Files, Result};

impl Chat {
    /// Deletes the files that no upload names any more.
    ///
    /// # Errors
    /// What the store or the disk says; the next call goes on.
    pub(in crate::chat) async fn delete_freed_files(&self) -> Result<()> {
        loop {
            let freed = self.store().freed_files().await?;
            if freed.is_empty() {
                return Ok(());
            }
            failpoint!("files-freed");
            let places = self.uploads().places.lock().await;
            // The same bytes may have been uploaded again.
            let used = self.store().used_files(freed.clone()).await?;
            let unused: Vec<_> = freed.iter().copied().filter(|file| !used.contains(file)).collect();
            let deleted = self.uploads().work(move |files| {
                let Some(_lock) = files.may_delete()? else { return Ok(false) };
                unused.iter().try_for_each(|file| files.remove(*file))?;
                Ok(true)
            });
            if !deleted.await? {
                // A backup is being made. The next round goes on.
                return Ok(());
            }
            failpoint!("files-deleted");
            self.store().forget_freed(freed).await?;
            drop(places);
        }
    }

    /// Deletes uploads that no message carries in time, and the files of others that are gone.
    ///
    /// # Errors
    /// What the store or the disk says; the next call goes on.
    pub(in crate::chat) async fn delete_unused_uploads(&self) -> Result<()> {
        while let expired @ [_, ..] = &*self.store().delete_expired_uploads().await? {
            failpoint!("uploads-expired");
            expired.iter().for_each(|id| drop(self.uploads().recall(*id)));
        }
        self.delete_freed_files().await?;
        // Whatever has begun to arrive is in the store already.
        let found = self.uploads().work(Files::arriving).await?;
        let arriving = self.store().arriving_uploads(found.clone()).await?;
        let gone: Vec<_> = found.into_iter().filter(|id| !arriving.contains(id)).collect();
        self.uploads().work(move |files| gone.iter().try_for_each(|id| files.discard(*id))).await
    }

    /// Has what a crash left deleted in the background.
    pub(in crate::chat) fn delete_strays_soon(&self) {
        let chat = self.clone();
        tokio::spawn(async move {
            if let Err(failure) = chat.delete_stray_files().await {
                warn!(%failure, "files that no upload names are not deleted yet: the next start goes on");
            }
        });
    }

    /// Deletes whole files that no upload names: a crash may leave one.
    ///
    /// # Errors
    /// What the store or the disk says; the next start goes on.
    pub(in crate::chat) async fn delete_stray_files(&self) -> Result<()> {
        for first in self.uploads().work(Files::first_bytes).await? {
            let places = self.uploads().places.lock().await;
            let found = self.uploads().work(move |files| files.whole(first)).await?;
            let used = self.store().used_files(found.clone()).await?;
            let stray: Vec<_> = found.into_iter().filter(|file| !used.contains(file)).collect();
            if stray.is_empty() {
                continue;
            }
            warn!(files = stray.len(), "deleting files that no upload names");
            self.uploads()
                .work(move |files| {
                    let Some(_lock) = files.may_delete()? else { return Ok(()) };
                    stray.iter().try_for_each(|file| files.remove(*file))
                })
                .await?;
            drop(places);
        }
        Ok(())
    }
}
