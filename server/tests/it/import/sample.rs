//! The real input: daily prices of five companies from 2000 to 2013, splits included.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{AccountId, Day, InstrumentId, Money, Position, Price, Quantity, Side, Symbol};
use server::config::EngineConfig;
use server::engine::{Engine, EngineTask, GameContext};
use server::import::{Adjustment, ImportArgs, import, parse_history};
use server::store::{CandleRecord, MarketSource};

use crate::engine::{game_on, only};
use crate::fixture::{Stage, noon, order};
use crate::market::{Running, replayed};

pub const SYMBOLS: [&str; 5] = ["AAPL", "FB", "GOOG", "IBM", "MSFT"];

/// A day of market time in each second.
const SPEED: u32 = 86_400;

/// The file of a company.
pub fn sample(symbol: &str) -> PathBuf {
    let folder = std::env::var_os("TICKERQUEST_SAMPLE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/sample-data"),
        PathBuf::from,
    );
    let file = folder.join(format!("{symbol}.csv"));
    assert!(
        file.is_file(),
        "the price history {} is missing: run scripts/setup.sh samples, or set TICKERQUEST_SAMPLE_DATA to the folder \
         of the CSV files of the PyPI package bokeh-sampledata",
        file.display()
    );
    file
}

/// The closes of a file as they are written, without adjustment.
fn raw_closes(symbol: &str) -> BTreeMap<Day, Price> {
    let text = std::fs::read_to_string(sample(symbol)).expect("the file can be read");
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        Some((fields.first()?.parse().ok()?, fields.get(4)?.parse().ok()?))
    };
    text.lines()
        .skip(1)
        .map(|line| row(line).expect("the sample's rows are well-formed"))
        .collect()
}

/// Days whose written close is at least a third below that of the day before, while the adjusted
/// close is not: splits.
fn splits(symbol: &str, candles: &[CandleRecord]) -> Vec<Day> {
    let raw = raw_closes(symbol);
    let fell = |before: Price, after: Price| after.units() * 3 < before.units() * 2;
    let splits = candles.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let as_written = fell(*raw.get(&before.day)?, *raw.get(&after.day)?);
        (as_written && !fell(before.close, after.close)).then_some(after.day)
    });
    splits.collect()
}

