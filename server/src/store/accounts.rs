//! The contents of an account: cash, positions, orders and ledger.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{AccountId, IdempotencyKey, InstrumentId, Position, Timestamp};

use super::{
    AccountRecord, AnsweredOrder, LedgerRow, Portfolio, PortfolioLookup, PositionRecord,
    RestingRecord, StoreResult, TradingAccount,
};

/// Accounts with their positions, orders and ledgers.
#[async_trait]
pub trait AccountStore {
    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>>;
    /// The account, its player's XP and its position in an instrument (the default if it never had
    /// one), in one query.
    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>>;
    /// Accounts with what they hold, each as of one moment. Missing accounts are absent.
    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>>;
    /// Latest first; those before the cursor (time and key of the last one seen).
    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>>;
    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>>;
    /// The resting orders of an account, by key.
    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
    /// Latest first; those before the cursor (a `seq`).
    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>>;
    /// Accounts in order of their id, after one.
    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>>;
    /// Entries of an account in order, after a `seq`.
    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>>;
    /// Every position of an account, including closed ones, by instrument.
    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>>;
}
