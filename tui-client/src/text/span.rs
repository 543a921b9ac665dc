//! What a piece of text is, so that the theme can say how it looks. No colours here.

use std::rc::Rc;

use chat_protocol::{MessageId, UploadId};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Role {
    #[default]
    Text,
    /// What matters less than the text beside it.
    Dim,
    /// A user's name, in one of the colours of [`chat_protocol::palette`].
    Name(usize),
    /// Code of which nothing more is known.
    Code,
    /// A comment in code.
    Comment,
    /// A word of a language.
    Keyword,
    /// A string or a number in code.
    Literal,
    /// A line that goes, in a patch.
    Removed,
    /// The bar beside a quote.
    Quote,
    Link,
    /// Somebody's name within a message.
    Mention,
    /// The reader's own name within a message.
    MentionMe,
    /// What a search found.
    Found,
    /// The line above what is new.
    New,
    Good,
    Waiting,
    Bad,
    /// A heading or the current room.
    Accent,
    /// A key to press.
    Key,
    /// The row that is chosen in a list.
    Chosen,
}

/// What a piece of text stands for, besides what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Message(MessageId),
    /// The thread that began with this message.
    Thread(MessageId),
    /// An emoji at a message.
    React(MessageId, String),
    /// A room, by name.
    Room(String),
    /// A file of a message.
    File(UploadId),
}

/// How a piece of text is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SpanStyle {
    pub(crate) role: Role,
    /// Strongly emphasised.
    pub(crate) bold: bool,
    /// Emphasised.
    pub(crate) italic: bool,
    /// Struck out.
    pub(crate) strike: bool,
    /// Where it leads; only http, https and mailto, as the protocol's parser lets through.
    pub(crate) href: Option<Rc<str>>,
    /// What it stands for.
    pub(crate) target: Option<Rc<Target>>,
}

impl SpanStyle {
    /// Plainly set text of a role.
    pub(crate) fn of(role: Role) -> Self {
        Self { role, ..Self::default() }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same, in another role.
    pub(crate) fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }
}

/// Text set in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// The text: made safe for a terminal, or this program's own.
    pub(crate) text: String,
    /// How it is set.
    pub(crate) style: SpanStyle,
}

impl Span {
    /// A span of this program's own words, or of what was made safe before.
    pub(crate) fn new(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), style: SpanStyle::of(role) }
    }

    pub(crate) fn bold(self) -> Self {
        Self { style: self.style.bold(), ..self }
    }

    /// The same, standing for something.
    pub(crate) fn target(mut self, target: Target) -> Self {
        self.style.target = Some(Rc::new(target));
        self
    }
}
