//! Practice accounts: a game of the player's own that begins with the holdings of a real portfolio.
//!
//! The account opens with cash for everything and buys each holding at the current price, without fees, in one
//! basket: its ledger explains the holdings like any other. Nothing there earns XP, because nobody else plays on
//! the same terms.

use std::sync::Arc;

use domain::advice::{Basket, BasketMode};
use domain::api::{
    ApiError, HostSettings, HostedState, MemberStatus, PracticeCreated, PracticeMarket,
    PracticeRequest, Visibility,
};
use domain::boards::Measure;
use domain::{
    AccountId, Currency, GameRules, IdempotencyKey, Money, Order, PlayerId, Side, Size, Timestamp,
};

use crate::app::{App, OPEN_LEAGUE};
use crate::config::MarketConfig;
use crate::engine::GameContext;
use crate::error::{Error, Result};
use crate::hosting::announce_change;
use crate::hosting::creation::{self, Checked};
use crate::market::{Market, Snapshot, new_spec};
use crate::scenarios::earn_nothing;
use crate::store::{GameRecord, HostedGame, MarketSource, Member, NewGameMarket};

pub mod file;
mod nearest;
mod plan;

pub use plan::{Plan, plan};

/// Bytes of a file.
pub const TEXT_BYTES: usize = 128 * 1024;
/// Bytes of a request: a form writes some characters as three.
pub const REQUEST_BYTES: usize = 256 * 1024;
/// Days of history before its end with which a replay begins.
const REPLAY_DAYS: i32 = 365;
/// Tries to have the engine buy the holdings.
const TRIES: usize = 3;
const NAME: &str = "Practice with my portfolio";

/// A market that a practice game can be played on, and its prices now.
#[derive(Debug)]
pub struct Stand {
    market: PracticeMarket,
    on: NewGameMarket,
    currency: Currency,
    snapshot: Snapshot,
}

/// The markets of this server.
///
/// # Errors
/// Those of store and markets.
async fn stands(app: &App, now: Timestamp) -> Result<Vec<Stand>> {
    let league = app.games.find(OPEN_LEAGUE);
    let league = league.ok_or_else(|| Error::internal("the open league is missing"))?;
    let shared = app.market_of(&league).await?;
    let mut stands = vec![Stand {
        market: PracticeMarket::Shared,
        on: NewGameMarket::Shared(league.record.market),
        currency: league.rules.currency,
        snapshot: still(&shared.snapshot()),
    }];
    let range = app.store.candle_range(MarketSource::Replay).await?;
    if let Some((first, last)) = range.filter(|(first, last)| first < last) {
        let config = MarketConfig {
            source: MarketSource::Replay,
            seed: None,
            speed: 1,
            from: Some(first.max(last.plus_days(-REPLAY_DAYS))),
            currency: None,
        };
        let spec = new_spec(&*app.store, &config, now).await;
        let spec = spec.map_err(|error| Error::internal(format_args!("{error:#}")))?;
        let snapshot = app.markets.first_snapshot(&spec, now).await?;
        stands.push(Stand {
            market: PracticeMarket::Replay,
            currency: spec.currency,
            on: NewGameMarket::Own(spec),
            snapshot: still(&snapshot),
        });
    }
    Ok(stands)
}

/// The market as it stands, with its last known prices: also while its exchange is closed, a portfolio is worth
/// what it was last.
fn still(snapshot: &Snapshot) -> Snapshot {
    let mut still = snapshot.clone();
    for quote in still
        .listings
        .iter_mut()
        .filter_map(|one| one.quote.as_mut())
    {
        quote.stale = false;
        quote.halted_until = None;
        // The shares are there already: no money is changed for them.
        quote.foreign = None;
    }
    still
}

