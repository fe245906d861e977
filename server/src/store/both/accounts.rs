//! Reads an account: cash, positions, orders, ledger.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{AccountId, GameId, IdempotencyKey, InstrumentId, PlayerId, Position, Timestamp};

use super::{DatabaseStore, LIST_ORDERS, Pool, audit, fetch, replica, resting};
use crate::store::rows::{
    self, Columns as _, account_columns, entry_columns, position_columns, progress_columns,
};
use crate::store::{
    AccountRecord, AccountStore, AnsweredOrder, LedgerRow, Portfolio, PortfolioLookup,
    PositionRecord, RestingRecord, StoreResult, TradingAccount,
};

pub(super) const FIND: &str = concat!(
    "
    select ",
    account_columns!(),
    ", ",
    progress_columns!(),
    "
    from accounts a
    join players p on p.player_id = a.player_id
    where a.player_id = $1
    and a.game_id = $2"
);
pub(super) const LIST_GAMES: &str = "
    select game_id
    from accounts
    where player_id = $1
    order by game_id";
pub(super) const FIND_TICKET: &str = concat!(
    "
    select ",
    account_columns!(),
    ", ",
    progress_columns!(),
    ", ",
    position_columns!(),
    "
    from accounts a
    join players p on p.player_id = a.player_id
    left join positions o
        on o.player_id = a.player_id
        and o.game_id = a.game_id
        and o.instrument_id = $3
    where a.player_id = $1
    and a.game_id = $2"
);
pub(super) const FIND_ORDER: &str = "
    select order_key, at answered_at, fingerprint, answer
    from orders
    where player_id = $1
    and game_id = $2
    and order_key = $3";
pub(super) const LIST_LEDGER: &str = concat!(
    "
    select ",
    entry_columns!(),
    ", s.salt, s.text
    from ledger l
    left join words s
        on s.player_id = l.player_id
        and s.game_id = l.game_id
        and s.seq = l.seq
    where l.player_id = $1
    and l.game_id = $2
    and l.seq < $3
    order by l.seq desc
    limit $4"
);

#[async_trait]
impl AccountStore for DatabaseStore {
    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>> {
        find(&self.readers, account).await
    }

    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>> {
        find_ticket(&self.readers, account, instrument).await
    }

    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>> {
        fetch::portfolios(&self.readers, lookups).await
    }

    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>> {
        list_orders(&self.readers, account, before, limit).await
    }

    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>> {
        find_order(&self.readers, account, key).await
    }

    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        resting::list_open(&self.readers, account, limit).await
    }

    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        replica::list_ledger(self, account, before, limit).await
    }

    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>> {
        audit::list_accounts(&self.readers, after, limit).await
    }

    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        audit::list_entries(&mut *self.readers.acquire().await?, account, after, limit).await
    }

    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>> {
        audit::list_positions(&mut *self.readers.acquire().await?, account).await
    }
}

pub(super) async fn list_games(readers: &Pool, player: PlayerId) -> StoreResult<Vec<GameId>> {
    let games: Vec<(i64,)> = sqlx::query_as(LIST_GAMES)
        .bind(player.0)
        .fetch_all(readers)
        .await?;
    Ok(games.into_iter().map(|(game,)| GameId(game)).collect())
}

pub(super) async fn find(
    readers: &Pool,
    account: AccountId,
) -> StoreResult<Option<TradingAccount>> {
    let row = sqlx::query(FIND)
        .bind(account.player.0)
        .bind(account.game.0)
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(rows::trading_account).transpose()
}

pub(super) async fn find_ticket(
    readers: &Pool,
    account: AccountId,
    instrument: InstrumentId,
) -> StoreResult<Option<(TradingAccount, Position)>> {
    let row = sqlx::query(FIND_TICKET)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(instrument.0)
        .fetch_optional(readers)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let position = match row.integer_or_none("instrument_id")? {
        Some(_) => rows::position(&row, account)?.position,
        None => Position::default(),
    };
    Ok(Some((rows::trading_account(&row)?, position)))
}

pub(super) async fn list_orders(
    readers: &Pool,
    account: AccountId,
    before: Option<(Timestamp, IdempotencyKey)>,
    limit: u32,
) -> StoreResult<Vec<OrderView>> {
    let (at, key) = match before {
        Some((at, key)) => (at.micros(), key.to_string()),
        None => (i64::MAX, String::new()),
    };
    let orders = sqlx::query(LIST_ORDERS)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(at)
        .bind(key)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    orders
        .iter()
        .map(|row| Ok(rows::answered_order(row, account)?.view))
        .collect()
}

pub(super) async fn find_order(
    readers: &Pool,
    account: AccountId,
    key: &IdempotencyKey,
) -> StoreResult<Option<AnsweredOrder>> {
    let row = sqlx::query(FIND_ORDER)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(key.as_str())
        .fetch_optional(readers)
        .await?;
    row.map(|row| rows::answered_order(&row, account))
        .transpose()
}

pub(super) async fn list_ledger(
    readers: &Pool,
    account: AccountId,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<LedgerRow>> {
    let entries = sqlx::query(LIST_LEDGER)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    entries
        .iter()
        .map(|row| rows::ledger_row(row, account))
        .collect()
}
