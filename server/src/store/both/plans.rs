//! Savings plans and subscriptions.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::api::SubscriptionState;
use domain::{AccountId, Day, GameId, InstrumentId, Money, PlayerId, Timestamp};
use sqlx::QueryBuilder;

use super::{DatabaseStore, Driver, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _, instant};
use crate::store::{PaidMonth, Plan, PlanStore, StoreResult, Subscription, SubscriptionRow};

macro_rules! plan_columns {
    () => {
        "p.plan_id, p.game_id, p.owner_id, p.shared, p.name, p.amount, p.months, p.new_money, p.instrument_id, \
         p.by_targets, p.strategy_id, p.created_at, p.retired_at"
    };
}
macro_rules! subscription_columns {
    () => {
        "s.player_id, s.subscription_id, s.amount as own_amount, s.state, s.created_at as subscribed_at, s.start_day, \
         s.skipped, s.paid_months, s.paid, s.bought"
    };
}

const CREATE_PLAN: &str = "
    insert into plans (
        plan_id, game_id, owner_id, shared, name, amount, months, new_money, instrument_id, created_at, by_targets,
        strategy_id
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
pub(super) const RETIRE_PLAN: &str = "
    update plans
    set retired_at = $2
    where plan_id = $1
    and retired_at is null";
pub(super) const FIND_PLAN: &str = concat!(
    "
    select ",
    plan_columns!(),
    "
    from plans p
    where p.plan_id = $1"
);
pub(super) const LIST_SHARED: &str = concat!(
    "
    select ",
    plan_columns!(),
    "
    from plans p
    where p.game_id = $1
    and p.shared
    and p.retired_at is null
    order by p.plan_id
    limit $2"
);
pub(super) const LIST_OWN: &str = concat!(
    "
    select ",
    plan_columns!(),
    "
    from plans p
    where p.owner_id = $1
    and p.game_id = $2
    and not p.shared
    and p.retired_at is null
    order by p.plan_id
    limit $3"
);
const SUBSCRIBE: &str = "
    insert into subscriptions (
        player_id, subscription_id, game_id, plan_id, amount, state, created_at, start_day, skipped, paid_months, paid,
        bought, due_day
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, $8)
    on conflict do nothing";
pub(super) const LIST: &str = concat!(
    "
    select ",
    plan_columns!(),
    ", ",
    subscription_columns!(),
    "
    from subscriptions s
    join plans p on p.plan_id = s.plan_id
    where s.player_id = $1
    and s.game_id = $2
    and ($3 = 0 or s.subscription_id = $3)
    order by s.subscription_id
    limit $4"
);
pub(super) const SUM_INVESTED: &str = "
    select subscription_id, cast(sum(
        case
            when state = 'pending' then reserve
            when granted is null then 0
            else (reserve / shares) * granted
        end
    ) as bigint) as invested
    from investments
    where player_id = $1
    and subscription_id is not null
    and ($2 = 0 or subscription_id = $2)
    and state in ('pending', 'processing', 'completed')
    group by subscription_id";
pub(super) const CHANGE: &str = "
    update subscriptions
    set state = $3,
        skipped = $4,
        due_day = $5
    where player_id = $1
    and subscription_id = $2
    and paid_months = $6";
// Reads only the index of active subscriptions.
const LIST_GAMES: &str = "
    select distinct game_id
    from subscriptions
    where state = 'active'
    order by game_id";
pub(super) const LIST_DUE: &str = concat!(
    "
    select ",
    plan_columns!(),
    ", ",
    subscription_columns!(),
    "
    from subscriptions s
    join plans p on p.plan_id = s.plan_id
    where s.game_id = $1
    and s.state = 'active'
    and s.due_day <= $2
    order by s.due_day, s.player_id, s.subscription_id
    limit $3"
);
macro_rules! before_paid_months {
    () => {
        "
    update subscriptions
    set paid_months = paid_months + 1,
        paid = paid + given.amount,
        bought = bought + given.cost,
        due_day = given.next_day,
        state = case when given.is_last then 'finished' else state end
    from (
        select column1 as player, column2 as id, column3 as month, column4 as amount, column5 as cost,
            column6 as next_day, column7 as is_last
        from ("
    };
}
macro_rules! after_paid_months {
    () => {
        ") as page
    ) as given
    where player_id = given.player
    and subscription_id = given.id
    and paid_months = given.month"
    };
}
/// For one month; what is sent has a row for each. Its plan is tested.
#[cfg(test)]
pub(super) const PAY: &str = concat!(
    before_paid_months!(),
    "values (
        cast($1 as bigint), cast($2 as bigint), cast($3 as bigint), cast($4 as bigint), cast($5 as bigint),
        cast($6 as bigint), cast($7 as boolean)
    )",
    after_paid_months!()
);
/// Months in one statement.
const PAID_AT_ONCE: usize = 1_024;

#[async_trait]
impl PlanStore for DatabaseStore {
    async fn create_plan(&self, plan: &Plan) -> StoreResult<()> {
        sqlx::query(CREATE_PLAN)
            .bind(plan.id)
            .bind(plan.game.0)
            .bind(plan.owner.0)
            .bind(plan.shared)
            .bind(&plan.name)
            .bind(plan.amount.units())
            .bind(plan.months.map(i64::from))
            .bind(plan.new_money)
            .bind(plan.instrument.map(|instrument| instrument.0))
            .bind(plan.created_at.micros())
            .bind(plan.by_targets)
            .bind(plan.strategy)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn retire_plan(&self, id: i64, now: Timestamp) -> StoreResult<()> {
        sqlx::query(RETIRE_PLAN)
            .bind(id)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_plan(&self, id: i64) -> StoreResult<Option<Plan>> {
        let found = sqlx::query(FIND_PLAN)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(plan).transpose()
    }

    async fn list_plans(&self, account: AccountId, limit: u32) -> StoreResult<Vec<Plan>> {
        let mut found = sqlx::query(LIST_SHARED)
            .bind(account.game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let own = sqlx::query(LIST_OWN)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.extend(own);
        found.iter().map(plan).collect()
    }

    async fn create_subscription(&self, new: &Subscription) -> StoreResult<bool> {
        let created = sqlx::query(SUBSCRIBE)
            .bind(new.account.player.0)
            .bind(new.id)
            .bind(new.account.game.0)
            .bind(new.plan)
            .bind(new.amount.map(Money::units))
            .bind(new.state.as_str())
            .bind(new.created_at.micros())
            .bind(i64::from(new.start.number()))
            .execute(&self.writer)
            .await?;
        Ok(created.rows_affected() == 1)
    }

    async fn list_subscriptions(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<SubscriptionRow>> {
        self.subscriptions(account, 0, limit).await
    }

    async fn find_subscription(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<SubscriptionRow>> {
        if id == 0 {
            return Ok(None);
        }
        Ok(self.subscriptions(account, id, 1).await?.pop())
    }

    async fn change_subscription(&self, changed: &Subscription) -> StoreResult<bool> {
        let done = sqlx::query(CHANGE)
            .bind(changed.account.player.0)
            .bind(changed.id)
            .bind(changed.state.as_str())
            .bind(i64::from(changed.skipped))
            .bind(i64::from(changed.due().number()))
            .bind(i64::from(changed.paid_months))
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn list_saving_games(&self) -> StoreResult<Vec<GameId>> {
        let found: Vec<i64> = sqlx::query_scalar(LIST_GAMES)
            .fetch_all(&self.readers)
            .await?;
        Ok(found.into_iter().map(GameId).collect())
    }

    async fn list_due_subscriptions(
        &self,
        game: GameId,
        today: Day,
        limit: u32,
    ) -> StoreResult<Vec<(Subscription, Plan)>> {
        let found = sqlx::query(LIST_DUE)
            .bind(game.0)
            .bind(i64::from(today.number()))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let both = |row: &Row| Ok((subscription(row)?, plan(row)?));
        found.iter().map(both).collect()
    }

    async fn store_paid_months(&self, months: &[PaidMonth]) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for some in months.chunks(PAID_AT_ONCE) {
            let mut pay = QueryBuilder::<Driver>::new(before_paid_months!());
            pay.push_values(some, |mut row, paid| {
                row.push_bind(paid.player.0)
                    .push_bind(paid.subscription)
                    .push_bind(i64::from(paid.month))
                    .push_bind(paid.paid.units())
                    .push_bind(paid.bought.units())
                    .push_bind(i64::from(paid.due.number()))
                    .push_bind(paid.is_last);
            });
            pay.push(after_paid_months!());
            pay.build().execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl DatabaseStore {
    /// All subscriptions of a player in a game, or the one with the id if it is not 0.
    async fn subscriptions(
        &self,
        account: AccountId,
        id: i64,
        limit: u32,
    ) -> StoreResult<Vec<SubscriptionRow>> {
        let found = sqlx::query(LIST)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let sums = sqlx::query(SUM_INVESTED)
            .bind(account.player.0)
            .bind(id)
            .fetch_all(&self.readers)
            .await?;
        let sum = |row: &Row| {
            let invested = Money::from_units(row.integer("invested")?);
            Ok((row.integer("subscription_id")?, invested))
        };
        let invested: HashMap<i64, Money> = sums.iter().map(sum).collect::<StoreResult<_>>()?;
        let row = |row: &Row| {
            let subscription = subscription(row)?;
            Ok(SubscriptionRow {
                in_offerings: invested.get(&subscription.id).copied().unwrap_or_default(),
                plan: plan(row)?,
                subscription,
            })
        };
        found.iter().map(row).collect()
    }
}

fn small(row: &Row, column: &str) -> StoreResult<u32> {
    rows::small(row, column, || format!("{column} of a subscription"))
}

fn plan(row: &Row) -> StoreResult<Plan> {
    Ok(Plan {
        id: row.integer("plan_id")?,
        game: GameId(row.integer("game_id")?),
        owner: PlayerId(row.integer("owner_id")?),
        shared: row.boolean("shared")?,
        name: row.text("name")?.to_owned(),
        amount: Money::from_units(row.integer("amount")?),
        months: rows::small_or_none(row, "months", || "months of a plan".to_owned())?,
        new_money: row.boolean("new_money")?,
        instrument: row.integer_or_none("instrument_id")?.map(InstrumentId),
        by_targets: row.boolean("by_targets")?,
        strategy: row.integer_or_none("strategy_id")?,
        created_at: instant(row, "created_at")?,
        retired_at: rows::instant_or_none(row, "retired_at")?,
    })
}

fn subscription(row: &Row) -> StoreResult<Subscription> {
    let id = row.integer("subscription_id")?;
    let state = SubscriptionState::named(row.text("state")?);
    Ok(Subscription {
        account: rows::account_id(row)?,
        id,
        plan: row.integer("plan_id")?,
        amount: row.integer_or_none("own_amount")?.map(Money::from_units),
        state: state.ok_or_else(|| corrupt(format!("the state of subscription {id}")))?,
        created_at: instant(row, "subscribed_at")?,
        start: rows::day(row.integer("start_day")?)?,
        skipped: small(row, "skipped")?,
        paid_months: small(row, "paid_months")?,
        paid: Money::from_units(row.integer("paid")?),
        bought: Money::from_units(row.integer("bought")?),
    })
}
