//! The requests of a scenario, written as the bytes that go over the connection.

use std::io::Write as _;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Serialize;

use super::population::Population;
use super::skew::Spread;
use super::split::{self, Split};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `POST orders`: buys or sells a little of something that the player holds.
    Trade,
    /// `GET holdings`: all positions, valued.
    Holdings,
    /// `GET summary`.
    Summary,
    /// `GET instruments`: a page of twenty.
    Instruments,
    /// `GET quotes`: those of the player's instruments.
    Quotes,
    /// `GET /health/live`: nothing.
    Health,
    /// `GET leaderboard`: the first ten, for somebody who is not logged in.
    BoardTop,
    /// `GET leaderboard?per_page=1`: the player's own rank, with the leader.
    BoardOwn,
    /// `GET leaderboard?around=me`: the first ten, and the player between the neighbours.
    BoardAround,
    /// `GET dashboard?range=1w`.
    Dashboard,
    /// `GET dashboard?range=all`.
    DashboardAll,
    /// `GET /page`: a file of a web server.
    File,
}

impl Kind {
    /// In a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trade => "trades",
            Self::Holdings => "holdings",
            Self::Summary => "summary",
            Self::Instruments => "instruments",
            Self::Quotes => "quotes",
            Self::Health => "health",
            Self::BoardTop => "top",
            Self::BoardOwn => "my rank",
            Self::BoardAround => "around me",
            Self::Dashboard => "dashboard",
            Self::DashboardAll => "dashboard of all days",
            Self::File => "file",
        }
    }
}

/// What is sent: kinds with their weights, and how they are spread over the players.
#[derive(Debug, Clone, Copy)]
pub struct Mix {
    /// Each kind with its weight.
    pub kinds: &'static [(Kind, u32)],
    /// Over the players.
    pub spread: Spread,
}

/// A source of requests.
#[derive(Debug)]
pub struct Workload {
    population: Population,
    symbols: Arc<[String]>,
    mix: Mix,
    weights: u32,
    random: StdRng,
    /// What the idempotency keys begin with: unique to this source among all runs.
    prefix: String,
    number: u64,
    body: Vec<u8>,
    /// None: everybody plays in the open league.
    split: Option<Split>,
}

impl Workload {
    /// The requests of a mix. `symbols` are those of the market in the population's order.
    #[must_use]
    pub fn new(
        population: Population,
        symbols: Arc<[String]>,
        mix: Mix,
        seed: u64,
        prefix: String,
    ) -> Self {
        Self {
            population,
            symbols,
            mix,
            weights: mix.kinds.iter().map(|(_, weight)| weight).sum(),
            random: StdRng::seed_from_u64(seed),
            prefix,
            number: 0,
            body: Vec::with_capacity(256),
            split: None,
        }
    }

    /// The same, each player in the game that a split gives them.
    #[must_use]
    pub fn in_games(self, split: Split) -> Self {
        Self {
            split: Some(split),
            ..self
        }
    }

    /// Adds the next request to what is to be sent.
    pub fn write_next(&mut self, out: &mut Vec<u8>) -> Kind {
        let kind = self.next_kind();
        let player = self
            .mix
            .spread
            .pick(self.population.players, &mut self.random);
        match kind {
            Kind::Trade => self.write_order(player, out),
            Kind::Holdings => self.write_get(player, "holdings", out),
            Kind::Summary => self.write_get(player, "summary", out),
            Kind::Instruments => {
                let page = if self.random.random_bool(0.5) {
                    "instruments?page=1"
                } else {
                    "instruments?page=2"
                };
                self.write_get(player, page, out);
            }
            Kind::Quotes => {
                let mut path = String::from("quotes?symbols=");
                for place in 0..self.population.positions {
                    if place > 0 {
                        path.push(',');
                    }
                    path.push_str(self.symbol(player, place));
                }
                self.write_get(player, &path, out);
            }
            Kind::Health => {
                out.extend_from_slice(b"GET /health/live");
                self.write_headers(player, out);
                out.extend_from_slice(b"\r\n");
            }
            Kind::BoardTop => write_anonymous("/api/v1/games/open/leaderboard", out),
            Kind::BoardOwn => self.write_get(player, "leaderboard?per_page=1", out),
            Kind::BoardAround => self.write_get(player, "leaderboard?around=me", out),
            Kind::Dashboard => self.write_get(player, "dashboard?range=1w", out),
            Kind::DashboardAll => self.write_get(player, "dashboard?range=all", out),
            Kind::File => write_anonymous("/page", out),
        }
        kind
    }

    fn next_kind(&mut self) -> Kind {
        let mut place = self.random.random_range(0..self.weights.max(1));
        for (kind, weight) in self.mix.kinds {
            if place < *weight {
                return *kind;
            }
            place -= weight;
        }
        Kind::Summary
    }

