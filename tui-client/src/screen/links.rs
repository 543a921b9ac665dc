//! Which cells of a picture lead somewhere.
//!
//! A cell has no room for an address, so it carries a mark in its place: the colour of its underline, which no theme
//! here uses. A cell whose address changed then counts as changed. [`crate::terminal`] writes the addresses.

use std::{collections::HashMap, rc::Rc};

use ratatui::{buffer::Cell, style::Color};

/// A longer address is text and no link. Terminals take none (VTE and iTerm2 stop at 2,083 bytes), and each of its rows
/// would repeat it.
pub(crate) const LONGEST: usize = 2048;

/// Marks have 24 bits.
const MARKS: u32 = 1 << 24;

#[derive(Debug)]
struct Known {
    mark: u32,
    /// The last picture that had it.
    picture: u64,
}

/// The addresses of the last pictures, by their marks.
#[derive(Debug, Default)]
pub(crate) struct Links {
    known: HashMap<Rc<str>, Known>,
    addresses: HashMap<u32, Rc<str>>,
    /// The mark that was given last. Each address gets its own, so that no cell keeps the address of another.
    last: u32,
    picture: u64,
}

impl Links {
    /// Begins a picture; forgets what was in neither this one nor the last.
    pub(crate) fn begin(&mut self) {
        let last = self.picture;
        self.picture += 1;
        self.known.retain(|_, known| known.picture >= last);
        if self.known.len() < self.addresses.len() {
            let known = &self.known;
            self.addresses.retain(|_, address| known.contains_key(address));
        }
    }

    /// The mark of an address; `None` if a terminal would not take it as a link.
    pub(crate) fn mark(&mut self, href: &str) -> Option<Color> {
        let address = encoded(href)?;
        let picture = self.picture;
        let known = self.known.entry(Rc::clone(&address)).or_insert_with(|| {
            self.last = (self.last + 1) % MARKS;
            self.addresses.insert(self.last, address);
            Known { mark: self.last, picture }
        });
        known.picture = picture;
        let [_, red, green, blue] = known.mark.to_be_bytes();
        Some(Color::Rgb(red, green, blue))
    }

    /// The mark of a cell as a number, and its address.
    pub(crate) fn of(&self, cell: &Cell) -> Option<(u32, &str)> {
        let Color::Rgb(red, green, blue) = cell.underline_color else { return None };
        let mark = u32::from_be_bytes([0, red, green, blue]);
        self.addresses.get(&mark).map(|address| (mark, &**address))
    }
}

/// The address as terminals take it: printable ASCII. `None` if it is too long.
fn encoded(href: &str) -> Option<Rc<str>> {
    if href.len() > LONGEST {
        return None;
    }
    let mut address = String::with_capacity(href.len());
    for byte in href.bytes() {
        match byte {
            b'!'..=b'~' => address.push(char::from(byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    (address.len() <= LONGEST).then(|| address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(mark: Color) -> Cell {
        let mut cell = Cell::EMPTY;
        cell.underline_color = mark;
        cell
    }

    #[test]
    fn each_address_has_a_mark_of_its_own_for_as_long_as_it_is_on_the_screen() {
        let mut links = Links::default();
        links.begin();
        let (a, b) = (links.mark("https://a.example/").unwrap(), links.mark("https://b.example/").unwrap());
        assert_ne!(a, b);
        links.begin();
        assert_eq!(links.mark("https://a.example/"), Some(a));
        links.begin();
        assert_eq!(links.of(&cell(a)).map(|(_, address)| address), Some("https://a.example/"));
        assert_eq!(links.of(&cell(b)), None, "it was in neither of the last two pictures");
        assert_ne!(links.mark("https://c.example/"), Some(b), "no mark is given twice");
        assert_eq!(links.addresses.len(), links.known.len());
    }

    #[test]
    fn an_address_is_printable_ascii_and_not_too_long() {
        let mut links = Links::default();
        let mark = links.mark("https://a.example/ä\u{1b}\\ b").unwrap();
        assert_eq!(links.of(&cell(mark)).map(|(_, address)| address), Some("https://a.example/%C3%A4%1B\\%20b"));
        assert!(links.mark(&"x".repeat(LONGEST)).is_some());
        assert_eq!(links.mark(&"x".repeat(LONGEST + 1)), None);
        assert_eq!(links.mark(&"ä".repeat(LONGEST / 2)), None);
    }
}
