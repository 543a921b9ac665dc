//! The shape of a name: its characters, script, edges and length.
//!
//! Which letters there are is what PRECIS says, so those that Unicode has gained since its version 6.3 are refused.

use precis_core::profile::{PrecisFastInvocation, Rules};
use precis_profiles::UsernameCasePreserved;
use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;
use uuid::Uuid;

use super::NameError;
use crate::unicode::{MAX_MARKS, is_combining_mark};

/// Bytes of input looked at for each character allowed. A written character takes at most four code points of four
/// bytes; what is longer is refused unread.
const MAX_BYTES_PER_CHARACTER: usize = 16;

/// The name in its stored form: NFC, full and half width mapped, case kept.
pub(super) fn check(text: &str, max: usize) -> Result<String, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty { max });
    }
    if text.len() > max * MAX_BYTES_PER_CHARACTER {
        return Err(NameError::TooLong { max });
    }
    let name = normal_form(text);
    if name.chars().count() > max {
        return Err(NameError::TooLong { max });
    }
    check_characters(&name)?;
    check_edges(&name)?;
    if name.resolve_script_set().is_empty() {
        return Err(NameError::MixedScripts);
    }
    check_direction(&name)?;
    if Uuid::try_parse(&name).is_ok() {
        return Err(NameError::LooksLikeId);
    }
    Ok(name)
}

/// The same for ASCII, where most of the rules have nothing to say: every message names its room.
pub(super) fn is_ascii_name(text: &str, max: usize) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= max
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && Uuid::try_parse(text).is_err()
}

/// NFC comes first as well, because PRECIS refuses the conjoining letters that Hangul is decomposed into.
fn normal_form(text: &str) -> String {
    let composed: String = text.nfc().collect();
    let mapped = UsernameCasePreserved::new().width_mapping_rule(composed.as_str()).unwrap_or_default();
    mapped.nfc().collect()
}

fn check_characters(name: &str) -> Result<(), NameError> {
    let mut marks = 0;
    for found in name.chars() {
        marks = if is_combining_mark(found) { marks + 1 } else { 0 };
        let allowed = found.is_alphanumeric() || is_combining_mark(found) || matches!(found, '-' | '_' | '.');
        if !allowed || marks > MAX_MARKS || UsernameCasePreserved::prepare(found.to_string()).is_err() {
            return Err(NameError::BadCharacter { found });
        }
    }
    Ok(())
}

/// A last letter may carry marks.
fn check_edges(name: &str) -> Result<(), NameError> {
    let first = name.chars().next();
    let last = name.chars().rev().find(|&c| !is_combining_mark(c));
    let letters =
        [first, last].into_iter().all(|edge| edge.is_some_and(|c| c.is_alphanumeric() && !is_combining_mark(c)));
    if letters { Ok(()) } else { Err(NameError::BadEdge) }
}

/// The Bidi rule of RFC 5893. Marks take the direction of their letter, so they are left out; the library's own rule
/// refuses every Arabic or Hebrew name with a mark before its end.
fn check_direction(name: &str) -> Result<(), NameError> {
    let letters: String = name.chars().filter(|&c| !is_combining_mark(c)).collect();
    match UsernameCasePreserved::new().directionality_rule(letters.as_str()) {
        Ok(_) => Ok(()),
        Err(_) => Err(NameError::Direction),
    }
}
