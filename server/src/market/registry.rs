//! The registry of instruments: which id an instrument has, for ever.

use std::collections::HashMap;

use domain::InstrumentId;

use crate::store::{InstrumentRecord, MarketKind, Store, StoreResult};

/// Gives records the ids that the store knows for their market and symbol, and new ones, after
/// all others, to those that it does not know.
pub(crate) async fn assign_ids(
    store: &dyn Store,
    records: &mut [InstrumentRecord],
) -> StoreResult<()> {
    let mut known = store.list_instruments(MarketKind::Simulated).await?;
    known.extend(store.list_instruments(MarketKind::Replay).await?);
    let mut latest = known.iter().map(|record| record.id.0).max().unwrap_or(0);
    let ids: HashMap<_, _> = known
        .iter()
        .map(|record| ((record.market, record.symbol), record.id))
        .collect();
    for record in records {
        record.id = ids
            .get(&(record.market, record.symbol))
            .copied()
            .unwrap_or_else(|| {
                latest = latest.saturating_add(1);
                InstrumentId(latest)
            });
    }
    Ok(())
}
