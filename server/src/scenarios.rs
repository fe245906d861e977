//! Playing scenarios: each run is a game of its own, whose market stands at the player's disposal. What will
//! happen there can be known, so runs earn no XP and stand on no leaderboard.

use std::time::Duration;

use domain::api::{ErrorCode, HostSettings, HostedState, MemberStatus, Visibility};
use domain::boards::Measure;
use domain::scenario::{Curve, Held, Scenario};
use domain::{AccountId, GameRules, Money, PlayerId, Timestamp, Xp, XpRules};

use crate::app::{App, Game};
use crate::duels;
use crate::error::{Error, Result};
use crate::hosting::announce_change;
use crate::hosting::creation::{self, Checked};
use crate::market::{Storm, add_storm};
use crate::store::{
    GameRecord, HostedGame, MarketSpec, Member, NewGameMarket, RunCurves, RunGhost, RunResult,
    ScenarioRun, XpRulesRecord,
};

mod company;
mod days;
pub mod history;
mod kept;

pub use days::step;
pub use kept::{find, import, read};

/// Runs of a player that are not finished.
const RUNNING_MAX: usize = 3;
/// Runs that are looked through.
pub const RUNS_MAX: u32 = 200;
/// Scenarios that a player may import.
pub const IMPORTED_MAX: u32 = 50;
/// An instant of XP rules that is taken is very rare.
const TRIES: i64 = 20;
/// Entries that are looked through for trades: no goal allows as many.
const ENTRIES_MAX: u32 = 5_000;
/// Actions that are looked through for open ones.
const ACTIONS_MAX: u32 = 500;
/// Looks for payments that are still to come before the result of a run, and the time between two.
const PAID_TRIES: u32 = 40;
const PAID_PAUSE: Duration = Duration::from_millis(100);

/// Whether a player may begin one more run.
///
/// # Errors
/// 409 with too many runs, 422 with too many games.
pub async fn check_can_start(app: &App, player: PlayerId) -> Result<()> {
    let runs = app.store.list_runs(player, RUNS_MAX).await?;
    if runs.iter().filter(|run| run.result.is_none()).count() >= RUNNING_MAX {
        let message = "You are playing three scenarios already. Finish one of them first.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    creation::check_count(app, player)
}

/// Begins a run: a game with a market of its own, and the player's account in it.
///
/// # Errors
/// 409 with too many runs, or without the history that it is played on; those of the store.
pub async fn start(
    app: &App,
    player: PlayerId,
    (id, scenario): (&str, &Scenario),
    ghost: Option<RunGhost>,
) -> Result<GameRecord> {
    check_can_start(app, player).await?;
    history::check(app, scenario).await?;
    let now = app.clock.now();
    let currency = history::currency(app, scenario).await?;
    let spec = history::spec(scenario, currency, now);
    let checked = Checked {
        name: scenario.title.clone(),
        rules: GameRules {
            closes_at: Some(days::closes_at(scenario, spec.pace)),
            currency,
            ..scenario.rules()
        },
        settings: HostSettings {
            visibility: Visibility::Invitation,
            approval: false,
            late_entry: true,
            measure: Measure::Return,
            time_zone: "UTC".to_owned(),
        },
    };
    let market = NewGameMarket::Own(spec);
    let (game, _) = creation::make(app, player, checked, market, HostedState::Open).await?;
    add_events(app, &game, scenario).await?;
    company::offer(app, &game, scenario, now).await?;
    earn_nothing(app, &game, now).await?;
    let account = AccountId {
        player,
        game: game.id,
    };
    app.store
        .open_account(account, scenario.starting_cash, now)
        .await?;
    let member = Member {
        account,
        status: MemberStatus::Playing,
        joined_at: now,
        made_here: false,
        team: None,
    };
    app.store.store_member(&member).await?;
    let content = serde_json::to_string(scenario).map_err(Error::internal)?;
    let run = ScenarioRun {
        account,
        scenario: id.to_owned(),
        content,
        started_at: now,
        result: None,
    };
    let own = Curve::begun();
    app.store
        .create_run(&run, &RunCurves { own, ghost })
        .await?;
    announce_change(app).await?;
    Ok(game)
}

async fn add_events(app: &App, game: &GameRecord, scenario: &Scenario) -> Result<()> {
    for event in &scenario.events {
        // Told once, though it moves several categories.
        let mut headline = event.headline.as_str();
        for category in &event.categories {
            let storm = Storm {
                step: scenario.step_of(event.day),
                category: Some(category.clone()),
                percent: event.percent,
                headline: std::mem::take(&mut headline).to_owned(),
            };
            add_storm(&*app.store, game.market, storm).await?;
        }
    }
    Ok(())
}

/// Who can know the prices must not gain XP or achievements by them.
pub(crate) async fn earn_nothing(app: &App, game: &GameRecord, now: Timestamp) -> Result<()> {
    let none: Xp = 0;
    let rules = XpRules {
        buy: none,
        sell: none,
        reason_bonus: none,
        diversification_bonus: none,
        holding_bonus: none,
        review_bonus: none,
        week_held_bonus: none,
        week_diversified_bonus: none,
        week_reasoned_bonus: none,
        daily_trade_max: none,
        trade_min: Money::from_whole(i32::MAX),
        ..app.engine.xp_rules_of_all(now)
    };
    for later in 0..TRIES {
        let record = XpRulesRecord {
            effective_from: Timestamp::from_micros(now.micros().saturating_add(later)),
            game: Some(game.id),
            rules: rules.clone(),
        };
        if app.store.create_xp_rules(&record).await? {
            return Ok(app.engine.refresh_xp_rules(&*app.store).await?);
        }
    }
    Err(Error::internal("no free instant for XP rules"))
}

/// Where a run stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The market's time.
    pub market: Timestamp,
    /// What the account consists of.
    pub held: Held,
    /// What the account is worth.
    pub net_worth: Money,
    /// Trades so far.
    pub trades: u32,
}

