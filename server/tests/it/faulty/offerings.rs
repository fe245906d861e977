//! The offerings and plans of the store behind.

use async_trait::async_trait;
use domain::api::InvestmentState;
use domain::offering::Demand;
use domain::{
    AccountId, DatedAction, Day, GameId, InstrumentId, MarketId, PlayerId, Price, Timestamp,
};
use server::store::{
    Grant, Investment, InvestmentCount, InvestmentEnd, InvestmentPlace, InvestmentStore, Offering,
    OfferingSplit, OfferingSplitStore, OfferingStore, PaidMonth, Plan, PlanStore, StoreResult,
    Subscription, SubscriptionRow,
};

use super::FaultyStore;

#[async_trait]
impl OfferingStore for FaultyStore {
    async fn create_offering(&self, offering: &Offering) -> StoreResult<()> {
        self.inner.create_offering(offering).await
    }

    async fn find_offering(&self, id: i64) -> StoreResult<Option<Offering>> {
        self.inner.find_offering(id).await
    }

    async fn list_offerings(&self, game: GameId, limit: u32) -> StoreResult<Vec<Offering>> {
        self.inner.list_offerings(game, limit).await
    }

    async fn list_unsettled(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<i64>> {
        self.inner.list_unsettled(now, limit).await
    }

    async fn grant(&self, offering: i64, version: i64, grants: &[Grant]) -> StoreResult<bool> {
        self.inner.grant(offering, version, grants).await
    }

    async fn set_offering_price(
        &self,
        offering: i64,
        version: i64,
        price: Price,
    ) -> StoreResult<()> {
        self.inner
            .set_offering_price(offering, version, price)
            .await
    }

    async fn close_offering(&self, offering: i64, at: Timestamp) -> StoreResult<()> {
        self.inner.close_offering(offering, at).await
    }

    async fn settle_offering(&self, offering: i64, now: Timestamp) -> StoreResult<()> {
        self.inner.settle_offering(offering, now).await
    }

    async fn list_recent_offerings(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Offering>> {
        self.inner.list_recent_offerings(since, limit).await
    }

    async fn count_investments(&self, offerings: &[i64]) -> StoreResult<Vec<InvestmentCount>> {
        self.inner.count_investments(offerings).await
    }
}

#[async_trait]
impl OfferingSplitStore for FaultyStore {
    async fn list_share_changes(
        &self,
        market: MarketId,
        instrument: InstrumentId,
        after: Day,
        now: Timestamp,
    ) -> StoreResult<Vec<DatedAction>> {
        let inner = &self.inner;
        inner
            .list_share_changes(market, instrument, after, now)
            .await
    }

    async fn split_offering(&self, split: &OfferingSplit) -> StoreResult<bool> {
        self.inner.split_offering(split).await
    }
}

#[async_trait]
impl InvestmentStore for FaultyStore {
    async fn find_investment(&self, player: PlayerId, id: i64) -> StoreResult<Option<Investment>> {
        self.inner.find_investment(player, id).await
    }

    async fn list_investments(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<Investment>> {
        self.inner.list_investments(account, limit).await
    }

    async fn list_offering_investments(
        &self,
        offering: i64,
        limit: u32,
    ) -> StoreResult<Vec<Investment>> {
        self.inner.list_offering_investments(offering, limit).await
    }

    async fn list_waiting(
        &self,
        offering: i64,
        state: InvestmentState,
        after: InvestmentPlace,
        limit: u32,
    ) -> StoreResult<Vec<Investment>> {
        self.inner.list_waiting(offering, state, after, limit).await
    }

    async fn find_demand(&self, offering: &Offering) -> StoreResult<Demand> {
        self.inner.find_demand(offering).await
    }

    async fn list_granted(
        &self,
        offering: i64,
        players: &[PlayerId],
    ) -> StoreResult<Vec<(PlayerId, u32)>> {
        self.inner.list_granted(offering, players).await
    }

    async fn end_investments(
        &self,
        from: InvestmentState,
        ends: &[InvestmentEnd],
        now: Timestamp,
    ) -> StoreResult<()> {
        self.inner.end_investments(from, ends, now).await
    }
}

#[async_trait]
impl PlanStore for FaultyStore {
    async fn create_plan(&self, plan: &Plan) -> StoreResult<()> {
        self.inner.create_plan(plan).await
    }

    async fn retire_plan(&self, id: i64, now: Timestamp) -> StoreResult<()> {
        self.inner.retire_plan(id, now).await
    }

    async fn find_plan(&self, id: i64) -> StoreResult<Option<Plan>> {
        self.inner.find_plan(id).await
    }

    async fn list_plans(&self, account: AccountId, limit: u32) -> StoreResult<Vec<Plan>> {
        self.inner.list_plans(account, limit).await
    }

    async fn create_subscription(&self, subscription: &Subscription) -> StoreResult<bool> {
        self.inner.create_subscription(subscription).await
    }

    async fn list_subscriptions(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<SubscriptionRow>> {
        self.inner.list_subscriptions(account, limit).await
    }

    async fn find_subscription(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<SubscriptionRow>> {
        self.inner.find_subscription(account, id).await
    }

    async fn change_subscription(&self, subscription: &Subscription) -> StoreResult<bool> {
        self.inner.change_subscription(subscription).await
    }

    async fn list_saving_games(&self) -> StoreResult<Vec<GameId>> {
        self.inner.list_saving_games().await
    }

    async fn list_due_subscriptions(
        &self,
        game: GameId,
        today: Day,
        limit: u32,
    ) -> StoreResult<Vec<(Subscription, Plan)>> {
        self.inner.list_due_subscriptions(game, today, limit).await
    }

    async fn store_paid_months(&self, months: &[PaidMonth]) -> StoreResult<()> {
        self.inner.store_paid_months(months).await
    }
}
