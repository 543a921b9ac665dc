//! What a file is, by its bytes: never by its name, and never by what its uploader says.
//!
//! No picture is decoded. Of those that are shown as pictures, the size that stands in the header is read.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _},
};

use chat_protocol::file::PICTURES;
use infer::MatcherType;

/// What a file is that cannot be told.
pub const UNKNOWN: &str = "application/octet-stream";
/// Bytes that tell what a file is.
const HEAD: u64 = 8 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its media type.
    pub media_type: &'static str,
    /// Of a picture, the width and height that its header says, if it can be read.
    pub size: Option<(u32, u32)>,
}

/// Looks at a file.
///
/// # Errors
/// When it cannot be read.
pub fn sniff(mut file: File) -> io::Result<Kind> {
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head)?;
    let media_type = media_type(&head);
    if !PICTURES.contains(&media_type) {
        return Ok(Kind { media_type, size: None });
    }
    file.rewind()?;
    // A library that reads what anyone made: what it does not survive has no size.
    let read = std::panic::catch_unwind(move || imagesize::reader_size(BufReader::new(file)));
    let size = read.ok().and_then(Result::ok).and_then(|size| {
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        (width > 0 && height > 0).then_some((width, height))
    });
    Ok(Kind { media_type, size })
}

/// Text is what people wrote, whatever it looks like: nothing is taken for a document that could hold a script.
fn media_type(head: &[u8]) -> &'static str {
    let is_document = |found: &infer::Type| ["/xml", "+xml", "html"].iter().any(|end| found.mime_type().ends_with(end));
    let found = infer::get(head).filter(|found| found.matcher_type() != MatcherType::Text && !is_document(found));
    found.map_or(UNKNOWN, |found| found.mime_type())
}
