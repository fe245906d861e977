//! Providers that fail: who answers instead, what the operator sees, and how it ends.

use std::sync::Arc;

use domain::{Symbol, Timestamp};
use server::market::live::Desk;
use server::operation::providers::{self, ProviderCommand};

use super::stage::trading_hours;
use super::stand_in::{KEY, Mood, StandIn, Who};
use crate::fixture::{ManualClock, Stage};

/// A desk that asks the stand-in.
struct Bench {
    stage: Stage,
    clock: Arc<ManualClock>,
    stand_in: Arc<StandIn>,
    config: server::config::ProvidersConfig,
    desk: Desk,
}

impl Bench {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut server::config::ProvidersConfig)) -> Self {
        let stage = Stage::new().await;
        let clock = ManualClock::at(trading_hours());
        let stand_in = StandIn::start(&clock).await;
        stand_in.set_price("AAPL", "272.11");
        let mut config = stand_in.config();
        change(&mut config);
        let store = Arc::clone(&stage.store);
        let desk = Desk::open(&config, store, clock.clone()).expect("the settings are sound");
        Self {
            stage,
            clock,
            stand_in,
            config,
            desk,
        }
    }

    /// A question whose answer is not remembered.
    async fn search(&self) -> Result<(), String> {
        let found = self.desk.search("apple").await;
        found.map(|_| ()).map_err(|error| error.to_string())
    }

    async fn quote(&self) -> Result<(String, &'static str), String> {
        let quote = self.desk.quote(apple(), |_| true).await;
        quote
            .map(|(quote, provider, _)| (quote.price.to_string(), provider))
            .map_err(|error| error.to_string())
    }

    async fn status(&self) -> String {
        let mut lines = Vec::new();
        let now = server::clock::Clock::now(&*self.clock);
        let (store, command) = (&*self.stage.store, ProviderCommand::Status);
        providers::run(&self.config, store, &command, now, |line| lines.push(line))
            .await
            .expect("the store works");
        lines.join("\n")
    }
}

fn apple() -> Symbol {
    "AAPL".parse().expect("it is a symbol")
}

