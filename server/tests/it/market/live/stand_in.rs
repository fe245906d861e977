//! A local server that answers as the providers do, and fails as it is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use server::clock::Clock;
use server::config::{ProvidersConfig, Secret};
use tokio::net::TcpListener;

use crate::fixture::ManualClock;

/// The key that requests must carry and that nobody may be shown.
pub const KEY: &str = "key-that-nobody-sees";

/// Which provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Fmp,
    AlphaVantage,
}

/// What a provider does with a request.
#[derive(Debug, Clone)]
pub enum Mood {
    /// Answers it.
    Answers,
    /// Says this instead.
    Says {
        status: u16,
        content_type: &'static str,
        body: String,
    },
    /// Does not answer.
    Stalls,
    /// Begins to answer, and goes on no further.
    Dawdles,
    /// Sends more than anybody reads.
    Floods,
}

impl Mood {
    /// Status 200 with a text.
    pub fn says(body: &str) -> Self {
        Self::says_with(200, body)
    }

    pub fn says_with(status: u16, body: &str) -> Self {
        Self::Says {
            status,
            content_type: "application/json",
            body: body.to_owned(),
        }
    }
}

/// The server.
#[derive(Debug)]
pub struct StandIn {
    address: String,
    clock: Arc<ManualClock>,
    moods: Mutex<HashMap<Who, Mood>>,
    prices: Mutex<HashMap<String, String>>,
    asked: Mutex<Vec<(Who, String)>>,
}

type Asked = Query<HashMap<String, String>>;

impl StandIn {
    pub async fn start(clock: &Arc<ManualClock>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let stand_in = Arc::new(Self {
            address: address.to_string(),
            clock: Arc::clone(clock),
            moods: Mutex::default(),
            prices: Mutex::default(),
            asked: Mutex::default(),
        });
        let router = Router::new()
            .route("/stable/quote", get(fmp_quote))
            .route("/stable/profile", get(fmp_profile))
            .route("/stable/historical-price-eod/full", get(fmp_history))
            .route("/stable/search-name", get(fmp_search))
            .route("/query", get(alpha_vantage))
            .with_state(Arc::clone(&stand_in));
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// Settings that ask this server, FMP first, without quotas.
    pub fn config(&self) -> ProvidersConfig {
        let mut config = ProvidersConfig {
            timeout_ms: 1_500,
            ..ProvidersConfig::default()
        };
        let providers = [
            (&mut config.financial_modeling_prep, "/stable"),
            (&mut config.alpha_vantage, ""),
        ];
        for (provider, path) in providers {
            provider.key = Some(Secret::new(KEY));
            provider.base_url = format!("http://{}{path}", self.address);
            provider.per_second = 0;
            provider.per_day = 0;
        }
        config
    }

    pub fn set_mood(&self, who: Who, mood: Mood) {
        lock(&self.moods).insert(who, mood);
    }

    pub fn set_price(&self, symbol: &str, price: &str) {
        lock(&self.prices).insert(symbol.to_owned(), price.to_owned());
    }

    /// The symbols that a provider was asked for since the last call of this.
    pub fn asked(&self, who: Who) -> Vec<String> {
        let mut asked = lock(&self.asked);
        let (of_it, rest) = asked.drain(..).partition(|(whom, _)| *whom == who);
        *asked = rest;
        let of_it: Vec<(Who, String)> = of_it;
        of_it.into_iter().map(|(_, symbol)| symbol).collect()
    }

    fn price(&self, symbol: &str) -> Option<String> {
        lock(&self.prices).get(symbol).cloned()
    }

    /// What it does instead of answering, as its mood is.
    async fn instead(&self, who: Who, asked: &Asked, symbol: &str) -> Option<Response> {
        lock(&self.asked).push((who, symbol.to_owned()));
        let mood = lock(&self.moods).get(&who).cloned();
        if asked.get("apikey").map(String::as_str) != Some(KEY) {
            let told = r#"{"Error Message":"Invalid API KEY. the parameter apikey is invalid"}"#;
            return Some((StatusCode::UNAUTHORIZED, told).into_response());
        }
        match mood.unwrap_or(Mood::Answers) {
            Mood::Answers => None,
            Mood::Says {
                status,
                content_type,
                body,
            } => {
                let status = StatusCode::from_u16(status).expect("the test's statuses are valid");
                Some((status, [("content-type", content_type)], body).into_response())
            }
            Mood::Stalls => std::future::pending().await,
            Mood::Dawdles => {
                let first = Ok::<_, std::io::Error>(Bytes::from_static(b"[{\"symbol\":"));
                let first = futures_util::stream::once(async { first });
                let never = futures_util::stream::pending();
                let body = futures_util::StreamExt::chain(first, never);
                Some(Body::from_stream(body).into_response())
            }
            Mood::Floods => Some("[".repeat(9 * 1024 * 1024).into_response()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no test panics while it holds the lock")
}

fn symbol_of(asked: &Asked) -> String {
    let words = ["symbol", "query", "keywords"];
    let symbol = words.into_iter().find_map(|name| asked.get(name));
    symbol.cloned().unwrap_or_default()
}

fn json(text: String) -> Response {
    ([("content-type", "application/json")], text).into_response()
}

async fn fmp_quote(State(stand_in): State<Arc<StandIn>>, asked: Asked) -> Response {
    let symbol = symbol_of(&asked);
    if let Some(instead) = stand_in.instead(Who::Fmp, &asked, &symbol).await {
        return instead;
    }
    let Some(price) = stand_in.price(&symbol) else {
        return json("[]".into());
    };
    let at = stand_in.clock.now().seconds();
    json(format!(
        r#"[{{"symbol":"{symbol}","name":"The {symbol} Company","price":{price},"changePercentage":2.22782,"change":5.93,
        "volume":31175156,"dayLow":1.5,"dayHigh":2000.25,"yearHigh":2000.62,"yearLow":1.21,"marketCap":3999452374199.0005,
        "priceAvg50":266.1126,"priceAvg200":241.17575,"exchange":"NASDAQ","open":268,"previousClose":266.18,"timestamp":{at}}}]"#
    ))
}

async fn fmp_profile(State(stand_in): State<Arc<StandIn>>, asked: Asked) -> Response {
    let symbol = symbol_of(&asked);
    if let Some(instead) = stand_in.instead(Who::Fmp, &asked, &symbol).await {
        return instead;
    }
    let Some(price) = stand_in.price(&symbol) else {
        return json("[]".into());
    };
    let currency = if symbol.ends_with(".L") { "GBp" } else { "USD" };
    json(format!(
        r#"[{{"symbol":"{symbol}","price":{price},"marketCap":3999452374199.0005,"companyName":"The {symbol} Company",
        "currency":"{currency}","sector":"Technology","description":"Makes things.","isEtf":false,"ceo":null}}]"#
    ))
}

