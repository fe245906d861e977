//! What companies of a simulated market report, and how one leaves it.

use domain::api::MarketNews;
use domain::market::{Leaving, STEPS_PER_DAY};
use domain::{ActionKind, CorporateAction, Day, Symbol, Timestamp};
use server::market::{Leaver, announce_departure, list_departures};

use super::{FIRST, Running, simulated};
use crate::fixture::{Stage, noon};

fn told(running: &Running, symbol: Symbol) -> Vec<MarketNews> {
    let snapshot = running.market.snapshot();
    let news = snapshot.news.iter().map(|item| item.news.clone());
    news.filter(|news| news.symbol == Some(symbol)).collect()
}

#[tokio::test]
async fn a_report_is_known_beforehand_by_its_instant_and_afterwards_by_what_it_said() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let coming = running.market.coming_reports();
    assert!((2..=10).contains(&coming.len()), "{coming:?}");
    assert!(coming.is_sorted_by_key(|one| one.at));
    let next = coming.first().expect("somebody reports soon").clone();
    assert!(noon() < next.at && next.at <= noon().plus_seconds(7 * 86_400));
    let snapshot = running.market.snapshot();
    let (_, record) = snapshot.catalogue.find(next.symbol).expect("it is listed");
    let before = running.market.earnings(record.id).expect("it is a company");
    assert_eq!(before.next, Some(next.at));
    assert!(before.past.iter().all(|report| report.at <= noon()));
    assert!(
        before
            .past
            .is_sorted_by(|later, earlier| later.at >= earlier.at)
    );
    assert!(
        (10..=12).contains(&before.past.len()),
        "three years of them"
    );
    assert!(
        told(&running, next.symbol)
            .iter()
            .all(|news| news.at <= noon())
    );

    running.clock.set(next.at);
    running.shows(next.at).await;
    let after = running.market.earnings(record.id).expect("it is a company");
    let report = after.past.first().expect("it has reported");
    assert_eq!(report.at, next.at);
    assert_eq!(after.next, Some(next.at.plus_seconds(91 * 86_400)));
    let news = told(&running, next.symbol);
    assert_eq!(
        news.first().map(|news| &news.headline),
        Some(&report.headline)
    );
    let fund = snapshot.catalogue.find("TQ.ALL".parse().unwrap()).unwrap();
    assert_eq!(running.market.earnings(fund.1.id), None);
    running.close().await;
}

#[tokio::test]
async fn a_company_that_leaves_is_announced_and_keeps_its_history_when_it_is_gone() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let announced = noon().plus_seconds(60);
    let leaver = (0..60)
        .find_map(|stretch| running.market.next_departure(stretch, announced.seconds()))
        .expect("some company may leave");
    let leaver = Leaver {
        leaving: Leaving::Takeover {
            premium_percent: 20,
        },
        ..leaver
    };
    let store = &*stage.store;
    assert!(
        announce_departure(store, FIRST, leaver.clone())
            .await
            .unwrap()
    );
    assert!(
        !announce_departure(store, FIRST, leaver.clone())
            .await
            .unwrap()
    );
    assert_eq!(
        list_departures(store, FIRST).await.unwrap(),
        std::slice::from_ref(&leaver)
    );
    running.markets.refresh(FIRST).await.unwrap();
    let symbol = leaver.symbol;
    let (_, record) = {
        let snapshot = running.market.snapshot();
        let (place, record) = snapshot.catalogue.find(symbol).expect("it is listed");
        (place, record.clone())
    };
    let price = || {
        running
            .market
            .snapshot()
            .quote(record.id)
            .map(|quote| quote.price)
    };
    // Nobody hears of it before it is announced.
    running.clock.set(announced.plus_seconds(-1));
    running.shows(announced.plus_seconds(-1)).await;
    let before = price().expect("it trades");
    assert_eq!(running.market.leaving(record.id), None);
    let index = running.market.snapshot().index.clone();

    running.clock.set(announced);
    running.shows(announced).await;
    let leaving = running.market.leaving(record.id).expect("it is announced");
    let offered = leaving.price.expect("somebody pays for it");
    assert!(!leaving.left && leaving.day == announced.day().plus_days(30));
    assert!(price().is_some_and(|price| price < offered && price > before));
    assert!(
        told(&running, symbol)[0]
            .headline
            .contains("Another company buys")
    );

    let end = leaving.day.start();
    running.clock.set(end);
    running.shows(end).await;
    let snapshot = running.market.snapshot();
    let gone = running.market.leaving(record.id).expect("it has left");
    assert!(gone.left && gone.price == Some(offered));
    let (_, shown) = snapshot.catalogue.find(symbol).expect("its page stays");
    assert!(!shown.tradable && snapshot.row(shown).quote.is_none());
    assert!(snapshot.quotes().all(|quote| quote.symbol != symbol));
    assert_eq!(snapshot.quotes().count(), snapshot.listings.len() - 1);
    let kept = snapshot
        .quote(record.id)
        .expect("what is still held keeps its worth");
    assert!(kept.stale && kept.price == offered);
    let price = offered;
    let delisting = CorporateAction::Delisting { price };
    let open = snapshot.actions.iter();
    let open: Vec<_> = open
        .filter(|action| action.instrument == record.id)
        .collect();
    assert!(open.iter().any(|action| action.dated.action == delisting));
    let actions = running.market.actions(record.id).await.unwrap();
    assert_eq!(actions.first().map(|one| one.action), Some(delisting));
    let kinds = actions.iter().map(|one| one.action.kind());
    assert_eq!(
        kinds.filter(|kind| *kind == ActionKind::Delisting).count(),
        1
    );
    assert!(
        told(&running, symbol)[0]
            .headline
            .contains("has left the market")
    );
    let level = |index: &Option<server::market::Index>| index.as_ref().map(|one| one.level);
    assert_ne!(level(&index), level(&snapshot.index));

    let later = end.plus_seconds(10 * STEPS_PER_DAY);
    running.clock.set(later);
    running.shows(later).await;
    let (from, to) = (end.day().plus_days(-3), later.day());
    let candles = running.market.candles(record.id, from, to).await.unwrap();
    let days: Vec<Day> = candles.iter().map(|candle| candle.at.day()).collect();
    let (first, last) = (days.first().copied(), days.last().copied());
    assert_eq!((first, last), (Some(from), Some(end.day().plus_days(-1))));
    let history = running
        .market
        .history(record.id, server::market::HistoryRange::All);
    let history = history.await.unwrap();
    let latest: Option<Timestamp> = history.last().map(|candle| candle.at);
    assert!(latest.is_some_and(|at| at < end), "{latest:?}");
    let again = running
        .market
        .next_departure(leaver.stretch, later.seconds());
    assert!(again.is_none_or(|other| other.symbol != symbol));
    running.close().await;
}
