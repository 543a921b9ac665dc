//! The commands that begin with a slash, as one table. What they do is in [`crate::update`].

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Slash {
    /// Joins or makes a room.
    Join,
    Part,
    /// Lists the rooms of the server.
    Rooms,
    /// Finds what was said.
    Search,
    /// Shows or sets the topic.
    Topic,
    /// Says what of this room notifies the user.
    Notify,
    /// Keeps this room above others.
    Favourite,
    /// Takes this room off the list.
    Hide,
    /// Writes to someone alone.
    Msg,
    /// Makes a private room.
    Private,
    /// Adds someone to this room.
    Add,
    Kick,
    Ban,
    Unban,
    Mute,
    Unmute,
    /// Lets members write only so often.
    Slow,
    /// Shows or sets how long messages are kept.
    Retention,
    Rename,
    Archive,
    Unarchive,
    /// Removes this room for ever.
    DeleteRoom,
    /// Lists the pinned messages.
    Pins,
    /// Pins a message.
    Pin,
    Unpin,
    /// Opens the thread of a message.
    Thread,
    /// Lets replies in a thread notify the user.
    Follow,
    Unfollow,
    /// Shows the earlier texts of a message.
    Edits,
    /// Shows who reacted to a message.
    Reactions,
    /// Sends a file.
    File,
    /// Sends what the clipboard holds.
    Paste,
    /// Saves the files of a message.
    Save,
    /// Opens the file of a message.
    Open,
    /// Says how pictures are drawn.
    Pictures,
    /// Tells the moderators of a message.
    Report,
    /// Lists the reports that wait.
    Reports,
    /// Lists who did what.
    Audit,
    /// Makes an invite.
    Invite,
    /// Lists the invites.
    Invites,
    /// Lets a program post in this room.
    Hook,
    /// Gives a hook another address.
    HookSecret,
    /// Lists the hooks of this room.
    Hooks,
    /// Makes, lists and ends webhooks of this room.
    Webhook,
    /// Makes, lists and ends bots of the user.
    Bot,
    /// Gives someone a role in this room.
    Role,
    /// Changes what someone may do on the server.
    Admin,
    /// Folds replies in the timeline.
    FoldReplies,
    /// Ignores someone.
    Ignore,
    Unignore,
    /// Says how the user is.
    Status,
    /// Says that nobody is at this device.
    Away,
    /// Says how this terminal notifies the user.
    Notifications,
    /// Changes the user's name.
    Nick,
    /// Says what the user does.
    Me,
    /// Signs in another device.
    Link,
    Password,
    Help,
    /// Stops as the shell's job.
    Suspend,
    Quit,
}

