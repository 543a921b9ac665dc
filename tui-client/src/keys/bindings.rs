//! The one table of keys. Dispatch looks keys up here, and the help, the palette and `docs/keys.md` are made from it.
//! What an action then does is in [`crate::update`].

#[cfg(test)]
mod document;

use crate::{
    keys::key::{Code, Key},
    text::editor::Edit,
};

/// Where a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    /// While writing a message.
    Composer,
    /// In every text field.
    Text,
    /// While choosing a message.
    Select,
    /// In lists: the palette, the rooms.
    List,
    /// In the search.
    Search,
    /// In lists of reports, invites and the like.
    Records,
    /// In windows that are only read.
    Page,
    /// In the form for a password.
    Form,
}

impl Place {
    /// What it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "Anywhere",
            Self::Composer => "Writing",
            Self::Text => "Editing text",
            Self::Select => "Selecting a message",
            Self::List => "In a list",
            Self::Search => "In the search",
            Self::Records => "In reports, invites, hooks, webhooks, bots, the audit, earlier texts and reactions",
            Self::Page => "In a window",
            Self::Form => "In a form",
        }
    }
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// Opens or closes the palette.
    Palette,
    /// Opens or closes the search.
    Search,
    /// Goes to the next room with something unread.
    NextUnread,
    /// Goes to the room above.
    PreviousRoom,
    /// Goes to the room below.
    NextRoom,
    /// Goes to a room by its number.
    NumberedRoom,
    /// Scrolls up by a page.
    PageUp,
    /// Scrolls down by a page.
    PageDown,
    /// Scrolls to the first unread message.
    FirstUnread,
    /// Scrolls to the newest message.
    LiveEnd,
    /// Opens or closes the help.
    Help,
    /// Shows or hides the rooms.
    RoomsPane,
    /// Shows or hides the people.
    PeoplePane,
    /// Takes or leaves the mouse.
    Mouse,
    Reconnect,
    Repaint,
    /// Stops as the shell's job, until `fg`.
    Suspend,
    /// Clears the draft; twice on an empty one quits.
    Interrupt,
    /// Sends, or accepts the completion.
    Send,
    /// Begins a new line.
    NewLine,
    /// Makes a block of code of the draft.
    Fence,
    /// Begins to send a file.
    AttachFile,
    /// Takes a picture or files from the clipboard, to be sent.
    Paste,
    /// Completes the word, or takes the next suggestion.
    Complete,
    /// Takes the suggestion before.
    CompleteBack,
    /// Closes the suggestions, else begins selecting; ends a range, else selecting.
    Escape,
    Edit(Edit),
    /// Selects the message above.
    Older,
    /// Selects the message below.
    Newer,
    /// Selects the oldest message that is here.
    Oldest,
    /// Selects the newest message.
    Newest,
    /// Moves up by half a page.
    HalfUp,
    /// Moves down by half a page.
    HalfDown,
    /// Selects the next message that mentions the user.
    NextMention,
    /// Selects the one before.
    PreviousMention,
    /// Begins a range of messages, or ends it.
    Range,
    /// Copies the message's source.
    Copy,
    /// Opens the link, the room or the file of the message.
    Open,
    /// Saves the files of the message, or stops that.
    SaveFiles,
    /// Copies the message's link, or where its file is.
    CopyLink,
    /// Copies the message's code.
    CopyCode,
    /// Sends a failed message again; reports one of another.
    Retry,
    /// Shows the earlier texts of a message.
    Edits,
    /// Follows the thread of a message, or no longer.
    Follow,
    /// Closes the report or ends the invite, the hook, the webhook or the bot that is chosen.
    End,
    /// Drops a failed message; deletes another's, for moderators.
    Drop,
    /// Opens the thread of the message.
    Thread,
    /// Leaves the thread.
    LeaveThread,
    /// Answers the message.
    Reply,
    /// Changes the text of an own message.
    EditMessage,
    /// Deletes an own message.
    Delete,
    /// Shows the pictures of the message, or hides them.
    Pictures,
    /// Answers the message with an emoji.
    React,
    /// Pins the message, or takes that back.
    Pin,
    /// Makes the message and what follows unread.
    MarkUnread,
    /// Mutes the room.
    Mute,
    /// Selects the message that this one answers.
    Answered,
    Compose,
    /// Chooses the row above.
    Above,
    /// Chooses the row below.
    Below,
    /// Takes what is chosen, goes to the next field, submits.
    Accept,
    Close,
}

