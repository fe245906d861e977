//! The replayed market: imported daily candles, played at the market's pace.
//!
//! Market time begins at the first day of the history and runs through the calendar. On a day
//! with a candle, the price moves in straight lines from the open to the first extreme at a third
//! of the day, to the second extreme at two thirds, and to the close in the last second. The low
//! comes first on a rising day, the high on a falling day. On a day without a candle, and after
//! the last one, the last close stands.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{DatedAction, Day, InstrumentId, Price, Quote, Timestamp, adjusted_price};

use super::closes::StoredIndex;
use super::{CLOSES_MAX, Catalogue, Listing, Snapshot};
use crate::store::{CandleRecord, InstrumentAction, InstrumentRecord, StoreResult};

mod disguise;
mod imported;
mod path;
mod reveal;

pub(super) use disguise::Disguise;
pub(super) use imported::Imported;
pub(super) use path::running_candle;
pub use reveal::reveal;

/// Days of history read at once.
const WINDOW_DAYS: i32 = 64;
/// Maximum candles kept from before the window: the closes, and the one before them.
const BEFORE_MAX: u32 = 31;
/// Days before the window for which actions are kept: those of the closes, including weekends.
const ACTION_DAYS: i32 = 366;
/// A jump over more days than this rereads the past of every instrument.
const ROLL_DAYS_MAX: i32 = 366;

/// A replayed market.
#[derive(Debug)]
pub(super) struct Replay {
    imported: Imported,
    catalogue: Arc<Catalogue>,
    /// In the catalogue's order.
    tracks: Vec<Track>,
    /// The latest day read.
    read_until: Option<Day>,
    /// The day prepared last.
    prepared: Option<Day>,
    index: Arc<StoredIndex>,
}

/// The part of an instrument's history that has been read.
#[derive(Debug, Default)]
struct Track {
    /// The last day available.
    last_day: Option<Day>,
    /// From some days before the current one to the window's end, oldest first.
    candles: Vec<CandleRecord>,
    /// Splits and dividends, from a while before the current day to the window's end.
    actions: Vec<DatedAction>,
    /// The closes before a day in the shares of that day, cached while it is current.
    closes: Option<(Day, Arc<[Price]>)>,
}

impl Replay {
    /// The replay of everything imported.
    pub(super) async fn open(imported: Imported) -> StoreResult<Self> {
        let instruments = imported.instruments().await?;
        let catalogue = Arc::new(Catalogue::new(instruments));
        let mut tracks = Vec::with_capacity(catalogue.instruments.len());
        for instrument in &catalogue.instruments {
            let latest =
                candles_until(&imported, instrument.id, Day::from_number(i32::MAX), 1).await?;
            let last_day = latest.last().map(|candle| candle.day);
            tracks.push(Track {
                last_day,
                ..Track::default()
            });
        }
        Ok(Self {
            catalogue,
            tracks,
            read_until: None,
            prepared: None,
            index: Arc::new(StoredIndex::load(&imported).await?),
            imported,
        })
    }

    pub(super) fn imported(&self) -> &Imported {
        &self.imported
    }

    pub(super) fn index(&self) -> &Arc<StoredIndex> {
        &self.index
    }

    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Reads further when a day is beyond what has been read.
    pub(super) async fn prepare(&mut self, day: Day) -> StoreResult<()> {
        let from = match self.read_until {
            Some(until) if day <= until => {
                self.prepared = Some(day);
                return Ok(());
            }
            Some(until) if day <= until.plus_days(ROLL_DAYS_MAX) => until.plus_days(1),
            _ => {
                self.read_past(day).await?;
                day
            }
        };
        let until = day.plus_days(WINDOW_DAYS);
        let ahead = self.imported.all_candles(from, until).await?;
        self.add(ahead);
        // A jump of years must not leave out what was due on the way.
        let old = day.plus_days(-ACTION_DAYS);
        let old = self.prepared.map_or(old, |prepared| prepared.min(old));
        let actions = self.imported.all_actions(old, until).await?;
        self.know(&actions);
        for track in &mut self.tracks {
            track.forget_before(day);
        }
        self.read_until = Some(until);
        self.prepared = Some(day);
        Ok(())
    }

    async fn read_past(&mut self, day: Day) -> StoreResult<()> {
        // Until reading completes, nothing counts as read.
        self.read_until = None;
        for (instrument, track) in self.catalogue.instruments.iter().zip(&mut self.tracks) {
            track.candles =
                candles_until(&self.imported, instrument.id, day.plus_days(-1), BEFORE_MAX).await?;
            track.closes = None;
        }
        Ok(())
    }

    fn know(&mut self, actions: &[InstrumentAction]) {
        let mut by_instrument: HashMap<InstrumentId, Vec<DatedAction>> = HashMap::new();
        for action in actions {
            by_instrument
                .entry(action.instrument)
                .or_default()
                .push(action.dated);
        }
        for (instrument, track) in self.catalogue.instruments.iter().zip(&mut self.tracks) {
            track.actions = by_instrument.remove(&instrument.id).unwrap_or_default();
        }
    }

