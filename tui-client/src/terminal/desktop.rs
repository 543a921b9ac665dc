//! Notifications of the desktop itself, for terminals on it that show none: over D-Bus, on macOS by its notification centre.

use std::{
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread,
};

use tracing::warn;

use crate::update::effect::Notification;

/// Notifications that wait for the desktop. It is no loss to drop one where it is slower than those who write.
const WAITING: usize = 8;
const APP_NAME: &str = "chat-tui";

/// The way to the desktop. A thread of its own waits for it, from the first notification on.
#[derive(Debug, Default)]
pub(super) struct Desktop {
    thread: Option<SyncSender<Notification>>,
}

impl Desktop {
    /// Shows a notification; false if the desktop has refused one before.
    pub(super) fn show(&mut self, notification: &Notification) -> bool {
        let thread = self.thread.get_or_insert_with(|| {
            let (to, from) = sync_channel(WAITING);
            let started = thread::Builder::new().name("chat-desktop".to_owned()).spawn(move || show_all(&from));
            if let Err(error) = started {
                warn!(%error, "the desktop cannot show notifications");
            }
            to
        });
        !matches!(thread.try_send(notification.clone()), Err(TrySendError::Disconnected(_)))
    }
}

/// Shows what comes, until the desktop refuses one.
fn show_all(notifications: &Receiver<Notification>) {
    let reads_markup = reads_markup();
    for Notification { title, text } in notifications {
        let text = if reads_markup { without_markup(&text) } else { text };
        let shown = notify_rust::Notification::new().appname(APP_NAME).summary(&title).body(&text).show();
        if let Err(error) = shown {
            warn!(%error, "the desktop does not show notifications; the terminal is told from now on");
            return;
        }
    }
}

/// Whether a text is read as markup (Desktop Notifications Specification, "Markup").
#[cfg(all(unix, not(target_os = "macos")))]
fn reads_markup() -> bool {
    // Where it does not answer, the notification will not be shown either.
    notify_rust::get_capabilities().is_ok_and(|capabilities| capabilities.iter().any(|one| one == "body-markup"))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn reads_markup() -> bool {
    false
}

/// A text that is shown as it is where markup is read.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(without_markup("<b>a</b> & c"), "&lt;b&gt;a&lt;/b&gt; &amp; c");
    }
}