/// Where a run stands now.
///
/// # Errors
/// Those of store and market.
pub async fn standing(app: &App, game: &Game, run: &ScenarioRun) -> Result<Standing> {
    let now = app.clock.now();
    let scenario = read(&run.content)?;
    // Its market runs while somebody looks: only then are dividends paid.
    app.market_of(game).await?;
    let spec = spec(app, game).await?;
    let end = Timestamp::from_seconds(scenario.end_step());
    let market = spec.pace.at(now).min(end);
    let seen = spec.pace.real_time_of(market).min(now);
    let snapshot = app.markets.snapshot_at(game.record.market, seen).await?;
    let account = app.store.find_account(run.account).await?;
    let account = account.ok_or_else(|| Error::internal("a run has no account"))?;
    let mut held = Held {
        cash: account.record.account.cash,
        parts: Vec::new(),
    };
    for row in app.store.list_positions(run.account).await? {
        let worth = row.position.worth(snapshot.quote(row.instrument));
        let symbol = app.symbol(row.instrument);
        let symbol = symbol.ok_or_else(|| Error::internal("a run holds what has no symbol"))?;
        held.parts.push((symbol, worth));
    }
    let net_worth = held.worth();
    let net_worth =
        net_worth.ok_or_else(|| Error::internal("a run is worth more than money can be"))?;
    // Counters leave out trades that earn nothing, as all of these do.
    let entries = app.store.list_entries(run.account, 0, ENTRIES_MAX).await?;
    let trades = entries
        .iter()
        .filter(|row| row.entry.fact.trade().is_some());
    Ok(Standing {
        market,
        held,
        net_worth,
        trades: u32::try_from(trades.count()).unwrap_or(u32::MAX),
    })
}

async fn spec(app: &App, game: &Game) -> Result<MarketSpec> {
    let market = app.store.find_market(game.record.market).await?;
    let spec = market.and_then(|market| market.spec);
    spec.ok_or_else(|| Error::internal("a scenario's market has no specification"))
}

/// Whether everything is paid that falls due until the end of a scenario.
async fn is_paid_until(app: &App, game: &Game, end: i64) -> Result<bool> {
    // A market registers its dividends before it shows the prices of their day, and the late ones as due at
    // that moment.
    let shown = app.market_of(game).await?.snapshot().at;
    let now = app.clock.now();
    let open = app
        .store
        .list_open_actions(game.record.market, ACTIONS_MAX)
        .await?;
    let unpaid = open.iter().any(|action| action.effective_at <= now);
    Ok(!unpaid && shown.seconds() >= end)
}

/// Ends a run whose last day is over. Its dividends must all have been paid.
///
/// # Errors
/// 409 before that.
pub async fn finish(app: &App, game: &Game, run: &ScenarioRun) -> Result<()> {
    let scenario = read(&run.content)?;
    let now = app.clock.now();
    let end = scenario.end_step();
    if spec(app, game).await?.pace.at(now).seconds() < end {
        let message = "The last day of this scenario has not come yet.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    // The last dividends are paid within a second or two.
    let mut tries = 0;
    while !is_paid_until(app, game, end).await? {
        if tries >= PAID_TRIES {
            let message = "The last dividends are being paid. Please try again in a moment.";
            return Err(Error::new(ErrorCode::NotPossible, message));
        }
        tries += 1;
        tokio::time::sleep(PAID_PAUSE).await;
    }
    let standing = standing(app, game, run).await?;
    let percent = scenario.return_of(standing.net_worth).unwrap_or_default();
    let index = history::benchmarks(app, &scenario).await?.index;
    let index = index.unwrap_or_default();
    let stars = scenario.stars(percent, index, standing.trades);
    if run.result.is_none() {
        let mut own = app.store.find_curves(run.account).await?.own;
        own.push(scenario.days, percent);
        app.store.store_curve(run.account, &own).await?;
    }
    let result = RunResult {
        finished_at: now,
        net_worth: standing.net_worth,
        stars,
    };
    app.store.finish_run(run.account, &result).await?;
    // The first result counts, also when a server stopped before it was taken up.
    duels::record(app, run, &run.result.unwrap_or(result)).await?;
    if let Some(hosted) = app.hosting.find(run.account.game) {
        let archived = HostedGame {
            state: HostedState::Archived,
            join_code: None,
            ..(*hosted).clone()
        };
        app.store.update_hosted_game(&archived).await?;
    }
    Ok(announce_change(app).await?)
}

/// Whether a hosted game is not a scenario's, which nobody may host: its player would be its own judge.
///
/// # Errors
/// 409 for a scenario's.
pub async fn check_is_none(app: &App, hosted: &HostedGame) -> Result<()> {
    let account = AccountId {
        player: hosted.owner,
        game: hosted.game,
    };
    if app.store.find_run(account).await?.is_none() {
        return Ok(());
    }
    let message = "This game plays a scenario. Its page lets the time pass.";
    Err(Error::new(ErrorCode::NotPossible, message))
}
