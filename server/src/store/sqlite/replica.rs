//! Reads that may lag: a file has no replica, so they do not.

use domain::{AccountId, Day, InstrumentId, LedgerEntry};

use super::{SqliteStore, accounts, market};
use crate::store::{CandleRecord, StoreResult};

pub(super) async fn list_past_candles(
    store: &SqliteStore,
    instrument: InstrumentId,
    from: Day,
    to: Day,
    limit: u32,
) -> StoreResult<Vec<CandleRecord>> {
    market::list_candles(&store.readers, instrument, from, to, limit).await
}

pub(super) async fn list_ledger(
    store: &SqliteStore,
    account: AccountId,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<LedgerEntry>> {
    accounts::list_ledger(&store.readers, account, before, limit).await
}
