//! Settings of the metrics.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Secret;

/// Where metrics are served, in the text form that Prometheus reads; nowhere by default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// A listener of their own for `/metrics`, such as `127.0.0.1:9464`. Beyond this machine it needs a
    /// token.
    pub listen: Option<SocketAddr>,
    /// With a token, `/metrics` is served at the game's address as well, for whoever sends it as a
    /// bearer token.
    pub token: Option<Secret>,
}

/// The fewest characters of a token.
pub(super) const TOKEN_MIN: usize = 16;
