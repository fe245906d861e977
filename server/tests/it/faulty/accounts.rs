//! The accounts of the store behind.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{AccountId, IdempotencyKey, InstrumentId, Position, Timestamp};
use server::store::{
    AccountRecord, AccountStore, AnsweredOrder, LedgerRow, Portfolio, PortfolioLookup,
    PositionRecord, RestingRecord, StoreResult, TradingAccount,
};

use super::FaultyStore;

#[async_trait]
impl AccountStore for FaultyStore {
    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>> {
        self.read().find_account(account).await
    }

    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>> {
        self.read().find_ticket(account, instrument).await
    }

    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>> {
        self.read().find_portfolios(lookups).await
    }

    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>> {
        self.read().list_orders(account, before, limit).await
    }

    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>> {
        self.read().find_order(account, key).await
    }

    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.read().list_open_orders(account, limit).await
    }

    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        self.read().list_ledger(account, before, limit).await
    }

    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>> {
        self.read().list_accounts(after, limit).await
    }

    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        self.read().list_entries(account, after, limit).await
    }

    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>> {
        self.read().list_positions(account).await
    }
}
