//! Commits a batch of orders: one transaction of a handful of statements, however many orders there
//! are, so that the cost of making it durable is shared by all of them.

use std::collections::HashSet;
use std::sync::LazyLock;

use domain::{AccountId, Day, GameId, LedgerEntry, Money, PlayerId, Price, Quantity, Timestamp};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use sqlx::{Executor as _, SqliteConnection, SqlitePool};

use super::hex::hex;
use super::{connection, resting_rows};
use crate::store::failure::refused;
use crate::store::selection::{Answer, Selection};
use crate::store::{AccountChange, Batch, PositionRecord, StoreResult, lots};

pub(super) const UPDATE_ACCOUNTS: &str = "
    update accounts
    set cash = j.value ->> 3,
        realized_profit = j.value ->> 4,
        positions_held = j.value ->> 5,
        version = j.value ->> 6,
        head_hash = unhex(j.value ->> 7),
        reserved_cash = j.value ->> 8,
        open_orders = j.value ->> 9
    from jsonb_each($1) j
    where accounts.player_id = j.value ->> 0
    and accounts.game_id = j.value ->> 1
    and accounts.version = j.value ->> 2";
pub(super) const STORE_POSITIONS: &str = "
    insert into positions (
        player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, lots, last_bought_at, traded_on,
        trades_that_day, reserved_quantity
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, unhex(value ->> 6), value ->> 7,
        value ->> 8, value ->> 9, value ->> 10
    from jsonb_each($1)
    where true
    on conflict (player_id, game_id, instrument_id) do update
    set quantity = excluded.quantity,
        cost_basis = excluded.cost_basis,
        realized_profit = excluded.realized_profit,
        lots = excluded.lots,
        last_bought_at = excluded.last_bought_at,
        traded_on = excluded.traded_on,
        trades_that_day = excluded.trades_that_day,
        reserved_quantity = excluded.reserved_quantity";
pub(super) const APPEND_ENTRIES: &str = "
    insert into ledger (
        player_id, game_id, seq, at, kind, cash_change, xp, instrument_id, quantity_change, price, fee,
        cost_basis_change, realized_profit, order_key, reason, previous_hash, reserved_cash_change,
        reserved_quantity_change
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14,
        unhex(value ->> 15), value ->> 16, value ->> 17
    from jsonb_each($1)";
pub(super) const STORE_ANSWERS: &str = "
    insert into orders (player_id, game_id, order_key, at, filled, fingerprint, answer)
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, unhex(value ->> 5), unhex(value ->> 6)
    from jsonb_each($1)";
pub(super) const ADD_XP: &str = "
    update players
    set xp = xp + (j.value ->> 2)
    from jsonb_each($1) j
    where players.player_id = j.value ->> 0
    and players.xp = j.value ->> 1";
pub(super) const FIND_CURRENT: &str = "
    select a.player_id, a.game_id
    from jsonb_each($1) j
    cross join accounts a
        on a.player_id = j.value ->> 0
        and a.game_id = j.value ->> 1
        and a.version = j.value ->> 2";
pub(super) const FIND_CURRENT_XP: &str = "
    select p.player_id
    from jsonb_each($1) j
    cross join players p
        on p.player_id = j.value ->> 0
        and p.xp = j.value ->> 1";
pub(super) const FIND_ANSWERED: &str = "
    select o.player_id, o.game_id
    from jsonb_each($1) j
    cross join orders o
        on o.player_id = j.value ->> 0
        and o.game_id = j.value ->> 1
        and o.order_key = j.value ->> 2";

/// What a batch writes, in one message to the thread that writes: on a busy machine, each message and
/// each answer waits for a processor.
static WRITE: LazyLock<String> = LazyLock::new(|| {
    let statements = [
        UPDATE_ACCOUNTS,
        ADD_XP,
        STORE_POSITIONS,
        APPEND_ENTRIES,
        STORE_ANSWERS,
    ];
    let numbered = statements
        .iter()
        .zip(1..)
        .map(|(statement, rows)| statement.replace("$1", &format!("${rows}")));
    numbered.collect::<Vec<_>>().join(";")
});

/// The lower byte of a code that says that a row was refused.
const CONSTRAINT: i32 = 19;

pub(super) async fn commit(writer: &SqlitePool, batch: &Batch) -> StoreResult<Vec<AccountId>> {
    let all = Selection::of(batch, &HashSet::new())?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Rows::of(&all);
    let mut transaction = connection::begin(writer).await?;
    let written = write(&mut transaction, &all, rows).await;
    if matches!(written, Ok(true)) {
        transaction.commit().await?;
        return Ok(Vec::new());
    }
    let refusal = match written {
        Err(error) if !is_refusal(&error) => return Err(error.into()),
        written => written.err(),
    };
    transaction.rollback().await?;

    // Nobody else writes while this transaction looks and then writes.
    let mut transaction = connection::begin(writer).await?;
    let left_out = find_overtaken(&mut transaction, &all).await?;
    if let Some(error) = refusal
        && left_out.is_empty()
    {
        return Err(error.into());
    }
    let rest = Selection::of(batch, &left_out)?;
    if !write(&mut transaction, &rest, Rows::of(&rest)).await? {
        return refused("an account was changed while nobody could");
    }
    transaction.commit().await?;
    Ok(left_out.into_iter().collect())
}

/// The rows of each statement of [`WRITE`], as JSON, made before the transaction that others wait for.
#[derive(Debug)]
struct Rows([String; 5]);

impl Rows {
    fn of(selection: &Selection<'_>) -> Self {
        let accounts = column(&selection.accounts, |change| account_row(change));
        let gained = column(&selection.gained, |gain| {
            (gain.player.0, gain.expected, gain.gained)
        });
        let positions = column(&selection.positions, |(account, position)| {
            position_row(*account, position)
        });
        let entries = column(&selection.entries, |(account, entry)| {
            entry_row(*account, entry)
        });
        let answers = column(&selection.answers, answer_row);
        Self([
            connection::json(&accounts),
            connection::json(&gained),
            connection::json(&positions),
            connection::json(&entries),
            connection::json(&answers),
        ])
    }
}

/// Writes all of it; false when something is not as expected, and then it is to be rolled back.
async fn write(
    transaction: &mut SqliteConnection,
    selection: &Selection<'_>,
    Rows(rows): Rows,
) -> Result<bool, sqlx::Error> {
    let unchanged = versions(selection.unchanged.iter().copied());
    let current = find_current(transaction, &unchanged).await?;
    if current.len() < unchanged.len() {
        return Ok(false);
    }
    let statement = rows
        .into_iter()
        .fold(sqlx::query(WRITE.as_str()), sqlx::query::Query::bind);
    let written: Vec<u64> = transaction
        .fetch_many(statement)
        .try_filter_map(async |step| Ok(step.left().map(|done| done.rows_affected())))
        .try_collect()
        .await?;
    let expected = [selection.accounts.len(), selection.gained.len()];
    let as_expected = |(&written, expected): (&u64, usize)| u64::try_from(expected) == Ok(written);
    if !written.iter().zip(expected).all(as_expected) {
        return Ok(false);
    }
    resting_rows::write(transaction, selection).await?;
    Ok(true)
}

/// Whether the database refused a row. What is written on an account that another process has changed
/// is nonsense, and may be refused before anyone has counted.
fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|refused| refused.code());
    let code = code.and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == CONSTRAINT)
}

