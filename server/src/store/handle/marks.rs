//! What the database knows of time, to compare the machine's clock with; and since when absences count.

use super::Store;
use crate::store::{Result, Times, operation, steps::Mark};

impl Store {
    /// Reads the clock and what it can be compared with.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn times(&self) -> Result<Times> {
        self.read(|db| db.clock()).await
    }

    /// Counts absences from now on only: the clock has jumped, and tells nothing of those before.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_absences_from_now(&self) -> Result<()> {
        self.set_now(Mark::Absences).await
    }

    /// Counts sessions as unused from now on only.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_unused_from_now(&self) -> Result<()> {
        self.set_now(Mark::Unused).await
    }

    /// Notes that the clock was looked at now.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn note_look(&self) -> Result<()> {
        self.set_now(Mark::LookedAt).await
    }

    async fn set_now(&self, mark: Mark) -> Result<()> {
        self.write(move |tx| operation::marks::set_now(tx, mark)).await
    }
}
