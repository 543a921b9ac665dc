//! Files that belong to messages, and the names that they are shown and saved under.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::{UploadId, unicode::is_invisible};

/// Files that a message may carry.
pub const MAX_ATTACHMENTS: usize = 10;
/// Bytes that a preview may have.
pub const MAX_PREVIEW: u64 = 64 * 1024;
/// The longest name of a file, in UTF-8 bytes: file systems take no longer ones, and programs add something to it.
pub const MAX_NAME: usize = 200;
/// What a file without any other name is called.
const NAMELESS: &str = "file";
/// Characters that one of the usual systems does not take in the name of a file, or takes for a part of a path.
const NOT_IN_NAMES: &[char] = &['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// Types that browsers show as pictures, and that can hold no script.
pub const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// A file of a message, or one that was uploaded to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// To get it: `GET /api/uploads/{id}/{name}`.
    pub id: UploadId,
    /// What its uploader called it, cleaned. It is no path.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// What its first bytes say that it is, or `application/octet-stream`.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// A small picture of it, got as a file is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<UploadId>,
}

impl Attachment {
    /// Whether it can be shown as a picture.
    pub fn is_picture(&self) -> bool {
        PICTURES.contains(&self.media_type.as_str())
    }
}

/// The name of a file as it may be shown and saved: its last part if it is a path, NFC, without what cannot be seen, what
/// turns the direction of text, or what some system does not take; neither hidden nor empty.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    // Normalising makes text no more than a few times as long: what is far too long is not looked at.
    let cut = truncated(last, MAX_NAME * 4);
    let visible = cut.nfc().filter(|&c| c == ' ' || !is_invisible(c));
    let allowed: String = visible.map(|c| if NOT_IN_NAMES.contains(&c) { '_' } else { c }).collect();
    let name = allowed.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    if name.is_empty() { NAMELESS.to_owned() } else { shortened(name) }
}

/// A name within the limit, with its extension.
fn shortened(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    /// What is longer is no extension.
    const MAX_EXTENSION: usize = 20;
    let extension = name.rfind('.').map(|dot| &name[dot..]).filter(|extension| extension.len() <= MAX_EXTENSION);
    let extension = extension.unwrap_or_default();
    format!("{}{extension}", truncated(name, MAX_NAME - extension.len()).trim_end())
}

/// The beginning of a text, of at most so many bytes.
fn truncated(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
