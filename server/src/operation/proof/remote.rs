//! The log of a server on the network, asked as anyone can.

use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::body::Bytes;
use axum::http::{Request, Uri};
use domain::Hash;
use domain::api::{CheckpointView, LogKeyView, LogProof};
use domain::proof::{PublicKey, SignedCheckpoint};
use http_body_util::{BodyExt as _, Empty, Limited};
use serde::de::DeserializeOwned;

use crate::market::live::{Client, client};

/// Bytes of an answer at most.
const ANSWER_MAX: usize = 1_048_576;
const TIMEOUT: Duration = Duration::from_secs(20);

/// A server by its address.
#[derive(Debug)]
pub(super) struct Remote {
    client: Client,
    base: String,
}

impl Remote {
    pub(super) fn new(address: &str) -> anyhow::Result<Self> {
        Ok(Self {
            client: client()?,
            base: address.trim_end_matches('/').to_owned(),
        })
    }

    pub(super) async fn latest(&self) -> anyhow::Result<SignedCheckpoint> {
        Ok(self.ask::<CheckpointView>("checkpoint").await?.note)
    }

    pub(super) async fn keys(&self) -> anyhow::Result<Vec<PublicKey>> {
        let keys = self.ask::<Vec<LogKeyView>>("keys").await?;
        Ok(keys.into_iter().map(|view| view.key).collect())
    }

    pub(super) async fn proof(&self, from: u64, to: u64) -> anyhow::Result<Option<Vec<Hash>>> {
        let question = format!("consistency?from={from}&to={to}");
        let answer: LogProof = self.ask(&question).await?;
        Ok(super::hashes(&answer.proof))
    }

    async fn ask<T: DeserializeOwned>(&self, question: &str) -> anyhow::Result<T> {
        let address = format!("{}/api/v1/log/{question}", self.base);
        let asked = tokio::time::timeout(TIMEOUT, self.fetch(&address)).await;
        let body = asked.with_context(|| format!("{address} did not answer in time"))??;
        serde_json::from_slice(&body).with_context(|| format!("{address} answered something else"))
    }

    async fn fetch(&self, address: &str) -> anyhow::Result<Bytes> {
        let uri: Uri = address
            .parse()
            .with_context(|| format!("{address} is no address"))?;
        let request = Request::get(uri).body(Empty::new())?;
        let response = self.client.request(request).await;
        let response = response.with_context(|| format!("{address} cannot be reached"))?;
        let status = response.status();
        if !status.is_success() {
            bail!("{address} answered {status}");
        }
        let body = Limited::new(response.into_body(), ANSWER_MAX)
            .collect()
            .await;
        match body {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) => bail!("{address}: {error}"),
        }
    }
}
