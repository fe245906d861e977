//! `/api/v1/games/{game}/offerings`: what companies sell in a game, and investing in it.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, ErrorCode, InvestmentRequest, InvestmentState, InvestmentView, NewOffering,
    NewcomerView, OfferingDetail, OfferingView, ReversalRequest,
};
use domain::offering::{AllocationRule, InvestmentError};
use domain::{AccountId, IdempotencyKey, Money, Post, Posting, Quantity};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::extract::{Body, InGame, Key, Query};
use super::host::market::is_own;
use crate::app::{App, Game};
use crate::engine::Invest;
use crate::error::{Error, Result};
use crate::jobs;
use crate::json::Json;
use crate::operation::audit;
use crate::session::LoggedIn;
use crate::store::{Investment, InvestmentEnd, Offering};

mod create;
mod draw;
mod view;

pub(crate) use create::publish;
pub use draw::*;

/// Offerings of a game that are listed.
const OFFERINGS_MAX: u32 = 100;
/// Investments of a player in a game.
const INVESTMENTS_MAX: u32 = 1_000;

/// The offerings of a game, latest closing first.
#[utoipa::path(get, path = "/api/v1/games/{game}/offerings", tag = "Offerings", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "At most 100", body = Vec<OfferingView>)))]
pub async fn list(State(app): State<App>, game: Game) -> Result<Json<Vec<OfferingView>>> {
    let offerings = app
        .store
        .list_offerings(game.record.id, OFFERINGS_MAX)
        .await?;
    let now = app.clock.now();
    let market = app.market_of(&game).await?.snapshot();
    let views = offerings
        .iter()
        .map(|offering| view::offering(&app, &market, offering, now));
    views.collect::<Result<Vec<_>>>().map(Json)
}

/// Offers shares to everybody in the game.
#[utoipa::path(post, path = "/api/v1/games/{game}/offerings", tag = "Offerings",
    params(("game" = String, Path, example = "open")),
    request_body(content = NewOffering, example = json!({"title": "Muffin shares for everybody",
        "story": "The bakery builds a second oven.", "symbol": "MUFFN", "price": "20", "shares": 500,
        "maximum": 50, "rule": "pro_rata", "minutes": 60})),
    responses((status = 201, description = "The offering. For hosts of the game", body = OfferingView),
        (status = 409, description = "`not_possible`: the game plays a scenario, other games share the market of a new company, or its shares are on offer already", body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    Body(request): Body<NewOffering>,
) -> Result<(StatusCode, Json<OfferingView>)> {
    let hosted = app.hosting.check_host(&game, session.player)?;
    crate::scenarios::check_is_none(&app, &hosted).await?;
    let offering = create::create(&app, &game, session.player, &request).await?;
    let subject = format!("{}: offering {}", game.record.slug, offering.id);
    audit::note(&app, session.player, "host offer", &subject).await;
    let market = app.market_of(&game).await?.snapshot();
    let view = view::offering(&app, &market, &offering, offering.created_at)?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Companies that do not trade yet, of which a host may offer shares. They come to the market when
/// their shares are divided.
#[utoipa::path(get, path = "/api/v1/games/{game}/newcomers", tag = "Offerings",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "For hosts of the game; none where other games share its market", body = Vec<NewcomerView>)))]
pub async fn newcomers(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
) -> Result<Json<Vec<NewcomerView>>> {
    app.hosting.check_host(&game, session.player)?;
    if !is_own(&app, &game) {
        return Ok(Json(Vec::new()));
    }
    let market = app.market_of(&game).await?.snapshot();
    let views = market.newcomers.iter().map(|one| NewcomerView {
        symbol: one.symbol,
        name: one.name.clone(),
        category: one.category.clone(),
        plain_words: one.plain_words.clone(),
    });
    Ok(Json(views.collect()))
}

/// For how many shares a preview is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct PreviewQuery {
    /// Shares; the fewest possible if left out.
    shares: Option<u32>,
}

/// An offering, what the player may expect of it, and the player's investments in it.
#[utoipa::path(get, path = "/api/v1/games/{game}/offerings/{key}", tag = "Offerings",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Its id", example = "12"), PreviewQuery),
    responses((status = 200, description = "The offering", body = OfferingDetail),
        (status = 404, description = "The game has no such offering", body = ApiError)))]
pub async fn detail(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
    Query(query): Query<PreviewQuery>,
) -> Result<Json<OfferingDetail>> {
    let offering = find(&app, &game, id).await?;
    let market = app.market_of(&game).await?.snapshot();
    let detail = view::detail(&app, &market, account, &offering, query.shares).await?;
    Ok(Json(detail))
}

