//! Taxes of accounts, added up from their ledgers.

use domain::AccountId;
use domain::tax::{TaxBook, Taxes};

pub use crate::ledgers::Stretch;
use crate::ledgers::read;
use crate::store::{Paces, Store, StoreResult};

/// The book of an account. `None` when its ledger cannot be read as a whole (see [`read`]).
///
/// # Errors
/// When the store fails.
pub async fn book(
    store: &dyn Store,
    paces: &Paces,
    account: AccountId,
    taxes: Taxes,
    stretch: Stretch,
) -> StoreResult<Option<TaxBook>> {
    let mut book = TaxBook::new(taxes);
    let whole = read(store, paces, account, stretch, |entry, day| {
        book.record(&entry.fact, entry.at, day)
    });
    Ok(whole.await?.then_some(book))
}
