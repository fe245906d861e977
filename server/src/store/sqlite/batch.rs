//! Commits a batch of orders: one transaction of a handful of statements, however many orders there
//! are, so that the cost of making it durable is shared by all of them.

use std::collections::HashSet;

use domain::api::OrderStatus;
use domain::{AccountId, Day, LedgerEntry, Money, Price, Quantity, Timestamp};
use serde::Serialize;
use sqlx::{SqliteConnection, SqlitePool};

use super::connection;
use super::hex::hex;
use crate::store::change::xp_by_player;
use crate::store::{AccountChange, AnsweredOrder, Batch, PositionRecord, StoreResult, lots, rows};

pub(super) const FIND_ANSWERED: &str = "
    select o.player_id, o.game_id
    from jsonb_each($1) j
    cross join orders o
        on o.player_id = j.value ->> 0
        and o.game_id = j.value ->> 1
        and o.order_key = j.value ->> 2";
pub(super) const UPDATE_ACCOUNTS: &str = "
    update accounts
    set cash = j.value ->> 3,
        realized_profit = j.value ->> 4,
        positions_held = j.value ->> 5,
        version = j.value ->> 6,
        head_hash = unhex(j.value ->> 7)
    from jsonb_each($1) j
    where accounts.player_id = j.value ->> 0
    and accounts.game_id = j.value ->> 1
    and accounts.version = j.value ->> 2
    returning player_id, game_id";
