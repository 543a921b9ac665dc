//! Pictures before they are uploaded: how large they are, and what their files say of where, when and with what they
//! were taken, taken out. The picture itself stays byte for byte.
//!
//! JPEG, PNG and WebP keep such things in pieces of their own, which are left out: Exif, XMP, IPTC, comments, texts. What a
//! picture needs to look right stays: colour profiles, and how it is turned.

use std::{
    fs::File,
    io::{self, Cursor, Read, Seek},
    path::PathBuf,
};

use exif::{Field, In, Reader, Tag, Value, experimental::Writer};
use img_parts::{
    Bytes, ImageEXIF,
    jpeg::{Jpeg, markers},
    png::Png,
    riff::{RiffChunk, RiffContent},
    webp::{CHUNK_VP8X, CHUNK_XMP, WebP},
};

/// Larger files are sent as they are. Cameras make none of this size, and it must fit in memory twice.
const LARGEST: u64 = 64 * 1024 * 1024;
/// As many bytes of a file as tell whether it is a picture.
const HEAD: u64 = 12;

/// Where the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSource {
    /// In a file of this machine. Where they wait, they are copied: what becomes of the file later does not matter then.
    Path(PathBuf),
    /// In memory.
    Bytes(Bytes),
}

/// A picture as it is to be uploaded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) bytes: Bytes,
    /// Its width and height in pixels, if it says so and is seen as it is stored, not turned by a quarter.
    pub(crate) size: Option<(u32, u32)>,
}

/// Reads a picture, and takes out what its file says beside it. `None` if it is no picture that could say something, or too
/// large.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(source: &FileSource, keep_metadata: bool) -> io::Result<Option<Picture>> {
    let bytes = match source {
        FileSource::Bytes(bytes) if is_picture(bytes) => bytes.clone(),
        FileSource::Bytes(_) => return Ok(None),
        FileSource::Path(path) => match read_picture(&mut File::open(path)?)? {
            Some(bytes) => bytes,
            None => return Ok(None),
        },
    };
    // Libraries that read what anyone made: a picture that they do not survive is not sent with what it says.
    let prepared = std::panic::catch_unwind(|| prepare(bytes, keep_metadata));
    let refused = || io::Error::new(io::ErrorKind::InvalidData, "the picture cannot be understood");
    prepared.map(Some).map_err(|_| refused())
}

fn prepare(bytes: Bytes, keep_metadata: bool) -> Picture {
    let orientation = orientation(&bytes);
    let bytes = if keep_metadata { bytes } else { without_metadata(&bytes, orientation).unwrap_or(bytes) };
    let is_turned = orientation.is_some_and(|orientation| orientation >= 5);
    let size = imagesize::blob_size(&bytes).ok().filter(|_| !is_turned);
    let size = size.and_then(|size| Some((size.width.try_into().ok()?, size.height.try_into().ok()?)));
    Picture { bytes, size }
}

fn read_picture(file: &mut File) -> io::Result<Option<Bytes>> {
    let length = file.metadata()?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    if length > LARGEST || !is_picture(&head) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    // What it grows by meanwhile is no part of it.
    file.take(length).read_to_end(&mut bytes)?;
    Ok(Some(bytes.into()))
}

