//! Savings plans and the subscriptions of players.

use async_trait::async_trait;
use domain::api::SubscriptionState;
use domain::plan::{Balance, USUAL_MONTHS, month_day};
use domain::{AccountId, Day, GameId, InstrumentId, Money, PlayerId, Timestamp};

use super::StoreResult;

/// A savings plan as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: i64,
    pub game: GameId,
    pub owner: PlayerId,
    /// Whether anybody in the game may subscribe.
    pub shared: bool,
    pub name: String,
    /// Per month.
    pub amount: Money,
    /// `None` means twelve.
    pub months: Option<u32>,
    /// Whether a month brings new money.
    pub new_money: bool,
    /// What is bought each month.
    pub instrument: Option<InstrumentId>,
    /// Whether each month is allocated by the subscriber's targets.
    pub by_targets: bool,
    /// The strategy by which it is allocated.
    pub strategy: Option<i64>,
    pub created_at: Timestamp,
    /// When it stopped taking subscriptions.
    pub retired_at: Option<Timestamp>,
}

impl Plan {
    /// Its number of months.
    #[must_use]
    pub fn months(&self) -> u32 {
        self.months.unwrap_or(USUAL_MONTHS)
    }
}

/// A subscription as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub account: AccountId,
    pub id: i64,
    pub plan: i64,
    /// Overrides the plan's amount.
    pub amount: Option<Money>,
    pub state: SubscriptionState,
    pub created_at: Timestamp,
    /// The market day on which month 0 is due.
    pub start: Day,
    /// Months in which it was paused.
    pub skipped: u32,
    /// Months paid so far, which is also the number of the next one.
    pub paid_months: u32,
    pub paid: Money,
    /// What the purchases of the plan have cost.
    pub bought: Money,
}

impl Subscription {
    /// The market day on which the next month is due.
    #[must_use]
    pub fn due(&self) -> Day {
        month_day(self.start, self.paid_months.saturating_add(self.skipped))
    }
}

/// A subscription with its plan and what it has invested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRow {
    pub subscription: Subscription,
    pub plan: Plan,
    /// Invested in offerings, without reversed and failed investments.
    pub in_offerings: Money,
}

impl SubscriptionRow {
    /// What is paid in a month.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.subscription.amount.unwrap_or(self.plan.amount)
    }

    /// What was paid in and invested, and what is left.
    #[must_use]
    pub fn balance(&self) -> Balance {
        let Subscription {
            paid_months,
            paid,
            bought,
            ..
        } = self.subscription;
        let invested = bought.checked_add(self.in_offerings).unwrap_or(paid);
        Balance::of(
            self.amount(),
            self.plan.months(),
            paid_months,
            paid,
            invested,
        )
    }
}

/// A month that was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidMonth {
    pub player: PlayerId,
    pub subscription: i64,
    /// Counted from 0: nothing is written unless this is the next one.
    pub month: u32,
    pub paid: Money,
    /// What the purchase of the month cost.
    pub bought: Money,
    /// When the next one is due.
    pub due: Day,
    /// Whether this was the last one.
    pub is_last: bool,
}

/// Plans and subscriptions.
#[async_trait]
pub trait PlanStore {
    async fn create_plan(&self, plan: &Plan) -> StoreResult<()>;
    /// Stops new subscriptions; existing ones continue.
    async fn retire_plan(&self, id: i64, now: Timestamp) -> StoreResult<()>;
    async fn find_plan(&self, id: i64) -> StoreResult<Option<Plan>>;
    /// The plans that a player may subscribe to: those for everybody, then the player's own.
    async fn list_plans(&self, account: AccountId, limit: u32) -> StoreResult<Vec<Plan>>;
    /// False if the player already subscribes to the plan.
    async fn create_subscription(&self, subscription: &Subscription) -> StoreResult<bool>;
    /// The subscriptions of a player in a game with their balances, in two queries regardless of their
    /// number.
    async fn list_subscriptions(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<SubscriptionRow>>;
    /// A single subscription, also in two queries.
    async fn find_subscription(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<SubscriptionRow>>;
    /// Writes the state and skipped months of a subscription if its paid months are still as given. Returns
    /// whether it did.
    async fn change_subscription(&self, subscription: &Subscription) -> StoreResult<bool>;
    /// Games with an active subscription.
    async fn list_saving_games(&self) -> StoreResult<Vec<GameId>>;
    /// Active subscriptions of a game whose next month is due by a market day, ordered by due day.
    async fn list_due_subscriptions(
        &self,
        game: GameId,
        today: Day,
        limit: u32,
    ) -> StoreResult<Vec<(Subscription, Plan)>>;
    /// Records paid months, each once. A month that is not the next one changes nothing.
    async fn store_paid_months(&self, months: &[PaidMonth]) -> StoreResult<()>;
}
