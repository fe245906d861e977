//! A game on real history whose names and dates are hidden until it is over.

use domain::api::{CandleView, InstrumentRow, OrderView, Page};
use domain::{CorporateAction, DatedAction, Day, InstrumentId, Price};
use reqwest::StatusCode;
use serde_json::json;
use server::store::{InstrumentAction, MarketSource};

use super::{act, create, join, settled};
use crate::app::{TestApp, order};
use crate::market::{candle, instrument};

const REAL: [&str; 3] = ["AAPL", "MSFT", "XOM"];

/// A Friday.
fn begins() -> Day {
    Day::from_calendar(2008, 9, 12).expect("it is a day")
}

/// Three companies with a candle on each of 40 days, 20 before the game begins. The first pays a
/// dividend on the second day of the game.
async fn history(app: &TestApp) {
    let id = |place: usize| InstrumentId(100_000 + i64::try_from(place).unwrap_or_default());
    let places = REAL.iter().enumerate();
    let instruments: Vec<_> = places
        .map(|(place, symbol)| instrument(id(place), MarketSource::Replay, symbol))
        .collect();
    let day = |number: i32| begins().plus_days(number - 20);
    let candles: Vec<_> = (0..REAL.len())
        .flat_map(|place| (0..40).map(move |number| candle(id(place), day(number), 100 + number)))
        .collect();
    let paid = InstrumentAction {
        instrument: id(0),
        dated: DatedAction {
            day: day(21),
            action: CorporateAction::Dividend {
                per_share: Price::from_whole(1),
            },
        },
    };
    let store = app.store().await;
    store
        .import_history(&instruments, &candles, &[paid])
        .await
        .expect("the history can be stored");
}

#[tokio::test]
async fn history_is_played_under_other_names_and_dates_until_the_game_is_over() {
    let app = TestApp::start().await;
    history(&app).await;
    let host = app.guest().await;
    for (from, wrong) in [("2008-01-01", true), ("soon", true), ("2008-09-12", false)] {
        let body = json!({"name": "9b", "market": "hidden", "replay_from": from});
        let answer = host.post("/api/v1/games", &body).await;
        if wrong {
            assert_eq!(answer.wrong_field(), "replay_from", "{from}");
        }
    }
    let ticket = create(
        &host,
        json!({"market": "hidden", "replay_from": "2008-09-12", "speed": 1}),
    )
    .await;
    let (mia, _) = join(&app, &ticket, "mia").await;
    let path = format!("/api/v1/games/{}", ticket.slug);
    let listed: Page<InstrumentRow> = mia
        .get(&format!("{path}/instruments"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(listed.items.len(), REAL.len());
    let shown = listed.items[0].symbol;
    let history: Vec<CandleView> = mia
        .get(&format!("{path}/instruments/{shown}/candles?range=1m"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(history.len(), 21);
    let last = history.last().expect("there are candles").at.day();
    // The Friday of that week.
    assert_eq!(last.to_string(), "2035-01-05");
    for page in ["instruments", "news", "rules", "dashboard", "finals"] {
        let told = mia.get(&format!("{path}/{page}")).await.body;
        let real = REAL.iter().find(|real| told.contains(**real));
        assert!(real.is_none() && !told.contains("2008"), "{page}: {told}");
    }
    let bought = order(shown.as_str(), "buy", json!({"quantity": "2"}));
    let _: OrderView = mia
        .post(&format!("{path}/orders"), &bought)
        .await
        .expect(StatusCode::CREATED);
    // Everyone who holds the company with the dividend is paid in the shares that are shown.
    act(&host, &ticket, json!({"action": "step", "days": 2})).await;
    act(&host, &ticket, json!({"action": "close"})).await;
    let finals = settled(&host, &format!("{path}/finals")).await;
    let revealed = finals.revealed.expect("the game is over");
    assert_eq!(
        (revealed.day.to_string(), revealed.real_day),
        ("2035-01-05".to_owned(), begins())
    );
    let mut names: Vec<&str> = revealed
        .companies
        .iter()
        .map(|company| company.real_symbol.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, REAL);
    app.stop().await;
}
