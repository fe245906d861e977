//! Settings of TLS.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// TLS by the server itself. With a certificate it speaks https and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// A PEM file with the certificate, followed by those that lead to its root. It is read again when
    /// it changes.
    pub certificate: Option<PathBuf>,
    /// A PEM file with the certificate's private key.
    pub key: Option<PathBuf>,
}

impl TlsConfig {
    /// Whether the server speaks https.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.certificate.is_some()
    }
}
