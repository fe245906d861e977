//! Compares resting orders with what the ledger has set aside. What a posting has set aside, such as an
//! investment, is not an order.

use std::collections::HashMap;

use domain::Replay;

use super::Damage;
use crate::store::{AccountRecord, RestingRecord};

/// Where an account's sums differ from its ledger.
pub(super) fn of_account(
    record: &AccountRecord,
    replay: &Replay,
) -> impl Iterator<Item = Damage> + use<> {
    let (stored, ledger) = (record.account, replay.account);
    let cash = Damage::ReservedCash {
        stored: stored.reserved_cash,
        ledger: ledger.reserved_cash,
    };
    let count = Damage::OpenOrders {
        stored: stored.open_orders,
        ledger: ledger.open_orders,
    };
    [
        (stored.reserved_cash != ledger.reserved_cash, cash),
        (stored.open_orders != ledger.open_orders, count),
    ]
    .into_iter()
    .filter_map(|(differs, damage)| differs.then_some(damage))
}

/// Where the orders themselves differ from the ledger.
pub(super) fn of_orders(stored: &[RestingRecord], replay: &Replay) -> Vec<Damage> {
    let by_key: HashMap<_, _> = stored.iter().map(|record| (record.key(), record)).collect();
    let orders = replay.open.iter().filter(|(key, _)| !key.is_posting());
    let missing_or_other = orders.filter_map(|(key, open)| {
        let Some(record) = by_key.get(key) else {
            return Some(Damage::OpenOrderMissing { key: key.clone() });
        };
        let stored = (record.instrument, record.resting.reserve);
        let differs = stored != (open.instrument, open.reserve);
        differs.then(|| Damage::OpenOrderReserve { key: key.clone() })
    });
    let unexplained = stored
        .iter()
        .map(RestingRecord::key)
        .filter(|key| !replay.open.contains_key(*key))
        .map(|key| Damage::OpenOrderUnexplained { key: key.clone() });
    missing_or_other.chain(unexplained).collect()
}
