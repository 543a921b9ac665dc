//! Pixels as a terminal takes them.

use image::{DynamicImage, Rgba, RgbaImage, imageops};
use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::Color,
    widgets::Widget,
};
use ratatui_image::{
    Image,
    protocol::{Protocol, halfblocks::Halfblocks, iterm2::Iterm2, kitty::Kitty, sixel::Sixel},
};

use super::{Canvas, next_number};
use crate::state::{Ink, Method, Picture, PictureCell, PictureKey};

/// The most bytes that draw one picture in pixels; one that needs more is drawn in blocks. A terminal behind 1 MiB a second
/// takes half a second for it.
const MOST_BYTES: usize = 512 * 1024;

/// Makes the picture as small as it is shown, and gives what draws it.
///
/// # Errors
/// What to tell the user.
pub(super) fn encode(image: &DynamicImage, key: PictureKey, canvas: Canvas) -> Result<Picture, String> {
    let size = Size::new(key.width, key.height);
    let pixels = DynamicImage::ImageRgba8(fit(image, key, canvas));
    let failed = |_| "it cannot be drawn here".to_owned();
    let blocks = || Halfblocks::new(pixels.clone(), size).map(Protocol::Halfblocks);
    let in_blocks = || {
        let mut cells = rendered(&blocks().map_err(failed)?, size);
        if !canvas.true_colour {
            cells.iter_mut().flat_map(|cell| [&mut cell.front, &mut cell.back]).flatten().for_each(reduce);
        }
        Ok::<_, String>(cells)
    };
    let whole = |protocol: Protocol| {
        let drawn = rendered(&protocol, size).into_iter().next().map(|cell| cell.symbol.into_string());
        drawn.filter(|drawn| drawn.len() <= MOST_BYTES)
    };
    match key.method {
        Method::Blocks => Ok(Picture { cells: in_blocks()?, whole: None, data: None }),
        Method::Iterm2 => {
            let drawn = Iterm2::new(pixels.clone(), size, false).map_err(failed)?;
            Ok(Picture { cells: in_blocks()?, whole: whole(Protocol::ITerm2(drawn)), data: None })
        }
        Method::Sixel => {
            let drawn = Sixel::new(pixels.clone(), size, false).map_err(failed)?;
            Ok(Picture { cells: in_blocks()?, whole: whole(Protocol::Sixel(drawn)), data: None })
        }
        Method::Kitty => {
            let number = next_number();
            let drawn = Kitty::new(pixels.clone(), size, number, false, true).map_err(failed)?;
            let mut cells = rendered(&Protocol::Kitty(drawn), size);
            // The first cell comes with the data.
            let data = cells.first_mut().and_then(|first| {
                let at = first.symbol.rfind("\x1b\\").map_or(0, |at| at + "\x1b\\".len());
                let symbol = first.symbol[at..].into();
                let data = std::mem::replace(&mut first.symbol, symbol).into_string();
                Some(data[..at].to_owned()).filter(|data| data.len() <= MOST_BYTES)
            });
            match data {
                Some(data) => Ok(Picture { cells, whole: None, data: Some((number, data)) }),
                None => Ok(Picture { cells: in_blocks()?, whole: None, data: None }),
            }
        }
    }
}

/// The picture on the background, in the pixels of its cells; it keeps its shape, and is not made larger.
fn fit(image: &DynamicImage, key: PictureKey, canvas: Canvas) -> RgbaImage {
    let (cell_width, cell_height) = canvas.cell;
    let room = (u32::from(key.width) * u32::from(cell_width), u32::from(key.height) * u32::from(cell_height));
    let shown = match image.width() > room.0 || image.height() > room.1 {
        true => image.thumbnail(room.0.max(1), room.1.max(1)).into_rgba8(),
        false => image.to_rgba8(),
    };
    let background = if canvas.light { 255 } else { 0 };
    let mut fitted = RgbaImage::from_pixel(room.0, room.1, Rgba([background, background, background, 255]));
    imageops::overlay(&mut fitted, &shown, 0, 0);
    fitted
}

/// The cells of a drawn picture, row by row.
fn rendered(protocol: &Protocol, size: Size) -> Vec<PictureCell> {
    let area = Rect::new(0, 0, size.width, size.height);
    let mut buffer = Buffer::empty(area);
    Image::new(protocol).render(area, &mut buffer);
    let cells = buffer.content.into_iter();
    cells.map(|cell| PictureCell { symbol: cell.symbol().into(), front: ink(cell.fg), back: ink(cell.bg) }).collect()
}

fn ink(colour: Color) -> Option<Ink> {
    match colour {
        Color::Rgb(red, green, blue) => Some(Ink::Rgb(red, green, blue)),
        Color::Indexed(index) => Some(Ink::Indexed(index)),
        _ => None,
    }
}

/// The nearest of the 256 colours of xterm: of the cube of 216, or of the greys.
fn reduce(ink: &mut Ink) {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let Ink::Rgb(red, green, blue) = *ink else { return };
    let away = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
    let nearest = |value: u8| (0_u8..6).min_by_key(|step| value.abs_diff(STEPS[usize::from(*step)])).unwrap_or(0);
    let (r, g, b) = (nearest(red), nearest(green), nearest(blue));
    let step = |of: u8| STEPS[usize::from(of)];
    let in_cube = away(step(r), red) + away(step(g), green) + away(step(b), blue);
    let mean = ((u16::from(red) + u16::from(green) + u16::from(blue)) / 3) as u8;
    let grey = (mean.saturating_sub(3) / 10).min(23);
    let level = 8 + 10 * grey;
    let as_grey = away(level, red) + away(level, green) + away(level, blue);
    *ink = Ink::Indexed(if as_grey < in_cube { 232 + grey } else { 16 + 36 * r + 6 * g + b });
}

#[cfg(test)]
mod tests;
