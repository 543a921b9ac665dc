//! Encryption: one configuration for REST and WebSocket, with ring, trusting whom the platform trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{Error, ServerUrl};

/// The configuration for a server. Without https nothing is looked up, and nobody trusted.
pub(crate) fn config(server: &ServerUrl) -> Result<Arc<ClientConfig>, Error> {
    let failed = |error: rustls::Error| Error::Tls(error.to_string());
    let provider = Arc::new(ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(failed)?;
    let builder = if server.is_encrypted() {
        builder.with_platform_verifier().map_err(failed)?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    Ok(Arc::new(builder.with_no_client_auth()))
}
