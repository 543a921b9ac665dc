//! Pictures as terminals take them: decoded within bounds, made as small as they are shown, and written in the way that the
//! terminal knows. It takes long, and belongs into a thread that may block.

mod decode;
mod encode;

use std::sync::atomic::{AtomicU32, Ordering};

use crate::state::{Picture, PictureKey};

/// Pictures that a kitty terminal keeps for this program at once.
const NUMBERS: u32 = 64;
/// The numbers of pictures that were given out; 0 while none was.
static NUMBERED: AtomicU32 = AtomicU32::new(0);

/// How a picture is to be drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Canvas {
    /// The pixels of a cell.
    pub(crate) cell: (u16, u16),
    /// Whether the background is light: where a picture lets it through.
    pub(crate) light: bool,
    /// Whether the terminal shows all colours, and not 256.
    pub(crate) true_colour: bool,
}

/// Makes a picture of the bytes of a file.
///
/// # Errors
/// What to tell the user if it cannot be shown.
pub(crate) fn draw(bytes: &[u8], key: PictureKey, canvas: Canvas) -> Result<Picture, String> {
    encode::encode(&decode::decode(bytes)?, key, canvas)
}

/// The number under which a kitty terminal keeps the next picture. Those of one process follow one another, and come again.
fn next_number() -> u32 {
    first_number() + NUMBERED.fetch_add(1, Ordering::Relaxed) % NUMBERS
}

/// Other programs in the same terminal have others.
fn first_number() -> u32 {
    ((std::process::id() & 0xffff) << 8) | 1
}

/// Has a kitty terminal forget the pictures that it was given; empty if there are none.
pub(super) fn forget_all() -> String {
    if NUMBERED.load(Ordering::Relaxed) == 0 {
        return String::new();
    }
    let first = first_number();
    format!("\x1b_Ga=d,d=R,x={first},y={},q=2\x1b\\", first + NUMBERS - 1)
}