/// Every fault, and what the operator is told of it.
fn faults() -> Vec<(Mood, &'static str)> {
    let limit =
        r#"{"Error Message":"Limit Reach . Please upgrade your plan or visit our documentation"}"#;
    let plain = |status, body: &str| Mood::Says {
        status,
        content_type: "text/plain",
        body: body.to_owned(),
    };
    vec![
        (Mood::Stalls, "it has not replied in time"),
        (Mood::Dawdles, "it has not replied in time"),
        (Mood::Floods, "its reply is too long"),
        (
            Mood::says("<html>welcome</html>"),
            "its reply cannot be read",
        ),
        (Mood::says(""), "its reply cannot be read"),
        (Mood::says_with(500, "{}"), "it has failed with status 500"),
        (plain(503, "try again"), "it has failed with status 503"),
        (Mood::says_with(302, ""), "it has failed with status 302"),
        (Mood::says(limit), "it takes no more calls today"),
        (Mood::says_with(429, limit), "it takes no more calls today"),
        (
            plain(429, "Too Many Requests"),
            "it takes no more calls for a while",
        ),
        (
            Mood::says_with(401, r#"{"Error Message":"Invalid API KEY."}"#),
            "it does not accept the key",
        ),
        (
            plain(402, "Premium Query Parameter: not for you"),
            "our plan does not include this",
        ),
        (Mood::says("[]"), "it does not know the symbol"),
    ]
}

#[tokio::test]
async fn whatever_the_first_provider_does_the_second_answers() {
    for (mood, _) in faults() {
        let bench = Bench::start().await;
        bench.stand_in.set_mood(Who::Fmp, mood.clone());
        let answer = bench.quote().await;
        assert_eq!(answer, Ok(("272.11".into(), "alpha_vantage")), "{mood:?}");
    }
}

#[tokio::test]
async fn when_nobody_answers_each_reason_is_told_without_key_and_reply() {
    for (mood, reason) in faults() {
        let bench = Bench::start().await;
        bench.stand_in.set_mood(Who::Fmp, mood.clone());
        let spent = r#"{"Information":"We have detected your API key as key-that-nobody-sees and our standard API rate limit is 25 requests per day."}"#;
        bench
            .stand_in
            .set_mood(Who::AlphaVantage, Mood::says(spent));
        let told = bench.quote().await.unwrap_err();
        let expected = format!(
            "Financial Modeling Prep: {reason}; Alpha Vantage: it takes no more calls today"
        );
        assert_eq!(told, expected);
        assert!(!bench.status().await.contains(KEY));
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_left_alone_after_five_failures() {
    let bench = Bench::start_with(|config| {
        // Nobody listens at port 9 of this machine.
        config.financial_modeling_prep.base_url = "http://127.0.0.1:9".into();
        config.alpha_vantage.key = None;
    })
    .await;
    let unreachable = "Financial Modeling Prep: it cannot be reached";
    // Each question is put twice, because this failure looks brief.
    for _ in 0..2 {
        assert_eq!(bench.search().await, Err(unreachable.into()));
    }
    let told = bench.search().await.unwrap_err();
    assert!(told.contains("is not asked before"), "{told}");
    let status = bench.status().await;
    assert!(status.contains("is left alone until"), "{status}");
    assert!(status.contains("it cannot be reached"), "{status}");
    assert!(status.contains("alpha_vantage: has no key"), "{status}");
}

#[tokio::test]
async fn the_breaker_lets_one_call_try_after_a_minute_and_closes_when_it_is_answered() {
    let bench = Bench::start_with(|config| config.alpha_vantage.key = None).await;
    bench.stand_in.set_mood(Who::Fmp, Mood::says("garbage"));
    for _ in 0..5 {
        let told = bench.search().await.unwrap_err();
        assert!(told.contains("cannot be read"), "{told}");
        bench.clock.pass_seconds(1);
    }
    let asked = |bench: &Bench| bench.stand_in.asked(Who::Fmp).len();
    assert_eq!(asked(&bench), 5);
    let told = bench.search().await.unwrap_err();
    assert!(told.contains("is not asked before"), "{told}");
    assert_eq!(asked(&bench), 0, "it is open");

    bench.clock.pass_seconds(60);
    bench.search().await.unwrap_err();
    bench.search().await.unwrap_err();
    assert_eq!(asked(&bench), 1, "one call tries, and fails");

    bench.stand_in.set_mood(Who::Fmp, Mood::Answers);
    bench.clock.pass_seconds(60);
    assert_eq!(bench.search().await, Ok(()));
    assert_eq!(bench.search().await, Ok(()));
    assert_eq!(asked(&bench), 2, "it is closed");
    assert!(bench.status().await.contains("is asked"));
}

#[tokio::test]
async fn failures_that_are_far_apart_open_nothing() {
    let bench = Bench::start_with(|config| config.alpha_vantage.key = None).await;
    bench.stand_in.set_mood(Who::Fmp, Mood::says("garbage"));
    for _ in 0..10 {
        bench.search().await.unwrap_err();
        bench.clock.pass_seconds(15);
    }
    assert_eq!(bench.stand_in.asked(Who::Fmp).len(), 10);
}

#[tokio::test]
async fn two_servers_share_the_breaker_and_the_quota() {
    let bench = Bench::start_with(|config| {
        config.alpha_vantage.key = None;
        config.financial_modeling_prep.per_day = 6;
    })
    .await;
    let store = Arc::clone(&bench.stage.store);
    let other = Desk::open(&bench.config, store, bench.clock.clone());
    let other = other.expect("the settings are sound");
    for _ in 0..3 {
        assert_eq!(bench.search().await, Ok(()));
        assert!(other.search("apple").await.is_ok());
    }
    let told = other.search("apple").await.unwrap_err().to_string();
    assert!(told.contains("its calls of this day are used"), "{told}");
    assert_eq!(bench.stand_in.asked(Who::Fmp).len(), 6);
    assert!(bench.status().await.contains("6 of 6 calls this day"));

    let next_day = trading_hours().day().plus_days(1).start();
    bench.clock.set(next_day);
    bench.stand_in.set_mood(Who::Fmp, Mood::says("garbage"));
    for _ in 0..5 {
        bench.search().await.unwrap_err();
    }
    bench.stand_in.set_mood(Who::Fmp, Mood::Answers);
    let told = other.search("apple").await.unwrap_err().to_string();
    assert!(told.contains("its reply cannot be read"), "{told}");
    assert_eq!(
        bench.stand_in.asked(Who::Fmp).len(),
        5,
        "the other's breaker is open"
    );
}

#[tokio::test]
async fn a_provider_that_takes_no_more_calls_is_asked_again_on_the_next_day() {
    let bench = Bench::start_with(|config| config.alpha_vantage.key = None).await;
    let limit = r#"{"Error Message":"Limit Reach . Please upgrade your plan"}"#;
    bench.stand_in.set_mood(Who::Fmp, Mood::says(limit));
    bench.search().await.unwrap_err();
    bench.stand_in.set_mood(Who::Fmp, Mood::Answers);
    let midnight: Timestamp = trading_hours().day().plus_days(1).start();
    bench.clock.set(midnight.plus_seconds(-1));
    let told = bench.search().await.unwrap_err();
    assert!(told.contains("it takes no more calls today"), "{told}");
    bench.clock.set(midnight);
    assert_eq!(bench.search().await, Ok(()));
}

#[tokio::test]
async fn an_answer_is_used_until_it_is_too_old_or_flushed() {
    let bench = Bench::start().await;
    let asked = |bench: &Bench| bench.stand_in.asked(Who::Fmp).len();
    assert_eq!(
        bench.quote().await,
        Ok(("272.11".into(), "financial_modeling_prep"))
    );
    bench.stand_in.set_price("AAPL", "273.5");
    bench.clock.pass_seconds(299);
    assert_eq!(
        bench.quote().await.map(|(price, _)| price),
        Ok("272.11".into())
    );
    assert_eq!(asked(&bench), 1);
    bench.clock.pass_seconds(1);
    assert_eq!(
        bench.quote().await.map(|(price, _)| price),
        Ok("273.50".into())
    );
    bench.stand_in.set_price("AAPL", "274");
    let flush = ProviderCommand::Flush {
        provider: Some(providers::ProviderArg::FinancialModelingPrep),
        kind: Some(providers::KindArg::Quote),
    };
    let now = server::clock::Clock::now(&*bench.clock);
    let mut told = Vec::new();
    let flushed = providers::run(&bench.config, &*bench.stage.store, &flush, now, |line| {
        told.push(line);
    });
    flushed.await.expect("the store works");
    assert_eq!(told, ["1 answers are forgotten."]);
    assert_eq!(
        bench.quote().await.map(|(price, _)| price),
        Ok("274.00".into())
    );
}

#[tokio::test]
async fn equal_questions_at_the_same_time_are_put_once() {
    let bench = Bench::start().await;
    let (a, b, c) = tokio::join!(bench.quote(), bench.quote(), bench.quote());
    assert!(a.is_ok() && a == b && b == c, "{a:?} {b:?} {c:?}");
    assert_eq!(bench.stand_in.asked(Who::Fmp), ["AAPL"]);
}

/// Where a log goes.
#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut lines = self.0.lock().expect("no writer panics");
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_what_is_wrong_without_key_and_reply() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // While there is a single subscriber, a thread without one may decide for all that an event is of no
    // interest, and other tests run in such threads.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _log = tracing::subscriber::set_default(log);
    let bench = Bench::start_with(|config| config.alpha_vantage.key = None).await;
    let reply = format!("a strange reply that quotes {KEY}");
    bench.stand_in.set_mood(Who::Fmp, Mood::says(&reply));
    for _ in 0..5 {
        bench.search().await.unwrap_err();
    }
    let refused = format!(r#"{{"Error Message":"Invalid API KEY {KEY}"}}"#);
    bench.stand_in.set_mood(Who::Fmp, Mood::says(&refused));
    bench.clock.pass_seconds(60);
    bench.search().await.unwrap_err();
    let log = lines.0.lock().expect("no writer panics").clone();
    let log = String::from_utf8(log).expect("a log is text");
    for event in ["provider_breaker_open", "provider_refuses"] {
        assert!(log.contains(event), "{log}");
    }
    assert!(!log.contains(KEY), "{log}");
    assert!(!log.contains("strange reply"), "{log}");
}
