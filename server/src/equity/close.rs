//! Writes the points of closed days: exactly one per account and day, including days on which no server
//! ran.
//!
//! It goes through all accounts in portions and rests after each for as long as it took, so that
//! trades hardly notice. Broken off, it begins anew; what is there already is only looked at. An
//! account that has never changed since it was opened has no points: it is worth what it started with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{AccountId, Day, GameId, LedgerEntry, Timestamp};
use tokio::time::Instant;

use super::history::History;
use crate::market::{DayCloses, FindMarket, Market};
use crate::store::{
    AccountRecord, EquityRecord, GameRecord, MarketSpec, Portfolio, PortfolioLookup, Store,
    StoreResult,
};

/// Accounts per portion.
const ACCOUNTS_AT_ONCE: u32 = 500;
/// Entries read per query.
const ENTRIES_AT_ONCE: u32 = 200;
/// Maximum entries of an account that are undone.
const ENTRIES_MAX: usize = 10_000;
/// Maximum days caught up.
const DAYS_MAX: i32 = 400;
/// Grace seconds after a close until everything decided before it is written.
const GRACE_S: i64 = 5;
/// The longest rest after a portion.
const REST_MAX: Duration = Duration::from_secs(1);
/// The version of an account that has its opening entry and no other.
const OPENED: i64 = 1;

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Accounts examined.
    pub accounts: u64,
    /// Points written.
    pub points: u64,
    /// Whether it was stopped early.
    pub stopped: bool,
}

/// Closes days.
#[derive(Debug)]
pub struct Closer {
    store: Arc<dyn Store>,
    markets: Arc<dyn FindMarket>,
    /// The last day of each game known to be written, cached to avoid a query.
    closed: Mutex<HashMap<GameId, Day>>,
}

/// A game with completed days that are not written yet.
#[derive(Debug)]
struct DueGame {
    market: Arc<Market>,
    /// From the last day that is written on, which new accounts start from.
    closes: Vec<DayCloses>,
    until: Day,
}

