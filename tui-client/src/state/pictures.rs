//! Pictures of messages: whether and how this terminal shows them, how large they stand, and those that are here.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chat_protocol::{Attachment, UploadId, file::MAX_PREVIEW};

/// A larger file without a preview is shown only when the user asks for it.
const SMALL: u64 = 512 * 1024;
/// The largest file that is shown at all.
pub(crate) const LARGEST: u64 = 16 * 1024 * 1024;
/// Pictures that are kept ready to be drawn: some screens of them.
const KEPT: usize = 48;
/// The pixels of a cell where the terminal does not say: twice as high as wide, as most are.
const USUAL_CELL: (u16, u16) = (10, 20);
/// The widest that a picture stands, in cells.
const WIDEST: u16 = 60;
/// The most rows of a picture, and the part of the screen's height that it may take.
const HIGHEST: u16 = 16;
const PART_OF_HEIGHT: u16 = 3;
/// On a screen of fewer rows there are no pictures.
const LOWEST_SCREEN: u16 = 12;

/// How a terminal can be made to show a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    /// Each cell shows two points, one above the other.
    Blocks,
    /// The graphics protocol of kitty, with placeholders as text.
    Kitty,
    /// The images of iTerm2.
    Iterm2,
    Sixel,
}

/// Whether and how the user wants pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PictureSetting {
    /// As well as the terminal can; not over SSH.
    #[default]
    Auto,
    Off,
    Only(Method),
}

impl PictureSetting {
    /// Every setting, with the word that sets it.
    pub(crate) const WORDS: [(Self, &'static str); 6] = [
        (Self::Auto, "auto"),
        (Self::Off, "off"),
        (Self::Only(Method::Blocks), "blocks"),
        (Self::Only(Method::Kitty), "kitty"),
        (Self::Only(Method::Iterm2), "iterm2"),
        (Self::Only(Method::Sixel), "sixel"),
    ];

    /// The setting that a word makes.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(setting, _)| *setting)
    }

    /// The word that makes it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(setting, _)| *setting == self).map_or("", |(_, word)| word)
    }
}

/// A picture as it is drawn in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PictureKey {
    /// The file.
    pub(crate) file: UploadId,
    /// Columns.
    pub(crate) width: u16,
    /// Rows.
    pub(crate) height: u16,
    pub(crate) method: Method,
}

/// One of the colours of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Rgb(u8, u8, u8),
    /// One of the 256 colours of xterm.
    Indexed(u8),
}

/// A cell of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PictureCell {
    pub(crate) symbol: Box<str>,
    pub(crate) front: Option<Ink>,
    pub(crate) back: Option<Ink>,
}

/// A picture, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Row by row, as many as its key says.
    pub(crate) cells: Vec<PictureCell>,
    /// What draws all of it at once, where the terminal can. It stands in the place of the cells while nothing covers any.
    pub(crate) whole: Option<String>,
    /// What the terminal must have been given once before it can draw the cells, under this number.
    pub(crate) data: Option<(u32, String)>,
}

impl Picture {
    /// The cells of a row.
    pub(crate) fn row(&self, key: PictureKey, row: u16) -> &[PictureCell] {
        let (row, width) = (usize::from(row), usize::from(key.width));
        self.cells.get(row * width..(row + 1) * width).unwrap_or_default()
    }
}

/// What is known of a picture.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// It is on its way.
    Loading,
    /// It is not on this disk, and the network was not asked.
    Absent,
    Here(Arc<Picture>),
    /// It cannot be shown: why.
    Failed(String),
}

#[derive(Debug)]
struct Kept {
    known: Known,
    /// When it was on the screen last.
    round: u64,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    /// What the command line says; it goes before what the user set.
    pub(crate) option: Option<PictureSetting>,
    /// The best that the terminal can, as far as is known.
    pub(crate) terminal: Option<Method>,
    /// The pixels of a cell, where the terminal says.
    pub(crate) cell: Option<(u16, u16)>,
    /// Those that the user wants to see though they are large.
    shown: HashSet<UploadId>,
    /// Those that the user does not want to see.
    hidden: HashSet<UploadId>,
    kept: HashMap<PictureKey, Kept>,
    round: u64,
}

/// How much room pictures have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pictures: &'a Pictures,
    method: Method,
    /// Columns and rows.
    most: (u16, u16),
}

impl Pictures {
    /// How pictures are drawn now; `None` for not at all. Pixels can only be drawn where the size of a cell is known.
    pub(crate) fn method(&self, preferred: PictureSetting) -> Option<Method> {
        let wanted = match self.option.unwrap_or(preferred) {
            PictureSetting::Off => None,
            PictureSetting::Auto => self.terminal,
            PictureSetting::Only(method) => Some(method),
        };
        wanted.map(|method| if self.cell.is_some() { method } else { Method::Blocks })
    }

