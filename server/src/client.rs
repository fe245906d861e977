//! The client behind a request: its address and what it calls itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use web::language::Language;

use crate::app::App;
use crate::config::LimitConfig;
use crate::error::{Error, Result};
use crate::session::{cookie, devices};
use crate::site;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// Characters kept of what a client calls itself.
const DEVICE_MAX: usize = 200;
/// Addresses of a line that are looked at.
const HOPS_MAX: usize = 16;

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
    let limits = &app.config.limits;
    let trusted = limits.trust_forwarded_for || peer.is_some_and(|peer| limits.is_proxy(peer));
    if !trusted && !limits.expects_proxy() && request.headers().contains_key(FORWARDED_FOR) {
        warn_of_proxy();
    }
    let forwarded = trusted.then(|| forwarded(request.headers(), limits));
    if let Some(address) = forwarded.flatten().or(peer) {
        request.extensions_mut().insert(Client { address });
    }
}

/// Says once that all players may look like one client.
fn warn_of_proxy() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "a request came through a proxy that is not among limits.trusted_proxies: if the proxy is \
             yours, all its clients share one client's limits (docs/proxy.md)"
        );
    });
}

/// The last address in the list that is no proxy of ours: the one that our own proxies have seen and
/// nobody can forge.
fn forwarded(headers: &HeaderMap, limits: &LimitConfig) -> Option<IpAddr> {
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let mut last = None;
    for line in lines {
        for hop in line.to_str().ok()?.rsplit(',').take(HOPS_MAX) {
            let address: IpAddr = hop.trim().parse().ok()?;
            last = Some(address);
            if !limits.is_proxy(address) {
                return last;
            }
        }
    }
    last
}

/// Taken by handlers that limit by address or make sessions.
#[derive(Debug, Clone)]
pub struct Device {
    /// The address; none for calls from inside the server.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub name: String,
    /// Whether it is a browser that would not keep a cookie for https.
    pub is_insecure: bool,
    /// The language chosen on it, or else the one that it prefers.
    pub language: Language,
    /// The players who have logged in here before, as [`devices`] writes them.
    pub marks: String,
}

impl FromRequestParts<App> for Device {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
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
        let marks = devices::cookie_name(&app.config.session.cookie_name);
        let marks = cookie::find(&parts.headers, &marks).unwrap_or_default();
        Ok(Self {
            address,
            name,
            is_insecure: site::is_insecure(&parts.headers),
            language: Language::of_request(&parts.headers),
            marks: marks.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_own_proxy_says_counts() {
        let (mut headers, mut limits) = (HeaderMap::new(), LimitConfig::default());
        assert_eq!(forwarded(&headers, &limits), None);
        headers.insert("x-forwarded-for", "1.2.3.4, 10.0.0.7".parse().unwrap());
        assert_eq!(forwarded(&headers, &limits), "10.0.0.7".parse().ok());
        // A proxy before ours, which is ours as well.
        limits.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        assert_eq!(forwarded(&headers, &limits), "1.2.3.4".parse().ok());
        headers.insert(
            "x-forwarded-for",
            "6.6.6.6, 1.2.3.4, 10.0.0.7".parse().unwrap(),
        );
        assert_eq!(forwarded(&headers, &limits), "1.2.3.4".parse().ok());
    }
}
