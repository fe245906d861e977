//! Whatever is sent, read or set: it is either understood or refused in words, never a panic, never
//! a mistake of the server's, and nothing is half done. `PROPTEST_CASES` says how often each kind is
//! tried; a failure is kept in `proptest-regressions` and tried first from then on.

use std::path::Path;

use domain::api::{ApiError, ErrorCode};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config as Cases, TestRunner};
use reqwest::Method;
use server::Config;
use server::import::parse_history;
use server::verify::verify;

use crate::app::{Answer, Player, TestApp};

mod live;

/// Texts that break careless readers.
const ODD: [&str; 16] = [
    "",
    "0",
    "-1",
    "1e999",
    "null",
    "{}",
    "[]",
    "\"",
    "\\",
    "\u{0}",
    "\r\n",
    "\u{feff}",
    "𝟙",
    "%00",
    "9223372036854775808",
    "../..",
];

/// What was right until somebody changed it: a piece is cut out, doubled, or replaced.
pub(crate) fn changed(right: &'static [&'static str]) -> impl Strategy<Value = String> {
    let put = prop_oneof![
        select(&ODD[..]).prop_map(str::to_owned),
        any::<String>(),
        any::<char>().prop_map(String::from),
        any::<i64>().prop_map(|number| number.to_string()),
    ];
    let change = (any::<Index>(), 0_usize..12, put);
    (select(right), proptest::collection::vec(change, 0..4)).prop_map(|(text, changes)| {
        let mut letters: Vec<char> = text.chars().collect();
        for (place, length, put) in changes {
            let from = place.index(letters.len() + 1);
            let to = (from + length).min(letters.len());
            letters.splice(from..to, put.chars());
        }
        letters.into_iter().collect()
    })
}

/// An answer that is a success, or an error of a known code with the status of that code.
fn is_clear(answer: &Answer, asked: &str) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{asked}: {status} {}", answer.body);
    if status >= 400 {
        let error: Result<ApiError, _> = serde_json::from_str(&answer.body);
        let error = error.unwrap_or_else(|_| panic!("{asked}: {status} {}", answer.body));
        assert_eq!(error.code.status(), status, "{asked}: {error:?}");
        assert!(!error.message.is_empty(), "{asked}");
        assert!(
            error.code != ErrorCode::InvalidFields || !error.fields.is_empty(),
            "{asked}: no field is named"
        );
    }
}