/// Requests shares: their cost is reserved, and the investment waits for its allocation. Sending it again
/// under the same key is safe.
#[utoipa::path(post, path = "/api/v1/games/{game}/offerings/{key}/investments", tag = "Offerings",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Id of the offering", example = "12")),
    request_body(content = InvestmentRequest,
        example = json!({"idempotency_key": "invest-0001", "shares": 10})),
    responses((status = 201, description = "It waits: `pending`. A repeat tells what became of it", body = InvestmentView),
        (status = 409, description = "`not_possible`: it is not open; `idempotency_key_reused`; `game_not_open`", body = ApiError),
        (status = 422, description = "`invalid_fields`; `insufficient_free_cash`", body = ApiError)))]
pub async fn invest(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
    Body(request): Body<InvestmentRequest>,
) -> Result<(StatusCode, Json<InvestmentView>)> {
    app.hosting.check_plays(account)?;
    let offering = find(&app, &game, id).await?;
    let number = investment_number(account, &request.idempotency_key);
    let subscription = subscription(&request)?;
    if let Some(first) = app.store.find_investment(account.player, number).await? {
        let asked = (first.offering, first.shares, first.subscription);
        if asked != (offering.id, request.shares, subscription) {
            let message = "This key was used for another investment.";
            return Err(Error::new(ErrorCode::IdempotencyKeyReused, message));
        }
        return Ok((StatusCode::CREATED, Json(view::investment(&first, None))));
    }
    let reserve = check(&app, &game, account, &offering, &request).await?;
    if let Some(subscription) = subscription {
        let checked = check_spendable(&app, account, subscription, reserve).await;
        checked.map_err(|error| error.in_currency(game.rules.currency))?;
    }
    let investment = Investment {
        account,
        id: number,
        offering: offering.id,
        instrument: offering.instrument,
        at: app.clock.now(),
        shares: request.shares,
        reserve,
        subscription,
        state: InvestmentState::Pending,
        granted: None,
        seq: None,
        ended_at: None,
        reason: None,
    };
    let key = investment.key("invest").map_err(Error::internal)?;
    let posting = Posting::Reserve {
        instrument: offering.instrument,
        cash: reserve,
        price: offering.terms.price,
    };
    let invest = Invest {
        post: Post { key, posting },
        investment: investment.clone(),
    };
    let context = app.context_of(&game).await?;
    let invested = app.engine.invest(invest, context).await;
    invested.map_err(|error| Error::from(error).in_currency(game.rules.currency))?;
    if offering.terms.rule == AllocationRule::FirstCome
        && let Err(error) = jobs::allocate(&app.jobs, offering.id).await
    {
        // The schedule finds it within seconds.
        tracing::warn!(%error, offering = offering.id, "an allocation could not be enqueued");
    }
    Ok((
        StatusCode::CREATED,
        Json(view::investment(&investment, None)),
    ))
}

/// Reverses an allocation: the shares leave the account, which gets back what they cost.
#[utoipa::path(post, path = "/api/v1/games/{game}/offerings/{key}/reversals", tag = "Offerings",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Id of the offering", example = "12")),
    request_body(content = ReversalRequest, example = json!({"player": "12", "investment": "34"})),
    responses((status = 200, description = "The investment after it. For hosts of the game", body = InvestmentView),
        (status = 404, description = "The offering has no such investment", body = ApiError),
        (status = 409, description = "`not_possible`: it has no shares, or they are sold", body = ApiError)))]
pub async fn reverse(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    Key(id): Key<i64>,
    Body(request): Body<ReversalRequest>,
) -> Result<Json<InvestmentView>> {
    let hosted = app.hosting.check_host(&game, session.player)?;
    crate::scenarios::check_is_none(&app, &hosted).await?;
    let offering = find(&app, &game, id).await?;
    let number = request.investment.parse().unwrap_or(0);
    let found = app.store.find_investment(request.player, number).await?;
    let found = found.filter(|one| one.offering == offering.id);
    let mut investment = found.ok_or_else(|| Error::not_found("such investment"))?;
    let state = InvestmentState::Completed;
    let (Some(seq), Some(granted)) = (investment.seq, investment.granted) else {
        return Err(not_possible("This investment got no shares."));
    };
    if investment.state != state {
        return Err(not_possible("This investment has no shares to take back."));
    }
    let quantity = split_since(&app, &game, &offering, granted).await?;
    let refund = offering.terms.cost_of(granted);
    let (Some(quantity), Some(refund)) = (quantity, refund) else {
        return Err(Error::internal("an allocation beyond what money can be"));
    };
    let post = Post {
        key: investment.key("reverse").map_err(Error::internal)?,
        posting: Posting::Reverse {
            seq,
            instrument: offering.instrument,
            quantity,
            refund,
        },
    };
    let context = app.context_of(&game).await?;
    let posted = app.engine.post(investment.account, post, context).await;
    posted.map_err(|error| Error::from(error).in_currency(game.rules.currency))?;
    let end = InvestmentEnd {
        player: request.player,
        investment: investment.id,
        state: InvestmentState::Reversed,
        seq: None,
        reason: None,
    };
    let now = app.clock.now();
    app.store.end_investments(state, &[end], now).await?;
    let (slug, player) = (&game.record.slug, request.player);
    let subject = format!("{slug}: offering {id}, player {player}");
    audit::note(&app, session.player, "host reverse", &subject).await;
    investment.state = InvestmentState::Reversed;
    investment.ended_at = Some(now);
    Ok(Json(view::investment(&investment, None)))
}

