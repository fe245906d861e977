//! The client behind a request: its address and what it calls itself.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::error::{Error, Result};

/// Characters kept of what a client calls itself.
const DEVICE_MAX: usize = 200;

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Its address, or the one that the proxy before us names.
    pub address: IpAddr,
}

/// Puts the [`Client`] into a request's extensions.
pub fn recognize(app: &App, request: &mut Request) {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip());
    let forwarded = app
        .config
        .limits
        .trust_forwarded_for
        .then(|| forwarded(request.headers()));
    if let Some(address) = forwarded.flatten().or(peer) {
        request.extensions_mut().insert(Client { address });
    }
}

/// The last address in the list: the one that our own proxy has seen and nobody can forge.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?
        .to_str()
        .ok()?;
    line.rsplit(',').next()?.trim().parse().ok()
}

/// Taken by handlers that limit by address or make sessions.
#[derive(Debug, Clone)]
pub struct Device {
    /// The address; none for calls from inside the server.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub name: String,
}

impl FromRequestParts<App> for Device {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        let name = agent
            .unwrap_or("unknown")
            .chars()
            .take(DEVICE_MAX)
            .collect();
        let address = parts
            .extensions
            .get::<Client>()
            .map(|client| client.address);
        Ok(Self { address, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_own_proxy_says_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.insert("x-forwarded-for", "1.2.3.4, 10.0.0.7".parse().unwrap());
        assert_eq!(forwarded(&headers), "10.0.0.7".parse().ok());
    }
}
