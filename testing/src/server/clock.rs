//! A server's clock that stands still until the test lets time pass: what happens after a minute is tried at once.

use std::{future::pending, time::Duration};

use tokio::sync::{mpsc, oneshot};

/// The test's end of a stopped clock.
pub(super) struct Clock {
    orders: mpsc::UnboundedSender<Order>,
}

/// The server's end of it.
pub(super) struct Keeper {
    orders: mpsc::UnboundedReceiver<Order>,
}

/// Let so much time pass, and say when it has.
type Order = (Duration, oneshot::Sender<()>);

/// A clock that stands still.
pub(super) fn stopped() -> (Clock, Keeper) {
    let (send, receive) = mpsc::unbounded_channel();
    (Clock { orders: send }, Keeper { orders: receive })
}

impl Clock {
    /// Lets time pass.
    pub(super) async fn pass(&self, time: Duration) {
        let (done, passed) = oneshot::channel();
        self.orders.send((time, done)).expect("the server runs");
        passed.await.expect("the server runs");
    }
}

impl Keeper {
    /// Keeps the clock of the runtime that this is polled in, as long as it is.
    pub(super) async fn keep(mut self) {
        // A runtime with nothing to do lets a stopped clock jump to the next timer, but not while a thread of its own
        // is at work: this one is until the end.
        let (_until_the_end, end) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || end.recv());
        while let Some((time, done)) = self.orders.recv().await {
            tokio::time::advance(time).await;
            // A test that has failed waits no longer.
            _ = done.send(());
        }
        pending().await
    }
}
