//! Outgoing webhooks of the room on the screen: making one, whose secret is shown once, listing and ending them.

use chat_protocol::{LogEvent, WebhookId, api::Webhook, terminal::SafeText};

use super::{moderate, records};
use crate::{
    state::{Goal, LinkCard, LinkKind, Mode, Records, Source, State, Tone},
    update::{effect::Effect, request::Request},
};

/// What is sent unless the user says otherwise.
const USUALLY: &str = "Message";

/// Runs `/webhook`; false if the draft shall stay.
pub(super) fn run(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let direct = "a direct room has no webhooks: go to another room";
    let Some(room) = moderate::moderated_room(state, direct).map(|room| room.id) else { return false };
    let mut words = argument.split_whitespace();
    match (words.next(), words.next()) {
        (None | Some("list"), None) => records::open(state, Records::Webhooks(room), effects),
        (Some("add"), Some(url)) => {
            let events = match events(words) {
                Ok(events) => events,
                Err(unknown) => {
                    let known = LogEvent::TYPES.join(", ");
                    let unknown = SafeText::line(&unknown);
                    state.notify(Tone::Bad, format!("{unknown} is no event of a room: there are {known}"));
                    return false;
                }
            };
            state.mode = Mode::Link(LinkCard { kind: LinkKind::Webhook, ticket: state.keys, ..LinkCard::default() });
            effects.push(Effect::Ask(state.keys, Request::Webhook { room, url: url.to_owned(), events }));
        }
        (Some("end"), Some(url)) if words.next().is_none() => {
            effects.push(Effect::Ask(state.keys, Request::EndWebhookTo { room, url: url.to_owned() }));
        }
        _ => {
            state.notify(Tone::Bad, "usage: /webhook add URL EVENTS, /webhook list or /webhook end URL");
            return false;
        }
    }
    true
}

/// The types of events that these words name, in whatever case; commas may stand between them. An unknown one is the error.
fn events<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<&'static str>, String> {
    let words = words.flat_map(|word| word.split(',')).filter(|word| !word.is_empty());
    let known = |word: &str| LogEvent::TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(word));
    let events: Vec<_> = words.map(|word| known(word).ok_or_else(|| word.to_owned())).collect::<Result<_, _>>()?;
    Ok(if events.is_empty() { vec![USUALLY] } else { events })
}

/// What the card says of a webhook that was made. Its secret is copied as well.
pub(super) fn made(webhook: Webhook, effects: &mut Vec<Effect>) -> (String, String, String) {
    let secret = SafeText::line(&webhook.secret.unwrap_or_default()).to_string();
    effects.push(Effect::Copy(secret.clone()));
    let url = SafeText::line(&webhook.url).to_string();
    let good = format!("signs what goes to {url}; the secret is copied, and shown this once");
    (url, secret, good)
}

/// The server has ended a webhook, or not.
pub(super) fn ended(state: &mut State, result: Result<WebhookId, String>) {
    let webhook = match result {
        Ok(webhook) => webhook,
        Err(problem) => return state.notify_anywhere(Tone::Bad, problem),
    };
    if let Mode::List(list) = &mut state.mode
        && let Source::Records(Records::Webhooks(_), Some(known)) = &mut list.source
        && let Some(record) = known.iter_mut().find(|record| record.goal == Goal::Webhook(webhook))
    {
        (record.is_ended, record.note) = (true, "ended".to_owned());
    }
    state.notify_anywhere(Tone::Plain, "it sends nothing any more");
}
