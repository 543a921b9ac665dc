//! Those who write and those who read, each going on by itself however often the server ends.

use std::sync::Arc;

use tokio::{
    sync::{oneshot, watch},
    task::JoinSet,
};

use super::{History, Journal, Pace, ROOM, Reading, reader, writer};
use crate::{Person, Server, within};

/// How many do how much.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many write at the same time.
    pub writers: usize,
    /// How many read.
    pub readers: usize,
    /// How many messages of each writer are to be acknowledged.
    pub messages: usize,
}

impl Plan {
    /// How many acknowledgements there will be.
    pub fn total(self) -> usize {
        self.writers * self.messages
    }
}

/// A plan that is being carried out.
pub struct Company {
    judge: Person,
    writers: JoinSet<Journal>,
    readers: JoinSet<Reading>,
    acknowledged: watch::Receiver<usize>,
    goal: watch::Sender<Option<u64>>,
}

impl Company {
    /// Begins: the readers read already, the writers write.
    ///
    /// # Panics
    /// When a client is answered in a way that no plan foresees.
    pub async fn begin(server: &Server, plan: Plan, pace: Pace) -> Self {
        let judge = Person::take(server, "judge").await;
        let url: Arc<str> = server.url().into();
        let (goal, last) = watch::channel(None);
        let mut readers = JoinSet::new();
        for number in 0..plan.readers {
            let person = Person::take(server, &format!("reader-{number}")).await;
            let (begun, ready) = oneshot::channel();
            readers.spawn(reader::read(Arc::clone(&url), person, begun, last.clone()));
            within("a reader's first connection", ready).await.expect("a reader lives as long as it is needed");
        }
        let (told, acknowledged) = watch::channel(0);
        // All are users before the first writes: from then on the server may die at any time.
        let mut people = Vec::new();
        for number in 0..plan.writers {
            people.push(Person::take(server, &format!("writer-{number}")).await);
        }
        let mut writers = JoinSet::new();
        for person in people {
            writers.spawn(writer::write(Arc::clone(&url), person, plan.messages, told.clone(), pace.clone()));
        }
        Self { judge, writers, readers, acknowledged, goal }
    }

    /// Waits for so many acknowledgements.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn acknowledged(&mut self, due: usize) {
        let reached = self.acknowledged.wait_for(|count| *count >= due);
        within("acknowledgements", reached).await.expect("the writers write on");
    }

    /// How many acknowledgements there are so far.
    pub fn acknowledgements(&self) -> usize {
        *self.acknowledged.borrow()
    }

    /// Waits until all is written and read, by a server that runs.
    ///
    /// # Panics
    /// When it does not come to that.
    pub async fn end(mut self) -> History {
        let mut journals = Vec::new();
        while let Some(journal) = within("the writers' end", self.writers.join_next()).await {
            journals.push(journal.expect("a writer's own failure was told above"));
        }
        let log = self.judge.log(ROOM).await;
        self.goal.send_replace(log.last().and_then(|event| event["seq"].as_u64()));
        let readings = within("the readers' last event", self.readers.join_all()).await;
        History { journals, log, readings }
    }
}
