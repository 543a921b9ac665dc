//! Text that gives orders to terminals and browsers, and how to find an order that has got through.

/// Stands in every order, as its parameter: in what our programs write by themselves no sequence has it.
const MARK: &str = "6666";

/// One of each kind: colours, title, clipboard, link, device strings, C1 controls, charsets, resets, half sequences, and
/// what only moves the cursor.
pub const ORDERS: &[&str] = &[
    "\u{1b}[6666m",
    "\u{1b}[?6666h",
    "\u{1b}[6666;1H",
    "\u{1b}]0;6666\u{7}",
    "\u{1b}]2;6666\u{1b}\\",
    "\u{1b}]52;c;6666\u{7}",
    "\u{1b}]8;;http://6666.invalid\u{1b}\\here\u{1b}]8;;\u{1b}\\",
    "\u{1b}]1337;File=6666:\u{7}",
    "\u{1b}P+q6666\u{1b}\\",
    "\u{1b}_G6666\u{1b}\\",
    "\u{1b}^6666\u{1b}\\",
    "\u{1b}X6666\u{1b}\\",
    "\u{9b}6666m",
    "\u{9d}0;6666\u{9c}",
    "\u{90}q6666\u{9c}",
    "\u{9f}6666\u{9c}",
    "\u{1b}c",
    "\u{1b}(0",
    "\u{1b}#8",
    "\u{1b}[",
    "\u{1b}",
    "\u{e}lqqk\u{f}",
    "\u{7}\u{5}",
    "real\rfake",
    "real\u{8}\u{8}\u{8}\u{8}fake",
    "\u{7f}\u{85}\u{84}\u{8d}\u{88}",
    "\u{b}\u{c}\u{0}",
    "\u{202e}gpj.exe\u{202c}",
    "\u{2066}\u{2067}\u{2068}\u{2069}\u{200f}\u{61c}",
    "line\u{2028}line\u{2029}line",
];

/// What must never be written to a terminal beside text: each with its surroundings, empty when all is well.
/// `programs_own`: sequences may be there, but no order of [`ORDERS`]; otherwise only the ends of lines, and tabs.
#[must_use]
pub fn foreign(written: &[u8], programs_own: bool) -> Vec<String> {
    let text = match str::from_utf8(written) {
        Ok(text) => text,
        Err(error) => return vec![format!("no UTF-8 at byte {}", error.valid_up_to())],
    };
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let bad = match c {
            '\u{1b}' if programs_own => {
                let (sequence, after) = sequence(rest);
                let bad = !is_known(sequence) || (sequence.contains(MARK) && !sequence.starts_with("\u{1b}]8;"));
                if !bad {
                    rest = after;
                    continue;
                }
                true
            }
            '\n' | '\r' | '\t' => false,
            c => c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'),
        };
        if bad {
            found.push(format!("{:?}", rest.chars().take(30).collect::<String>()));
        }
        rest = &rest[c.len_utf8()..];
    }
    found
}

/// A sequence that begins with an escape, and what follows it.
fn sequence(text: &str) -> (&str, &str) {
    let body = &text[1..];
    let length = match body.chars().next() {
        Some('[') => body[1..].find(|c| ('@'..='~').contains(&c)).map_or(body.len(), |end| end + 2),
        Some(']') => match (body.find('\u{7}'), body.find("\u{1b}\\")) {
            (Some(bell), Some(end)) if end < bell => end + 2,
            (Some(bell), _) => bell + 1,
            (None, Some(end)) => end + 2,
            (None, None) => body.len(),
        },
        Some('_') => body.find("\u{1b}\\").map_or(body.len(), |end| end + 2),
        Some(c) => c.len_utf8(),
        None => 0,
    };
    text.split_at(1 + length)
}

/// Asks whether the terminal draws pictures as kitty does: one of a pixel, which is not shown.
const ASKS_FOR_KITTY: &str = "_Gi=31,s=1,v=1,a=q,t=d,f=24,o=z;eJxjYGAAAAADAAE=\u{1b}\\";

/// Control sequences, the title, links, keeping the cursor, a question for pictures: all that a program of ours has a use for.
fn is_known(sequence: &str) -> bool {
    let body = &sequence[1..];
    let plain = |text: &str| !text.contains(char::is_control);
    match body.chars().next() {
        Some('[') => plain(body),
        Some(']') => {
            let text = body.trim_end_matches(['\u{7}', '\u{1b}', '\\']);
            // Links of our own have an id, and say where they lead in any case. The background is asked for.
            plain(text) && (text.starts_with("]0;") || text.starts_with("]8;id=") || matches!(text, "]8;;" | "]11;?"))
        }
        _ => matches!(body, "7" | "8" | "=" | ">" | "(B") || body == ASKS_FOR_KITTY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_found() {
        for order in ORDERS.iter().filter(|order| !order.contains(['\r', '\u{2028}'])) {
            let text = format!("before {order} after");
            assert_ne!(foreign(text.as_bytes(), false), [""; 0], "{order:?}");
            // Half a sequence could be the beginning of the program's own next one.
            if *order != "\u{1b}[" {
                assert_ne!(foreign(text.as_bytes(), true), [""; 0], "{order:?}");
            }
        }
        assert_ne!(foreign(b"\x9b6666m", true), [""; 0], "a raw byte");
    }

    #[test]
    fn what_a_program_writes_by_itself_is_none() {
        let own = "\u{1b}[?1049h\u{1b}[31;1mred\u{1b}[0m\u{1b}]0;#lobby – chat-tui\u{7}\u{1b}7\u{1b}8\r\n";
        assert_eq!(foreign(own.as_bytes(), true), [""; 0]);
        let asks = format!("\u{1b}{ASKS_FOR_KITTY}\u{1b}[c");
        assert_eq!(foreign(asks.as_bytes(), true), [""; 0]);
        assert_eq!(foreign("née\t日本\n".as_bytes(), false), [""; 0]);
    }
}
