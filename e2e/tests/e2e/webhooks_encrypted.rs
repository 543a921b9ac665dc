//! Outgoing webhooks over https: to receivers with certificates of authorities that the test makes.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use chat_e2e::{Server, text, within};
use chat_testing::Receiver;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::webhooks::webhook;

/// Who says that a receiver is who it says.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("no name is wrong");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// Listens encrypted, as one whom this authority knows by a name, and hands on what comes. Gives the URL.
    async fn front(&self, name: &str, receiver: SocketAddr) -> String {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key))
            .expect("the certificate fits its key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that does not believe the certificate says so, and goes.
                let Ok(mut encrypted) = acceptor.accept(stream).await else { continue };
                let mut plain = TcpStream::connect(receiver).await.expect("the receiver listens");
                tokio::spawn(async move { _ = tokio::io::copy_bidirectional(&mut encrypted, &mut plain).await });
            }
        });
        format!("https://127.0.0.1:{port}/chat")
    }
}

/// A server that trusts this authority alone.
async fn trusting(authority: &Authority, folder: &Path) -> Server {
    let file = folder.join("authorities.pem");
    fs::write(&file, &authority.certificate).expect("a temporary file");
    let trusted = file.to_str().expect("a path in UTF-8");
    Server::unlimited().arg("--allow-private-webhooks").at_first("SSL_CERT_FILE", trusted).start().await
}

#[tokio::test]
async fn an_event_comes_encrypted_to_a_receiver_whose_authority_is_trusted() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().expect("a temporary folder"));
    let mut receiver = Receiver::start().await;
    let url = authority.front("127.0.0.1", receiver.address()).await;
    let server = trusting(&authority, folder.path()).await;
    let (alice, _) = webhook(&server, &url).await;
    for body in ["the disk is full", "and another one"] {
        alice.say("ops", body).await;
        let received = receiver.next().await;
        assert_eq!((received.path.as_str(), received.said().as_str()), ("/chat", body));
        assert!(url.contains(received.header("host")), "{received:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_receiver_of_an_unknown_authority_or_another_name() {
    let (known, unknown) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (authority, name) in [(&unknown, "127.0.0.1"), (&known, "bot.example.org")] {
        let mut receiver = Receiver::start().await;
        let url = authority.front(name, receiver.address()).await;
        let server = trusting(&known, folder.path()).await;
        let (alice, _) = webhook(&server, &url).await;
        alice.say("ops", "the disk is full").await;
        let answer: Value = within("an attempt", async {
            loop {
                let listed = alice.get("/api/webhooks").await.is(200).json;
                if let Some(answer) = listed[0]["answers"].get(0) {
                    return answer.clone();
                }
            }
        })
        .await;
        let error = text(&answer["error"]);
        assert!(answer["status"].is_null() && error.contains("could not be encrypted"), "{name}: {answer}");
        assert!(receiver.waiting().is_empty());
    }
}
