//! The line to one provider: HTTP with a timeout. Errors are reported without the URL, which contains
//! the key, and without the reply, which may quote it.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{ACCEPT, USER_AGENT};
use axum::http::{self, Uri};
use form_urlencoded::Serializer;
use http_body_util::{BodyExt as _, Empty};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::provider::{Refusal, Request};
use crate::config::{ProviderConfig, Secret};
use crate::outgoing;

/// Maximum bytes of a reply: ten years of days are about 3 MiB.
const REPLY_MAX: usize = 8 * 1024 * 1024;
/// A connection idle for this long is closed.
const IDLE_MAX: Duration = Duration::from_secs(60);

pub(crate) type Client = legacy::Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

/// The line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    client: Client,
    base: String,
    key: Secret,
    timeout: Duration,
}

impl Line {
    /// The line to a provider. `None` without a key.
    pub(super) fn to(config: &ProviderConfig, client: &Client, timeout: Duration) -> Option<Self> {
        Some(Self {
            client: client.clone(),
            base: config.base_url.trim_end_matches('/').to_owned(),
            key: config.key.clone()?,
            timeout,
        })
    }

    /// Asks, and waits for the whole reply: its status and its text. Redirects are not followed,
    /// because they could carry the key elsewhere.
    pub(super) async fn ask(&self, request: &Request) -> Result<(u16, String), Refusal> {
        let exchange = self.exchange(self.uri(request)?);
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(Refusal::TimedOut),
        }
    }

    fn uri(&self, request: &Request) -> Result<Uri, Refusal> {
        let mut query = Serializer::new(String::new());
        query
            .extend_pairs(&request.query)
            .append_pair("apikey", self.key.reveal());
        let address = format!("{}{}?{}", self.base, request.path, query.finish());
        // The settings were validated, so this does not fail.
        address.parse().map_err(|_| Refusal::Unreachable)
    }

    async fn exchange(&self, uri: Uri) -> Result<(u16, String), Refusal> {
        let request = http::Request::get(uri)
            .header(USER_AGENT, "tickerquest")
            .header(ACCEPT, "application/json")
            .body(Empty::new())
            .map_err(|_| Refusal::Unreachable)?;
        let sent = self.client.request(request).await;
        let response = sent.map_err(|error| {
            tracing::debug!(%error, "a provider cannot be reached");
            Refusal::Unreachable
        })?;
        let status = response.status().as_u16();
        let mut arriving = response.into_body();
        let mut body = Vec::new();
        while let Some(frame) = arriving.frame().await {
            let frame = frame.map_err(|_| Refusal::Unreachable)?;
            let Ok(part) = frame.into_data() else {
                continue;
            };
            if body.len() + part.len() > REPLY_MAX {
                return Err(Refusal::TooLong);
            }
            body.extend_from_slice(&part);
        }
        let body = String::from_utf8(body).map_err(|_| Refusal::Garbled)?;
        Ok((status, body))
    }
}

/// A client for all providers.
///
/// # Errors
/// When TLS cannot be set up.
pub(crate) fn client() -> anyhow::Result<Client> {
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_MAX)
        .pool_max_idle_per_host(1)
        .build(outgoing::connector()?))
}