/// The accounts that another process has changed, or answered an order of, since the batch was
/// fetched. A rejected order does not change the account's version, so only its key tells.
async fn find_overtaken(
    transaction: &mut SqliteConnection,
    selection: &Selection<'_>,
) -> StoreResult<HashSet<AccountId>> {
    let current = find_current(transaction, &versions(selection.expected())).await?;
    let gained = column(&selection.gained, |gain| (gain.player.0, gain.expected));
    let current_xp: Vec<i64> = sqlx::query_scalar(FIND_CURRENT_XP)
        .bind(connection::json(&gained))
        .fetch_all(&mut *transaction)
        .await?;
    let keys = column(&selection.answers, |answer| {
        (answer.account.player.0, answer.account.game.0, answer.key())
    });
    let answered: Vec<(i64, i64)> = sqlx::query_as(FIND_ANSWERED)
        .bind(connection::json(&keys))
        .fetch_all(transaction)
        .await?;
    Ok(selection.overtaken(
        &current.into_iter().map(account).collect(),
        &current_xp.into_iter().map(PlayerId).collect(),
        answered.into_iter().map(account).collect(),
    ))
}

/// Player, game and version.
type Version = (i64, i64, i64);

fn versions<'a>(changes: impl Iterator<Item = &'a AccountChange>) -> Vec<Version> {
    let version = |change: &AccountChange| {
        let id = change.record.id;
        (id.player.0, id.game.0, change.expected_version)
    };
    changes.map(version).collect()
}

/// The accounts that have the version; the database is not asked for none.
async fn find_current(
    transaction: &mut SqliteConnection,
    versions: &[Version],
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(FIND_CURRENT)
        .bind(connection::json(versions))
        .fetch_all(transaction)
        .await
}

fn account((player, game): (i64, i64)) -> AccountId {
    AccountId {
        player: PlayerId(player),
        game: GameId(game),
    }
}

fn column<'r, R, T>(rows: &'r [R], row: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(row).collect()
}

type AccountRow = (i64, i64, i64, i64, i64, u32, i64, String, i64, u32);

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
        account.reserved_cash.units(),
        account.open_orders,
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
    i64,
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
        position.reserved_quantity.units(),
    )
}

/// The columns of [`APPEND_ENTRIES`].
#[derive(Serialize)]
pub(super) struct EntryRow<'a>(
    i64,
    i64,
    i64,
    i64,
    &'static str,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<&'a str>,
    Option<&'a str>,
    String,
    Option<i64>,
    Option<i64>,
);

/// An entry as it is written.
pub(super) fn entry_row(account: AccountId, entry: &LedgerEntry) -> EntryRow<'_> {
    let trade = entry.trade.as_ref();
    EntryRow(
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
        entry.reserve.map(|change| change.cash.units()),
        entry.reserve.map(|change| change.quantity.units()),
    )
}

/// Player, game, key, instant, whether filled, fingerprint, answer.
fn answer_row<'a>(answer: &'a Answer<'_>) -> impl Serialize + use<'a> {
    (
        answer.account.player.0,
        answer.account.game.0,
        answer.key(),
        answer.view.at.micros(),
        answer.is_filled(),
        hex(answer.fingerprint),
        hex(&answer.bytes),
    )
}