impl Closer {
    /// Closes the days of all games.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, markets: Arc<dyn FindMarket>) -> Self {
        Self {
            store,
            markets,
            closed: Mutex::default(),
        }
    }

    /// Writes what is missing by now. `report` receives the progress and returns whether to stop.
    ///
    /// # Errors
    /// When the store fails, or a market cannot supply its closes.
    pub async fn close(
        &self,
        now: Timestamp,
        report: impl Fn(Report) -> bool + Send,
    ) -> anyhow::Result<Report> {
        let mut done = Report::default();
        let due = self.find_due(now).await?;
        if due.is_empty() {
            return Ok(done);
        }
        let mut after = None;
        loop {
            let began = Instant::now();
            let page = self.store.list_accounts(after, ACCOUNTS_AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            done.accounts += page.len() as u64;
            done.points += self.close_accounts(&due, &page).await?;
            done.stopped = report(done);
            if done.stopped {
                return Ok(done);
            }
            tokio::time::sleep(began.elapsed().min(REST_MAX)).await;
        }
        for (game, due) in due {
            let until = due.until.to_string();
            self.store.store_variable(&name(game), &until).await?;
            self.known().insert(game, due.until);
        }
        Ok(done)
    }

    async fn find_due(&self, now: Timestamp) -> anyhow::Result<HashMap<GameId, DueGame>> {
        let markets = self.store.list_markets().await?;
        let specs = markets.into_iter();
        let specs: HashMap<_, _> = specs
            .filter_map(|market| Some((market.id, market.spec?)))
            .collect();
        let mut due = HashMap::new();
        for game in self.store.list_games().await? {
            let Some(spec) = specs.get(&game.market) else {
                continue;
            };
            let until = last_closed(&game, spec, now);
            let written = self.written(game.id).await?;
            if written.is_some_and(|day| day >= until) {
                continue;
            }
            match self.markets.find_market(game.market).await {
                Ok(market) => {
                    let oldest = until.plus_days(-DAYS_MAX);
                    let from = written.unwrap_or(until.plus_days(-1)).max(oldest);
                    let closes = market.closes(from, until).await?;
                    due.insert(
                        game.id,
                        DueGame {
                            market,
                            closes,
                            until,
                        },
                    );
                }
                Err(error) => tracing::warn!(%error, game = game.slug, "its day cannot be closed"),
            }
        }
        Ok(due)
    }

    async fn written(&self, game: GameId) -> StoreResult<Option<Day>> {
        let known = self.known().get(&game).copied();
        if known.is_some() {
            return Ok(known);
        }
        let stored = self.store.find_variable(&name(game)).await?;
        Ok(stored.and_then(|day| day.parse().ok()))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<GameId, Day>> {
        // The map is consistent whenever the lock is free.
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn close_accounts(
        &self,
        due: &HashMap<GameId, DueGame>,
        page: &[AccountRecord],
    ) -> anyhow::Result<u64> {
        let changed = page
            .iter()
            .filter(|record| due.contains_key(&record.id.game) && record.head.version > OPENED);
        let lookups: Vec<PortfolioLookup> = changed
            .map(|record| PortfolioLookup {
                account: record.id,
                known_version: None,
            })
            .collect();
        let Some((first, last)) = lookups.first().zip(lookups.last()) else {
            return Ok(0);
        };
        // Points first, so that anything in between is in the portfolio and not the other way round.
        let latest = self
            .store
            .latest_equity(first.account, last.account)
            .await?;
        let portfolios = self.store.find_portfolios(&lookups).await?;
        let mut points = Vec::new();
        for lookup in &lookups {
            let id = lookup.account;
            let Some((due, portfolio)) = due.get(&id.game).zip(portfolios.get(&id)) else {
                continue;
            };
            let latest = latest.get(&id);
            if latest.is_some_and(|point| point.day >= due.until) {
                continue;
            }
            points.extend(self.points_of(id, due, portfolio, latest).await?);
        }
        if points.is_empty() {
            return Ok(0);
        }
        Ok(self.store.record_equity(&points).await?)
    }

    async fn points_of(
        &self,
        id: AccountId,
        due: &DueGame,
        portfolio: &Portfolio,
        latest: Option<&EquityRecord>,
    ) -> StoreResult<Vec<EquityRecord>> {
        let version = portfolio.account.record.head.version;
        let entries = match latest {
            Some(point) if point.version == version => Vec::new(),
            _ => self.entries(id, version, latest).await?,
        };
        let history = History {
            portfolio,
            latest,
            entries: &entries,
            market: &due.market,
            closes: &due.closes,
        };
        Ok(history.points())
    }

    /// Entries until a version, latest first, back to the latest point; without a point, back to the
    /// opening.
    async fn entries(
        &self,
        id: AccountId,
        version: i64,
        latest: Option<&EquityRecord>,
    ) -> StoreResult<Vec<LedgerEntry>> {
        let mut entries: Vec<LedgerEntry> = Vec::new();
        let mut before = Some(version.saturating_add(1));
        while entries.len() < ENTRIES_MAX {
            let page = self.store.list_ledger(id, before, ENTRIES_AT_ONCE).await?;
            let Some(oldest) = page.last() else { break };
            before = Some(oldest.entry.seq);
            for row in page {
                if latest.is_some_and(|point| row.entry.seq <= point.version) {
                    return Ok(entries);
                }
                entries.push(row.entry);
            }
        }
        Ok(entries)
    }
}

/// The last completed day of a game. Days after the game's end do not count.
fn last_closed(game: &GameRecord, spec: &MarketSpec, now: Timestamp) -> Day {
    let now = now.plus_seconds(-GRACE_S);
    let now = game.rules.closes_at.map_or(now, |end| now.min(end));
    spec.pace.at(now).day().plus_days(-1)
}

/// The variable that holds a game's last written day.
fn name(game: GameId) -> String {
    format!("equity_closed:{game}")
}