    fn symbol(&self, player: u32, place: u32) -> &str {
        let place = self
            .population
            .instrument(player, place, self.symbols.len());
        self.symbols.get(place).map_or("", String::as_str)
    }

    fn write_get(&self, player: u32, path: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"GET ");
        self.write_game(player, out);
        out.push(b'/');
        out.extend_from_slice(path.as_bytes());
        self.write_headers(player, out);
        out.extend_from_slice(b"\r\n");
    }

    /// The address of a player's game.
    fn write_game(&self, player: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(b"/api/v1/games/");
        match self.split {
            None => out.extend_from_slice(b"open"),
            Some(split) => out.extend_from_slice(split::slug(split.game(player)).as_bytes()),
        }
    }

    fn write_headers(&self, player: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(b" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ");
        self.population.write_token(player, out);
        out.extend_from_slice(b"\r\n");
    }

    /// A few dollars of one of the player's positions, bought as often as sold, so that after any
    /// number of them there is still cash to buy with and something to sell.
    fn write_order(&mut self, player: u32, out: &mut Vec<u8>) {
        let place = self
            .random
            .random_range(0..self.population.positions.max(1));
        let side = if self.random.random_bool(0.5) {
            "buy"
        } else {
            "sell"
        };
        let cents: u32 = self.random.random_range(200..1_000);
        let number = self.number;
        self.number += 1;
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        // Writing to a vector does not fail.
        let _ = write!(
            body,
            r#"{{"idempotency_key":"{}-{number:08x}","symbol":"{}","side":"{side}","size":{{"amount":"{}.{:02}"}}}}"#,
            self.prefix,
            self.symbol(player, place),
            cents / 100,
            cents % 100
        );
        out.extend_from_slice(b"POST ");
        self.write_game(player, out);
        out.extend_from_slice(b"/orders");
        self.write_headers(player, out);
        let _ = write!(
            out,
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        out.extend_from_slice(&body);
        self.body = body;
    }
}

/// A request of somebody without a session.
fn write_anonymous(path: &str, out: &mut Vec<u8>) {
    // Writing to a vector does not fail.
    let _ = write!(out, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

#[cfg(test)]
mod tests {
    use domain::api::OrderRequest;

    use super::*;

    fn workload(kinds: &'static [(Kind, u32)]) -> Workload {
        let population = Population {
            players: 50,
            positions: 3,
            seed: 5,
        };
        let symbols: Arc<[String]> = ["AAA", "BBB", "CCC", "DDD"].map(String::from).into();
        let mix = Mix {
            kinds,
            spread: Spread::Uniform,
        };
        Workload::new(population, symbols, mix, 11, "load-0123456789abcdef".into())
    }

    fn next(workload: &mut Workload) -> (Kind, String) {
        let mut out = Vec::new();
        let kind = workload.write_next(&mut out);
        (kind, String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_trade_is_an_order_that_the_api_takes() {
        let mut workload = workload(&[(Kind::Trade, 1)]);
        let mut keys = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let (kind, text) = next(&mut workload);
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert_eq!(kind, Kind::Trade);
            assert!(head.starts_with("POST /api/v1/games/open/orders HTTP/1.1\r\nHost: "));
            assert!(head.contains("\r\nAuthorization: Bearer "));
            assert!(head.ends_with(&format!("Content-Length: {}", body.len())));
            let request: OrderRequest = serde_json::from_str(body).unwrap();
            assert!(request.order().is_ok());
            assert!(keys.insert(request.idempotency_key));
        }
    }

    #[test]
    fn players_of_a_split_trade_in_their_own_games() {
        let split = Split {
            games: 2,
            markets: 1,
        };
        let mut workload = workload(&[(Kind::Trade, 1)]).in_games(split);
        for _ in 0..100 {
            let (_, text) = next(&mut workload);
            let first = text.starts_with("POST /api/v1/games/load-0/orders HTTP/1.1\r\n");
            assert!(first || text.starts_with("POST /api/v1/games/load-1/orders HTTP/1.1\r\n"));
        }
    }

    #[test]
    fn reads_are_whole_requests_without_a_body() {
        let mut workload = workload(&[(Kind::Quotes, 1)]);
        let (kind, text) = next(&mut workload);
        assert_eq!(kind, Kind::Quotes);
        assert!(text.starts_with("GET /api/v1/games/open/quotes?symbols="));
        assert_eq!(text.matches(',').count(), 2);
        assert!(text.ends_with("\r\n\r\n"));
    }

    #[test]
    fn kinds_come_as_often_as_they_weigh() {
        let mut workload = workload(&[(Kind::Holdings, 3), (Kind::Summary, 1)]);
        let holdings = (0..4_000)
            .filter(|_| next(&mut workload).0 == Kind::Holdings)
            .count();
        assert!((2_850..3_150).contains(&holdings), "{holdings}");
    }
}
