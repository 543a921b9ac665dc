//! The table as a page of the documentation.

use std::fmt::Write;

use super::{Place, TABLE};
use crate::slash;

/// `docs/keys.md`.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Keys and commands of chat-tui\n\n\
         This page is made from the program's own tables; a test compares them. `F1` shows the keys that work where \
         you are, `Ctrl-K` finds all of them by name.\n\n\
         Shift-Enter and Ctrl-/ need a terminal with the kitty keyboard protocol; each has another key beside it.\n",
    );
    for place in Place::ALL {
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
