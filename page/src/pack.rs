//! Files made smaller for the way.

use std::io::{self, Write as _};

use flate2::{Compression, write::GzEncoder};

/// What browsers take on any connection.
///
/// # Errors
/// Never in memory.
pub fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Smaller still, and slow to make: for what is made once. Browsers take it over TLS, and from this machine.
///
/// # Errors
/// Never in memory.
#[cfg(feature = "bundle")]
pub fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed)
}
