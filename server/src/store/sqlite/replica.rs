//! Reads that tolerate lag. A file has no replica, so these do not lag.

use domain::{AccountId, Day, InstrumentId};

use super::{SqliteStore, accounts, instruments};
use crate::store::{CandleRecord, LedgerRow, StoreResult};

pub(super) async fn list_past_candles(
    store: &SqliteStore,
    instrument: InstrumentId,
    from: Day,
    to: Day,
    limit: u32,
) -> StoreResult<Vec<CandleRecord>> {
    instruments::list_candles(&store.readers, instrument, from, to, limit).await
}

pub(super) async fn list_ledger(
    store: &SqliteStore,
    account: AccountId,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<LedgerRow>> {
    accounts::list_ledger(&store.readers, account, before, limit).await
}