/// What follows a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Argument {
    None,
    Optional(&'static str),
    Required(&'static str),
}

/// What a word after a command is, so that it can be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// Someone in the room, or known besides.
    Person,
    /// A bot that is known, after what is done to bots that are there.
    Bot,
    Room,
    /// A time such as `2h`.
    Time,
    /// An emoji, by its name.
    Emoji,
    /// One of these, each with what it means.
    Of(&'static [(&'static str, &'static str)]),
}

impl Slash {
    /// What the words after the command are; of those that are not named nothing is known.
    pub(crate) const fn words(self) -> &'static [Word] {
        match self {
            Self::Join | Self::Part | Self::DeleteRoom => &[Word::Room],
            Self::Msg | Self::Add | Self::Kick | Self::Unban | Self::Unmute | Self::Ignore | Self::Unignore => {
                &[Word::Person]
            }
            Self::Ban | Self::Mute => &[Word::Person, Word::Time],
            Self::Role => {
                &[Word::Person, Word::Of(&[("moderator", "acts on others here"), ("member", "as everyone else")])]
            }
            Self::Admin => &[
                Word::Person,
                Word::Of(&[
                    ("admin", "administers the server"),
                    ("member", "as everyone else"),
                    ("disable", "can no longer sign in"),
                    ("enable", "can sign in again"),
                ]),
            ],
            Self::Webhook => &[
                Word::Of(&[
                    ("add", "send what happens here to an address"),
                    ("list", "show those of this room"),
                    ("end", "send nothing there any more"),
                ]),
                Word::Of(&[]),
                Word::Of(&[
                    ("Message", "what is said"),
                    ("MessageEdited", "what is changed"),
                    ("MessageDeleted", "what is deleted"),
                    ("ReactionAdded", "answers by emoji"),
                    ("UserJoined", "who comes"),
                    ("UserLeft", "who goes"),
                ]),
            ],
            Self::Bot => &[
                Word::Of(&[
                    ("add", "make one: its token is shown once"),
                    ("list", "show yours"),
                    ("end", "its token is invalid then"),
                ]),
                Word::Bot,
            ],
            Self::Invite => &[Word::Of(&[("1", "one person"), ("5", "five people")]), Word::Time],
            Self::Slow => &[Word::Of(&[("0", "no wait"), ("10", "ten seconds"), ("60", "a minute")])],
            Self::Retention => &[
                Word::Of(&[
                    ("30d", "a month"),
                    ("90d", "three months"),
                    ("365d", "a year"),
                    ("off", "kept for ever"),
                    ("default", "as long as the server keeps them"),
                ]),
                Word::Of(&[("keep-pinned", "pinned ones stay"), ("delete-pinned", "pinned ones go as well")]),
            ],
            Self::Status => &[Word::Emoji],
            Self::Notify => &[Word::Of(&[
                ("all", "every message notifies you"),
                ("mentions", "mentions notify you"),
                ("none", "nothing notifies you"),
            ])],
            Self::Notifications => &[Word::Of(&[
                ("full", "rings and shows who, where and what"),
                ("names", "rings and shows who and where"),
                ("bell", "rings"),
                ("off", "nothing"),
            ])],
            _ => &[],
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) slash: Slash,
    /// Its names without the slash, the best first.
    pub(crate) names: &'static [&'static str],
    pub(crate) argument: Argument,
    /// The same in two or three words, for lists.
    pub(crate) short: &'static str,
    /// What it does, beginning with a verb.
    pub(crate) does: &'static str,
}

impl Row {
    /// The command as one writes it.
    pub(crate) fn usage(&self) -> String {
        let name = self.names[0];
        match self.argument {
            Argument::None => format!("/{name}"),
            Argument::Optional(what) => format!("/{name} [{what}]"),
            Argument::Required(what) => format!("/{name} {what}"),
        }
    }
}

