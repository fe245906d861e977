//! Requests: how long they take by route, and how they end by status and cause.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::Method;
use axum::response::Response;
use domain::api::ErrorCode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds in seconds. The alerts look at 0.5 and 1.
const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Parts of the site without a pattern of their own: the first part of an address names them.
const PLACES: [&str; 53] = [
    "account",
    "achievements",
    "activity",
    "alerts",
    "assets",
    "dashboard",
    "duels",
    "finals",
    "forms",
    "friends",
    "games",
    "glossary",
    "health",
    "instruments",
    "join",
    "journal",
    "launch",
    "leaderboard",
    "login",
    "look",
    "losses",
    "lots",
    "luck",
    "market",
    "more",
    "notes",
    "notifications",
    "offerings",
    "operator",
    "orders",
    "past-leaderboards",
    "pkg",
    "players",
    "portfolio",
    "practice",
    "profile",
    "progress",
    "proof",
    "publish",
    "puzzle",
    "register",
    "rules",
    "savings",
    "scenarios",
    "start",
    "stop-mail",
    "strategies",
    "targets",
    "taxes",
    "watch-lists",
    "week",
    "what-if",
    "x-ray",
];

/// Why a request was not answered as asked. Kept with the answer until it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause(pub ErrorCode);

/// Where a request went: the pattern of its route, never its address.
#[derive(Debug, Clone)]
enum Route {
    Matched(MatchedPath),
    Place(&'static str),
}

impl Route {
    fn as_str(&self) -> &str {
        match self {
            Self::Matched(path) => path.as_str(),
            Self::Place(place) => place,
        }
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        self.as_str().encode(encoder)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: Route,
    status: u16,
    cause: &'static str,
}

/// A request that is being answered.
#[derive(Debug, Clone, Copy)]
pub struct Started {
    method: &'static str,
    place: &'static str,
}

impl Started {
    /// Of a request, before anything else looks at it.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Self {
        Self {
            method: method_name(method),
            place: place(path),
        }
    }
}

/// Counts requests.
#[derive(Debug, Clone)]
pub struct Requests {
    seconds: Family<Asked, Histogram, fn() -> Histogram>,
    answered: Family<Answered, Counter>,
}

impl Requests {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let new: fn() -> Histogram = || Histogram::new(BOUNDS);
        let requests = Self {
            seconds: Family::new_with_constructor(new),
            answered: Family::default(),
        };
        registry.register(
            "request_seconds",
            "How long requests took, from the first byte read to the answer",
            requests.seconds.clone(),
        );
        registry.register(
            "requests",
            "Requests by status and, where they failed, by error code",
            requests.answered.clone(),
        );
        requests
    }

    /// Counts a request that was answered.
    pub fn count(&self, started: Started, response: &Response, took: Duration) {
        let extensions = response.extensions();
        let route = match extensions.get::<MatchedPath>() {
            Some(path) => Route::Matched(path.clone()),
            None => Route::Place(started.place),
        };
        let method = started.method;
        let cause = extensions.get::<Cause>();
        self.answered
            .get_or_create(&Answered {
                method,
                route: route.clone(),
                status: response.status().as_u16(),
                cause: cause.map_or("", |cause| cause.0.as_str()),
            })
            .inc();
        self.seconds
            .get_or_create(&Asked { method, route })
            .observe(took.as_secs_f64());
    }
}

/// Methods that nobody knows are one, so that a stranger cannot make series.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The part of the site that an address is in.
fn place(path: &str) -> &'static str {
    let mut parts = path.trim_start_matches('/').split('/');
    match parts.next() {
        Some("") | None => "/",
        Some("api") => "api",
        Some(first) => {
            let found = PLACES.binary_search(&first).ok();
            found
                .and_then(|index| PLACES.get(index).copied())
                .unwrap_or("elsewhere")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_address_makes_no_series() {
        for (path, expected) in [
            ("/", "/"),
            ("/market", "market"),
            ("/games/class-7b/market", "games"),
            ("/forms/login", "forms"),
            ("/api/v1/nothing", "api"),
            ("/wp-admin/x", "elsewhere"),
        ] {
            assert_eq!(place(path), expected);
        }
        let mut sorted = PLACES;
        sorted.sort_unstable();
        assert_eq!(sorted, PLACES);
        let odd = Method::from_bytes(b"BREW").unwrap();
        assert_eq!(method_name(&odd), "other");
    }
}
