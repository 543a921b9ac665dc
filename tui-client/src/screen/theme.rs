//! How every role looks: the only place with colours. The terminal's own sixteen by default, so that it fits any
//! background; without colours, everything is still told apart by symbols, weight and reversal.

use chat_protocol::palette::PALETTE;
use ratatui::style::{Color, Modifier, Style};

use crate::{
    state::{Ink, PictureCell},
    text::span::{Role, SpanStyle},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Theme {
    /// Whether there are colours.
    pub(crate) colours: bool,
    /// Whether the background is light, where most of the sixteen colours cannot be read.
    pub(crate) light: bool,
    /// Which characters frames and symbols are drawn with.
    pub(crate) glyphs: Glyphs,
    /// Whether the terminal understands links (OSC 8), or at least passes over them.
    pub(crate) links: bool,
}

/// Which characters frames and symbols are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyphs {
    Unicode,
    /// This program's own symbols as ASCII; what people write stays.
    Ascii,
    /// Everything as ASCII: the terminal takes nothing else.
    OnlyAscii,
}

impl Theme {
    /// The style of a text.
    pub(crate) fn style(self, span: &SpanStyle) -> Style {
        let (colour, modifier) = role(span.role);
        let colour = if self.light { on_light(span.role) } else { colour };
        let mut style = Style::default().add_modifier(modifier);
        if self.colours
            && let Some(colour) = colour
        {
            style = style.fg(colour);
        }
        for (set, modifier) in
            [(span.bold, Modifier::BOLD), (span.italic, Modifier::ITALIC), (span.strike, Modifier::CROSSED_OUT)]
        {
            if set {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    /// The style of a cell of a picture.
    pub(crate) fn ink(self, cell: &PictureCell) -> Style {
        let colour = |ink: Option<Ink>| match ink {
            Some(Ink::Rgb(red, green, blue)) => Color::Rgb(red, green, blue),
            Some(Ink::Indexed(index)) => Color::Indexed(index),
            None => Color::Reset,
        };
        Style::default().fg(colour(cell.front)).bg(colour(cell.back))
    }

    /// The style of the cells of a picture that is drawn as a whole: cells of another picture in its place are others.
    pub(crate) fn covered(mark: u32) -> Style {
        let [_, red, green, blue] = mark.to_be_bytes();
        Style::default().fg(Color::Rgb(red, green, blue))
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
        Role::Found => (Some(Color::Yellow), Modifier::BOLD.union(Modifier::UNDERLINED)),
        Role::New => (Some(Color::Red), Modifier::BOLD),
        Role::Good => (Some(Color::Green), Modifier::empty()),
        Role::Waiting => (Some(Color::Yellow), Modifier::empty()),
        Role::Bad => (Some(Color::Red), Modifier::BOLD),
        Role::Accent => (Some(Color::Cyan), Modifier::BOLD),
        Role::Key => (None, Modifier::BOLD),
        Role::Chosen => (None, Modifier::REVERSED),
    }
}

/// The same on a light background: of the 256 colours, which are the same in every terminal, those that are dark enough
/// to be read. A name has the same hue as on a dark one.
fn on_light(role: Role) -> Option<Color> {
    const NAMES: [u8; PALETTE.len()] = [88, 130, 58, 94, 22, 23, 24, 26, 18, 55, 126, 95];
    let number = match role {
        Role::Name(slot) => NAMES[slot % NAMES.len()],
        Role::Code | Role::Accent => 23,
        Role::Keyword => 90,
        Role::Literal | Role::Good => 22,
        Role::Removed | Role::New | Role::Bad => 124,
        Role::Quote | Role::Link => 25,
        Role::MentionMe | Role::Found | Role::Waiting => 94,
        Role::Text | Role::Dim | Role::Comment | Role::Mention | Role::Key | Role::Chosen => return None,
    };
    Some(Color::Indexed(number))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What WCAG asks of text.
    const CONTRAST: f64 = 4.5;

    /// The luminance of one of the 256 colours beyond the first sixteen, by WCAG.
    fn luminance(number: u8) -> f64 {
        const STEPS: [f64; 6] = [0.0, 95.0, 135.0, 175.0, 215.0, 255.0];
        let step = number - 16;
        let part = |of: u8| {
            let part = STEPS[usize::from(of % 6)] / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(step / 36) + 0.7152 * part(step / 6) + 0.0722 * part(step)
    }

    #[test]
    fn everything_can_be_read_on_a_light_background() {
        let names = (0..PALETTE.len()).map(Role::Name);
        let others = [
            Role::Code,
            Role::Keyword,
            Role::Literal,
            Role::Removed,
            Role::Quote,
            Role::Link,
            Role::MentionMe,
            Role::Found,
            Role::New,
            Role::Good,
            Role::Waiting,
            Role::Bad,
            Role::Accent,
        ];
        for role in names.chain(others) {
            let Some(Color::Indexed(number)) = on_light(role) else { panic!("{role:?} has no colour there") };
            let contrast = 1.05 / (luminance(number) + 0.05);
            assert!(contrast >= CONTRAST, "{role:?} in {number}: {contrast}");
        }
    }

    #[test]
    fn what_has_a_colour_on_a_dark_background_has_one_on_a_light_one() {
        for of in [Role::Text, Role::Dim, Role::Comment, Role::Mention, Role::Key, Role::Chosen] {
            assert_eq!((role(of).0, on_light(of)), (None, None), "{of:?}");
        }
        let names: std::collections::BTreeSet<_> = (0..PALETTE.len())
            .filter_map(|slot| on_light(Role::Name(slot)))
            .map(|colour| format!("{colour}"))
            .collect();
        assert_eq!(names.len(), PALETTE.len(), "no two names look alike");
    }
}