    /// The loaded actions from day to day, with the price of a new share after a split: the day's
    /// open, or else the last close.
    pub(super) fn actions(&self, from: Day, to: Day) -> Vec<(InstrumentAction, Price)> {
        let tracks = self.catalogue.instruments.iter().zip(&self.tracks);
        let of_one = |(record, track): (&InstrumentRecord, &Track)| {
            let instrument = record.id;
            let within = track
                .actions
                .iter()
                .filter(|dated| (from..=to).contains(&dated.day));
            let priced = |dated: &DatedAction| {
                let price = track.price_on(dated.day);
                (
                    InstrumentAction {
                        instrument,
                        dated: *dated,
                    },
                    price,
                )
            };
            within.map(priced).collect::<Vec<_>>()
        };
        tracks.flat_map(of_one).collect()
    }

    fn add(&mut self, candles: Vec<CandleRecord>) {
        let mut by_instrument: HashMap<InstrumentId, Vec<CandleRecord>> = HashMap::new();
        for candle in candles {
            by_instrument
                .entry(candle.instrument)
                .or_default()
                .push(candle);
        }
        for (instrument, track) in self.catalogue.instruments.iter().zip(&mut self.tracks) {
            let mut ahead = by_instrument.remove(&instrument.id).unwrap_or_default();
            ahead.sort_by_key(|candle| candle.day);
            track.candles.extend(ahead);
        }
    }

    /// The market at a time whose day has been prepared.
    pub(super) fn snapshot(&mut self, at: Timestamp) -> Snapshot {
        let instruments = self.catalogue.instruments.iter().zip(&mut self.tracks);
        let listings = instruments
            .map(|(instrument, track)| track.listing(instrument, at))
            .collect();
        Snapshot {
            at,
            catalogue: Arc::clone(&self.catalogue),
            listings,
            news: Arc::default(),
            actions: Arc::default(),
            ..Snapshot::default()
        }
    }
}

async fn candles_until(
    imported: &Imported,
    instrument: InstrumentId,
    to: Day,
    limit: u32,
) -> StoreResult<Vec<CandleRecord>> {
    imported
        .candles(instrument, Day::from_number(i32::MIN), to, limit)
        .await
}

impl Track {
    fn forget_before(&mut self, day: Day) {
        let past = self.candles.partition_point(|candle| candle.day < day);
        let kept = usize::try_from(BEFORE_MAX).unwrap_or(usize::MAX);
        self.candles.drain(..past.saturating_sub(kept));
    }

    /// The price at a day's beginning, in the shares of that day.
    fn price_on(&self, day: Day) -> Price {
        let next = self.candles.partition_point(|candle| candle.day < day);
        let opens = self.candles.get(next).filter(|candle| candle.day == day);
        let last = next.checked_sub(1).and_then(|last| self.candles.get(last));
        match (opens, last) {
            (Some(candle), _) => candle.open,
            (None, Some(last)) => adjusted_price(last.close, last.day, day, &self.actions),
            (None, None) => Price::ZERO,
        }
    }

    fn listing(&mut self, instrument: &InstrumentRecord, at: Timestamp) -> Listing {
        let day = at.day();
        let (past, ahead) = self
            .candles
            .split_at(self.candles.partition_point(|candle| candle.day < day));
        let running = ahead
            .first()
            .filter(|candle| candle.day == day)
            .map(|candle| running_candle(candle, at));
        let known = self
            .closes
            .as_ref()
            .filter(|(of, _)| *of == day)
            .map(|(_, closes)| Arc::clone(closes));
        let actions = &self.actions;
        let in_shares_of_today =
            |candle: &CandleRecord| adjusted_price(candle.close, candle.day, day, actions);
        let closes = known.unwrap_or_else(|| latest_closes(past, in_shares_of_today));
        self.closes = Some((day, Arc::clone(&closes)));
        let stale = self.last_day.is_some_and(|last| last < day);
        let quote = |price, at, previous_close| Quote {
            symbol: instrument.symbol,
            price,
            at,
            stale,
            previous_close,
            foreign: None,
            halted_until: None,
        };
        let quote = match (&running, past) {
            (Some(running), _) => {
                let second = Timestamp::from_seconds(at.seconds());
                Some(quote(running.close, second, closes.last().copied()))
            }
            (None, [.., before, last]) => Some(quote(
                in_shares_of_today(last),
                close_of(last.day),
                Some(in_shares_of_today(before)),
            )),
            (None, [last]) => Some(quote(in_shares_of_today(last), close_of(last.day), None)),
            (None, []) => None,
        };
        Listing {
            quote,
            closes,
            today: running,
        }
    }
}

/// The last second of a day.
fn close_of(day: Day) -> Timestamp {
    day.start().plus_seconds(86_399)
}

fn latest_closes(
    past: &[CandleRecord],
    in_shares_of_today: impl Fn(&CandleRecord) -> Price,
) -> Arc<[Price]> {
    past.iter()
        .skip(past.len().saturating_sub(CLOSES_MAX))
        .map(in_shares_of_today)
        .collect()
}
