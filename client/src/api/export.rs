//! Taking along what one may see.

use std::time::Duration;

use reqwest::{Method, Response};

use super::{Api, ApiError, answer};

/// Longer than any export takes. Each piece has [`PIECE`].
const TIMEOUT: Duration = Duration::from_secs(24 * 3_600);
/// How long the next piece may take.
const PIECE: Duration = Duration::from_secs(60);

/// An export that is on its way: JSON Lines.
#[derive(Debug)]
pub struct Export(Response);

impl Api {
    /// Everything that one may see, as JSON Lines.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn export(&self) -> Result<Export, ApiError> {
        answer::stream(self.request(Method::GET, &["export"]).timeout(TIMEOUT)).await.map(Export)
    }
}

impl Export {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the rest does not come: what came is only a part.
    pub async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, ApiError> {
        match tokio::time::timeout(PIECE, self.0.chunk()).await {
            Ok(piece) => Ok(piece?),
            Err(_) => Err(ApiError::Unreachable(format!("nothing came for {} s", PIECE.as_secs()))),
        }
    }
}
