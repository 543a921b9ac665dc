//! What is written for a picture.

use chat_protocol::UploadId;

use super::*;

const CANVAS: Canvas = Canvas { cell: (10, 20), light: false, true_colour: true };

/// Red above, blue below.
fn flag() -> DynamicImage {
    let colour = |y: u32| if y < 40 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 255]) };
    DynamicImage::ImageRgba8(RgbaImage::from_fn(80, 80, |_, y| colour(y)))
}

fn drawn(method: Method, canvas: Canvas) -> (PictureKey, Picture) {
    let key = PictureKey { file: UploadId::now_v7(), width: 8, height: 4, method };
    (key, encode(&flag(), key, canvas).unwrap())
}

#[test]
fn a_block_shows_two_points() {
    let (key, picture) = drawn(Method::Blocks, CANVAS);
    assert_eq!(picture.cells.len(), 32);
    assert_eq!((picture.whole, picture.data), (None, None));
    let (red, blue) = (Some(Ink::Rgb(255, 0, 0)), Some(Ink::Rgb(0, 0, 255)));
    let shown = |cell: &PictureCell| if &*cell.symbol == " " { cell.back } else { cell.front };
    assert!(picture.cells[..8].iter().all(|cell| shown(cell) == red), "{:?}", picture.cells[0]);
    assert!(picture.cells[24..].iter().all(|cell| shown(cell) == blue), "{:?}", picture.cells[31]);
    assert_eq!((key.width, key.height), (8, 4));
}

#[test]
fn with_256_colours_the_nearest_are_taken() {
    let (_, picture) = drawn(Method::Blocks, Canvas { true_colour: false, ..CANVAS });
    let is_one_of_them = |ink: &Option<Ink>| matches!(ink, Some(Ink::Indexed(16..)));
    assert!(picture.cells.iter().all(|cell| is_one_of_them(&cell.front) && is_one_of_them(&cell.back)));
    for (rgb, index) in [((255, 0, 0), 196), ((0, 0, 0), 16), ((255, 255, 255), 231), ((128, 128, 128), 244)] {
        let mut ink = Ink::Rgb(rgb.0, rgb.1, rgb.2);
        reduce(&mut ink);
        assert_eq!(ink, Ink::Indexed(index), "{rgb:?}");
    }
}

#[test]
fn what_is_behind_a_picture_shows_through() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, Rgba([9, 9, 9, 0])));
    let key = PictureKey { file: UploadId::now_v7(), width: 2, height: 1, method: Method::Blocks };
    for (light, level) in [(false, 0), (true, 255)] {
        let picture = encode(&clear, key, Canvas { light, ..CANVAS }).unwrap();
        assert_eq!(picture.cells[0].back, Some(Ink::Rgb(level, level, level)));
    }
}

#[test]
fn sixels_and_images_of_iterm2_are_drawn_at_once_with_blocks_for_where_they_cannot_be() {
    let (_, blocks) = drawn(Method::Blocks, CANVAS);
    let (_, sixel) = drawn(Method::Sixel, CANVAS);
    let whole = sixel.whole.unwrap();
    assert!(whole.contains("\x1bP") && whole.ends_with("\x1b\\"), "{whole:?}");
    assert_eq!(sixel.cells, blocks.cells);
    let (_, iterm2) = drawn(Method::Iterm2, CANVAS);
    let whole = iterm2.whole.unwrap();
    assert!(whole.contains("\x1b]1337;File=inline=1;") && whole.contains("width=80px;height=80px"), "{whole:?}");
    assert_eq!(iterm2.cells, blocks.cells);
}

#[test]
fn kitty_is_given_the_data_once_and_placeholders_as_text() {
    let (_, picture) = drawn(Method::Kitty, CANVAS);
    let (number, data) = picture.data.unwrap();
    assert!(data.starts_with("\x1b_G") && data.ends_with("\x1b\\") && data.contains(&format!("i={number},")), "{data}");
    assert!(data.contains("U=1") && data.contains("o=z"), "{data}");
    let [_, red, green, blue] = number.to_be_bytes();
    for cell in &picture.cells {
        assert!(cell.symbol.starts_with('\u{10eeee}'), "{:?}", cell.symbol);
        assert_eq!(crate::text::width(&cell.symbol), 1);
        assert_eq!(cell.front, Some(Ink::Rgb(red, green, blue)));
    }
    let (_, next) = drawn(Method::Kitty, CANVAS);
    assert_ne!(next.data.unwrap().0, number, "each has a number of its own");
}

#[test]
fn what_takes_too_many_bytes_is_drawn_in_blocks() {
    let mut noise: u32 = 1;
    let mut next = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let image = RgbaImage::from_fn(1200, 640, |_, _| Rgba([next(), next(), next(), 255]));
    for method in [Method::Iterm2, Method::Kitty] {
        let key = PictureKey { file: UploadId::now_v7(), width: 60, height: 16, method };
        let picture = encode(&image.clone().into(), key, Canvas { cell: (20, 40), ..CANVAS }).unwrap();
        assert_eq!((picture.whole, picture.data), (None, None));
        assert!(picture.cells.iter().all(|cell| " ▀▄".contains(&*cell.symbol)), "{method:?}");
    }
}