impl Action {
    /// What it does in two or three words, for a list; `None` for what belongs to no list.
    pub(crate) const fn title(self) -> Option<&'static str> {
        Some(match self {
            Self::Search => "search messages",
            Self::NextUnread => "next unread",
            Self::PreviousRoom => "previous room",
            Self::NextRoom => "next room",
            Self::PageUp => "scroll up",
            Self::PageDown => "scroll down",
            Self::FirstUnread => "first unread",
            Self::LiveEnd => "newest message",
            Self::Help => "show keys",
            Self::LeaveThread => "leave thread",
            Self::RoomsPane => "rooms pane",
            Self::PeoplePane => "people pane",
            Self::Mouse => "mouse on/off",
            Self::Reconnect => "reconnect now",
            Self::Repaint => "repaint screen",
            _ => return None,
        })
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    pub(crate) place: Place,
    /// The keys, the best first.
    pub(crate) keys: &'static [Key],
    pub(crate) action: Action,
    /// The same in words, beginning with a verb.
    pub(crate) does: &'static str,
}

impl Binding {
    /// The keys that this terminal can send, as the user reads them.
    pub(crate) fn label(&self, extended: bool) -> String {
        /// More keys than this are a row of keys, shown by its ends.
        const LISTED: usize = 4;
        let keys: Vec<_> =
            self.keys.iter().filter(|key| extended || !needs_extended(**key)).map(Key::to_string).collect();
        match &keys[..] {
            [first, .., last] if keys.len() > LISTED => format!("{first} … {last}"),
            _ => keys.join(", "),
        }
    }
}

/// Whether only terminals with the kitty keyboard protocol can send it.
fn needs_extended(key: Key) -> bool {
    key == Key::shift(Code::Enter) || key == Key::ctrl('/')
}

/// The action of a key that is looked for in these places, the first one first.
pub(crate) fn find(places: &[Place], key: Key) -> Option<Action> {
    let in_place = |place: &Place| TABLE.iter().find(|binding| binding.place == *place && binding.keys.contains(&key));
    places.iter().find_map(in_place).map(|binding| binding.action)
}

const fn plain(code: Code) -> Key {
    Key::plain(code)
}

const fn char(char: char) -> Key {
    Key::char(char)
}

const fn ctrl(char: char) -> Key {
    Key::ctrl(char)
}

const fn alt(char: char) -> Key {
    Key::alt(Code::Char(char))
}

macro_rules! table {
    ($($place:ident { $([$($key:expr),+] $action:expr, $does:literal;)* })*) => {
        &[$($(Binding { place: Place::$place, keys: &[$($key),+], action: $action, does: $does },)*)*]
    };
}