#[tokio::test]
async fn the_sample_s_prices_are_adjusted_for_its_splits() {
    let day = |year, month, day| Day::from_calendar(year, month, day).expect("it is a day");
    let expected = [
        ("AAPL", vec![day(2000, 6, 21), day(2005, 2, 28)]),
        ("FB", vec![]),
        ("GOOG", vec![]),
        ("IBM", vec![]),
        ("MSFT", vec![day(2003, 2, 18)]),
    ];
    let stage = imported().await;
    for (symbol, days) in expected {
        let candles = candles(&stage, instrument(&stage, symbol).await).await;
        assert_eq!(splits(symbol, &candles), days, "{symbol}");
        let file = sample(symbol);
        let history = parse_history(&file, &std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(history.adjustment(), Adjustment::ByFile);
        assert_eq!(history.days().len(), candles.len());
        // What the last day cost is what it costs: the others are relative to it, or to the
        // dividend that was paid after it.
        let (first, last) = (history.days()[0], history.days()[history.days().len() - 1]);
        assert!(last.close <= *raw_closes(symbol).get(&last.day).unwrap());
        assert!(first.low <= first.open && first.open <= first.high);
    }
}

async fn imported() -> Stage {
    let stage = Stage::new().await;
    let args = ImportArgs {
        files: SYMBOLS.map(sample).into(),
        ..ImportArgs::default()
    };
    let imported = import(&*stage.store, &args)
        .await
        .expect("the sample is imported as it is");
    assert_eq!(
        imported.iter().map(|history| history.days).sum::<usize>(),
        12_154
    );
    stage
}

async fn instrument(stage: &Stage, symbol: &str) -> InstrumentId {
    let all = stage
        .store
        .list_instruments(MarketSource::Replay)
        .await
        .expect("instruments can be listed");
    let found = all.iter().find(|record| record.symbol.as_str() == symbol);
    found.map(|record| record.id).expect("it was imported")
}

async fn candles(stage: &Stage, instrument: InstrumentId) -> Vec<CandleRecord> {
    let all = stage
        .store
        .list_candles(
            instrument,
            Day::from_number(0),
            Day::from_number(i32::MAX),
            10_000,
        )
        .await;
    all.expect("candles can be listed")
}

/// A player in the replay of the sample.
struct Traveller {
    stage: Stage,
    running: Running,
    engine: Engine,
    task: EngineTask,
    game: GameContext,
    account: AccountId,
    first: Day,
}

impl Traveller {
    async fn new() -> Self {
        let stage = imported().await;
        let account = stage.player(1).await;
        let running = Running::start(&stage.store, noon(), &replayed(SPEED)).await;
        let market = Arc::clone(&running.market);
        let config = EngineConfig::default();
        let started = Engine::start(
            stage.store.clone(),
            only(&market),
            running.clock.clone(),
            &config,
        )
        .await;
        let (engine, task) = started.expect("the engine starts");
        let game = game_on(&market);
        let first = running.market.snapshot().at.day();
        Self {
            stage,
            running,
            engine,
            task,
            game,
            account,
            first,
        }
    }

    /// Travels to the last moments of a day, when its close is reached.
    async fn go_to_close_of(&self, day: Day) {
        let at = day.start().plus_seconds(86_399);
        // Rounded up to a microsecond of real time, which is less than a second of the market's.
        let passed = (at.micros() - self.first.start().micros() - 1) / i64::from(SPEED) + 1;
        self.running
            .clock
            .set(domain::Timestamp::from_micros(noon().micros() + passed));
        self.running.shows(at).await;
        assert_eq!(self.running.market.snapshot().at.day(), day);
    }

    async fn trade(&self, symbol: Symbol, side: Side, quantity: i32) {
        let day = self.running.market.snapshot().at.day();
        let key = format!("{}-{symbol}-{day}", side.as_str()).replace('.', "-");
        let order = order(&key, symbol, side, quantity);
        let view = self
            .engine
            .submit(self.account, order, self.game.clone())
            .await
            .expect("there is an answer");
        assert_eq!(view.rejection, None, "{key}");
    }

    async fn position(&self, instrument: InstrumentId) -> Position {
        let found = self.stage.store.find_ticket(self.account, instrument).await;
        found
            .expect("the ticket can be read")
            .expect("the account exists")
            .1
    }

    fn value(&self, position: &Position, instrument: InstrumentId) -> Money {
        let quote = self.running.market.snapshot().quote(instrument).copied();
        let price = quote.expect("it is tradable").price;
        position.value(price).expect("the amounts are small")
    }

    async fn end(self) {
        self.task.shutdown().await;
        self.running.close().await;
    }
}

#[tokio::test]
async fn a_position_keeps_its_worth_through_every_split() {
    let traveller = Traveller::new().await;
    let mut all = Vec::new();
    for symbol in SYMBOLS {
        let id = instrument(&traveller.stage, symbol).await;
        let history = candles(&traveller.stage, id).await;
        all.extend(
            splits(symbol, &history)
                .into_iter()
                .map(|day| (day, symbol, id, history.clone())),
        );
    }
    all.sort_by_key(|(day, symbol, ..)| (*day, *symbol));
    assert_eq!(all.len(), 3);
    for (day, text, id, history) in all {
        let symbol: Symbol = text.parse().unwrap();
        let before = history
            .iter()
            .rev()
            .find(|candle| candle.day < day)
            .expect("there is a day before");
        traveller.go_to_close_of(before.day).await;
        traveller.trade(symbol, Side::Buy, 40).await;
        let position = traveller.position(id).await;
        let worth = traveller.value(&position, id);
        traveller.go_to_close_of(day).await;
        let after = traveller.value(&traveller.position(id).await, id);
        // A split as it is written would leave less than half. The market moved by a tenth at most.
        assert!(
            after.units() * 10 > worth.units() * 9,
            "{text} on {day}: {worth} became {after}"
        );
        assert!(
            after.units() * 10 < worth.units() * 11,
            "{text} on {day}: {worth} became {after}"
        );
        traveller.trade(symbol, Side::Sell, 40).await;
    }
    let replay = traveller.stage.replayed(traveller.account).await;
    assert_eq!(replay.head.version, 7);
    traveller.end().await;
}

#[tokio::test]
async fn a_player_trades_through_thirteen_years() {
    let traveller = Traveller::new().await;
    let aapl = instrument(&traveller.stage, "AAPL").await;
    let ibm = instrument(&traveller.stage, "IBM").await;
    let history = candles(&traveller.stage, aapl).await;
    let (apple, big_blue): (Symbol, Symbol) = ("AAPL".parse().unwrap(), "IBM".parse().unwrap());
    for (number, candle) in history.iter().step_by(100).enumerate() {
        traveller.go_to_close_of(candle.day).await;
        let snapshot = traveller.running.market.snapshot();
        let quote = snapshot.quote(aapl).copied().expect("it is tradable");
        assert_eq!(
            (quote.price, quote.stale),
            (candle.close, false),
            "{}",
            candle.day
        );
        let side = if number % 3 == 2 {
            Side::Sell
        } else {
            Side::Buy
        };
        traveller.trade(apple, side, 2).await;
        traveller.trade(big_blue, side, 1).await;
        let to = candle.day.plus_days(365);
        let market = &traveller.running.market;
        let shown = market.candles(aapl, candle.day, to).await;
        let shown = shown.expect("candles can be read");
        assert_eq!(shown.len(), 1, "nothing of what is to come is shown");
        assert_eq!(
            (shown[0].high, shown[0].low, shown[0].close),
            (candle.high, candle.low, candle.close)
        );
    }
    let replay = traveller.stage.replayed(traveller.account).await;
    assert_eq!(replay.head.version, 1 + 2 * 33);
    let held = |id| replay.positions.get(&id).map(|position| position.quantity);
    assert_eq!(
        (held(aapl), held(ibm)),
        (
            Some(Quantity::from_whole(22)),
            Some(Quantity::from_whole(11))
        )
    );
    traveller.end().await;
}
