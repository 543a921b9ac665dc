//! The names of all inputs and modes: a variant that is added does not compile here until it has one.

use chat_client::{Status, Update};
use chat_protocol::{Event, LogEntry, LogEvent};

use crate::{
    state::Mode,
    update::input::{Answer, Input},
};

/// A match that names each variant, and the list of those names: the one cannot be longer than the other.
macro_rules! kinds {
    ($list:ident, $of:ident($value:ident: $type:ty) { $($pattern:pat => $kind:literal),* $(,)? }) => {
        pub(super) const $list: &[&str] = &[$($kind),*];
        pub(crate) fn $of($value: &$type) -> &'static str {
            match $value { $($pattern => $kind),* }
        }
    };
}

kinds!(INPUTS, input_kind(input: Input) {
    Input::Key(_) => "a key",
    Input::Paste(_) => "a paste",
    Input::Lines(_) => "lines",
    Input::Wheel { .. } => "the wheel",
    Input::Click(_) => "a click",
    Input::Resize(_) => "resize",
    Input::Focus(_) => "focus",
    Input::Background { .. } => "background",
    Input::Draws(_) => "draws",
    Input::Client(_) => "client",
    Input::Answer(_) => "answer",
    Input::Time => "time",
    Input::Terminate => "terminate",
});
/// What the user does: it may change everything.
pub(super) const OF_THE_USER: [&str; 5] = ["a key", "a paste", "lines", "the wheel", "a click"];

kinds!(UPDATES, update_kind(update: Update) {
    Update::Status(_) => "update status",
    Update::Event(_) => "update event",
    Update::Page { .. } => "update page",
    Update::Outbox(_) => "update outbox",
    Update::Left(_) => "update left",
    Update::Moved { .. } => "update moved",
    Update::Storage(_) => "update storage",
    Update::Refused { .. } => "update refused",
});

kinds!(STATUSES, status_kind(status: Status) {
    Status::Connecting => "connecting",
    Status::CatchingUp { .. } => "catching up",
    Status::Connected { .. } => "connected",
    Status::Offline { .. } => "offline",
    Status::SignedOut { .. } => "signed out",
});

kinds!(EVENTS, event_kind(event: Event) {
    Event::Welcome { .. } => "Welcome",
    Event::Live { .. } => "Live",
    Event::RoomAdded { .. } => "RoomAdded",
    Event::RoomRemoved { .. } => "RoomRemoved",
    Event::Logged(LogEntry { event: LogEvent::Message { .. }, .. }) => "Message",
    Event::Logged(LogEntry { event: LogEvent::UserJoined { .. }, .. }) => "UserJoined",
    Event::Logged(LogEntry { event: LogEvent::UserLeft { .. }, .. }) => "UserLeft",
    Event::Logged(LogEntry { event: LogEvent::RoomUpdated { .. }, .. }) => "RoomUpdated",
    Event::Logged(LogEntry { event: LogEvent::MessageEdited { .. }, .. }) => "MessageEdited",
    Event::Logged(LogEntry { event: LogEvent::MessageDeleted { .. }, .. }) => "MessageDeleted",
    Event::Logged(LogEntry { event: LogEvent::ReactionAdded { .. }, .. }) => "ReactionAdded",
    Event::Logged(LogEntry { event: LogEvent::ReactionRemoved { .. }, .. }) => "ReactionRemoved",
    Event::Logged(LogEntry { event: LogEvent::MessagePinned { .. }, .. }) => "MessagePinned",
    Event::Logged(LogEntry { event: LogEvent::MessageUnpinned { .. }, .. }) => "MessageUnpinned",
    Event::Logged(LogEntry { event: LogEvent::Moderated { .. }, .. }) => "Moderated",
    Event::RoomSettings { .. } => "RoomSettings",
    Event::Ignored { .. } => "Ignored",
    Event::ThreadFollowed { .. } => "ThreadFollowed",
    Event::Members { .. } => "Members",
    Event::UserTyping { .. } => "UserTyping",
    Event::UserStoppedTyping { .. } => "UserStoppedTyping",
    Event::Presence { .. } => "Presence",
    Event::UserUpdated { .. } => "UserUpdated",
    Event::ReadMarker { .. } => "ReadMarker",
    Event::Ack { .. } => "Ack",
    Event::Error { .. } => "Error",
    Event::Reset { .. } => "Reset",
    Event::Draining { .. } => "Draining",
    Event::Pong { .. } => "Pong",
});

kinds!(ANSWERS, answer_kind(answer: Answer) {
    Answer::Cached { .. } => "cached",
    Answer::Older { .. } => "older",
    Answer::Joined(..) => "joined",
    Answer::Left(_) => "left",
    Answer::Done(_) => "done",
    Answer::Rooms(..) => "rooms",
    Answer::Link(..) => "link",
    Answer::Password(..) => "password",
    Answer::Direct(..) => "direct",
    Answer::Thread { .. } => "thread",
    Answer::Past { .. } => "past",
    Answer::Search { .. } => "search",
    Answer::Pins { .. } => "pins",
    Answer::Records(..) => "records",
    Answer::Ended { .. } => "ended",
    Answer::Invite(..) => "invite",
    Answer::Hook(..) => "hook",
    Answer::EndedHook { .. } => "ended hook",
    Answer::Webhook(..) => "webhook",
        Answer::EndedWebhook(..) => "ended webhook",
        Answer::Bot(..) => "bot",
    Answer::EndedBot { .. } => "ended bot",
    Answer::Dropped { .. } => "dropped",
    Answer::Clipboard(..) => "clipboard",
    Answer::Saving { .. } => "saving",
    Answer::Saved { .. } => "saved",
    Answer::Picture { .. } => "picture",
    Answer::Cell(_) => "cell",
    Answer::Outbox(_) => "outbox",
});

kinds!(MODES, mode_kind(mode: Mode) {
    Mode::Compose => "compose",
    Mode::Select { .. } => "select",
    Mode::List(_) => "list",
    Mode::Search => "search",
    Mode::Help { .. } => "help",
    Mode::Link(_) => "link card",
    Mode::Password(_) => "password form",
});

/// The most exact name of an input.
pub(super) fn kind(input: &Input) -> &'static str {
    match input {
        Input::Client(update) => match update.as_ref() {
            Update::Status(status) => status_kind(status),
            Update::Event(event) => event_kind(event),
            update => update_kind(update),
        },
        Input::Answer(answer) => answer_kind(answer),
        input => input_kind(input),
    }
}
