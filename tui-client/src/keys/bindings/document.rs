//! The table as a page of the documentation.

use std::fmt::Write;

use super::{Place, TABLE};
use crate::keys::slash;

/// Every place, in the order in which they are documented.
pub(super) const PLACES: [Place; 9] = [
    Place::Anywhere,
    Place::Composer,
    Place::Text,
    Place::Select,
    Place::List,
    Place::Search,
    Place::Records,
    Place::Page,
    Place::Form,
];

/// `docs/keys.md`.
pub(super) fn markdown() -> String {
    let mut page = String::from(
        "# Keys and commands of chat-tui\n\n\
         This page is made from the program's own tables; a test compares them. `F1` shows the keys that work where \
         you are, `Ctrl-K` finds all of them by name.\n\n\
         Shift-Enter and Ctrl-/ need a terminal with the kitty keyboard protocol; each has another key beside it.\n\n\
         Several lines that come at once stay in the composer until you press Enter. Where the terminal does not say what was \
         pasted, these are lines of which the keys come within 10 ms of each other: pasted, typed by a program \
         (`tmux send-keys abc Enter def Enter`; one line and its Enter are sent), or typed ahead of a connection that \
         stalled. Windows, such as the palette, take them as keys.\n\n\
         A file that is dropped on the terminal comes as its path: then Enter sends the file, with what else is written; any \
         other key keeps the path as text. `Ctrl-V` takes a picture or files from the clipboard of the desktop, where this program \
         runs on it: they are shown above the composer, Enter sends them with what is written, Esc does not. Over SSH no program \
         reaches the clipboard of your machine.\n\n\
         A click goes to a room, mentions someone, selects a message, opens a link, a file, a thread or what a message \
         answers, adds a reaction or takes it back, and takes a row of a list; beside a window it closes that. The wheel \
         scrolls. To select text in the terminal, hold Shift or press `Alt-M` first.\n",
    );
    for place in PLACES {
        _ = write!(page, "\n## {}\n\n| key | does |\n|---|---|\n", place.title());
        for binding in TABLE.iter().filter(|binding| binding.place == place) {
            let keys: Vec<_> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
            _ = writeln!(page, "| {} | {} |", keys.join(" "), binding.does);
        }
    }
    page.push_str("\n## Commands\n\nBegin a message with `//` to send a text that begins with `/`.\n\n");
    page.push_str("| command | does |\n|---|---|\n");
    for command in slash::TABLE {
        _ = writeln!(page, "| `{}` | {} |", command.usage(), command.does);
    }
    page
}
