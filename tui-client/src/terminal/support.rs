//! What this terminal can do, as far as its environment tells. Asking the terminal itself would delay the start where
//! it does not answer.

use super::notify::{Between, Kind, Notifier};
use crate::{
    screen::theme::{Glyphs, Theme},
    state::Method,
};

/// The environment, or what a test says it is.
pub(crate) struct Support<'a> {
    /// Reads a variable; an empty one counts as absent.
    variable: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Support<'a> {
    /// Asks `variable`.
    pub(crate) fn new(variable: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variable }
    }

    fn get(&self, name: &str) -> String {
        (self.variable)(name).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// How things look here.
    pub(crate) fn theme(&self, ascii: bool) -> Theme {
        let glyphs = match (self.is_utf8(), ascii) {
            (false, _) => Glyphs::OnlyAscii,
            (true, true) => Glyphs::Ascii,
            (true, false) => Glyphs::Unicode,
        };
        Theme { colours: !self.has("NO_COLOR"), light: false, glyphs, links: self.knows_strings() }
    }

    /// Whether it knows, or at least passes over, what goes on to a terminator: links, questions for colours.
    fn knows_strings(&self) -> bool {
        !matches!(self.get("TERM").as_str(), "linux" | "vt100" | "vt220")
    }

    /// How it shows notifications.
    pub(super) fn notifier(&self) -> Notifier {
        let between = match (self.has("TMUX"), self.has("STY")) {
            (true, _) => Between::Tmux,
            (_, true) => Between::Screen,
            _ => Between::Nothing,
        };
        // Inside of a multiplexer TERM is its own; the terminal around it may have left other traces.
        let term = self.get("TERM");
        let kind = if between == Between::Nothing && !self.shows_notifications() && self.is_on_a_desktop() {
            Kind::Desktop
        } else if !self.knows_strings() {
            Kind::Nothing
        } else if self.has("VTE_VERSION") || term.starts_with("rxvt") || term.starts_with("foot") {
            Kind::Osc777
        } else {
            Kind::Osc9
        };
        Notifier { kind, between }
    }

    /// Whether it is known to show notifications itself.
    fn shows_notifications(&self) -> bool {
        let (term, program) = (self.get("TERM"), self.get("TERM_PROGRAM"));
        let known = ["rxvt", "foot", "xterm-kitty", "xterm-ghostty", "wezterm"];
        self.has("VTE_VERSION")
            || known.iter().any(|name| term.starts_with(name))
            || matches!(program.as_str(), "ghostty" | "iTerm.app" | "kitty" | "WarpTerminal" | "WezTerm")
    }

    /// Whether the user sits at the desktop of this machine, as far as it can be known.
    fn is_on_a_desktop(&self) -> bool {
        let has_bus = || self.has("DBUS_SESSION_BUS_ADDRESS") || self.has("XDG_RUNTIME_DIR");
        let has_display = || self.has("DISPLAY") || self.has("WAYLAND_DISPLAY");
        !self.is_remote() && (cfg!(target_os = "macos") || has_bus() && has_display())
    }

    /// The best way of drawing pictures that the environment tells of; the terminal may answer that it knows a better one.
    /// None over SSH, where each picture would cross the network as often as it is drawn, none without colours, and none
    /// where half a block is no character.
    pub(crate) fn pictures(&self, ascii: bool) -> Option<Method> {
        let blocks =
            self.is_utf8() && !ascii && !self.has("NO_COLOR") && (self.has_true_colour() || self.has_256_colours());
        if self.is_remote() || !blocks || !self.knows_strings() {
            return None;
        }
        Some(if self.knows_iterm2() && !self.is_multiplexed() { Method::Iterm2 } else { Method::Blocks })
    }

    /// Whether it is asked if it knows the graphics protocol of kitty. tmux would take the question for a title; what answers
    /// without knowing placeholders knows the images of iTerm2.
    pub(super) fn may_know_kitty(&self) -> bool {
        self.knows_strings() && !self.is_multiplexed() && !self.is_remote() && !self.knows_iterm2()
    }

    fn knows_iterm2(&self) -> bool {
        matches!(self.get("TERM_PROGRAM").as_str(), "iTerm.app" | "WezTerm" | "mintty")
            || self.get("LC_TERMINAL") == "iTerm2"
            || self.has("KONSOLE_VERSION")
    }

    fn is_multiplexed(&self) -> bool {
        self.has("TMUX") || self.has("STY")
    }

    /// Whether it shows all colours.
    pub(crate) fn has_true_colour(&self) -> bool {
        let term = self.get("TERM");
        matches!(self.get("COLORTERM").as_str(), "truecolor" | "24bit")
            || ["kitty", "ghostty", "foot", "alacritty", "wezterm", "direct"].iter().any(|name| term.contains(name))
    }

    fn has_256_colours(&self) -> bool {
        self.get("TERM").contains("256color")
    }

    /// Whether the user sits at another machine.
    pub(crate) fn is_remote(&self) -> bool {
        ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].into_iter().any(|name| self.has(name))
    }

    /// Whether it may be asked for its colours.
    pub(crate) fn tells_colours(&self) -> bool {
        self.knows_strings() && !self.has("NO_COLOR")
    }

    /// Whether the environment says that the background is light: rxvt, Konsole and others number the colours of text and
    /// background. The terminal's own answer comes a little later.
    pub(crate) fn is_light(&self) -> bool {
        matches!(self.get("COLORFGBG").rsplit(';').next(), Some("7" | "15"))
    }

    /// Whether it can only print lines, as the shells inside of editors.
    pub(crate) fn is_dumb(&self) -> bool {
        self.get("TERM") == "dumb"
    }

    /// Whether keys such as Shift-Enter arrive: only with the kitty keyboard protocol, which these have.
    pub(crate) fn has_extended_keys(&self) -> bool {
        let term = self.get("TERM");
        let known = ["kitty", "ghostty", "foot", "alacritty", "wezterm"].iter().any(|name| term.contains(name));
        let program = matches!(self.get("TERM_PROGRAM").as_str(), "ghostty" | "WezTerm" | "iTerm.app" | "kitty");
        (known || program) && !self.has("TMUX")
    }

    /// Whether the locale writes UTF-8. Where none is set, as in many containers, nothing speaks against it.
    fn is_utf8(&self) -> bool {
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().map(|name| self.get(name)).find(|value| !value.is_empty());
        locale.is_none_or(|locale| {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8") || matches!(locale.as_str(), "c" | "posix")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(variables: &[(&str, &str)], ascii: bool) -> Theme {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Support::new(&variable).theme(ascii)
    }

    #[test]
    fn the_locale_decides_about_signs() {
        assert_eq!(theme(&[("LANG", "de_DE.UTF-8")], false).glyphs, Glyphs::Unicode);
        assert_eq!(theme(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.ISO-8859-1")], false).glyphs, Glyphs::OnlyAscii);
        assert_eq!(theme(&[], true).glyphs, Glyphs::Ascii);
        assert_eq!(theme(&[("LANG", "C")], false).glyphs, Glyphs::Unicode);
    }

    const DESKTOP: [(&str, &str); 2] = [("WAYLAND_DISPLAY", "wayland-0"), ("XDG_RUNTIME_DIR", "/run/user/1000")];

    #[test]
    fn the_environment_says_how_notifications_are_shown() {
        for (variables, kind, between) in [
            (&[("TERM", "xterm-256color")][..], Kind::Osc9, Between::Nothing),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], Kind::Osc777, Between::Nothing),
            (&[("TERM", "foot")], Kind::Osc777, Between::Nothing),
            (&[("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux-1000/default,1,0")], Kind::Osc9, Between::Tmux),
            (&[("TERM", "screen"), ("STY", "1.pts-0.host")], Kind::Osc9, Between::Screen),
            (&[("TERM", "linux")], Kind::Nothing, Between::Nothing),
            (&[DESKTOP[0], DESKTOP[1], ("TERM", "alacritty")], Kind::Desktop, Between::Nothing),
            (
                &[DESKTOP[0], DESKTOP[1], ("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")],
                Kind::Osc9,
                Between::Nothing,
            ),
            (
                &[DESKTOP[0], DESKTOP[1], ("TERM", "xterm-256color"), ("VTE_VERSION", "7600")],
                Kind::Osc777,
                Between::Nothing,
            ),
            (&[DESKTOP[0], DESKTOP[1], ("TERM", "alacritty"), ("SSH_TTY", "/dev/pts/1")], Kind::Osc9, Between::Nothing),
            (&[DESKTOP[0], DESKTOP[1], ("TERM", "tmux-256color"), ("TMUX", "x")], Kind::Osc9, Between::Tmux),
            (&[DESKTOP[0], ("TERM", "alacritty")], Kind::Osc9, Between::Nothing),
            (&[DESKTOP[1], ("TERM", "alacritty")], Kind::Osc9, Between::Nothing),
        ] {
            let variable =
                |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            let notifier = Support::new(&variable).notifier();
            assert_eq!((notifier.kind, notifier.between), (kind, between), "{variables:?}");
        }
    }

    #[test]
    fn the_environment_may_say_that_the_background_is_light() {
        for (colours, light) in
            [("0;15", true), ("0;default;7", true), ("15;0", false), ("15;default", false), ("", false)]
        {
            assert_eq!(Support::new(&|_| Some(colours.to_owned())).is_light(), light, "{colours}");
        }
    }

    #[test]
    fn a_terminal_without_a_cursor_shows_no_screen() {
        for (term, dumb) in [("dumb", true), ("xterm-256color", false), ("", false)] {
            assert_eq!(Support::new(&|_| Some(term.to_owned())).is_dumb(), dumb, "{term}");
        }
    }

    #[test]
    fn no_color_is_respected_unless_it_is_empty() {
        assert!(!theme(&[("NO_COLOR", "1")], false).colours);
        assert!(theme(&[("NO_COLOR", "")], false).colours);
    }
}
