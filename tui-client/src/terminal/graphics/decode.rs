//! The bytes of a picture as pixels. What a stranger sent may be made to take all memory: a few bytes can say that they are
//! a picture of any size.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// The most pixels of a picture: those of 4,000 × 3,000. A camera's larger ones have a preview.
const MOST_PIXELS: u64 = 12_000_000;
/// The longest side of a picture.
const LONGEST_SIDE: u32 = 16_384;
/// The most bytes of what is decoded. A decoder may need as much again for itself.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Decodes a picture; of one that moves, the beginning.
///
/// # Errors
/// What to tell the user.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    let damaged = |_| "it is damaged".to_owned();
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| "it is no picture")?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    if reader.format().is_none_or(|format| !known.contains(&format)) {
        return Err("it is no picture".to_owned());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits.clone());
    let too_large = || "too many pixels".to_owned();
    let refused = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => too_large(),
        error => damaged(error),
    };
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_BYTES {
        return Err(too_large());
    }
    let orientation = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

#[cfg(test)]
mod tests;