pub(super) const STORE_POSITIONS: &str = "
    insert into positions (
        player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, lots, last_bought_at, traded_on,
        trades_that_day
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, unhex(value ->> 6), value ->> 7,
        value ->> 8, value ->> 9
    from jsonb_each($1)
    where true
    on conflict (player_id, game_id, instrument_id) do update
    set quantity = excluded.quantity,
        cost_basis = excluded.cost_basis,
        realized_profit = excluded.realized_profit,
        lots = excluded.lots,
        last_bought_at = excluded.last_bought_at,
        traded_on = excluded.traded_on,
        trades_that_day = excluded.trades_that_day";
pub(super) const APPEND_ENTRIES: &str = "
    insert into ledger (
        player_id, game_id, seq, at, kind, cash_change, xp, instrument_id, quantity_change, price, fee,
        cost_basis_change, realized_profit, order_key, reason, previous_hash
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14,
        unhex(value ->> 15)
    from jsonb_each($1)";
pub(super) const STORE_ANSWERS: &str = "
    insert into orders (player_id, game_id, order_key, at, filled, fingerprint, answer)
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, unhex(value ->> 5), value ->> 6
    from jsonb_each($1)";
pub(super) const ADD_XP: &str = "
    update players
    set xp = xp + (j.value ->> 1)
    from jsonb_each($1) j
    where players.player_id = j.value ->> 0";

pub(super) async fn commit(writer: &SqlitePool, batch: &Batch) -> StoreResult<Vec<AccountId>> {
    let answers = batch
        .answers
        .iter()
        .map(|(account, order)| answer_row(*account, order));
    let answers = answers.collect::<StoreResult<Vec<_>>>()?;
    let mut transaction = connection::begin(writer).await?;

    let mut left_out = find_answered(&mut transaction, &answers).await?;
    let changes: Vec<_> = batch
        .accounts
        .iter()
        .filter(|change| !left_out.contains(&change.record.id))
        .collect();
    let updated = update_accounts(&mut transaction, &changes).await?;
    left_out.extend(
        changes
            .iter()
            .map(|change| change.record.id)
            .filter(|account| !updated.contains(account)),
    );
    let stays = |account: AccountId| !left_out.contains(&account);

    let positions = batch
        .positions
        .iter()
        .filter(|(account, _)| stays(*account));
    let positions: Vec<_> = positions
        .map(|(account, position)| position_row(*account, position))
        .collect();
    connection::write(&mut transaction, STORE_POSITIONS, &positions).await?;

    let entries = batch.entries.iter().filter(|(account, _)| stays(*account));
    let entries: Vec<_> = entries
        .map(|(account, entry)| entry_row(*account, entry))
        .collect();
    connection::write(&mut transaction, APPEND_ENTRIES, &entries).await?;

    let answers: Vec<_> = answers
        .into_iter()
        .filter(|row| stays(row.account()))
        .collect();
    connection::write(&mut transaction, STORE_ANSWERS, &answers).await?;

    let gained = xp_by_player(
        changes
            .iter()
            .copied()
            .filter(|change| stays(change.record.id)),
    );
    connection::write(&mut transaction, ADD_XP, &gained).await?;

    transaction.commit().await?;
    Ok(left_out.into_iter().collect())
}

/// Accounts with an order that another process has answered since the batch was fetched. A rejected
/// order does not change the account's version, so only its key tells.
async fn find_answered(
    transaction: &mut SqliteConnection,
    answers: &[AnswerRow<'_>],
) -> StoreResult<HashSet<AccountId>> {
    let keys: Vec<_> = answers.iter().map(|row| (row.0, row.1, row.2)).collect();
    let answered = sqlx::query(FIND_ANSWERED)
        .bind(connection::json(&keys))
        .fetch_all(transaction)
        .await?;
    answered.iter().map(rows::account_id).collect()
}

/// Writes the accounts whose version is the expected one; which those are.
async fn update_accounts(
    transaction: &mut SqliteConnection,
    changes: &[&AccountChange],
) -> StoreResult<HashSet<AccountId>> {
    if changes.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<_> = changes.iter().map(|change| account_row(change)).collect();
    let updated = sqlx::query(UPDATE_ACCOUNTS)
        .bind(connection::json(&rows))
        .fetch_all(transaction)
        .await?;
    updated.iter().map(rows::account_id).collect()
}

type AccountRow = (i64, i64, i64, i64, i64, u32, i64, String);

fn account_row(change: &AccountChange) -> AccountRow {
    let (id, account) = (change.record.id, &change.record.account);
    (
        id.player.0,
        id.game.0,
        change.expected_version,
        account.cash.units(),
        account.realized_profit.units(),
        account.positions_held,
        change.record.head.version,
        hex(&change.record.head.hash),
    )
}

type PositionRow = (
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
    Option<i64>,
    Option<i32>,
    u32,
);

fn position_row(account: AccountId, record: &PositionRecord) -> PositionRow {
    let position = &record.position;
    (
        account.player.0,
        account.game.0,
        record.instrument.0,
        position.quantity.units(),
        position.cost_basis.units(),
        position.realized_profit.units(),
        hex(&lots::encode(&position.lots)),
        position.last_bought_at.map(Timestamp::micros),
        position.traded_on.map(Day::number),
        position.trades_that_day,
    )
}

/// The columns of [`APPEND_ENTRIES`].
pub(super) fn entry_row(account: AccountId, entry: &LedgerEntry) -> impl Serialize {
    let trade = entry.trade.as_ref();
    (
        account.player.0,
        account.game.0,
        entry.seq,
        entry.at.micros(),
        entry.kind.as_str(),
        entry.cash_change.units(),
        entry.xp,
        trade.map(|trade| trade.instrument.0),
        trade
            .map(|trade| trade.quantity_change)
            .map(Quantity::units),
        trade.map(|trade| trade.price).map(Price::units),
        trade.map(|trade| trade.fee).map(Money::units),
        trade.map(|trade| trade.cost_basis_change).map(Money::units),
        trade.map(|trade| trade.realized_profit).map(Money::units),
        trade.map(|trade| trade.order_key.as_str()),
        trade.and_then(|trade| trade.reason.as_deref()),
        hex(&entry.previous_hash),
    )
}

/// Player, game, key, instant, whether filled, fingerprint, answer.
#[derive(Serialize)]
struct AnswerRow<'a>(i64, i64, &'a str, i64, bool, String, String);

impl AnswerRow<'_> {
    fn account(&self) -> AccountId {
        AccountId {
            player: domain::PlayerId(self.0),
            game: domain::GameId(self.1),
        }
    }
}

fn answer_row(account: AccountId, order: &AnsweredOrder) -> StoreResult<AnswerRow<'_>> {
    let view = &order.view;
    Ok(AnswerRow(
        account.player.0,
        account.game.0,
        view.idempotency_key.as_str(),
        view.at.micros(),
        view.status == OrderStatus::Filled,
        hex(&order.fingerprint),
        rows::answer_text(view)?,
    ))
}
