//! Who was who in a game whose history was in disguise, once it is over.

use std::collections::HashMap;

use domain::api::{RevealedCompany, RevealedHistory};
use domain::market::disguised;
use domain::{InstrumentId, MarketId};

use super::disguise::Disguise;
use crate::market::universe::all_instruments;
use crate::store::{InstrumentRecord, MarketSource, Store, StoreResult};

/// What a market's disguise hid, by shown symbol. `None` for a market without one. The caller checks
/// that everyone may know.
///
/// # Errors
/// Those of the store.
pub async fn reveal(store: &dyn Store, market: MarketId) -> StoreResult<Option<RevealedHistory>> {
    let found = store.find_market(market).await?;
    let spec = found.and_then(|found| found.spec);
    let hidden = spec.filter(|spec| spec.source == MarketSource::Hidden);
    let Some(spec) = hidden else {
        return Ok(None);
    };
    let Some(first) = spec.from else {
        return Ok(None);
    };
    let disguise = Disguise::open(store, market, &spec).await?;
    let all = all_instruments(store).await?;
    let by_id: HashMap<InstrumentId, &InstrumentRecord> =
        all.iter().map(|one| (one.id, one)).collect();
    let company = |(shown, real): (InstrumentId, InstrumentId)| {
        let (shown, real) = (by_id.get(&shown)?, by_id.get(&real)?);
        Some(RevealedCompany {
            symbol: shown.symbol,
            real_symbol: real.symbol,
            real_name: real.name.clone(),
        })
    };
    let mut companies: Vec<RevealedCompany> = disguise.pairs().filter_map(company).collect();
    companies.sort_by_key(|company| company.symbol);
    Ok(Some(RevealedHistory {
        day: disguised(first),
        real_day: first,
        companies,
    }))
}
