//! Compares the stored account and its positions with the totals of the ledger.

use std::collections::HashMap;

use domain::{AccountId, InstrumentId, Position, Replay};

use super::Damage;
use super::audit::Audit;
use crate::store::{AccountRecord, StoreResult};

impl Audit<'_> {
    pub(super) fn compare_account(&mut self, record: &AccountRecord, replay: &Replay) {
        let (id, stored, ledger) = (record.id, &record.account, &replay.account);
        let (version, end) = (record.head.version, replay.head.version);
        if version != end {
            self.find(
                id,
                Damage::Version {
                    stored: version,
                    ledger: end,
                },
            );
        } else if record.head.hash != replay.head.hash {
            self.find(id, Damage::HeadHash { seq: end });
        }
        if stored.cash != ledger.cash {
            self.find(
                id,
                Damage::Cash {
                    stored: stored.cash,
                    ledger: ledger.cash,
                },
            );
        }
        if stored.realized_profit != ledger.realized_profit {
            let (stored, ledger) = (stored.realized_profit, ledger.realized_profit);
            self.find(id, Damage::RealizedProfit { stored, ledger });
        }
        for (counter, stored, ledger) in record.counters.changes(&replay.counters) {
            let damage = Damage::Counter {
                counter,
                stored,
                ledger,
            };
            self.find(id, damage);
        }
        if stored.positions_held != ledger.positions_held {
            let (stored, ledger) = (stored.positions_held, ledger.positions_held);
            self.find(id, Damage::PositionsHeld { stored, ledger });
        }
    }

    pub(super) async fn compare_positions(
        &mut self,
        account: AccountId,
        replay: &Replay,
    ) -> StoreResult<()> {
        let stored = self.snapshot.list_positions(account).await?;
        let stored: HashMap<_, _> = stored
            .into_iter()
            .map(|record| (record.instrument, record.position))
            .collect();
        for (instrument, ledger) in &replay.positions {
            match stored.get(instrument) {
                None => self.find(
                    account,
                    Damage::PositionMissing {
                        instrument: *instrument,
                    },
                ),
                Some(stored) => {
                    differences(*instrument, stored, ledger)
                        .for_each(|damage| self.find(account, damage));
                }
            }
        }
        let mut unexplained: Vec<_> = stored
            .into_keys()
            .filter(|instrument| !replay.positions.contains_key(instrument))
            .collect();
        unexplained.sort_unstable();
        for instrument in unexplained {
            self.find(account, Damage::PositionUnexplained { instrument });
        }
        Ok(())
    }
}

fn differences(
    instrument: InstrumentId,
    stored: &Position,
    ledger: &Position,
) -> impl Iterator<Item = Damage> + use<> {
    let counted = |position: &Position| {
        (
            position.last_bought_at,
            position.traded_on,
            position.trades_that_day,
        )
    };
    let quantity = Damage::Quantity {
        instrument,
        stored: stored.quantity,
        ledger: ledger.quantity,
    };
    let cost_basis = Damage::CostBasis {
        instrument,
        stored: stored.cost_basis,
        ledger: ledger.cost_basis,
    };
    let profit = Damage::PositionProfit {
        instrument,
        stored: stored.realized_profit,
        ledger: ledger.realized_profit,
    };
    let reserved = Damage::ReservedQuantity {
        instrument,
        stored: stored.reserved_quantity,
        ledger: ledger.reserved_quantity,
    };
    [
        (stored.quantity != ledger.quantity, quantity),
        (stored.cost_basis != ledger.cost_basis, cost_basis),
        (stored.realized_profit != ledger.realized_profit, profit),
        (
            stored.reserved_quantity != ledger.reserved_quantity,
            reserved,
        ),
        (stored.lots != ledger.lots, Damage::Lots { instrument }),
        (
            counted(stored) != counted(ledger),
            Damage::TradesCounted { instrument },
        ),
    ]
    .into_iter()
    .filter_map(|(differs, damage)| differs.then_some(damage))
}
