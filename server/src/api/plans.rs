//! `/api/v1/games/{game}/plans`: savings plans, and what they would have become.

use axum::extract::State;
use axum::http::StatusCode;
use domain::advice::top_up;
use domain::api::{ApiError, ComparisonView, NewPlan, PlanView};
use domain::plan::{MONTHS_MAX, add_up, compare, month_day};
use domain::text::seen;
use domain::{AccountId, Day, InstrumentId, Money, PlayerId, Price};

use super::extract::{Body, InGame, Key};
use super::leaderboard::check_may_look;
use crate::app::{App, Game, random_id};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::operation::audit;
use crate::store::Plan;
use crate::strategies::Asker;

/// Plans of everybody, and of one player.
const PLANS_MAX: u32 = 50;
const NAME_MAX: usize = 60;
/// Months that a comparison shows.
const COMPARED_MAX: u32 = 36;

/// The plans that the player may subscribe to: those of hosts, then the player's own.
#[utoipa::path(get, path = "/api/v1/games/{game}/plans", tag = "Offerings",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "At most 100", body = Vec<PlanView>)))]
pub async fn list(
    State(app): State<App>,
    InGame { account, .. }: InGame,
) -> Result<Json<Vec<PlanView>>> {
    let plans = app.store.list_plans(account, PLANS_MAX).await?;
    Ok(Json(plans.iter().map(|plan| view(&app, plan)).collect()))
}

/// Creates a plan: the player's own, or a host's for everybody in the game.
#[utoipa::path(post, path = "/api/v1/games/{game}/plans", tag = "Offerings",
    params(("game" = String, Path, example = "open")),
    request_body(content = NewPlan,
        example = json!({"name": "A little every month", "amount": "100", "months": 12, "symbol": "MUFFN"})),
    responses((status = 201, description = "The plan", body = PlanView),
        (status = 409, description = "`not_possible`: the game plays a scenario", body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(request): Body<NewPlan>,
) -> Result<(StatusCode, Json<PlanView>)> {
    check_may_look(&app, &game, Some(account.player)).await?;
    if request.shared || request.new_money {
        let hosted = app.hosting.check_host(&game, account.player)?;
        // New money in a run of one's own would be a gift to oneself.
        crate::scenarios::check_is_none(&app, &hosted).await?;
    }
    let wrong = |field: &str, message: String| Err(ApiError::field(field, message).into());
    let name = seen(&request.name, false);
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        return wrong("name", format!("must have 1 to {NAME_MAX} characters"));
    }
    if !request.amount.is_positive() || request.amount > game.rules.order_max {
        let most = game.rules.order_max;
        return wrong("amount", format!("must be above 0 and at most {most}"));
    }
    if request
        .months
        .is_some_and(|months| !(1..=MONTHS_MAX).contains(&months))
    {
        return wrong("months", format!("must be 1 to {MONTHS_MAX}"));
    }
    let there = app.store.list_plans(account, PLANS_MAX).await?;
    if there.iter().any(|plan| plan.name == name) {
        return wrong("name", "is taken by another plan here".to_owned());
    }
    let alike = there.iter().filter(|plan| plan.shared == request.shared);
    if alike.count() >= usize::try_from(PLANS_MAX).unwrap_or(usize::MAX) {
        return wrong(
            "name",
            format!("There are {PLANS_MAX} plans already. Remove one first."),
        );
    }
    let instrument = match request.symbol {
        Some(symbol) => {
            let market = app.market_of(&game).await?.snapshot();
            let found = market.catalogue.find(symbol).map(|(_, record)| record.id);
            let unknown = || ApiError::field("symbol", "is not the symbol of an instrument");
            Some(found.ok_or_else(unknown)?)
        }
        None => None,
    };
    let strategy = strategy(&app, &game, account.player, &request).await?;
    let ways = [instrument.is_some(), request.by_targets, strategy.is_some()];
    if ways.into_iter().filter(|way| *way).count() > 1 {
        let message = "goes without targets and strategy: a plan buys in one way";
        return wrong("symbol", message.to_owned());
    }
    let plan = Plan {
        id: random_id(),
        game: account.game,
        owner: account.player,
        shared: request.shared,
        name,
        amount: request.amount,
        months: request.months,
        new_money: request.new_money,
        instrument,
        by_targets: request.by_targets,
        strategy,
        created_at: app.clock.now(),
        retired_at: None,
    };
    app.store.create_plan(&plan).await?;
    if plan.shared || plan.new_money {
        let subject = format!("{}: {}", game.record.slug, plan.name);
        audit::note(&app, account.player, "host plan", &subject).await;
    }
    Ok((StatusCode::CREATED, Json(view(&app, &plan))))
}

/// Retires a plan: the player's own, or a host's. Existing subscriptions continue.
#[utoipa::path(delete, path = "/api/v1/games/{game}/plans/{key}", tag = "Offerings",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Id of the plan", example = "12")),
    responses((status = 204, description = "Nobody can subscribe to it any more"),
        (status = 403, description = "`forbidden`: a plan of the game's hosts", body = ApiError),
        (status = 404, description = "The player has no such plan", body = ApiError)))]