#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    Row { slash: Slash::Join, names: &["join", "j"], argument: Argument::Required("ROOM"), short: "join or make", does: "join a room; one that does not exist is made" },
    Row { slash: Slash::Part, names: &["part", "leave"], argument: Argument::Optional("ROOM"), short: "leave a room", does: "leave this room, or another" },
    Row { slash: Slash::Rooms, names: &["rooms", "list"], argument: Argument::None, short: "list all rooms", does: "list the rooms of this server" },
    Row { slash: Slash::Search, names: &["search", "find"], argument: Argument::Optional("TEXT"), short: "find what was said", does: "find what was said: words, \"phrases\", -without, from: in: before: after: has: is:" },
    Row { slash: Slash::Topic, names: &["topic"], argument: Argument::Optional("TEXT"), short: "show or set", does: "show the topic of this room, or set it; a single - clears it" },
    Row { slash: Slash::Msg, names: &["msg", "query", "dm"], argument: Argument::Required("NAME [TEXT]"), short: "write to someone", does: "go to the direct room with someone; with a text, say it there" },
    Row { slash: Slash::Private, names: &["private"], argument: Argument::Required("NAME"), short: "make a private room", does: "make a room that only those see who are added to it" },
    Row { slash: Slash::Add, names: &["add"], argument: Argument::Required("NAME"), short: "add to this room", does: "add someone to this room; they can read all that was said in it" },
    Row { slash: Slash::Kick, names: &["kick"], argument: Argument::Required("NAME [REASON]"), short: "remove from this room", does: "remove someone from this room; they may come back" },
    Row { slash: Slash::Ban, names: &["ban"], argument: Argument::Required("NAME [TIME] [REASON]"), short: "remove and keep out", does: "remove someone from this room and keep them out, for ever or for a time such as 2h or 7d" },
    Row { slash: Slash::Unban, names: &["unban"], argument: Argument::Required("NAME"), short: "end a ban", does: "let someone come back to this room" },
    Row { slash: Slash::Mute, names: &["mute"], argument: Argument::Required("NAME [TIME] [REASON]"), short: "let only read", does: "let someone read but not write here, for ever or for a time such as 30m" },
    Row { slash: Slash::Unmute, names: &["unmute"], argument: Argument::Required("NAME"), short: "end a mute", does: "let someone write here again" },
    Row { slash: Slash::Slow, names: &["slow"], argument: Argument::Required("SECONDS"), short: "slow mode", does: "let members write here only every so many seconds; 0 ends that" },
    Row { slash: Slash::Rename, names: &["rename"], argument: Argument::Required("NAME"), short: "rename this room", does: "give this room another name" },
    Row { slash: Slash::Archive, names: &["archive"], argument: Argument::None, short: "close for writing", does: "archive this room: all can be read, nothing written" },
    Row { slash: Slash::Unarchive, names: &["unarchive"], argument: Argument::None, short: "open for writing", does: "open this room for writing again" },
    Row { slash: Slash::Retention, names: &["retention"], argument: Argument::Optional("TIME"), short: "how long kept", does: "show how long messages are kept here; administrators set it: a time such as 90d, off (for ever) or default (as the server), then keep-pinned or delete-pinned" },
    Row { slash: Slash::DeleteRoom, names: &["delete-room"], argument: Argument::Required("NAME"), short: "delete for ever", does: "delete this room and all that was said in it, for ever; its name says that you mean it" },
    Row { slash: Slash::Pin, names: &["pin"], argument: Argument::None, short: "pin a message", does: "pin the message that is selected or answered, else the newest" },
    Row { slash: Slash::Unpin, names: &["unpin"], argument: Argument::None, short: "take back a pin", does: "unpin the message that is selected or answered, else the newest" },
    Row { slash: Slash::Pins, names: &["pins"], argument: Argument::None, short: "pinned messages", does: "list the pinned messages of this room" },
    Row { slash: Slash::Thread, names: &["thread"], argument: Argument::None, short: "open the thread", does: "open the thread of the message that is selected or answered, else of the newest" },
    Row { slash: Slash::Follow, names: &["follow"], argument: Argument::None, short: "replies notify you", does: "let replies in this thread notify you" },
    Row { slash: Slash::Unfollow, names: &["unfollow"], argument: Argument::None, short: "replies are quiet", does: "let replies in this thread notify you no longer" },
    Row { slash: Slash::FoldReplies, names: &["fold-replies"], argument: Argument::None, short: "one row for a run", does: "show replies that follow one another in the timeline as one row, or each again" },
    Row { slash: Slash::Edits, names: &["edits"], argument: Argument::None, short: "earlier texts", does: "show the earlier texts of the message that is selected or answered, else of the newest: for its author and moderators" },
    Row { slash: Slash::Reactions, names: &["reactions"], argument: Argument::None, short: "who reacted", does: "show who reacted to the message that is selected or answered, else to the newest" },
    Row { slash: Slash::File, names: &["file"], argument: Argument::Required("PATH [TEXT]"), short: "send a file", does: "send a file, with a text if you like; quote a path that has blanks. It waits in the outbox like a message" },
    Row { slash: Slash::Paste, names: &["paste"], argument: Argument::Optional("TEXT"), short: "picture or files copied", does: "send the picture or the files in the clipboard, with a text if you like: they are shown first, and Enter sends them. Not over SSH" },
    Row { slash: Slash::Save, names: &["save"], argument: Argument::Optional("FOLDER"), short: "save its files", does: "save the files of the message that is selected or answered, else of the newest that has any: to your downloads, or to a folder" },
    Row { slash: Slash::Open, names: &["open"], argument: Argument::None, short: "open its file", does: "open the file of the message that is selected or answered, else of the newest that has one: it is saved to your downloads first. What may be a program is only saved" },
    Row { slash: Slash::Pictures, names: &["pictures"], argument: Argument::Optional("HOW"), short: "how to draw them", does: "draw pictures as well as the terminal can and not over SSH (auto), not at all (off), or as blocks, kitty, iterm2 or sixel; alone: say how they are drawn" },
    Row { slash: Slash::Report, names: &["report"], argument: Argument::Optional("REASON"), short: "tell the moderators", does: "tell the moderators of the message that is selected or answered, else of the newest" },
    Row { slash: Slash::Reports, names: &["reports"], argument: Argument::None, short: "what waits for you", does: "list the reports that wait for you as a moderator" },
    Row { slash: Slash::Audit, names: &["audit"], argument: Argument::None, short: "who did what", does: "list who did what to whom, for administrators" },
    Row { slash: Slash::Invite, names: &["invite"], argument: Argument::Optional("USES TIME"), short: "make an invite", does: "make an invite to this room: once and for a week, or as often and as long as you say, such as 5 2d" },
    Row { slash: Slash::Invites, names: &["invites"], argument: Argument::None, short: "invites in use", does: "list the invites that can still be used, and end them" },
    Row { slash: Slash::Hook, names: &["hook"], argument: Argument::Required("NAME"), short: "let a program post", does: "make an address that a program posts to; it says what it sends in this room, under that name" },
    Row { slash: Slash::HookSecret, names: &["hook-secret"], argument: Argument::Required("NAME"), short: "another address", does: "give a hook of this room another address; the one before is invalid then" },
    Row { slash: Slash::Hooks, names: &["hooks"], argument: Argument::None, short: "addresses of programs", does: "list the hooks of this room, and end them" },
    Row { slash: Slash::Webhook, names: &["webhook", "webhooks"], argument: Argument::Optional("ACTION URL EVENTS"), short: "events to a program", does: "list the webhooks of this room; add URL EVENTS has what happens here sent there, and shows the secret; end URL ends that" },
    Row { slash: Slash::Bot, names: &["bot", "bots"], argument: Argument::Optional("ACTION NAME"), short: "users for programs", does: "list your bots; add NAME makes one and shows its token, with which a program signs in; end NAME ends one" },
    Row { slash: Slash::Role, names: &["role"], argument: Argument::Required("NAME ROLE"), short: "moderator or member", does: "make someone a moderator of this room, or an ordinary member again" },
    Row { slash: Slash::Admin, names: &["admin"], argument: Argument::Required("NAME CHANGE"), short: "for administrators", does: "make someone admin or member of this server, or disable or enable them, for administrators" },
    Row { slash: Slash::Notify, names: &["notify"], argument: Argument::Required("LEVEL"), short: "what notifies you", does: "let all, mentions or none of this room notify you; none mutes it" },
    Row { slash: Slash::Favourite, names: &["favourite", "fav"], argument: Argument::None, short: "above others", does: "keep this room above others, or take that back" },
    Row { slash: Slash::Hide, names: &["hide"], argument: Argument::None, short: "off the list", does: "take this room off the list until it mentions you, or put it back" },
    Row { slash: Slash::Ignore, names: &["ignore"], argument: Argument::Required("NAME"), short: "no notices of them", does: "ignore someone: what they write neither mentions nor notifies you" },
    Row { slash: Slash::Unignore, names: &["unignore"], argument: Argument::Required("NAME"), short: "notices again", does: "ignore someone no longer" },
    Row { slash: Slash::Status, names: &["status"], argument: Argument::Optional("EMOJI TEXT"), short: "say how you are", does: "say how you are, with an emoji before it or without; alone it clears that" },
    Row { slash: Slash::Away, names: &["away"], argument: Argument::None, short: "nobody is here", does: "say that you are away from this device; again: that you are here. Ten minutes without a key say it too" },
    Row { slash: Slash::Notifications, names: &["notifications"], argument: Argument::Optional("LEVEL"), short: "bell and notices", does: "show how this terminal notifies you, or set it: full, names (never the text), bell or off" },
    Row { slash: Slash::Nick, names: &["nick"], argument: Argument::Required("NAME"), short: "take a new name", does: "change your name" },
    Row { slash: Slash::Me, names: &["me"], argument: Argument::Required("ACTION"), short: "say an action", does: "say what you do: /me waves sends *alice waves*" },
    Row { slash: Slash::Link, names: &["link"], argument: Argument::None, short: "sign in a device", does: "sign in another device: a code, an address and a QR code" },
    Row { slash: Slash::Password, names: &["password"], argument: Argument::None, short: "set a password", does: "set a password, to sign in from elsewhere" },
    Row { slash: Slash::Help, names: &["help", "keys"], argument: Argument::None, short: "show the keys", does: "show the keys that work here" },
    Row { slash: Slash::Suspend, names: &["suspend"], argument: Argument::None, short: "fg brings it back", does: "suspend to the shell; fg brings it back" },
    Row { slash: Slash::Quit, names: &["quit", "exit", "q"], argument: Argument::None, short: "end the program", does: "quit" },
];