async fn fmp_history(State(stand_in): State<Arc<StandIn>>, asked: Asked) -> Response {
    let symbol = symbol_of(&asked);
    if let Some(instead) = stand_in.instead(Who::Fmp, &asked, &symbol).await {
        return instead;
    }
    let day = |date: &str, close: &str| {
        format!(
            r#"{{"symbol":"{symbol}","date":"{date}","open":262.1,"high":275.54,"low":251.02,"close":{close},"volume":3920774,"change":2.81,"changePercent":1.07,"vwap":263.8}}"#
        )
    };
    json(format!(
        "[{},{}]",
        day("2026-11-24", "264.91"),
        day("2026-11-23", "261.54")
    ))
}

async fn fmp_search(State(stand_in): State<Arc<StandIn>>, asked: Asked) -> Response {
    let words = symbol_of(&asked);
    if let Some(instead) = stand_in.instead(Who::Fmp, &asked, &words).await {
        return instead;
    }
    json(r#"[{"symbol":"AAPL","name":"Apple Inc.","currency":"USD","exchangeFullName":"NASDAQ Global Select","exchange":"NASDAQ"}]"#.into())
}

async fn alpha_vantage(State(stand_in): State<Arc<StandIn>>, asked: Asked) -> Response {
    let symbol = symbol_of(&asked);
    if let Some(instead) = stand_in.instead(Who::AlphaVantage, &asked, &symbol).await {
        return instead;
    }
    let day = stand_in.clock.now().day();
    match asked.get("function").map(String::as_str) {
        Some("GLOBAL_QUOTE") => json(stand_in.price(&symbol).map_or_else(
            || r#"{"Global Quote":{}}"#.into(),
            |price| {
                format!(
                    r#"{{"Global Quote":{{"01. symbol":"{symbol}","02. open":"268.0000","03. high":"2000.2500","04. low":"1.5000",
                    "05. price":"{price}","06. volume":"1920774","07. latest trading day":"{day}","08. previous close":"266.1800",
                    "09. change":"-12.0000","10. change percent":"-0.1148%"}}}}"#
                )
            },
        )),
        Some("SYMBOL_SEARCH") => json(r#"{"bestMatches":[{"1. symbol":"AAPL","2. name":"Apple Inc","3. type":"Equity","8. currency":"USD","9. matchScore":"1.0000"}]}"#.into()),
        _ => json("{}".into()),
    }
}