/// Tries what `strategy` makes against one server, and then looks whether all of it adds up.
fn against_a_server<S: Strategy>(strategy: &S, ask: impl AsyncFn(&TestApp, &Player, S::Value))
where
    S::Value: Clone,
{
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let (app, player) = runtime.block_on(async {
        let app = TestApp::start().await;
        let player = app.guest().await;
        (app, player)
    });
    let cases = Cases {
        source_file: Some(file!()),
        ..Cases::default()
    };
    TestRunner::new(cases)
        .run(strategy, |input| {
            runtime.block_on(ask(&app, &player, input));
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(async {
        let store = app.store().await;
        let verified = verify(&*store, |finding| panic!("{finding}")).await;
        assert!(verified.expect("everything can be read").is_sound());
        store.close().await;
        app.stop().await;
    });
}

#[test]
fn a_body_is_understood_or_refused() {
    let paths = select(
        &[
            "/api/v1/games/open/orders",
            "/api/v1/games/open/orders",
            "/api/v1/auth/login",
            "/api/v1/auth/guest",
            "/api/v1/auth/register",
        ][..],
    );
    let bodies = changed(&[
        r#"{"idempotency_key":"fuzz-0001","symbol":"BOLTW","side":"buy","size":{"quantity":"1.5"}}"#,
        r#"{"idempotency_key":"fuzz-0002","symbol":"BOLTW","side":"sell","size":{"amount":"12.34"},"guard":{"expected":"101.25","tolerance_bps":50},"reason":"Growth"}"#,
        r#"{"login":"ada","password":"a long password","session":"token"}"#,
        r#"{"email":"ada@example.org","handle":"ada","password":"a long password","region":"DE","locale":"de-CH","base_currency":"USD"}"#,
        r#"{"session":"cookie"}"#,
    ]);
    let bytes = prop_oneof![
        8 => bodies.prop_map(String::into_bytes),
        1 => any::<Vec<u8>>(),
    ];
    against_a_server(&(paths, bytes), async |_, player, (path, body)| {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let request = player
            .request(Method::POST, path)
            .header("content-type", "application/json");
        is_clear(
            &Answer::of(request.body(body)).await,
            &format!("{path} {shown}"),
        );
    });
}

#[test]
fn an_address_is_understood_or_refused() {
    let addresses = changed(&[
        "instruments?query=wind&category=Energy&page=2&per_page=20",
        "instruments/BOLTW",
        "instruments/BOLTW/candles?from=2026-01-31&to=2026-11-21",
        "instruments/BOLTW/ticket",
        "quotes?symbols=BOLTW,VELVT",
        "orders?limit=10&cursor=1795253771123456.fuzz-0001",
        "orders/fuzz-0001",
        "ledger?limit=10&cursor=17",
        "holdings?page=1&per_page=50",
        "live",
    ]);
    against_a_server(&addresses, async |_, player, address| {
        let escaped: String = address
            .bytes()
            .map(|byte| match byte {
                b'!'..=b'~' if !b"\"<>\\^`{|}#".contains(&byte) => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        let path = format!("/api/v1/games/open/{escaped}");
        let answer = player.get(&path).await;
        // A path may be changed into that of a page, which answers as a page.
        let kind = answer.headers.get("content-type");
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
            is_clear(&answer, &path);
        }
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.body);
    });
}

#[test]
fn a_header_is_understood_or_ignored() {
    let names = select(
        &[
            "authorization",
            "cookie",
            "x-forwarded-for",
            "origin",
            "accept-language",
        ][..],
    );
    let values = changed(&[
        "Bearer 7.9.00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "tickerquest=7.9.00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff; theme=dark",
        "Basic YWRhOmE=",
        "203.0.113.7, 198.51.100.1",
        "https://game.example:8080",
    ]);
    let paths = select(
        &[
            "/api/v1/me",
            "/api/v1/games/open/summary",
            "/api/v1/auth/logout",
        ][..],
    );
    against_a_server(
        &(names, values, paths),
        async |app, _, (name, value, path)| {
            let Ok(header) = reqwest::header::HeaderValue::from_bytes(value.as_bytes()) else {
                return; // No client can send it.
            };
            let method = if path.ends_with("logout") {
                Method::POST
            } else {
                Method::GET
            };
            let request = app.anonymous().request(method, path).header(name, header);
            is_clear(
                &Answer::of(request).await,
                &format!("{path} {name}: {value}"),
            );
        },
    );
}

proptest! {
    #[test]
    fn a_price_file_is_understood_or_refused(text in changed(&[
        "Date,Open,High,Low,Close,Volume\n2000-03-01,10,12,9,11,700\n2000-03-02,11,12,9,10,800\n",
        "Date,Open,High,Low,Close,Adj Close,Volume\n2000-03-01,10,12,9,11,5.5,700\n2000-03-02,11,12,9,10,10,800\n",
        "\u{feff}date;open\n\"2000-03-01\",\"1,0\"\n",
    ])) {
        understood_or_refused(text.as_bytes());
    }

    #[test]
    fn no_bytes_are_more_than_refused_as_a_price_file(bytes in any::<Vec<u8>>()) {
        understood_or_refused(&bytes);
    }

    #[test]
    fn settings_are_understood_or_refused(text in changed(&[
        "listen = \"127.0.0.1:8080\"\ndata_dir = \"data\"\n[market]\nsource = \"simulated\"\nseed = 7\nspeed = 60\n",
        "database_url = \"postgres://ann:secret@db.example/game\"\n[postgres]\nwriters_max = 8\n[limits]\nbody_max = 65536\n",
        "[session]\ncookie_name = \"tickerquest\"\nallowed_hosts = [\"game.example\"]\n[engine]\nqueue_max = 4096\n",
    ])) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("tickerquest.toml");
        std::fs::write(&file, &text).expect("a temporary file can be written");
        match Config::load(Some(&file)) {
            Ok(config) => prop_assert!(config.check().is_ok()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

/// A history that is read is one: days in order, no price above the high or below the low.
fn understood_or_refused(bytes: &[u8]) {
    match parse_history(Path::new("prices.csv"), bytes) {
        Ok(history) => {
            let days = history.days();
            assert!(days.windows(2).all(|pair| pair[0].day < pair[1].day));
            for day in days {
                let inside = |price| day.low <= price && price <= day.high;
                assert!(
                    inside(day.open) && inside(day.close) && day.volume >= 0,
                    "{day:?}"
                );
                assert!(day.low.is_positive(), "{day:?}");
            }
            assert_eq!(days.first().map(|day| day.day), Some(history.first_day()));
            assert_eq!(days.last().map(|day| day.day), Some(history.last_day()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