/// What shares of an offering have become by the splits since they were divided.
async fn split_since(
    app: &App,
    game: &Game,
    offering: &Offering,
    granted: u32,
) -> Result<Option<Quantity>> {
    let (market, instrument) = (game.record.market, offering.instrument);
    let changes = match offering.counted_on {
        Some(since) => {
            let now = app.clock.now();
            app.store
                .list_share_changes(market, instrument, since, now)
                .await?
        }
        None => Vec::new(),
    };
    let mut shares = Some(granted);
    for change in changes {
        let split = change.action.ratio();
        let split = split.and_then(|ratio| offering.terms.split(ratio));
        shares = shares.and_then(|shares| shares.checked_mul(split?.1));
    }
    let message = "The company has joined its shares or left the market since then.";
    let shares = shares.ok_or_else(|| not_possible(message))?;
    Ok(domain::offering::whole_shares(shares))
}

/// An offering of a game.
async fn find(app: &App, game: &Game, id: i64) -> Result<Offering> {
    let found = app.store.find_offering(id).await?;
    let found = found.filter(|offering| offering.game == game.record.id);
    found.ok_or_else(|| Error::not_found("such offering in this game"))
}

/// What is reserved for an investment that may be made.
async fn check(
    app: &App,
    game: &Game,
    account: AccountId,
    offering: &Offering,
    request: &InvestmentRequest,
) -> Result<Money> {
    let now = app.clock.now();
    if game.rules.check_running(now).is_err() {
        let message = "This game does not trade now.";
        return Err(Error::new(ErrorCode::GameNotOpen, message));
    }
    let mine = app.store.list_investments(account, INVESTMENTS_MAX).await?;
    if mine.len() >= usize::try_from(INVESTMENTS_MAX).unwrap_or(usize::MAX) {
        let message = "You have made as many investments in this game as are allowed.";
        return Err(not_possible(message));
    }
    let counts =
        |one: &&Investment| one.offering == offering.id && one.state != InvestmentState::Failed;
    let asked = mine
        .iter()
        .filter(counts)
        .fold(0_u32, |sum, one| sum.saturating_add(one.shares));
    let granted = match offering.settled_at {
        Some(_) => offering.terms.shares,
        None => offering.granted,
    };
    let checked = offering.terms.check(request.shares, asked, granted, now);
    checked.map_err(|error: InvestmentError| {
        if error.is_about_shares() {
            ApiError::field("shares", error.to_string()).into()
        } else {
            not_possible(&error.to_string())
        }
    })
}

fn subscription(request: &InvestmentRequest) -> Result<Option<i64>> {
    let named = request.subscription.as_deref().map(str::trim);
    let named = named.filter(|text| !text.is_empty());
    let number = named.map(str::parse::<i64>).transpose();
    number.map_err(|_| ApiError::field("subscription", "is not one of yours").into())
}

/// A subscription of the player's has enough to spend.
async fn check_spendable(
    app: &App,
    account: AccountId,
    subscription: i64,
    reserve: Money,
) -> Result<()> {
    let found = app.store.find_subscription(account, subscription).await?;
    let row = found.ok_or_else(|| ApiError::field("subscription", "is not one of yours"))?;
    if !row.subscription.state.can_spend() {
        return Err(ApiError::field("subscription", "has ended").into());
    }
    let spendable = row.balance().spendable;
    if reserve > spendable {
        let message = format!("has ${spendable} to spend, and these shares cost ${reserve}");
        return Err(ApiError::field("subscription", message).into());
    }
    Ok(())
}

/// The number of an investment follows from its key, so that a repeat has the same one.
fn investment_number(account: AccountId, key: &IdempotencyKey) -> i64 {
    let mut hasher = Sha256::new();
    hasher.update(account.player.0.to_be_bytes());
    hasher.update(account.game.0.to_be_bytes());
    hasher.update(key.as_str());
    let digest = hasher.finalize();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    (u64::from_be_bytes(first) >> 1).cast_signed().max(1)
}

fn not_possible(message: &str) -> Error {
    Error::new(ErrorCode::NotPossible, message)
}
