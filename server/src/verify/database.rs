//! Checks what belongs to no account: the schema, and rows without an owner.

use std::fmt;

use crate::store::{Store, StoreResult, Stray};

/// Maximum strays reported per table.
const STRAYS_TOLD: u32 = 100;

/// What is wrong with the database itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseDamage {
    /// A table, an index, a trigger or a function is missing or changed.
    Schema(String),
    /// Something names a player who is missing, or a player has no account.
    Stray(Stray),
}

impl fmt::Display for DatabaseDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(fault) => write!(f, "schema: {fault}"),
            Self::Stray(Stray::Rows { table, player }) => {
                write!(
                    f,
                    "player {player}: the player is missing, and {table} has rows of it"
                )
            }
            Self::Stray(Stray::NoAccount { player }) => {
                write!(f, "player {player}: the player has no account")
            }
        }
    }
}

/// Checks the schema, and that every row belongs to a player and every player has an account. Reports
/// each finding and returns how many there were. The server may run meanwhile.
///
/// # Errors
/// When the store fails. Damage is not an error: it is reported.
pub async fn verify_database(
    store: &dyn Store,
    mut report: impl FnMut(&DatabaseDamage),
) -> StoreResult<u64> {
    let faults = store.list_schema_faults().await?;
    let strays = store.list_strays(STRAYS_TOLD).await?;
    let faults = faults.into_iter().map(DatabaseDamage::Schema);
    let mut count = 0;
    for damage in faults.chain(strays.into_iter().map(DatabaseDamage::Stray)) {
        count += 1;
        report(&damage);
    }
    Ok(count)
}
