//! Pictures as they come, and as nobody should send them.

use image::{ImageFormat, RgbImage};

use super::*;

fn bytes(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG that says that it is so large, and has no more than its head.
fn claims(width: u32, height: u32) -> Vec<u8> {
    let small = DynamicImage::ImageRgb8(RgbImage::new(1, 1));
    let mut bytes = bytes(&small, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn each_kind_of_picture_is_decoded() {
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8, y as u8, 9])));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let decoded = decode(&bytes(&image, format)).unwrap_or_else(|problem| panic!("{format:?}: {problem}"));
        assert_eq!((decoded.width(), decoded.height()), (40, 20), "{format:?}");
    }
}

#[test]
fn a_picture_that_says_it_is_huge_is_refused_before_anything_is_decoded() {
    for (width, height) in [(60_000, 60_000), (16_000, 16_000), (1, 100_000), (4_001, 3_000), (u32::MAX >> 1, 1)] {
        assert_eq!(decode(&claims(width, height)), Err("too many pixels".to_owned()), "{width}");
    }
    // Its size is not what is wrong with this one.
    assert_eq!(decode(&claims(4_000, 3_000)), Err("it is damaged".to_owned()));
}

#[test]
fn what_is_no_picture_or_a_damaged_one_is_told() {
    assert_eq!(decode(b"<svg onload='x'/>"), Err("it is no picture".to_owned()));
    assert_eq!(decode(b""), Err("it is no picture".to_owned()));
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8, y as u8, 9])));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = bytes(&image, format);
        for end in 0..whole.len() {
            // Whatever it gives, it gives it.
            _ = decode(&whole[..end]);
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            _ = decode(&damaged);
        }
    }
}