pub async fn retire(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
) -> Result<StatusCode> {
    let plan = find(&app, &game, id).await?;
    if plan.shared {
        app.hosting.check_host(&game, account.player)?;
    } else if plan.owner != account.player {
        return Err(missing());
    }
    app.store.retire_plan(id, app.clock.now()).await?;
    if plan.shared {
        let subject = format!("{}: {}", game.record.slug, plan.name);
        audit::note(&app, account.player, "host plan retired", &subject).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The strategy that a plan is to follow: one that its maker sees.
async fn strategy(
    app: &App,
    game: &Game,
    player: PlayerId,
    request: &NewPlan,
) -> Result<Option<i64>> {
    let named = request.strategy.as_deref().map(str::trim);
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        return Ok(None);
    };
    let unknown = || ApiError::field("strategy", "is none that you can see in this game");
    let id: i64 = named.parse().map_err(|_| unknown())?;
    let asker = Asker::of(app, game.clone(), Some(player)).await?;
    let record = app.store.find_strategy(id).await?;
    let record = record.filter(|record| asker.sees(record));
    Ok(Some(record.ok_or_else(unknown)?.id))
}

/// How a plan would have performed in the past, compared with the same money invested at once.
#[utoipa::path(get, path = "/api/v1/games/{game}/plans/{key}/comparison", tag = "Offerings",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Id of the plan", example = "12")),
    responses((status = 200, description = "At most 36 months", body = ComparisonView),
        (status = 404, description = "The player has no such plan", body = ApiError)))]
pub async fn comparison(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
) -> Result<Json<ComparisonView>> {
    let plan = find(&app, &game, id).await?;
    let visible = plan.shared || plan.owner == account.player;
    let plan = Some(plan).filter(|_| visible).ok_or_else(missing)?;
    let mut parts = Vec::new();
    for (instrument, amount) in parts_of(&app, &game, account, &plan).await? {
        let prices = monthly_prices(&app, &game, instrument, plan.months()).await?;
        parts.push(compare(amount, &prices));
    }
    let shown = view(&app, &plan);
    Ok(Json(ComparisonView {
        symbol: shown.symbol,
        plan: shown,
        points: add_up(&parts),
    }))
}

/// What a month buys by the targets and prices of now, from nothing.
async fn parts_of(
    app: &App,
    game: &Game,
    account: AccountId,
    plan: &Plan,
) -> Result<Vec<(InstrumentId, Money)>> {
    if let Some(instrument) = plan.instrument {
        return Ok(vec![(instrument, plan.amount)]);
    }
    let targets = if let Some(strategy) = plan.strategy {
        let record = app.store.find_strategy(strategy).await?;
        let listed = record.filter(|one| one.is_listed() || one.author == account.player);
        match listed {
            Some(one) => {
                let version = app
                    .store
                    .find_strategy_version(strategy, one.version)
                    .await?;
                version.map(|version| version.content.plan)
            }
            None => None,
        }
    } else if plan.by_targets {
        let record = app.store.find_target_plan(account).await?;
        record.map(|record| record.plan)
    } else {
        None
    };
    let Some(targets) = targets else {
        return Ok(Vec::new());
    };
    let market = app.market_of(game).await?.snapshot();
    let holdings = crate::jobs::holdings(&targets, &[], &market);
    let parts = top_up(&targets, &holdings, plan.amount, game.rules.order_min);
    let part = |(symbol, amount)| Some((market.catalogue.find(symbol)?.1.id, amount));
    Ok(parts.into_iter().filter_map(part).collect())
}

/// What a share cost on the day of each of the past months, oldest first.
async fn monthly_prices(
    app: &App,
    game: &Game,
    instrument: InstrumentId,
    months: u32,
) -> Result<Vec<(Day, Price)>> {
    let market = app.market_of(game).await?;
    let today = market.snapshot().at.day();
    let months = i32::try_from(months.min(COMPARED_MAX)).unwrap_or(0);
    let (year, month, day) = today.calendar();
    // The last of the months is the present one.
    let since = i64::from(year) * 12 + i64::from(month) - i64::from(months.max(1));
    let first_month = u8::try_from(since.rem_euclid(12) + 1).unwrap_or(1);
    let first_year = i32::try_from(since.div_euclid(12)).unwrap_or(year);
    let first = Day::from_calendar(first_year, first_month, day.min(28)).unwrap_or(today);
    let candles = market.adjusted_candles(instrument, first, today).await;
    let candles = candles.map_err(|error| Error::internal(format_args!("{error:#}")))?;
    let price = |month: u32| {
        let wanted = month_day(first, month);
        let candle = candles.iter().find(|candle| candle.at.day() >= wanted)?;
        Some((candle.at.day(), candle.close))
    };
    let months = u32::try_from(months).unwrap_or(0);
    Ok((0..months).map_while(price).collect())
}

/// A plan of a game.
pub(super) async fn find(app: &App, game: &Game, id: i64) -> Result<Plan> {
    let found = app.store.find_plan(id).await?;
    found
        .filter(|plan| plan.game == game.record.id)
        .ok_or_else(missing)
}

pub(super) fn missing() -> Error {
    Error::not_found("such plan in this game")
}

pub(super) fn view(app: &App, plan: &Plan) -> PlanView {
    PlanView {
        id: plan.id.to_string(),
        name: plan.name.clone(),
        shared: plan.shared,
        amount: plan.amount,
        months: plan.months(),
        new_money: plan.new_money,
        symbol: plan.instrument.and_then(|id| app.symbol(id)),
        by_targets: plan.by_targets,
        strategy: plan.strategy.map(|id| id.to_string()),
    }
}
