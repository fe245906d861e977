//! Pays the months of savings plans that are due in market time, one after the other.
//!
//! A month is a posting of new money, or cash set aside; then the plan's purchase, an order under a fixed
//! key; then an update of the subscription's row. Each step is done once per month, so a job that restarts
//! pays nothing twice.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use domain::plan::month_day;
use domain::{IdempotencyKey, Money, Order, Post, Posting, Side, Size};
use futures_util::future::join_all;

use super::corporate_actions::with_room;
use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::engine::{Engine, EngineError, GameContext};
use crate::market::FindMarket;
use crate::store::{GameRecord, PaidMonth, Plan, Store, Subscription};

mod spread;

pub(crate) use spread::holdings;

const EVERY_S: u32 = 10;
/// Subscriptions paid at once.
const PORTION: u32 = 2_048;
/// Maximum subscriptions of a player that set cash aside.
const SUBSCRIPTIONS_MAX: u32 = 100;

pub(super) struct Contributions {
    store: Arc<dyn Store>,
    engine: Engine,
    markets: Arc<dyn FindMarket>,
}

impl Contributions {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            engine,
            markets: Arc::clone(&parts.markets),
        }
    }

    /// Pays everything that is due in a game. False if the job has to stop early.
    async fn pay_game(&self, job: &Context, game: &GameRecord) -> Result<bool, JobError> {
        if game.rules.check_running(job.now()).is_err() {
            return Ok(true);
        }
        let market = self.markets.find_market(game.market).await;
        let market = market.context("the market of a plan cannot be started")?;
        let context = GameContext {
            rules: Arc::new(game.rules.clone()),
            market,
        };
        let mut paid = 0_i64;
        loop {
            let today = context.market.snapshot().at.day();
            let due = self
                .store
                .list_due_subscriptions(game.id, today, PORTION)
                .await?;
            // Whose trading is halted is bought at the next run.
            let due: Vec<_> = due
                .into_iter()
                .filter(|(_, plan)| !is_halted(plan, &context))
                .collect();
            if due.is_empty() {
                return Ok(true);
            }
            if job.stop().is_some() {
                return Ok(false);
            }
            let months = due
                .iter()
                .map(|(subscription, plan)| self.pay(subscription, plan, &context));
            let (done, failed): (Vec<_>, Vec<_>) =
                join_all(months).await.into_iter().partition(Result::is_ok);
            let done: Vec<PaidMonth> = done.into_iter().flatten().flatten().collect();
            paid = paid.saturating_add(i64::try_from(done.len()).unwrap_or(i64::MAX));
            self.store.store_paid_months(&done).await?;
            if let Some(Err(error)) = failed.into_iter().next() {
                return Err(error);
            }
            job.progress(paid, None, "months of savings plans are paid");
        }
    }

    /// Pays a month. `None` if the account cannot accept it or has too little cash to set aside; the month
    /// then moves to the end.
    async fn pay(
        &self,
        subscription: &Subscription,
        plan: &Plan,
        context: &GameContext,
    ) -> Result<Option<PaidMonth>, JobError> {
        let month = subscription.paid_months;
        let amount = subscription.amount.unwrap_or(plan.amount);
        let can_pay = if plan.new_money {
            self.contribute(subscription, month, amount, context)
                .await?
        } else {
            self.can_set_aside(subscription, amount).await?
        };
        if !can_pay {
            let skipped = subscription.skipped.saturating_add(1);
            let later = Subscription {
                skipped,
                ..subscription.clone()
            };
            self.store.change_subscription(&later).await?;
            return Ok(None);
        }
        let bought = self
            .purchase(subscription, plan, month, amount, context)
            .await?;
        let next = month.saturating_add(1);
        Ok(Some(PaidMonth {
            player: subscription.account.player,
            subscription: subscription.id,
            month,
            paid: amount,
            bought,
            due: month_day(
                subscription.start,
                next.saturating_add(subscription.skipped),
            ),
            is_last: next >= plan.months(),
        }))
    }

    /// False if the account cannot accept the money.
    async fn contribute(
        &self,
        subscription: &Subscription,
        month: u32,
        cash: Money,
        context: &GameContext,
    ) -> Result<bool, JobError> {
        let key = key("month", subscription, month)?;
        let posting = Posting::Contribute {
            subscription: subscription.id,
            month,
            cash,
        };
        let posted = with_room(|| {
            let (key, posting) = (key.clone(), posting.clone());
            let post = Post { key, posting };
            self.engine
                .post(subscription.account, post, context.clone())
        });
        match posted.await {
            Ok(_) => Ok(true),
            Err(EngineError::Refused(_) | EngineError::NoAccount) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether the account's free cash covers the amount on top of everything its plans have set aside.
    async fn can_set_aside(
        &self,
        subscription: &Subscription,
        amount: Money,
    ) -> Result<bool, JobError> {
        let id = subscription.account;
        let Some(account) = self.store.find_account(id).await? else {
            return Ok(false);
        };
        let rows = self.store.list_subscriptions(id, SUBSCRIPTIONS_MAX).await?;
        let mut aside = rows
            .iter()
            .filter(|row| row.subscription.state.can_spend())
            .map(|row| row.balance().spendable);
        let needed = aside.try_fold(amount, Money::checked_add);
        Ok(needed.is_some_and(|needed| needed <= account.record.account.free_cash()))
    }

    /// Buys what the plan buys each month. Returns the cost.
    async fn purchase(
        &self,
        subscription: &Subscription,
        plan: &Plan,
        month: u32,
        amount: Money,
        context: &GameContext,
    ) -> Result<Money, JobError> {
        if plan.by_targets || plan.strategy.is_some() {
            return self
                .spread(subscription, plan, month, amount, context)
                .await;
        }
        let snapshot = context.market.snapshot();
        let listed = plan
            .instrument
            .and_then(|id| snapshot.catalogue.find_by_id(id));
        let Some((_, instrument)) = listed else {
            return Ok(Money::ZERO);
        };
        let key = key("plan", subscription, month)?;
        let size = Size::Amount(amount);
        let order = Order::new(key, instrument.symbol, Side::Buy, size, None, None);
        let order = order.context("the purchase of a plan")?;
        let answered = with_room(|| {
            self.engine
                .submit(subscription.account, order.clone(), context.clone())
        });
        match answered.await {
            Ok(answer) => {
                let cost = answer.fill.map(|fill| fill.cash_change_in_all().negated());
                Ok(cost.unwrap_or_default().max(Money::ZERO))
            }
            Err(EngineError::NoAccount) => Ok(Money::ZERO),
            Err(error) => Err(failed(error)),
        }
    }
}

/// Whether trading of the instrument that a plan buys is halted.
fn is_halted(plan: &Plan, context: &GameContext) -> bool {
    let snapshot = context.market.snapshot();
    let quote = plan.instrument.and_then(|id| snapshot.quote(id));
    quote.is_some_and(|quote| quote.halted_until.is_some())
}

fn key(of: &str, subscription: &Subscription, month: u32) -> Result<IdempotencyKey, JobError> {
    let key = format!("{of}-{}-{month}", subscription.id);
    let key = key.parse().context("the key of a month");
    key.map_err(JobError::Failed)
}

fn failed(error: EngineError) -> JobError {
    JobError::Failed(anyhow::Error::from(error).context("a month of a savings plan"))
}

#[async_trait]
impl Kind for Contributions {
    const NAME: &'static str = "contributions";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(8 * 60),
            hard: Duration::from_secs(10 * 60),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let saving = self.store.list_saving_games().await?;
        if saving.is_empty() {
            return Ok(Done::Finished);
        }
        let games = self.store.list_games().await?;
        for game in games.iter().filter(|game| saving.contains(&game.id)) {
            if !self.pay_game(job, game).await? {
                return Ok(Done::Unfinished);
            }
        }
        Ok(Done::Finished)
    }
}