    /// How much room pictures have on a screen of so many rows.
    pub(crate) fn frame(&self, preferred: PictureSetting, screen_rows: u16) -> Option<Frame<'_>> {
        let method = self.method(preferred).filter(|_| screen_rows >= LOWEST_SCREEN)?;
        Some(Frame { pictures: self, method, most: (WIDEST, (screen_rows / PART_OF_HEIGHT).min(HIGHEST)) })
    }

    /// The pixels of a cell, or what they usually are.
    pub(crate) fn cell(&self) -> (u16, u16) {
        self.cell.unwrap_or(USUAL_CELL)
    }

    /// Begins a round; of pictures that were not on the screen lately the oldest go.
    pub(crate) fn begin(&mut self) {
        self.round += 1;
        if self.kept.len() > KEPT {
            let mut rounds: Vec<u64> = self.kept.values().map(|kept| kept.round).collect();
            rounds.sort_unstable_by(|one, other| other.cmp(one));
            let oldest = rounds[KEPT / 2].min(self.round.saturating_sub(2));
            self.kept.retain(|_, kept| kept.round >= oldest || matches!(kept.known, Known::Loading));
        }
    }

    /// What is known of a picture that is on the screen.
    pub(crate) fn wanted(&mut self, key: &PictureKey) -> Option<&Known> {
        let kept = self.kept.get_mut(key)?;
        kept.round = self.round;
        Some(&kept.known)
    }

    /// What is known of a picture.
    pub(crate) fn known(&self, key: &PictureKey) -> Option<&Known> {
        self.kept.get(key).map(|kept| &kept.known)
    }

    pub(crate) fn set(&mut self, key: PictureKey, known: Known) {
        self.kept.insert(key, Kept { known, round: self.round });
    }

    /// Forgets pictures of a file.
    pub(crate) fn forget(&mut self, file: UploadId) {
        self.kept.retain(|key, _| key.file != file);
    }

    /// Whether a file is shown as a picture, where pictures are.
    pub(crate) fn shows(&self, file: &Attachment) -> bool {
        let may = file.is_picture() && (file.preview.is_some() || file.size <= LARGEST) && size_of(file).is_some();
        let by_itself = file.preview.is_some() || file.size <= SMALL;
        may && !self.hidden.contains(&file.id) && (by_itself || self.shown.contains(&file.id))
    }

    /// Whether the user asked for it.
    pub(crate) fn is_asked_for(&self, file: UploadId) -> bool {
        self.shown.contains(&file)
    }

    /// Whether a file on the screen could not be shown, or has not been fetched.
    pub(crate) fn is_missing(&self, file: UploadId) -> bool {
        let mut known = self.kept.iter().filter(|(key, kept)| key.file == file && kept.round == self.round);
        known.any(|(_, kept)| matches!(kept.known, Known::Failed(_) | Known::Absent))
    }

    /// Shows the picture that a file is, or not. One that could not be shown is tried again.
    pub(crate) fn show(&mut self, file: UploadId, on: bool) {
        self.kept.retain(|key, kept| key.file != file || matches!(kept.known, Known::Here(_) | Known::Loading));
        let (into, from) = if on { (&mut self.shown, &mut self.hidden) } else { (&mut self.hidden, &mut self.shown) };
        into.insert(file);
        from.remove(&file);
    }
}

impl Frame<'_> {
    /// How a file stands as a picture; `None` if it does not.
    pub(crate) fn place(&self, file: &Attachment, text_width: u16) -> Option<PictureKey> {
        let pixels = size_of(file).filter(|_| self.pictures.shows(file))?;
        let most = (self.most.0.min(text_width), self.most.1);
        let (width, height) = fitted(pixels, self.pictures.cell(), most)?;
        Some(PictureKey { file: file.id, width, height, method: self.method })
    }
}

/// The upload that a picture is drawn from, and the bytes that it may have.
pub(crate) fn source(file: &Attachment) -> (UploadId, u64) {
    file.preview.map_or((file.id, LARGEST), |preview| (preview, MAX_PREVIEW))
}

/// The pixels of a picture, if it says.
pub(crate) fn size_of(file: &Attachment) -> Option<(u32, u32)> {
    Some((file.width?, file.height?)).filter(|(width, height)| *width > 0 && *height > 0)
}

/// The cells that a picture takes: no more than `most`, no more than it has pixels for, and at least one.
fn fitted(pixels: (u32, u32), cell: (u16, u16), most: (u16, u16)) -> Option<(u16, u16)> {
    if most.0 == 0 || most.1 == 0 {
        return None;
    }
    let natural = (f64::from(pixels.0) / f64::from(cell.0.max(1)), f64::from(pixels.1) / f64::from(cell.1.max(1)));
    let scale = (f64::from(most.0) / natural.0).min(f64::from(most.1) / natural.1).min(1.0);
    let cells = |natural: f64, most: u16| ((natural * scale).round().max(1.0) as u16).min(most);
    Some((cells(natural.0, most.0), cells(natural.1, most.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_and_keeps_its_shape() {
        for (pixels, cell, expected) in [
            ((1280, 720), (10, 20), (28, 8)),
            ((720, 1280), (10, 20), (9, 8)),
            ((100, 40), (10, 20), (10, 2)),
            ((1, 1), (10, 20), (1, 1)),
            ((100_000, 1), (10, 20), (60, 1)),
            ((1, u32::MAX), (10, 20), (1, 8)),
            ((u32::MAX, u32::MAX), (0, 0), (8, 8)),
        ] {
            assert_eq!(fitted(pixels, cell, (60, 8)), Some(expected), "{pixels:?}");
        }
        assert_eq!(fitted((5, 5), (10, 20), (0, 8)), None);
    }

    #[test]
    fn every_setting_has_a_word() {
        for (setting, word) in PictureSetting::WORDS {
            assert_eq!(PictureSetting::of(word), Some(setting));
            assert_eq!(setting.word(), word);
        }
        assert_eq!(PictureSetting::of("blurry"), None);
    }

    #[test]
    fn what_was_not_on_the_screen_lately_goes() {
        let mut pictures = Pictures::default();
        let key =
            |number: u16| PictureKey { file: UploadId::now_v7(), width: number, height: 1, method: Method::Blocks };
        let keys: Vec<_> = (0..200).map(key).collect();
        for key in &keys {
            pictures.begin();
            pictures.set(*key, Known::Absent);
        }
        pictures.begin();
        assert!(pictures.kept.len() <= KEPT + 1, "{}", pictures.kept.len());
        assert!(pictures.known(&keys[199]).is_some() && pictures.known(&keys[0]).is_none());
    }
}
