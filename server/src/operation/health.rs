//! Asks the server that runs on this machine how it is.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Bytes of an answer.
const ANSWER_MAX: u64 = 65_536;

/// What a running server says of itself.
#[derive(Debug, Deserialize)]
pub(super) struct Health {
    pub(super) ready: bool,
    pub(super) causes: Vec<String>,
    pub(super) warnings: Vec<String>,
}

/// The health of the server at an address, over TLS if it speaks that; `None` if none answers.
pub(super) async fn ask(address: SocketAddr, has_tls: bool) -> Option<Health> {
    let stream = TcpStream::connect(address).await.ok()?;
    if !has_tls {
        return request(stream, address).await;
    }
    let connector = TlsConnector::from(Arc::new(any_certificate()?));
    let name = ServerName::IpAddress(address.ip().into());
    request(connector.connect(name, stream).await.ok()?, address).await
}

async fn request<S>(mut stream: S, address: SocketAddr) -> Option<Health>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request =
        format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    // An answer is complete even if the server hangs up without TLS's goodbye.
    stream.take(ANSWER_MAX).read_to_end(&mut answer).await.ok();
    let answer = String::from_utf8(answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    serde_json::from_str(body.trim()).ok()
}

/// TLS that accepts whatever certificate the server shows: it names the game's host rather than this
/// machine's address, and may come from the school's own authority. The request holds no secret.
fn any_certificate() -> Option<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Some(config)
}

#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
