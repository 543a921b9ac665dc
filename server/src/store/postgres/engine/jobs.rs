//! Operations that wait for their turn, and then for their commit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::error;

use super::transaction::Tx;
use crate::store::{Result, StoreError};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It writes: inside the transaction. What a failed one wrote is undone.
    Write,
    /// It writes nothing, and sees what is committed: after the transaction.
    Read,
}

/// An operation.
pub(super) trait Job: Send {
    fn kind(&self) -> Kind;
    /// Does the work; a failure's changes must be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    /// It cannot be run, or what it gave does not count.
    fn fail(&mut self, failure: StoreError);
    /// Tells how it ended.
    fn finish(self: Box<Self>, committed: &Result<()>);
}

/// An operation, and who is told how it ended.
pub(super) struct Operation<T, F, A> {
    kind: Kind,
    work: Option<F>,
    outcome: Option<Result<T>>,
    answer: A,
}

impl<T, F, A> Operation<T, F, A>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    A: FnOnce(Result<T>) + Send + 'static,
{
    pub(super) fn boxed(kind: Kind, work: F, answer: A) -> Box<dyn Job> {
        Box::new(Self { kind, work: Some(work), outcome: None, answer })
    }
}

impl<T, F, A> Job for Operation<T, F, A>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T> + Send,
    A: FnOnce(Result<T>) + Send,
{
    fn kind(&self) -> Kind {
        self.kind
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let Some(work) = self.work.take() else { return Err(StoreError::Closed) };
        // A panic in one operation is that operation's failure, not the end of all writing.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or(Err(StoreError::Closed));
        let done = outcome.as_ref().map(drop).map_err(Clone::clone);
        self.outcome = Some(outcome);
        done
    }

    fn fail(&mut self, failure: StoreError) {
        self.outcome = Some(Err(failure));
    }

    fn finish(self: Box<Self>, committed: &Result<()>) {
        let Self { outcome, answer, .. } = *self;
        let outcome = match (outcome, committed) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(failure)) => Err(failure.clone()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(StoreError::Closed),
        };
        if catch_unwind(AssertUnwindSafe(|| answer(outcome))).is_err() {
            error!("an answer panicked");
        }
    }
}