fn is_picture(head: &[u8]) -> bool {
    head.starts_with(b"\xff\xd8\xff")
        || head.starts_with(b"\x89PNG\r\n\x1a\n")
        || head.starts_with(b"GIF8")
        || (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"))
}

/// `None` where the file cannot be understood, or is of a kind that says nothing.
fn without_metadata(bytes: &Bytes, orientation: Option<u32>) -> Option<Bytes> {
    let turned = orientation.filter(|orientation| *orientation > 1).and_then(exif_of);
    if let Ok(mut png) = Png::from_bytes(bytes.clone()) {
        png.chunks_mut().retain(|chunk| ![*b"tEXt", *b"zTXt", *b"iTXt", *b"tIME"].contains(&chunk.kind()));
        png.set_exif(turned);
        return Some(png.encoder().bytes());
    }
    if let Ok(mut webp) = WebP::from_bytes(bytes.clone()) {
        webp.remove_chunks_by_id(CHUNK_XMP);
        webp.set_exif(turned);
        deny_xmp(&mut webp);
        return Some(webp.encoder().bytes());
    }
    let mut jpeg = Jpeg::from_bytes(bytes.clone()).ok()?;
    jpeg.segments_mut().retain(|segment| is_of_picture(segment.marker(), segment.contents()));
    jpeg.set_exif(turned);
    // What follows the head of the first scan, the library takes as one.
    let data = jpeg.segments().last().map_or(0, |scan| scan.len_with_entropy() - scan.len());
    let bytes = jpeg.encoder().bytes();
    let (head, data) = bytes.split_at(bytes.len() - data);
    Some([head, &scans(data)].concat().into())
}

/// How a picture is to be turned, as Exif says it: 1 is upright, from 5 on its width is its height.
fn orientation(bytes: &Bytes) -> Option<u32> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = reader.read_from_container(&mut Cursor::new(bytes));
    let exif = exif.or_else(|error| error.distill_partial_result(|_| {})).ok()?;
    exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0).filter(|orientation| (1..=8).contains(orientation))
}

/// Exif that says how a picture is to be turned, and nothing else.
fn exif_of(orientation: u32) -> Option<Bytes> {
    let value = Value::Short(vec![u16::try_from(orientation).ok()?]);
    let field = Field { tag: Tag::Orientation, ifd_num: In::PRIMARY, value };
    let mut exif = Cursor::new(Vec::new());
    let mut writer = Writer::new();
    writer.push_field(&field);
    writer.write(&mut exif, false).ok()?;
    Some(exif.into_inner().into())
}

/// Whether a segment of a JPEG is needed to see it: no comment, and of the segments for applications JFIF, colour profiles and
/// how Adobe stores colours.
fn is_of_picture(marker: u8, contents: &[u8]) -> bool {
    match marker {
        markers::APP2 => contents.starts_with(b"ICC_PROFILE\0"),
        markers::APP0 | markers::APP14 => true,
        markers::APP1..=markers::APP15 | markers::COM => false,
        _ => true,
    }
}

/// The scans of a JPEG from the data of the first one on, to its end. What follows is no part of the picture: further pictures, a
/// film, each with metadata of its own.
fn scans(data: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(data.len());
    let mut at = 0;
    loop {
        let end = end_of_data(data, at);
        kept.extend_from_slice(&data[at..end]);
        let Some(&marker) = data.get(end + 1) else { return kept };
        if marker == markers::EOI {
            kept.extend_from_slice(&[markers::P, markers::EOI]);
            return kept;
        }
        let Some(&[high, low]) = data.get(end + 2..end + 4) else { return kept };
        let next = (end + 2 + usize::from(u16::from_be_bytes([high, low]))).max(end + 4);
        let Some(segment) = data.get(end..next) else { return kept };
        if is_of_picture(marker, &segment[4..]) {
            kept.extend_from_slice(segment);
        }
        at = next;
    }
}

/// Where the data of a scan ends: at the next marker, or with the file.
fn end_of_data(data: &[u8], from: usize) -> usize {
    let is_marker = |pair: &[u8]| pair[0] == markers::P && !matches!(pair[1], 0 | 0xff | markers::RST0..=markers::RST7);
    data[from..].windows(2).position(is_marker).map_or(data.len(), |at| from + at)
}

/// Takes back that an extended file has XMP.
fn deny_xmp(webp: &mut WebP) {
    const HAS_XMP: u8 = 0x04;
    let head = webp.chunks_mut().iter_mut().find(|chunk| chunk.id() == CHUNK_VP8X);
    if let Some(RiffContent::Data(data)) = head.map(RiffChunk::content_mut) {
        let mut flags = data.to_vec();
        if let Some(flags) = flags.first_mut() {
            *flags &= !HAS_XMP;
        }
        *data = flags.into();
    }
}

#[cfg(test)]
mod tests;
