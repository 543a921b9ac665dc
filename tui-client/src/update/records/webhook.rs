//! A webhook in the list of them.

use chat_protocol::{
    api::{Webhook, WebhookAnswer},
    terminal::SafeText,
};

use crate::state::{Goal, Record, State};

/// A webhook, and how it goes.
pub(super) fn row(state: &State, webhook: &Webhook) -> Record {
    let when = |at| super::when(state, at);
    let events = webhook.events.iter().map(|event| SafeText::line(event).to_string()).collect::<Vec<_>>().join(", ");
    let reason = webhook.disabled_reason.as_deref().map(|why| SafeText::line(why).to_string());
    let last = webhook.answers.last();
    let failure = last.and_then(|answer| answer.error.as_deref()).map(|error| SafeText::line(error).to_string());
    let note = match (webhook.disabled_at, last) {
        (Some(at), _) => format!("disabled {}", when(at)),
        (None, Some(WebhookAnswer { at, error: Some(_), .. })) => format!("failed {}", when(*at)),
        (None, Some(WebhookAnswer { at, .. })) => format!("sent {}", when(*at)),
        (None, None) => "nothing sent yet".to_owned(),
    };
    Record {
        id: 0,
        text: SafeText::line(&webhook.url).to_string(),
        hint: [reason, failure, Some(events)].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        note,
        goal: Goal::Webhook(webhook.id),
        is_ended: false,
    }
}
