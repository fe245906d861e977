//! Rows: how each record is read from the columns that queries select, and that what cannot be
//! read is an error that names it.

use domain::{
    Account, AccountId, Day, EntryKind, GameId, Hash, IdempotencyKey, InstrumentId, LedgerEntry,
    LedgerHead, Money, PlayerId, Position, Price, Quantity, SessionId, Timestamp, TradeEntry,
};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::blob;
use super::failure::corrupt;
use crate::store::{
    AccountRecord, AnsweredOrder, CandleRecord, InstrumentRecord, LastQuote, MarketKind,
    PlayerRecord, PositionRecord, SessionRecord, StoreResult, TradingAccount,
};

macro_rules! player_columns {
    () => {
        "p.player_id, p.handle, p.email, p.password_hash, p.region, p.locale, p.base_currency, p.xp, p.bonus_day, \
         p.created_at"
    };
}
macro_rules! session_columns {
    () => {
        "s.player_id, s.session_id, s.token_hash, s.device, s.created_at as session_created_at, s.last_seen_at, \
         s.expires_at"
    };
}
macro_rules! account_columns {
    () => {
        "a.player_id, a.game_id, a.cash, a.realized_profit, a.positions_held, a.version, a.head_hash"
    };
}
macro_rules! position_columns {
    () => {
        "o.instrument_id, o.quantity, o.cost_basis, o.realized_profit as position_profit, o.lots, o.last_bought_at, \
         o.traded_on, o.trades_that_day"
    };
}
macro_rules! entry_columns {
    () => {
        "l.seq, l.at, l.kind, l.cash_change, l.xp, l.instrument_id, l.quantity_change, l.price, l.fee, \
         l.cost_basis_change, l.realized_profit, l.order_key, l.reason, l.previous_hash"
    };
}
pub(super) use {
    account_columns, entry_columns, player_columns, position_columns, session_columns,
};

pub(super) fn player(row: &SqliteRow) -> StoreResult<PlayerRecord> {
    Ok(PlayerRecord {
        id: PlayerId(row.try_get("player_id")?),
        handle: row.try_get("handle")?,
        email: row.try_get("email")?,
        password_hash: row.try_get("password_hash")?,
        region: row.try_get("region")?,
        locale: row.try_get("locale")?,
        base_currency: row.try_get("base_currency")?,
        xp: row.try_get("xp")?,
        bonus_day: row
            .try_get::<Option<i64>, _>("bonus_day")?
            .map(day)
            .transpose()?,
        created_at: instant(row, "created_at")?,
    })
}

pub(super) fn session(row: &SqliteRow) -> StoreResult<SessionRecord> {
    let player = PlayerId(row.try_get("player_id")?);
    Ok(SessionRecord {
        player,
        id: SessionId(row.try_get("session_id")?),
        token_hash: hash(row, "token_hash", || {
            format!("the token hash of a session of player {player}")
        })?,
        device: row.try_get("device")?,
        created_at: instant(row, "session_created_at")?,
        last_seen_at: instant(row, "last_seen_at")?,
        expires_at: instant(row, "expires_at")?,
    })
}

pub(super) fn instrument(row: &SqliteRow) -> StoreResult<InstrumentRecord> {
    let id = InstrumentId(row.try_get("instrument_id")?);
    let symbol: &str = row.try_get("symbol")?;
    Ok(InstrumentRecord {
        id,
        market: market(row.try_get("market")?)?,
        symbol: symbol
            .parse()
            .map_err(|_| corrupt(format!("the symbol of instrument {id}")))?,
        name: row.try_get("name")?,
        category: row.try_get("category")?,
        currency: row.try_get("currency")?,
        description: row.try_get("description")?,
        plain_words: row.try_get("plain_words")?,
        fun_fact: row.try_get("fun_fact")?,
        tradable: row.try_get("tradable")?,
    })
}

pub(super) fn market(text: &str) -> StoreResult<MarketKind> {
    [MarketKind::Simulated, MarketKind::Replay]
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or_else(|| corrupt(format!("the market \"{text:.40}\"")))
}

pub(super) fn candle(row: &SqliteRow) -> StoreResult<CandleRecord> {
    Ok(CandleRecord {
        instrument: InstrumentId(row.try_get("instrument_id")?),
        day: day(row.try_get("day")?)?,
        open: Price::from_units(row.try_get("open")?),
        high: Price::from_units(row.try_get("high")?),
        low: Price::from_units(row.try_get("low")?),
        close: Price::from_units(row.try_get("close")?),
        volume: row.try_get("volume")?,
    })
}

pub(super) fn last_quote(row: &SqliteRow) -> StoreResult<LastQuote> {
    Ok(LastQuote {
        instrument: InstrumentId(row.try_get("instrument_id")?),
        price: Price::from_units(row.try_get("price")?),
        at: instant(row, "at")?,
    })
}

pub(super) fn account_id(row: &SqliteRow) -> StoreResult<AccountId> {
    Ok(AccountId {
        player: PlayerId(row.try_get("player_id")?),
        game: GameId(row.try_get("game_id")?),
    })
}

