//! How every role looks: the only place with colours. The terminal's own sixteen by default, so that it fits any
//! background; without colours, everything is still told apart by signs, weight and reversal.

use chat_protocol::palette::PALETTE;
use ratatui::style::{Color, Modifier, Style};

use crate::text::span::{Ink, Role};

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Theme {
    /// Whether there are colours.
    pub(crate) colours: bool,
    /// What signs are drawn with.
    pub(crate) signs: Signs,
    /// Whether the terminal understands links (OSC 8), or at least passes over them.
    pub(crate) links: bool,
}

/// What signs are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signs {
    /// As they are.
    Unicode,
    /// This program's own signs as ASCII; what people write stays.
    Ascii,
    /// Everything as ASCII: the terminal takes nothing else.
    OnlyAscii,
}

impl Theme {
    /// The style of a text.
    pub(crate) fn style(self, ink: &Ink) -> Style {
        let (colour, modifier) = role(ink.role);
        let mut style = Style::default().add_modifier(modifier);
        if self.colours
            && let Some(colour) = colour
        {
            style = style.fg(colour);
        }
        for (set, modifier) in
            [(ink.bold, Modifier::BOLD), (ink.italic, Modifier::ITALIC), (ink.strike, Modifier::CROSSED_OUT)]
        {
            if set {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    /// The light and the dark of a QR code, which cameras read whatever the terminal's colours are.
    pub(crate) fn modules(self) -> Style {
        if self.colours { Style::default().fg(Color::Black).bg(Color::White) } else { Style::default() }
    }
}

fn role(role: Role) -> (Option<Color>, Modifier) {
    match role {
        Role::Text => (None, Modifier::empty()),
        Role::Dim => (None, Modifier::DIM),
        Role::Name(slot) => (Some(ansi(PALETTE[slot % PALETTE.len()].ansi)), Modifier::empty()),
        Role::Code => (Some(Color::Cyan), Modifier::empty()),
        Role::Comment => (None, Modifier::DIM.union(Modifier::ITALIC)),
        Role::Keyword => (Some(Color::Magenta), Modifier::empty()),
        Role::Literal => (Some(Color::Green), Modifier::empty()),
        Role::Removed => (Some(Color::Red), Modifier::empty()),
        Role::Quote => (Some(Color::Blue), Modifier::empty()),
        Role::Link => (Some(Color::Blue), Modifier::UNDERLINED),
        Role::Mention => (None, Modifier::BOLD),
        Role::MentionMe => (Some(Color::Yellow), Modifier::BOLD.union(Modifier::REVERSED)),
        Role::New => (Some(Color::Red), Modifier::BOLD),
        Role::Good => (Some(Color::Green), Modifier::empty()),
        Role::Waiting => (Some(Color::Yellow), Modifier::empty()),
        Role::Bad => (Some(Color::Red), Modifier::BOLD),
        Role::Accent => (Some(Color::Cyan), Modifier::BOLD),
        Role::Key => (None, Modifier::BOLD),
        Role::Chosen => (None, Modifier::REVERSED),
    }
}

/// One of the sixteen, by the sequence that every terminal knows.
fn ansi(number: u8) -> Color {
    const SIXTEEN: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    SIXTEEN[usize::from(number) % SIXTEEN.len()]
}