/// The row of a command.
pub(crate) fn row(slash: Slash) -> &'static Row {
    TABLE.iter().find(|row| row.slash == slash).unwrap_or(&TABLE[0])
}

/// What a line that was entered asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A message. A doubled slash at its beginning is a single one that was meant.
    Message(&'a str),
    /// A command and what follows it.
    Command(Slash, &'a str),
    /// A command that needs more, and how it is used.
    Incomplete(Slash),
    /// A command with further lines, which none takes but for what one does.
    Several(Slash),
    Unknown(&'a str),
}

/// Tells a message from a command. What begins with one slash is never a message: a command with a slip in it would be
/// told to everyone.
pub(crate) fn read(line: &str) -> Line<'_> {
    let Some(rest) = line.strip_prefix('/') else { return Line::Message(line) };
    if rest.starts_with('/') {
        return Line::Message(rest);
    }
    let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let argument = argument.trim();
    match TABLE.iter().find(|row| row.names.contains(&name.to_lowercase().as_str())) {
        None => Line::Unknown(name),
        Some(row) if matches!(row.argument, Argument::Required(_)) && argument.is_empty() => {
            Line::Incomplete(row.slash)
        }
        Some(row) if row.slash != Slash::Me && rest.trim().contains('\n') => Line::Several(row.slash),
        Some(row) => Line::Command(row.slash, argument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_commands_and_mistakes_are_told_apart() {
        for (line, meant) in [
            ("hello", Line::Message("hello")),
            ("/join #rust ", Line::Command(Slash::Join, "#rust")),
            ("/J rust", Line::Command(Slash::Join, "rust")),
            ("/topic", Line::Command(Slash::Topic, "")),
            ("/nick", Line::Incomplete(Slash::Nick)),
            ("/join salon\n/password", Line::Several(Slash::Join)),
            ("/quit\nnow", Line::Several(Slash::Quit)),
            ("/quit\n", Line::Command(Slash::Quit, "")),
            ("/me waves\nand goes", Line::Command(Slash::Me, "waves\nand goes")),
            ("//etc is where it is", Line::Message("/etc is where it is")),
            ("//etc/hosts is missing", Line::Message("/etc/hosts is missing")),
            ("/etc/hosts is missing", Line::Unknown("etc/hosts")),
            ("/nonsense/join #ops", Line::Unknown("nonsense/join")),
            ("/ me", Line::Unknown("")),
            ("/wave", Line::Unknown("wave")),
        ] {
            assert_eq!(read(line), meant, "{line}");
        }
    }
}