pub(super) fn account(row: &SqliteRow) -> StoreResult<AccountRecord> {
    let id = account_id(row)?;
    let held: i64 = row.try_get("positions_held")?;
    Ok(AccountRecord {
        id,
        account: Account {
            cash: Money::from_units(row.try_get("cash")?),
            realized_profit: Money::from_units(row.try_get("realized_profit")?),
            positions_held: small(held, || format!("the number of positions of account {id}"))?,
        },
        head: LedgerHead {
            version: row.try_get("version")?,
            hash: hash(row, "head_hash", || {
                format!("the head hash of account {id}")
            })?,
        },
    })
}

/// An account with its player's XP.
pub(super) fn trading_account(row: &SqliteRow) -> StoreResult<TradingAccount> {
    Ok(TradingAccount {
        record: account(row)?,
        xp: row.try_get("xp")?,
    })
}

pub(super) fn position(row: &SqliteRow, account: AccountId) -> StoreResult<PositionRecord> {
    let instrument = InstrumentId(row.try_get("instrument_id")?);
    let what = |part: &str| format!("the {part} of account {account} in instrument {instrument}");
    let lots = blob::decode_lots(row.try_get("lots")?).ok_or_else(|| corrupt(what("lots")))?;
    let position = Position {
        quantity: Quantity::from_units(row.try_get("quantity")?),
        cost_basis: Money::from_units(row.try_get("cost_basis")?),
        realized_profit: Money::from_units(row.try_get("position_profit")?),
        lots,
        last_bought_at: row
            .try_get::<Option<i64>, _>("last_bought_at")?
            .map(Timestamp::from_micros),
        traded_on: row
            .try_get::<Option<i64>, _>("traded_on")?
            .map(day)
            .transpose()?,
        trades_that_day: small(row.try_get("trades_that_day")?, || what("number of trades"))?,
    };
    Ok(PositionRecord {
        instrument,
        position,
    })
}

pub(super) fn answered_order(row: &SqliteRow, account: AccountId) -> StoreResult<AnsweredOrder> {
    let order_key: &str = row.try_get("order_key")?;
    let what = |part: &str| format!("the {part} of order {order_key:.64} of account {account}");
    Ok(AnsweredOrder {
        fingerprint: hash(row, "fingerprint", || what("fingerprint"))?,
        view: serde_json::from_str(row.try_get("answer")?).map_err(|_| corrupt(what("answer")))?,
    })
}

pub(super) fn order_key(row: &SqliteRow, account: AccountId) -> StoreResult<IdempotencyKey> {
    let text: &str = row.try_get("order_key")?;
    text.parse().map_err(|_| {
        corrupt(format!(
            "the key \"{text:.64}\" of an order of account {account}"
        ))
    })
}

pub(super) fn entry(row: &SqliteRow, account: AccountId) -> StoreResult<LedgerEntry> {
    let seq: i64 = row.try_get("seq")?;
    let what = |part: &str| format!("the {part} of ledger entry {seq} of account {account}");
    let kind = EntryKind::from_text(row.try_get("kind")?).ok_or_else(|| corrupt(what("kind")))?;
    let instrument: Option<i64> = row.try_get("instrument_id")?;
    Ok(LedgerEntry {
        seq,
        at: instant(row, "at")?,
        kind,
        cash_change: Money::from_units(row.try_get("cash_change")?),
        xp: row.try_get("xp")?,
        trade: instrument
            .map(|instrument| trade(row, account, InstrumentId(instrument)))
            .transpose()?,
        previous_hash: hash(row, "previous_hash", || what("link"))?,
    })
}

fn trade(row: &SqliteRow, account: AccountId, instrument: InstrumentId) -> StoreResult<TradeEntry> {
    Ok(TradeEntry {
        instrument,
        quantity_change: Quantity::from_units(row.try_get("quantity_change")?),
        price: Price::from_units(row.try_get("price")?),
        fee: Money::from_units(row.try_get("fee")?),
        cost_basis_change: Money::from_units(row.try_get("cost_basis_change")?),
        realized_profit: Money::from_units(row.try_get("realized_profit")?),
        order_key: order_key(row, account)?,
        reason: row.try_get("reason")?,
    })
}

pub(super) fn instant(row: &SqliteRow, column: &str) -> StoreResult<Timestamp> {
    Ok(Timestamp::from_micros(row.try_get(column)?))
}

pub(super) fn day(number: i64) -> StoreResult<Day> {
    let number = i32::try_from(number).map_err(|_| corrupt(format!("the day {number}")))?;
    Ok(Day::from_number(number))
}

fn small(number: i64, what: impl FnOnce() -> String) -> StoreResult<u32> {
    u32::try_from(number).map_err(|_| corrupt(what()))
}

fn hash(row: &SqliteRow, column: &str, what: impl FnOnce() -> String) -> StoreResult<Hash> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| corrupt(what()))
}
