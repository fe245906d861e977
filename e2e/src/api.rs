//! A player who uses the HTTP API as a program does, with a bearer token.

use std::fmt;

use domain::Symbol;
use domain::api::{
    ApiError, AuthAnswer, CursorPage, LedgerEntryView, OrderRequest, OrderView, Page, SummaryView,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The game that everybody is in.
const OPEN_LEAGUE: &str = "open";

/// Why there is no answer of the kind that was asked for.
#[derive(Debug)]
pub enum CallError {
    /// The server refused, in its own words.
    Refused(Box<ApiError>),
    /// No answer came back: the server may or may not have done it.
    Lost(reqwest::Error),
    /// An answer that no server of ours gives.
    Unexpected(StatusCode, String),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "{}: {}", error.code.as_str(), error.message),
            Self::Lost(error) => write!(f, "no answer: {error}"),
            Self::Unexpected(status, body) => write!(f, "an unexpected answer, {status}: {body}"),
        }
    }
}

impl std::error::Error for CallError {}

impl CallError {
    /// Whether sending the same again makes sense.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Refused(error) => matches!(error.code.status(), 503 | 504),
            Self::Unexpected(..) => false,
        }
    }
}

/// One player.
#[derive(Debug, Clone)]
pub struct Player {
    client: Client,
    address: String,
    game: String,
    token: String,
}

impl Player {
    /// Starts to play as a guest.
    ///
    /// # Errors
    /// When the server does not let a guest in.
    pub async fn guest(client: &Client, address: &str) -> anyhow::Result<Self> {
        let request = client
            .post(format!("{address}/api/v1/auth/guest"))
            .json(&serde_json::json!({"session": "token"}));
        let answer: AuthAnswer = send(request).await?;
        let token = answer
            .token
            .ok_or_else(|| anyhow::anyhow!("a guest was not given a token"))?;
        Ok(Self::known(client, address, OPEN_LEAGUE, &token))
    }

    /// A player who has a session already, in a game.
    #[must_use]
    pub fn known(client: &Client, address: &str, game: &str, token: &str) -> Self {
        Self {
            client: client.clone(),
            address: address.to_owned(),
            game: game.to_owned(),
            token: token.to_owned(),
        }
    }

    /// The same player at another server of the same game.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self.clone()
        }
    }

    /// The same player in another game.
    #[must_use]
    pub fn playing(&self, game: &str) -> Self {
        Self {
            game: game.to_owned(),
            ..self.clone()
        }
    }

    /// A request as this player, by its whole path, for what is not of the game alone. [`send`] sends it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.address);
        self.client
            .request(method, address)
            .bearer_auth(&self.token)
    }

    /// Gets something of the game.
    ///
    /// # Errors
    /// A [`CallError`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        send(self.client.get(self.in_game(path)).bearer_auth(&self.token)).await
    }

    /// Sends something to the game.
    ///
    /// # Errors
    /// A [`CallError`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, CallError> {
        send(
            self.client
                .post(self.in_game(path))
                .bearer_auth(&self.token)
                .json(body),
        )
        .await
    }

    /// Places an order.
    ///
    /// # Errors
    /// A [`CallError`]; a rejection is one that was refused.
    pub async fn place(&self, order: &OrderRequest) -> Result<OrderView, CallError> {
        self.post("orders", order).await
    }

    /// The account at a glance.
    ///
    /// # Errors
    /// A [`CallError`].
    pub async fn summary(&self) -> Result<SummaryView, CallError> {
        self.get("summary").await
    }

    /// Every order that the server knows of, latest first.
    ///
    /// # Errors
    /// A [`CallError`].
    pub async fn orders(&self) -> Result<Vec<OrderView>, CallError> {
        self.all("orders").await
    }

    /// The whole ledger, latest first.
    ///
    /// # Errors
    /// A [`CallError`].
    pub async fn ledger(&self) -> Result<Vec<LedgerEntryView>, CallError> {
        self.all("ledger").await
    }

    /// The symbols of the market, the first hundred.
    ///
    /// # Errors
    /// A [`CallError`].
    pub async fn symbols(&self) -> Result<Vec<Symbol>, CallError> {
        let page: Page<domain::api::InstrumentRow> = self.get("instruments?per_page=100").await?;
        Ok(page.items.into_iter().map(|row| row.symbol).collect())
    }

    fn in_game(&self, path: &str) -> String {
        format!("{}/api/v1/games/{}/{path}", self.address, self.game)
    }

    async fn all<T: DeserializeOwned>(&self, list: &str) -> Result<Vec<T>, CallError> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page: CursorPage<T> = self.get(&format!("{list}?limit=100{cursor}")).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => {
                    cursor = format!("&cursor={}", utf8_percent_encode(&next, NON_ALPHANUMERIC));
                }
                None => return Ok(items),
            }
        }
    }
}

/// Sends a request; what it is answered.
///
/// # Errors
/// A [`CallError`].
pub async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, CallError> {
    let answer = request.send().await.map_err(CallError::Lost)?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(CallError::Lost)?;
    let unexpected = || {
        CallError::Unexpected(
            status,
            String::from_utf8_lossy(&body).chars().take(500).collect(),
        )
    };
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| unexpected());
    }
    Err(serde_json::from_slice(&body).map_or_else(
        |_| unexpected(),
        |error| CallError::Refused(Box::new(error)),
    ))
}
