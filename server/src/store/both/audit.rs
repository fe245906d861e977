//! What `verify` reads: everything, page by page.

use domain::AccountId;

use super::{Connection, Pool};
use crate::store::rows::{self, account_columns, entry_columns, position_columns};
use crate::store::{AccountRecord, LedgerRow, PositionRecord, StoreResult};

pub(super) const LIST_ACCOUNTS: &str = concat!(
    "
    select ",
    account_columns!(),
    "
    from accounts a
    where (a.player_id, a.game_id) > ($1, $2)
    order by a.player_id, a.game_id
    limit $3"
);
pub(super) const LIST_ENTRIES: &str = concat!(
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
    and l.seq > $3
    order by l.seq
    limit $4"
);
pub(super) const LIST_POSITIONS: &str = concat!(
    "
    select ",
    position_columns!(),
    "
    from positions o
    where o.player_id = $1
    and o.game_id = $2
    order by o.instrument_id"
);
pub(super) const LIST_ACCOUNTS_OF: &str = concat!(
    "
    select ",
    account_columns!(),
    "
    from accounts a
    where a.player_id = $1
    order by a.game_id
    limit $2"
);

pub(super) async fn list_accounts(
    readers: &Pool,
    after: Option<AccountId>,
    limit: u32,
) -> StoreResult<Vec<AccountRecord>> {
    let (player, game) = after.map_or((i64::MIN, i64::MIN), |account| {
        (account.player.0, account.game.0)
    });
    let accounts = sqlx::query(LIST_ACCOUNTS)
        .bind(player)
        .bind(game)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    accounts.iter().map(rows::account).collect()
}

pub(super) async fn list_entries(
    connection: &mut Connection,
    account: AccountId,
    after: i64,
    limit: u32,
) -> StoreResult<Vec<LedgerRow>> {
    let entries = sqlx::query(LIST_ENTRIES)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    entries
        .iter()
        .map(|row| rows::ledger_row(row, account))
        .collect()
}

pub(super) async fn list_positions(
    connection: &mut Connection,
    account: AccountId,
) -> StoreResult<Vec<PositionRecord>> {
    let positions = sqlx::query(LIST_POSITIONS)
        .bind(account.player.0)
        .bind(account.game.0)
        .fetch_all(connection)
        .await?;
    positions
        .iter()
        .map(|row| rows::position(row, account))
        .collect()
}
