//! A handle to the store: every request to it, one file a subject. What a request does stands in
//! [`operation`](super::operation); which database does it, is known here alone.

mod bots;
mod changes;
mod files;
mod follows;
mod hooks;
mod log;
mod marks;
mod members;
mod messages;
mod moderation;
mod oversight;
mod read_positions;
mod retention;
mod rooms;
mod search;
mod sessions;
mod settings;
mod users;
mod webhooks;

use std::sync::Arc;

use chat_protocol::{Epoch, ServerId};

use super::{
    Location, OpenError, Result, Sink,
    postgres::Postgres,
    sqlite::Sqlite,
    steps::{Reading, Transaction},
};

/// A handle to the database; cheap to clone. What runs it ends when the last handle is gone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

/// What runs the database.
#[derive(Clone)]
enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database, making it where there is none and bringing it up to date.
    ///
    /// # Errors
    /// When the folder or the server cannot be used, or the database is not ours or newer than this program.
    pub fn open(location: &Location, sink: Arc<dyn Sink>) -> std::result::Result<Self, OpenError> {
        let engine = match location {
            Location::Folder(folder) => Engine::Sqlite(Sqlite::open(Some(folder), sink)?),
            Location::Memory => Engine::Sqlite(Sqlite::open(None, sink)?),
            Location::Postgres { address, .. } => Engine::Postgres(Postgres::open(address, sink)?),
        };
        Ok(Self { engine })
    }

    /// Which server this is; stays through a restore.
    pub fn identity(&self) -> ServerId {
        match &self.engine {
            Engine::Sqlite(engine) => engine.identity(),
            Engine::Postgres(engine) => engine.identity(),
        }
    }

    /// Which history this is; new after a restore.
    pub fn epoch(&self) -> Epoch {
        match &self.engine {
            Engine::Sqlite(engine) => engine.epoch(),
            Engine::Postgres(engine) => engine.epoch(),
        }
    }

    /// Whether the database can be read and written. A full disk is an answer, too.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    pub async fn ping(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.ping().await,
            Engine::Postgres(engine) => engine.ping().await,
        }
    }

    /// Returns once something is gone that the store cannot do without; usually never.
    pub async fn broken(&self) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.broken().await,
            Engine::Postgres(engine) => engine.broken().await,
        }
    }

    /// Brings everything into the database's own file, where there is one, so that the file alone is everything.
    ///
    /// # Errors
    /// When another process reads or writes just then; nothing is lost.
    pub async fn fold(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.fold().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Reads one state of the database.
    pub(in crate::store) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Reading) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(query).await,
            Engine::Postgres(engine) => engine.read(query).await,
        }
    }

    /// Reads between two transactions. `answer` is told before what the next one changed is.
    fn read_between<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Reading) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read_between(query, answer),
            Engine::Postgres(engine) => engine.read_between(query, answer),
        }
    }

    /// Runs an operation in a transaction, which may be shared; answers when that is on disk.
    pub(in crate::store) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(operation).await,
            Engine::Postgres(engine) => engine.write(operation).await,
        }
    }

    /// The same for an operation that uses and changes nothing that messages are stored by.
    async fn write_beside<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.write_beside(operation).await,
            Engine::Postgres(engine) => engine.write(operation).await,
        }
    }

    /// The same for who does not wait. `answer` is told after the commit.
    fn write_later<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.write_later(operation, answer),
            Engine::Postgres(engine) => engine.submit(operation, answer),
        }
    }
}
