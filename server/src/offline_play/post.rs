//! One request to another server. Redirects are not followed, so that a result goes to no server but the one
//! that signed its start.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{Request, Uri};
use domain::api::{ApiError, ErrorCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::outgoing;

/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(20);
const ADDRESS: &str = "/api/v1/offline-submissions";

/// What became of a result.
#[derive(Debug)]
pub(super) enum Answer {
    /// It counts.
    Counted,
    /// It will never count.
    Refused(ApiError),
    /// No answer, or none that settles it; in words.
    None(String),
}

/// Hands in a result.
pub(super) async fn post(server: &str, body: String) -> Answer {
    match tokio::time::timeout(TIMEOUT, exchange(server, body)).await {
        Ok(Ok((200, _))) => Answer::Counted,
        Ok(Ok((status, text))) => read(status, &text),
        Ok(Err(error)) => {
            tracing::info!(error = format!("{error:#}"), "a result could not be sent");
            Answer::None("The server could not be reached. It is tried again.".to_owned())
        }
        Err(_) => Answer::None("The server did not answer in time. It is tried again.".to_owned()),
    }
}

/// Only the game's own refusals settle it: anything else may come from a proxy.
fn read(status: u16, text: &[u8]) -> Answer {
    match serde_json::from_slice::<ApiError>(text) {
        Ok(error) if is_final(error.code) => Answer::Refused(error),
        _ => Answer::None(format!("The server answered {status}. It is tried again.")),
    }
}

fn is_final(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::StartTampered
            | ErrorCode::StartUnknown
            | ErrorCode::StartLate
            | ErrorCode::StartUsed
            | ErrorCode::InputImpossible
            | ErrorCode::ResultDiffers
    )
}

async fn exchange(server: &str, body: String) -> anyhow::Result<(u16, Bytes)> {
    let address: Uri = format!("{}{ADDRESS}", server.trim_end_matches('/')).parse()?;
    let client = Client::builder(TokioExecutor::new()).build(outgoing::connector()?);
    let request = Request::post(address)
        .header(USER_AGENT, "tickerquest")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let response = client.request(request).await?;
    let status = response.status().as_u16();
    let read = Limited::new(response.into_body(), ANSWER_MAX)
        .collect()
        .await;
    let read = read.map_err(|error| anyhow::anyhow!("the answer: {error}"))?;
    Ok((status, read.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_games_own_refusals_end_the_attempts() {
        let said = |code: &str| {
            read(
                409,
                format!(r#"{{"code":"{code}","message":"No."}}"#).as_bytes(),
            )
        };
        assert!(matches!(said("start_late"), Answer::Refused(_)));
        assert!(matches!(said("rate_limited"), Answer::None(_)));
        assert!(matches!(read(502, b"<html>"), Answer::None(_)));
    }
}
