//! What goes on in the background: noting who left, closing what no longer counts, forgetting what is over.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chat_protocol::{RoomId, UserId};
use futures_util::FutureExt;
use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{Chat, Result, recount::Recounts};
use crate::{
    hub::{Gone, Hub},
    store::{Notice, Sink},
};

/// How often gone guests are looked for.
const ROUND: Duration = Duration::from_secs(10 * 60);

/// Something to be done soon.
enum Order {
    /// Note when this user was last here.
    Gone(UserId),
    /// Count again what is unread in this room.
    Recount(RoomId),
    /// Delete the files that no message carries any more.
    DeleteFreedFiles,
    /// Begin to send for webhooks that are new, and end it for those that are gone.
    FollowWebhooks,
    /// Another process changed the database: look whose tokens still count.
    CheckSessions,
}

/// Where the orders come from; cheap to clone.
#[derive(Clone)]
pub(super) struct Upkeep(mpsc::UnboundedSender<Order>);

pub(super) struct Orders(mpsc::UnboundedReceiver<Order>);

pub(super) fn channel() -> (Upkeep, Orders) {
    let (orders, ordered) = mpsc::unbounded_channel();
    (Upkeep(orders), Orders(ordered))
}

impl Upkeep {
    /// For the hub, to say who went offline.
    pub(super) fn gone(&self) -> Gone {
        let orders = self.0.clone();
        Box::new(move |user| {
            // Nobody listens when the server is stopping.
            let _ = orders.send(Order::Gone(user));
        })
    }

    /// For the store: what was committed goes to the hub. Needs a Tokio runtime.
    pub(super) fn sink(self, hub: Hub, recounts: Recounts) -> Arc<dyn Sink> {
        Arc::new(ToHub { hub, recounts, orders: self.0, runtime: Handle::current() })
    }
}

struct ToHub {
    hub: Hub,
    recounts: Recounts,
    orders: mpsc::UnboundedSender<Order>,
    /// Where the hub's timers run: the store's thread has no runtime of its own.
    runtime: Handle,
}

impl Sink for ToHub {
    fn committed(&self, notices: Vec<Notice>) {
        failpoint!("after-commit");
        let _runtime = self.runtime.enter();
        let recounts = self.recounts.note(&notices);
        let (mut is_file_freed, mut is_webhook_changed) = (false, false);
        for notice in &notices {
            is_file_freed |= matches!(notice, Notice::FilesFreed);
            is_webhook_changed |= matches!(notice, Notice::Webhooks);
        }
        self.hub.apply(notices);
        if is_file_freed {
            // Nobody listens when the server is stopping.
            let _ = self.orders.send(Order::DeleteFreedFiles);
        }
        if is_webhook_changed {
            // Nobody listens when the server is stopping.
            let _ = self.orders.send(Order::FollowWebhooks);
        }
        for room in recounts {
            // Nobody listens when the server is stopping.
            let _ = self.orders.send(Order::Recount(room));
        }
    }

    fn changed_elsewhere(&self) {
        // Nobody listens when the server is stopping.
        let _ = self.orders.send(Order::CheckSessions);
    }
}

/// Works until the server stops, whatever happens in one piece of the work.
pub(super) fn start(chat: Chat, mut orders: Orders, stopping: CancellationToken) {
    tokio::spawn(async move {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                order = orders.0.recv() => match order {
                    Some(order) => guarded("an order", carry_out(&chat, order)).await,
                    None => return,
                },
                _ = rounds.tick() => guarded("the round", round(&chat)).await,
            }
        }
    });
}

async fn guarded(what: &'static str, work: impl Future<Output = Result<()>>) {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => warn!(%failure, source = failure.source_for_log(), "{what} failed"),
        Err(_) => error!("{what} panicked"),
    }
}

async fn carry_out(chat: &Chat, order: Order) -> Result<()> {
    match order {
        Order::Recount(room) => chat.recount(room),
        Order::Gone(user) => chat.store().seen(vec![user]).await?,
        Order::DeleteFreedFiles => chat.delete_freed_files().await?,
        Order::FollowWebhooks => chat.follow_webhooks().await?,
        Order::CheckSessions => {
            let ended = chat.store().ended_sessions(chat.hub().live_sessions()).await?;
            chat.hub().end_sessions(None, &ended);
        }
    }
    Ok(())
}

async fn round(chat: &Chat) -> Result<()> {
    // Before anybody's session is noted as used now.
    chat.shared.clock.lock().await.look(chat).await?;
    // Anyone who is connected uses their session, also without a request.
    chat.store().touch_sessions(chat.hub().live_sessions()).await?;
    let removed = chat.store().remove_gone_guests(chat.hub().online()).await?;
    if removed > 0 {
        info!(removed, "removed guests that left no trace");
    }
    chat.delete_unused_uploads().await?;
    Ok(())
}