/// Every key and what it does.
#[rustfmt::skip]
pub(crate) const TABLE: &[Binding] = table! {
    Anywhere {
        [ctrl('k')] Action::Palette, "open the palette: rooms, people, commands";
        [ctrl('f')] Action::Search, "search what was said";
        [alt('a'), plain(Code::F(2))] Action::NextUnread, "go to the next unread room, mentions first; at the end back to where you began";
        [Key::alt(Code::Up), ctrl('p')] Action::PreviousRoom, "go to the room above";
        [Key::alt(Code::Down), ctrl('n')] Action::NextRoom, "go to the room below";
        [alt('1'), alt('2'), alt('3'), alt('4'), alt('5'), alt('6'), alt('7'), alt('8'), alt('9')] Action::NumberedRoom, "go to a room by number";
        [plain(Code::PageUp)] Action::PageUp, "scroll up; the mouse wheel does too";
        [plain(Code::PageDown)] Action::PageDown, "scroll down";
        [alt('u'), plain(Code::F(3))] Action::FirstUnread, "scroll to the first unread message";
        [Key::alt(Code::End), plain(Code::F(4))] Action::LiveEnd, "scroll to the newest message";
        [plain(Code::F(1)), ctrl('/')] Action::Help, "show the keys that work here";
        [alt('t'), plain(Code::F(5))] Action::LeaveThread, "leave the thread; what you wrote there is kept";
        [plain(Code::F(7))] Action::RoomsPane, "show or hide the rooms";
        [plain(Code::F(8))] Action::PeoplePane, "show or hide the people";
        [alt('m'), plain(Code::F(6))] Action::Mouse, "use the mouse here, or for selecting text in the terminal";
        [ctrl('r')] Action::Reconnect, "reconnect now, when offline";
        [ctrl('l')] Action::Repaint, "repaint the screen";
        [ctrl('z')] Action::Suspend, "suspend to the shell; fg brings it back";
        [ctrl('c')] Action::Interrupt, "clear the draft; twice on an empty one: quit";
    }
    Composer {
        [plain(Code::Enter)] Action::Send, "send, or accept the completion";
        [Key::shift(Code::Enter), Key::alt(Code::Enter), ctrl('j')] Action::NewLine, "begin a new line";
        [ctrl('x')] Action::Fence, "turn the draft into a code block";
        [ctrl('o')] Action::AttachFile, "send a file: begin /file";
        [ctrl('v')] Action::Paste, "take the picture or the files in the clipboard; Enter sends them";
        [plain(Code::Tab)] Action::Complete, "complete @people, #rooms, :emoji: and /commands";
        [Key::shift(Code::Tab)] Action::CompleteBack, "take the previous completion";
        [plain(Code::Esc)] Action::Escape, "close the completions, else drop the reply or the edit, else select a message";
    }
    Text {
        [plain(Code::Left), ctrl('b')] Action::Edit(Edit::Left), "move left";
        [plain(Code::Right)] Action::Edit(Edit::Right), "move right";
        [plain(Code::Up)] Action::Edit(Edit::Up), "move up; in an empty composer: edit your last message";
        [plain(Code::Down)] Action::Edit(Edit::Down), "move down";
        [Key::alt(Code::Char('b')), Key::with_ctrl(Code::Left), Key::alt(Code::Left)] Action::Edit(Edit::WordLeft), "move a word left";
        [Key::alt(Code::Char('f')), Key::with_ctrl(Code::Right), Key::alt(Code::Right)] Action::Edit(Edit::WordRight), "move a word right";
        [ctrl('a'), plain(Code::Home)] Action::Edit(Edit::LineStart), "move to the start of the line";
        [ctrl('e'), plain(Code::End)] Action::Edit(Edit::LineEnd), "move to the end of the line";
        [plain(Code::Backspace), ctrl('h')] Action::Edit(Edit::DeleteBack), "delete the character before";
        [plain(Code::Delete), ctrl('d')] Action::Edit(Edit::DeleteForward), "delete the character after";
        [ctrl('w'), Key::alt(Code::Backspace)] Action::Edit(Edit::KillWordBack), "delete the word before";
        [alt('d')] Action::Edit(Edit::KillWordForward), "delete the word after";
        [ctrl('u')] Action::Edit(Edit::KillToStart), "delete to the start of the line";
        [alt('k')] Action::Edit(Edit::KillToEnd), "delete to the end of the line";
        [ctrl('y')] Action::Edit(Edit::Yank), "put back what was deleted last";
        [ctrl('_')] Action::Edit(Edit::Undo), "undo";
        [alt('_'), alt('z')] Action::Edit(Edit::Redo), "redo";
    }
    Select {
        [char('k'), plain(Code::Up)] Action::Older, "select the message above";
        [char('j'), plain(Code::Down)] Action::Newer, "select the message below";
        [char('g'), plain(Code::Home)] Action::Oldest, "select the oldest message here";
        [char('G'), plain(Code::End)] Action::Newest, "select the newest message";
        [ctrl('u')] Action::HalfUp, "go up by half a page";
        [ctrl('d')] Action::HalfDown, "go down by half a page";
        [char('n')] Action::NextMention, "select the next message that mentions you; after a search: go to the next older hit";
        [char('N')] Action::PreviousMention, "select the previous message that mentions you; after a search: go to the next newer hit";
        [char('y')] Action::Copy, "copy the message, or the range, as it was written";
        [char('v')] Action::Range, "select a range of messages; again: end it";
        [char('o')] Action::Open, "open the link, the room or the file of the message; again: the next one";
        [char('s')] Action::SaveFiles, "save the files of the message to your downloads; while they come: stop that";
        [char('Y')] Action::CopyLink, "copy the link in the message, or where its file is; again: the next one";
        [char('c')] Action::CopyCode, "copy the code in the message; again: the next one";
        [char('t'), plain(Code::Enter)] Action::Thread, "open the thread of the message, or begin one";
        [char('r')] Action::Reply, "reply to the message";
        [char('e')] Action::EditMessage, "edit your message";
        [char('d')] Action::Delete, "delete your message; again: really";
        [char('+')] Action::React, "react with an emoji, or take that back";
        [char('z')] Action::Pictures, "show the pictures of the message, also large ones, or hide them";
        [char('p')] Action::Pin, "pin the message to the room, or unpin it";
        [char('u')] Action::MarkUnread, "make the message and what follows unread";
        [char('m')] Action::Mute, "mute this room, or let it call you again";
        [char('f')] Action::Follow, "let replies in the thread notify you, or no longer";
        [char('E')] Action::Edits, "show the earlier texts of the message";
        [char('h'), plain(Code::Left)] Action::Answered, "select the message that this one answers";
        [char('R')] Action::Retry, "report the message to the moderators; send a failed message again";
        [char('D')] Action::Drop, "drop a message that was not sent, also while its file is on its way; as a moderator: delete another's, again: really";
        [plain(Code::Esc)] Action::Escape, "end the range, else go back to where the search began, else leave the thread, else write";
        [char('i')] Action::Compose, "write; any other letter too";
    }
    List {
        [plain(Code::Up), ctrl('p')] Action::Above, "choose the row above";
        [plain(Code::Down), ctrl('n'), plain(Code::Tab)] Action::Below, "choose the row below";
        [plain(Code::Enter)] Action::Accept, "take it";
        [plain(Code::Esc), ctrl('c')] Action::Close, "close the list";
    }
    Search {
        [plain(Code::Up), ctrl('p')] Action::Above, "choose the hit above";
        [plain(Code::Down), ctrl('n')] Action::Below, "choose the hit below; at the end more are loaded";
        [plain(Code::PageUp)] Action::PageUp, "go up by a page";
        [plain(Code::PageDown)] Action::PageDown, "go down by a page";
        [plain(Code::Enter)] Action::Accept, "go to the message, with what was said around it";
        [plain(Code::Tab)] Action::Complete, "complete a filter, a person, a room, a day";
        [Key::shift(Code::Tab)] Action::CompleteBack, "take the previous completion";
        [plain(Code::Esc), ctrl('c')] Action::Close, "close the search, and be where you were before it";
    }
    Records {
        [plain(Code::Up), char('k')] Action::Above, "choose the row above";
        [plain(Code::Down), char('j')] Action::Below, "choose the row below";
        [plain(Code::PageUp)] Action::PageUp, "go up by a page";
        [plain(Code::PageDown)] Action::PageDown, "go down by a page";
        [plain(Code::Enter)] Action::Accept, "go to the message or the room, copy the text";
        [char('x')] Action::End, "close the report, end the invite, the hook, the webhook or the bot";
        [plain(Code::Esc), ctrl('c'), char('q')] Action::Close, "close the list";
    }
    Page {
        [plain(Code::Up), char('k')] Action::Above, "scroll up";
        [plain(Code::Down), char('j')] Action::Below, "scroll down";
        [plain(Code::PageUp)] Action::PageUp, "scroll up by a page";
        [plain(Code::PageDown)] Action::PageDown, "scroll down by a page";
        [plain(Code::Esc), plain(Code::Enter), ctrl('c'), char('q')] Action::Close, "close the window";
    }
    Form {
        [plain(Code::Tab), plain(Code::Down)] Action::Below, "go to the next field";
        [Key::shift(Code::Tab), plain(Code::Up)] Action::Above, "go to the previous field";
        [plain(Code::Enter)] Action::Accept, "go to the next field; on the last one: save";
        [plain(Code::Esc), ctrl('c')] Action::Close, "close the form";
    }
};

#[cfg(test)]
mod tests;
