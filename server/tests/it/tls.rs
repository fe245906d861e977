//! TLS by the server itself, and a certificate that is renewed while it runs.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::config::{Config, TlsConfig};
use server::operation::status::server_in_words;
use server::tls::Tls;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::app::TestApp;

/// Writes a certificate for `localhost` with its key.
fn certify(folder: &Path) -> anyhow::Result<TlsConfig> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    fs::write(&certificate, cert.pem())?;
    fs::write(&key, signing_key.serialize_pem())?;
    Ok(TlsConfig {
        certificate: Some(certificate),
        key: Some(key),
    })
}

/// What a server says to a request over TLS whose certificate is the one in the file.
async fn ask(address: &str, certificate: &Path, request: &str) -> anyhow::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost")?;
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    // Whether the other side says goodbye does not matter here.
    stream.read_to_string(&mut answer).await.ok();
    Ok(answer)
}

#[tokio::test]
async fn the_server_speaks_tls_with_cookies_for_https_alone() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let tls = certify(folder.path())?;
    let certificate = folder.path().join("cert.pem");
    let app = TestApp::start_with(|config| config.tls = tls).await;
    let live = "GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = ask(&app.address, &certificate, live).await?;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security"), "{answer}");
    let guest = "POST /api/v1/auth/guest HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                 content-length: 0\r\n\r\n";
    let answer = ask(&app.address, &certificate, guest).await?;
    assert!(answer.contains("; Secure"), "{answer}");
    // Plain http is not answered.
    let mut plain = TcpStream::connect(&app.address).await?;
    plain.write_all(live.as_bytes()).await?;
    let mut said = Vec::new();
    plain.read_to_end(&mut said).await.ok();
    assert!(!said.starts_with(b"HTTP"), "{said:?}");
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_status_finds_a_server_that_speaks_tls() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let tls = certify(folder.path())?;
    let of_server = tls.clone();
    let app = TestApp::start_with(|config| config.tls = of_server).await;
    let mut settings = Config {
        listen: app.address.parse()?,
        tls,
        ..Config::default()
    };
    let (said, is_ready) = server_in_words(&settings).await;
    assert!(is_ready, "{said}");
    settings.tls = TlsConfig::default();
    let (said, is_ready) = server_in_words(&settings).await;
    assert!(!is_ready, "{said}");
    app.stop().await;
    Ok(())
}

#[test]
fn a_renewed_certificate_counts_and_a_broken_one_does_not() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let config = certify(folder.path())?;
    let tls = Tls::open(&config)?.expect("the settings name a certificate");
    assert!(!tls.reload()?);
    let earlier = fs::File::options()
        .write(true)
        .open(folder.path().join("cert.pem"))?;
    certify(folder.path())?;
    earlier.set_modified(std::time::SystemTime::UNIX_EPOCH)?;
    assert!(tls.reload()?);
    fs::write(folder.path().join("key.pem"), "no key")?;
    assert!(tls.reload().is_err());
    assert!(Tls::open(&config).is_err());
    assert!(Tls::open(&TlsConfig::default())?.is_none());
    Ok(())
}
