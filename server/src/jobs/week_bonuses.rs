//! Awards weekly habits: shares held for long, many sectors held, reasons written. Runs every night; each
//! habit is awarded once a week per player, for whichever game shows it first. Also records how each
//! account stood that night, and who visited a hosted game.

mod deeds;
mod patience;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use domain::progress::Counter;
use domain::{AccountId, AwardCause, Branch, Day, Fact, Money, Timestamp, Xp, XpRules};

use patience::PastPrices;

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::{App, Game};
use crate::engine::AwardRequest;
use crate::store::{AccountRecord, Portfolio, PortfolioLookup, PositionRecord};

/// Minutes after midnight (UTC).
const AT: u16 = 2 * 60;
/// Accounts read at once.
const PAGE: u32 = 200;
/// Latest ledger entries searched for a reason.
const ENTRIES: u32 = 50;
/// Number of sectors from which an account counts as diversified.
const SECTORS: usize = 3;

pub(super) struct WeekBonuses {
    app: App,
}

impl WeekBonuses {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn page(
        &self,
        page: &[AccountRecord],
        now: Timestamp,
        prices: &mut PastPrices,
    ) -> Result<(), JobError> {
        let lookups: Vec<_> = page
            .iter()
            .map(|record| PortfolioLookup {
                account: record.id,
                known_version: None,
            })
            .collect();
        let portfolios = self.app.store.find_portfolios(&lookups).await?;
        let games = self.app.games.all().into_iter();
        let games: HashMap<_, _> = games.map(|game| (game.record.id, game)).collect();
        for record in page {
            let found = portfolios.get(&record.id).zip(games.get(&record.id.game));
            if let Some((portfolio, game)) = found {
                self.account(portfolio, game, now, prices).await?;
            }
        }
        Ok(())
    }

    async fn account(
        &self,
        portfolio: &Portfolio,
        game: &Game,
        now: Timestamp,
        prices: &mut PastPrices,
    ) -> Result<(), JobError> {
        let id = portfolio.account.record.id;
        if self.is_run(id).await? {
            return Ok(());
        }
        let rules = self.app.engine.xp_rules(id.game, now);
        let (game_id, day) = (id.game, now.day().monday());
        if holds_long(portfolio, &rules, now) {
            let cause = AwardCause::Holding { game: game_id, day };
            self.award(id, game, rules.week_held_bonus, cause).await?;
        }
        if self.is_diversified(portfolio, game.rules.starting_cash) {
            let cause = AwardCause::Diversified { game: game_id, day };
            let xp = rules.week_diversified_bonus;
            self.award(id, game, xp, cause).await?;
        }
        if self.has_reason(portfolio, day).await? {
            let cause = AwardCause::Reasoned { game: game_id, day };
            let xp = rules.week_reasoned_bonus;
            self.award(id, game, xp, cause).await?;
        }
        deeds::of_account(&self.app, portfolio, game, now, prices).await
    }

    /// Whether the account plays a scenario or a duel. Its days pass at the press of a button, so they are no
    /// evidence of a habit. Only a player's own games can be runs.
    async fn is_run(&self, id: AccountId) -> Result<bool, JobError> {
        let hosted = self.app.hosting.find(id.game);
        if hosted.is_none_or(|hosted| hosted.owner != id.player) {
            return Ok(false);
        }
        Ok(self.app.store.find_run(id).await?.is_some())
    }

    fn is_diversified(&self, portfolio: &Portfolio, starting_cash: Money) -> bool {
        let account = &portfolio.account.record.account;
        let half = account.book_value(starting_cash).units() / 2;
        let is_balanced = |record: &PositionRecord| record.position.cost_basis.units() <= half;
        let sectors = sectors(&self.app, portfolio);
        sectors.len() >= SECTORS && portfolio.positions.iter().all(is_balanced)
    }

    /// Whether the latest entries show a reason written this week.
    async fn has_reason(&self, portfolio: &Portfolio, monday: Day) -> Result<bool, JobError> {
        let record = &portfolio.account.record;
        if record.counters.get(Counter::Reasons) == 0 {
            return Ok(false);
        }
        let latest = self.app.store.list_ledger(record.id, None, ENTRIES).await?;
        let is_reasoned = |fact: &Fact| {
            let marks = fact.trade().map(|(_, trade)| trade.marks);
            marks.is_some_and(|marks| marks.counts && marks.is_reasoned)
        };
        Ok(latest
            .iter()
            .any(|row| row.entry.at >= monday.start() && is_reasoned(&row.entry.fact)))
    }

    async fn award(
        &self,
        id: AccountId,
        game: &Game,
        xp: Xp,
        cause: AwardCause,
    ) -> Result<(), JobError> {
        if xp == 0 {
            return Ok(());
        }
        let context = self.app.context_of(game).await;
        let context = context.map_err(anyhow::Error::from)?;
        let asked = AwardRequest { xp, cause };
        let awarded = self.app.engine.award(id, asked, context).await;
        awarded.map_err(anyhow::Error::from)?;
        Ok(())
    }
}

/// The sectors in which an account holds shares.
fn sectors(app: &App, portfolio: &Portfolio) -> HashSet<u8> {
    let instruments = app.markets.instruments();
    let of = |record: &PositionRecord| {
        let (_, found) = instruments.find_by_id(record.instrument)?;
        match Branch::of_category(&found.category) {
            Branch::Sector(number) => Some(number),
            Branch::Fund | Branch::Other => None,
        }
    };
    portfolio.positions.iter().filter_map(of).collect()
}

fn holds_long(portfolio: &Portfolio, rules: &XpRules, now: Timestamp) -> bool {
    let needed = i64::from(rules.holding_days).saturating_mul(86_400);
    let lots = portfolio.positions.iter();
    let mut lots = lots.flat_map(|record| &record.position.lots);
    lots.any(|lot| now.seconds_since(lot.acquired_at) >= needed)
}

#[async_trait]
impl Kind for WeekBonuses {
    const NAME: &'static str = "week_bonuses";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(2 * 3_600),
            hard: Duration::from_secs(3 * 3_600),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let (mut after, mut done) = (None, 0_i64);
        let mut prices = PastPrices::default();
        loop {
            let page = self.app.store.list_accounts(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(Done::Finished);
            };
            after = Some(last.id);
            done = done.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
            let mut held = page;
            held.retain(|record| record.account.positions_held > 0);
            self.page(&held, job.now(), &mut prices).await?;
            job.progress(done, None, "accounts");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
    }
}
