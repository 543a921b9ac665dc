//! A terminal that takes in what is written to it, and has its own opinion of how wide characters are.

use unicode_segmentation::UnicodeSegmentation;

/// How many cells a terminal gives a cluster.
pub(super) type Measure = fn(&str) -> u16;

/// A cell of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GridCell {
    /// What stands in it; nothing in the later cells of something wide.
    pub(super) text: String,
    /// Where it leads.
    pub(super) link: Option<String>,
    /// The column in which what stands here begins.
    from: u16,
}

/// The screen of a terminal that does not wrap.
pub(super) struct Grid {
    width: u16,
    cells: Vec<GridCell>,
    at: (u16, u16),
    link: Option<String>,
    measure: Measure,
}

impl Grid {
    pub(super) fn new(width: u16, height: u16, measure: Measure) -> Self {
        let blank = |index: u16| GridCell { text: " ".to_owned(), link: None, from: index % width };
        Self { width, cells: (0..width * height).map(blank).collect(), at: (0, 0), link: None, measure }
    }

    pub(super) fn cell(&self, x: u16, y: u16) -> &GridCell {
        &self.cells[usize::from(y * self.width + x)]
    }

    /// Takes in what a program writes.
    pub(super) fn take_in(&mut self, bytes: &str) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let text = rest.find('\x1b').unwrap_or(rest.len());
            let (shown, sequence) = rest.split_at(text);
            shown.graphemes(true).for_each(|cluster| self.print(cluster));
            rest = self.sequence(sequence);
        }
    }

    /// Obeys the sequence that this begins with; gives back what follows.
    fn sequence<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(string) = text.strip_prefix("\x1b]8;") {
            let (link, rest) = string.split_once("\x1b\\").expect("the address ends");
            let (_, address) = link.split_once(';').expect("an address has parameters");
            self.link = (!address.is_empty()).then(|| address.to_owned());
            return rest;
        }
        let Some(parameters) = text.strip_prefix("\x1b[") else {
            assert_eq!(text, "", "an unknown sequence");
            return text;
        };
        let end = parameters.find(|c| matches!(c, '@'..='~')).expect("a sequence ends");
        let numbers: Vec<u16> = parameters[..end].split(';').map(|number| number.parse().unwrap_or(1)).collect();
        match (&parameters[end..=end], &numbers[..]) {
            ("H", [row, column]) => self.at = (column - 1, row - 1),
            ("G", [column]) => self.at.0 = (column - 1).min(self.width - 1),
            ("X", [count]) => (self.at.0..self.width).take(usize::from(*count)).for_each(|x| self.erase(x)),
            ("J", [2]) => {
                for (index, cell) in (0..).zip(&mut self.cells) {
                    *cell = GridCell { text: " ".to_owned(), link: None, from: index % self.width };
                }
            }
            ("m" | "h" | "l", _) => {}
            other => panic!("an unknown sequence {other:?}"),
        }
        &parameters[end + 1..]
    }

    fn print(&mut self, cluster: &str) {
        let (x, y) = self.at;
        let end = x.saturating_add((self.measure)(cluster)).min(self.width);
        for covered in x..end {
            self.erase(covered);
            let text = if covered == x { cluster } else { "" };
            self.cells[usize::from(y * self.width + covered)] =
                GridCell { text: text.to_owned(), link: self.link.clone(), from: x };
        }
        self.at.0 = end.min(self.width - 1);
    }

    /// Empties a column, and all of what it cuts in two.
    fn erase(&mut self, x: u16) {
        let row = usize::from(self.at.1 * self.width);
        let from = self.cells[row + usize::from(x)].from;
        for (column, cell) in (0..).zip(&mut self.cells[row..row + usize::from(self.width)]) {
            if cell.from == from {
                *cell = GridCell { text: " ".to_owned(), link: None, from: column };
            }
        }
    }
}
