//! Encryption of connections to the database.

use std::{path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Encryption;

/// What encrypts connections.
///
/// # Errors
/// When the authorities' certificates cannot be read: why, and what to do.
pub(super) fn connector(encryption: &Encryption) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let trusting = |trust: Trust| {
        let verifier = Arc::new(Verifier { trust, provider: Arc::clone(&provider) });
        config.clone().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
    };
    let config = match encryption {
        Encryption::None | Encryption::Preferred | Encryption::Required => trusting(Trust::Anyone),
        Encryption::OfAuthority(file) => {
            let verifier =
                WebPkiServerVerifier::builder_with_provider(Arc::new(authorities(file)?), Arc::clone(&provider))
                    .build()
                    .map_err(|error| error.to_string())?;
            trusting(Trust::OfAuthority(verifier))
        }
        Encryption::OfHost(Some(file)) => {
            config.clone().with_root_certificates(authorities(file)?).with_no_client_auth()
        }
        Encryption::OfHost(None) => config
            .clone()
            .with_platform_verifier()
            .map_err(|error| {
                format!("the system's certificates cannot be used ({error}): name a file with sslrootcert")
            })?
            .with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

/// The certificates in a file.
fn authorities(file: &Path) -> Result<RootCertStore, String> {
    let unreadable = |error: &dyn std::fmt::Display| {
        format!("cannot read the certificates in {} ({error}): see sslrootcert", file.display())
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))? {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if roots.is_empty() { Err(unreadable(&"there are none")) } else { Ok(roots) }
}

/// Whom a connection is trusted to.
#[derive(Debug)]
enum Trust {
    /// Any server that answers.
    Anyone,
    /// Who has a certificate of an authority, whatever name is in it.
    OfAuthority(Arc<WebPkiServerVerifier>),
}

/// What libpq has and rustls has not: encryption with somebody whose name is not checked.
#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Trust::OfAuthority(verifier) = &self.trust else { return Ok(ServerCertVerified::assertion()) };
        match verifier.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