/// What a request would create, and the market that it would be played on.
///
/// # Errors
/// 422 that names the field.
pub async fn prepare(app: &App, request: &PracticeRequest) -> Result<(Stand, Plan)> {
    if request.text.len() > TEXT_BYTES {
        let message = format!("must have at most {} KB", TEXT_BYTES / 1_024);
        return Err(ApiError::field("text", message).into());
    }
    let portfolio = file::read(&request.text);
    let portfolio = portfolio.map_err(|message| ApiError::field("text", message))?;
    let cash = request.cash.unwrap_or_default();
    if !(Money::ZERO..=plan::worth_max()).contains(&cash) {
        return Err(ApiError::field("cash", "must be 0 to 1,000,000,000").into());
    }
    let stands = stands(app, app.clock.now()).await?;
    let markets: Vec<PracticeMarket> = stands.iter().map(|stand| stand.market).collect();
    let listed = |stand: &Stand| {
        let known = portfolio.holdings.iter();
        let known = known.filter(|one| plan::find(&stand.snapshot, &one.written).is_some());
        known.count()
    };
    let chosen = match request.market {
        // The first of those that list the most.
        None => stands.into_iter().rev().max_by_key(listed),
        Some(asked) => stands.into_iter().find(|stand| stand.market == asked),
    };
    let missing = "There is no history to replay on this server. Choose another market.";
    let stand = chosen.ok_or_else(|| ApiError::field("market", missing))?;
    let mut plan = plan(&portfolio, request, &stand.snapshot, stand.currency)?;
    plan.view.market = stand.market;
    plan.view.markets = markets;
    Ok((stand, plan))
}

/// Creates the game and the account with its holdings.
///
/// # Errors
/// 422 that names the field; those of engine and store.
pub async fn create(
    app: &App,
    player: PlayerId,
    request: &PracticeRequest,
) -> Result<PracticeCreated> {
    creation::check_count(app, player)?;
    let (stand, plan) = prepare(app, request).await?;
    if plan.purchases.is_empty() {
        let message = "has nothing that the account could begin with: choose a company for at least one symbol";
        return Err(ApiError::field("text", message).into());
    }
    let rules = GameRules {
        starting_cash: plan.view.starting_cash,
        currency: stand.currency,
        ..GameRules::open_league()
    };
    let checked = Checked {
        name: NAME.to_owned(),
        rules: rules.clone(),
        settings: HostSettings {
            visibility: Visibility::Invitation,
            approval: true,
            late_entry: false,
            measure: Measure::Return,
            time_zone: "UTC".to_owned(),
        },
    };
    let state = HostedState::Open;
    let (game, hosted) = creation::make(app, player, checked, stand.on, state).await?;
    let account = AccountId {
        player,
        game: game.id,
    };
    join(app, account, &game).await?;
    let context = GameContext {
        rules: Arc::new(rules),
        market: Arc::new(Market::new(stand.snapshot)),
    };
    if let Err(error) = buy(app, account, &plan, &context).await {
        let archived = HostedGame {
            state: HostedState::Archived,
            join_code: None,
            ..hosted
        };
        app.store.update_hosted_game(&archived).await?;
        announce_change(app).await?;
        return Err(error);
    }
    announce_change(app).await?;
    Ok(PracticeCreated {
        slug: game.slug,
        holdings: u32::try_from(plan.purchases.len()).unwrap_or(u32::MAX),
    })
}

async fn join(app: &App, account: AccountId, game: &GameRecord) -> Result<()> {
    let now = app.clock.now();
    earn_nothing(app, game, now).await?;
    let cash = game.rules.starting_cash;
    app.store.open_account(account, cash, now).await?;
    let member = Member {
        account,
        status: MemberStatus::Playing,
        joined_at: now,
        made_here: false,
        team: None,
    };
    Ok(app.store.store_member(&member).await?)
}

/// Buys all holdings at once, or none.
async fn buy(app: &App, account: AccountId, plan: &Plan, context: &GameContext) -> Result<()> {
    let order = |(place, (symbol, quantity)): (usize, &(domain::Symbol, domain::Quantity))| {
        let key: IdempotencyKey = format!("practice-{place:03}").parse()?;
        let size = Size::Quantity(*quantity);
        Order::new(key, *symbol, Side::Buy, size, None, None)
    };
    let orders = plan.purchases.iter().enumerate().map(order);
    let orders: Vec<Order> = orders.collect::<Result<_, _>>()?;
    let mut tries = 0;
    loop {
        let basket = Basket {
            orders: orders.clone(),
            mode: BasketMode::AllOrNothing,
        };
        tries += 1;
        let placed = app.engine.submit_basket(account, basket, context.clone());
        match placed.await {
            Ok(placed) if placed.placed => return Ok(()),
            Ok(placed) => {
                let mut rejected = placed.orders.iter().filter_map(|one| one.rejection);
                let rejection = rejected.next().map(ApiError::from);
                let told = |error: ApiError| Error::from(error).in_currency(context.rules.currency);
                let error = rejection.map(told);
                return Err(error.unwrap_or_else(|| Error::internal("a basket was not placed")));
            }
            Err(error) if tries >= TRIES => return Err(error.into()),
            Err(_) => {}
        }
    }
}
