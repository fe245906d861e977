//! What a player keeps beside ledgers, awards and notifications, for the export of everything.

use domain::{Account, AccountId, PlayerId};
use serde_json::{Value, json};

use crate::api::{plans, player, subscriptions, watch_lists};
use crate::app::App;
use crate::error::Result;
use crate::store::StoreResult;
use crate::store::social::Tie;
use crate::store::strategies::StrategyRecord;

/// Rows of a list that a player cannot fill without limit.
pub(super) const LIST_MAX: u32 = 1_000;

/// What belongs to no game.
pub(super) async fn of_player(app: &App, id: PlayerId) -> Result<Vec<(&'static str, Value)>> {
    let store = &app.store;
    let record = player::find(app, id).await?;
    let followed = store.list_follows(id).await?;
    let blocked = store.list_blocks(id).await?;
    let lists = store.list_watch_lists(id, LIST_MAX).await?.into_iter();
    let lists: Vec<_> = lists.map(watch_lists::view).collect();
    let strategies = store.list_followed_strategies(id).await?;
    let name = |one: &StrategyRecord| json!({"id": one.id.to_string(), "name": one.name});
    let strategies: Vec<_> = strategies.iter().map(name).collect();
    Ok(vec![
        ("player", json!(player::view(app, &record))),
        ("privacy", json!(store.find_privacy(id).await?)),
        ("sessions", sessions(app, id).await?),
        ("logins", logins(app, id).await?),
        ("follows", handles(app, &followed).await?),
        ("blocks", handles(app, &blocked).await?),
        ("notes", notes(app, id).await?),
        ("watch_lists", json!(lists)),
        ("price_alerts", alerts(app, id).await?),
        ("strategies", own_strategies(app, id).await?),
        ("followed_strategies", json!(strategies)),
        ("duels", duels(app, id).await?),
        ("offline_starts", offline_starts(app, id).await?),
    ])
}

/// What belongs to an account.
pub(super) async fn of_account(
    app: &App,
    account: AccountId,
) -> Result<Vec<(&'static str, Value)>> {
    let store = &app.store;
    let targets = store.find_target_plan(account).await?;
    let plans = store.list_plans(account, LIST_MAX).await?;
    let own = plans.iter().filter(|plan| plan.owner == account.player);
    let own: Vec<_> = own.map(|plan| plans::view(app, plan)).collect();
    let subscriptions = store.list_subscriptions(account, LIST_MAX).await?;
    let subscriptions = subscriptions.iter();
    let subscriptions: Vec<_> = subscriptions
        .map(|row| subscriptions::view(app, row))
        .collect();
    let waiting = store
        .list_open_orders(account, Account::OPEN_ORDERS_MAX)
        .await?;
    let waiting: Vec<_> = waiting
        .iter()
        .map(|one| {
            let (order, terms) = (&one.resting.order, one.resting.terms);
            json!({"idempotency_key": order.key(), "symbol": order.symbol(), "side": order.side(),
                "size": order.size(), "trigger": terms.trigger, "expires_at": terms.expires_at,
                "reserved_cash": one.resting.reserve.cash,
                "reserved_quantity": one.resting.reserve.quantity,
                "placed_at": one.resting.placed_at, "reason": order.reason()})
        })
        .collect();
    let grades = store.list_grades(account, LIST_MAX).await?;
    let grades: Vec<_> = grades
        .iter()
        .map(|one| json!({"number": one.seq, "grade": one.grade, "at": one.at}))
        .collect();
    Ok(vec![
        ("targets", json!(targets.map(|record| record.plan))),
        ("plans", json!(own)),
        ("subscriptions", json!(subscriptions)),
        ("waiting_orders", json!(waiting)),
        ("grades", json!(grades)),
    ])
}

async fn sessions(app: &App, id: PlayerId) -> StoreResult<Value> {
    let sessions = app.store.list_sessions(id, app.clock.now()).await?;
    let view = |one: &crate::store::SessionRecord| {
        json!({"device": one.device, "created_at": one.created_at,
            "last_seen_at": one.last_seen_at, "expires_at": one.expires_at})
    };
    Ok(sessions.iter().map(view).collect())
}

async fn logins(app: &App, id: PlayerId) -> StoreResult<Value> {
    let logins = app.store.list_logins(id, LIST_MAX).await?.into_iter();
    Ok(logins
        .map(|one| {
            json!({"at": one.at, "event": one.event, "device": one.device, "network": one.network})
        })
        .collect())
}

/// The handles of the others, in their order.
async fn handles(app: &App, ties: &[Tie]) -> StoreResult<Value> {
    let others: Vec<_> = ties.iter().map(|tie| tie.other).collect();
    let handles = app.store.find_handles(&others).await?;
    let mut handles: Vec<_> = handles.into_values().collect();
    handles.sort();
    Ok(json!(handles))
}

async fn notes(app: &App, id: PlayerId) -> StoreResult<Value> {
    let notes = app.store.list_notes(id, LIST_MAX).await?;
    Ok(notes
        .iter()
        .map(|note| {
            json!({"symbol": note.symbol, "text": note.text, "tags": note.tags,
                "created_at": note.created_at, "changed_at": note.changed_at})
        })
        .collect())
}

async fn alerts(app: &App, id: PlayerId) -> StoreResult<Value> {
    let alerts = app.store.list_alerts(id, LIST_MAX).await?;
    Ok(alerts
        .iter()
        .map(|alert| {
            json!({"symbol": app.symbol(alert.instrument), "side": alert.side, "price": alert.price,
                "repeats": alert.repeats, "created_at": alert.created_at, "told_at": alert.told_at})
        })
        .collect())
}

/// With every version that was published.
async fn own_strategies(app: &App, id: PlayerId) -> StoreResult<Value> {
    let mut all = Vec::new();
    for one in app.store.list_strategies_of(id).await? {
        let versions = app.store.list_strategy_versions(one.id).await?;
        let versions: Vec<_> = versions
            .iter()
            .map(|version| {
                json!({"version": version.version, "published_at": version.published_at,
                    "content": version.content})
            })
            .collect();
        all.push(
            json!({"id": one.id.to_string(), "visibility": one.visibility,
            "followers": one.followers, "versions": versions}),
        );
    }
    Ok(json!(all))
}

async fn offline_starts(app: &App, id: PlayerId) -> StoreResult<Value> {
    let starts = app.store.list_offline_starts(id, LIST_MAX).await?;
    let row = |start: &crate::store::OfflineStartRecord| {
        let worth = start.counted.map(|run| run.net_worth);
        json!({"scenario": start.scenario, "issued_at": start.issued_at, "due_at": start.due_at,
            "worth": worth, "refusal": start.refusal})
    };
    Ok(starts.iter().map(row).collect())
}

async fn duels(app: &App, id: PlayerId) -> StoreResult<Value> {
    let duels = app.store.list_duels(id, LIST_MAX).await?;
    Ok(duels
        .iter()
        .map(|duel| {
            let side = duel.side_of(id);
            let result = side.and_then(|side| duel.course.result(side));
            json!({"id": duel.id, "days": duel.days, "created_at": duel.course.created_at,
                "accepted_at": duel.course.accepted_at, "worth": result.map(|result| result.worth)})
        })
        .collect())
}
