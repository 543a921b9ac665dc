//! A link as a QR code: a phone's camera opens it. Clients draw it; they need no encoder of their own.

use qrcode::{Color, EcLevel, QrCode};

/// A row of modules each, `1` is dark. Empty where the link is too long for a QR code, which none of ours is.
pub fn rows(link: &str) -> Vec<String> {
    let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return Vec::new() };
    let row = |modules: &[Color]| modules.iter().map(|module| module.select('1', '0')).collect();
    code.to_colors().chunks(code.width()).map(row).collect()
}
