//! TLS by the server itself: a certificate from files, read again when they change, so that a renewed one
//! counts without a restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::config::TlsConfig;

/// From one look at the files to the next.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// When each of the two files was changed.
type Changed = [SystemTime; 2];

/// The certificate that new connections are shown.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: ArcSwap<ServerConfig>,
    changed: Mutex<Changed>,
}

impl Tls {
    /// The certificate of the settings; none where they name none.
    ///
    /// # Errors
    /// When a file cannot be read, holds no certificate or key, or the two do not belong together.
    pub fn open(config: &TlsConfig) -> anyhow::Result<Option<Arc<Self>>> {
        let (Some(certificate), Some(key)) = (&config.certificate, &config.key) else {
            return Ok(None);
        };
        let changed = [changed(certificate)?, changed(key)?];
        let current = load(certificate, key)?;
        Ok(Some(Arc::new(Self {
            certificate: certificate.clone(),
            key: key.clone(),
            current: ArcSwap::from_pointee(current),
            changed: Mutex::new(changed),
        })))
    }

    /// What greets a new connection.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        self.current.load_full().into()
    }

    /// Reads the files again if they have changed; whether they had.
    ///
    /// # Errors
    /// As [`Tls::open`]; the certificate that was there goes on counting.
    pub fn reload(&self) -> anyhow::Result<bool> {
        let now = [changed(&self.certificate)?, changed(&self.key)?];
        if *self.changed.lock().unwrap_or_else(PoisonError::into_inner) == now {
            return Ok(false);
        }
        let current = load(&self.certificate, &self.key)?;
        self.current.store(Arc::new(current));
        *self.changed.lock().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(true)
    }

    /// Looks at the files again and again, until `closing`.
    pub async fn watch(self: Arc<Self>, closing: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = looks.tick() => {}
            }
            let tls = Arc::clone(&self);
            let reloaded = tokio::task::spawn_blocking(move || tls.reload()).await;
            match reloaded {
                Ok(Ok(true)) => {
                    tracing::info!(
                        event = "certificate_changed",
                        "a new certificate counts now"
                    );
                }
                Ok(Err(error)) => {
                    let error = format!("{error:#}");
                    tracing::error!(event = "certificate_unreadable", %error, "the earlier certificate goes on counting");
                }
                Ok(Ok(false)) | Err(_) => {}
            }
        }
    }
}

fn changed(file: &Path) -> anyhow::Result<SystemTime> {
    let changed = std::fs::metadata(file).and_then(|file| file.modified());
    changed.with_context(|| format!("{} cannot be read", file.display()))
}

fn load(certificate: &Path, key: &Path) -> anyhow::Result<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain: Vec<_> =
        chain.with_context(|| format!("{} holds no certificate", certificate.display()))?;
    let private = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} holds no private key", key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .context("the certificate and the key do not belong together")?;
    // It is all that this server speaks.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
