//! Rows: how each record is read from the selected columns, for both databases. A value that cannot
//! be read is an error that names it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::progress::{Counters, PlayerProgress};
use domain::{
    Account, AccountId, Award, AwardCause, AwardHead, Day, GameId, Hash, IdempotencyKey,
    InstrumentId, LedgerHead, Money, PlayerId, Position, Price, Quantity, SessionId, Timestamp,
};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::failure::corrupt;
use super::{
    AccountRecord, AnsweredOrder, CandleRecord, Fetched, InstrumentRecord, LastQuote, MarketSource,
    PlayerRecord, Portfolio, PositionRecord, SessionRecord, StoreResult, TradingAccount,
};
use super::{answer, lots};

mod ledger;

pub(super) use ledger::{entry, ledger_row};

/// A row of either database, with the column types that both have.
pub(super) trait Columns {
    fn integer(&self, column: &str) -> StoreResult<i64>;
    fn integer_or_none(&self, column: &str) -> StoreResult<Option<i64>>;
    fn boolean(&self, column: &str) -> StoreResult<bool>;
    fn text(&self, column: &str) -> StoreResult<&str>;
    fn text_or_none(&self, column: &str) -> StoreResult<Option<&str>>;
    fn bytes(&self, column: &str) -> StoreResult<&[u8]>;
    fn bytes_or_none(&self, column: &str) -> StoreResult<Option<&[u8]>>;
}

macro_rules! read_columns_of {
    ($row:ty) => {
        impl Columns for $row {
            fn integer(&self, column: &str) -> StoreResult<i64> {
                Ok(self.try_get(column)?)
            }

            fn integer_or_none(&self, column: &str) -> StoreResult<Option<i64>> {
                Ok(self.try_get(column)?)
            }

            fn boolean(&self, column: &str) -> StoreResult<bool> {
                Ok(self.try_get(column)?)
            }

            fn text(&self, column: &str) -> StoreResult<&str> {
                Ok(self.try_get(column)?)
            }

            fn text_or_none(&self, column: &str) -> StoreResult<Option<&str>> {
                Ok(self.try_get(column)?)
            }

            fn bytes(&self, column: &str) -> StoreResult<&[u8]> {
                Ok(self.try_get(column)?)
            }

            fn bytes_or_none(&self, column: &str) -> StoreResult<Option<&[u8]>> {
                Ok(self.try_get(column)?)
            }
        }
    };
}

read_columns_of!(SqliteRow);
read_columns_of!(PgRow);

macro_rules! player_columns {
    () => {
        "p.player_id, p.handle, p.email, p.password_hash, p.region, p.locale, p.base_currency, p.xp, p.award_seq, \
         p.award_hash, p.bonus_day, p.progress, p.created_at"
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
        "a.player_id, a.game_id, a.cash, a.realized_profit, a.positions_held, a.reserved_cash, a.open_orders, \
         a.version, a.head_hash, a.counters"
    };
}
macro_rules! position_columns {
    () => {
        "o.instrument_id, o.quantity, o.reserved_quantity, o.cost_basis, o.realized_profit as position_profit, \
         o.lots, o.last_bought_at, o.traded_on, o.trades_that_day"
    };
}
macro_rules! entry_columns {
    () => {
        "l.seq, l.at, l.instrument_id, l.kind, l.fact, l.previous_hash"
    };
}
/// What a trade reads about its player.
macro_rules! progress_columns {
    () => {
        "p.xp, p.award_seq, p.award_hash, p.progress"
    };
}
macro_rules! award_columns {
    () => {
        "w.seq, w.at, w.xp, w.rules_version, w.cause, w.previous_hash"
    };
}
pub(super) use {
    account_columns, award_columns, entry_columns, player_columns, position_columns,
    progress_columns, session_columns,
};

pub(super) fn player(row: &impl Columns) -> StoreResult<PlayerRecord> {
    Ok(PlayerRecord {
        id: PlayerId(row.integer("player_id")?),
        handle: row.text("handle")?.to_owned(),
        email: row.text_or_none("email")?.map(str::to_owned),
        password_hash: row.text_or_none("password_hash")?.map(str::to_owned),
        region: row.text_or_none("region")?.map(str::to_owned),
        locale: row.text("locale")?.to_owned(),
        base_currency: row.text("base_currency")?.to_owned(),
        xp: row.integer("xp")?,
        awards: award_head(row)?,
        bonus_day: row.integer_or_none("bonus_day")?.map(day).transpose()?,
        progress: progress(row)?,
        created_at: instant(row, "created_at")?,
    })
}

pub(super) fn handle(row: &impl Columns) -> StoreResult<(PlayerId, String)> {
    let player = PlayerId(row.integer("player_id")?);
    Ok((player, row.text("handle")?.to_owned()))
}

pub(super) fn session(row: &impl Columns) -> StoreResult<SessionRecord> {
    let player = PlayerId(row.integer("player_id")?);
    Ok(SessionRecord {
        player,
        id: SessionId(row.integer("session_id")?),
        token_hash: hash(row, "token_hash", || {
            format!("the token hash of a session of player {player}")
        })?,
        device: row.text("device")?.to_owned(),
        created_at: instant(row, "session_created_at")?,
        last_seen_at: instant(row, "last_seen_at")?,
        expires_at: instant(row, "expires_at")?,
    })
}

pub(super) fn instrument(row: &impl Columns) -> StoreResult<InstrumentRecord> {
    let id = InstrumentId(row.integer("instrument_id")?);
    let symbol = row.text("symbol")?;
    Ok(InstrumentRecord {
        id,
        universe: source(row.text("universe")?)?,
        symbol: symbol
            .parse()
            .map_err(|_| corrupt(format!("the symbol of instrument {id}")))?,
        name: row.text("name")?.to_owned(),
        category: row.text("category")?.to_owned(),
        currency: row.text("currency")?.to_owned(),
        description: row.text("description")?.to_owned(),
        plain_words: row.text("plain_words")?.to_owned(),
        fun_fact: row.text("fun_fact")?.to_owned(),
        tradable: row.boolean("tradable")?,
    })
}

pub(super) fn source(text: &str) -> StoreResult<MarketSource> {
    MarketSource::ALL
        .into_iter()
        .find(|source| source.as_str() == text)
        .ok_or_else(|| corrupt(format!("the source \"{text:.40}\"")))
}

pub(super) fn candle(row: &impl Columns) -> StoreResult<CandleRecord> {
    Ok(CandleRecord {
        instrument: InstrumentId(row.integer("instrument_id")?),
        day: day(row.integer("day")?)?,
        open: Price::from_units(row.integer("open")?),
        high: Price::from_units(row.integer("high")?),
        low: Price::from_units(row.integer("low")?),
        close: Price::from_units(row.integer("close")?),
        volume: row.integer("volume")?,
    })
}

pub(super) fn last_quote(row: &impl Columns) -> StoreResult<LastQuote> {
    Ok(LastQuote {
        instrument: InstrumentId(row.integer("instrument_id")?),
        price: Price::from_units(row.integer("price")?),
        at: instant(row, "at")?,
    })
}

pub(super) fn account_id(row: &impl Columns) -> StoreResult<AccountId> {
    Ok(AccountId {
        player: PlayerId(row.integer("player_id")?),
        game: GameId(row.integer("game_id")?),
    })
}

pub(super) fn account(row: &impl Columns) -> StoreResult<AccountRecord> {
    let id = account_id(row)?;
    Ok(AccountRecord {
        id,
        account: Account {
            cash: Money::from_units(row.integer("cash")?),
            realized_profit: Money::from_units(row.integer("realized_profit")?),
            positions_held: small(row, "positions_held", || {
                format!("the number of positions of account {id}")
            })?,
            reserved_cash: Money::from_units(row.integer("reserved_cash")?),
            open_orders: small(row, "open_orders", || {
                format!("the number of open orders of account {id}")
            })?,
        },
        head: LedgerHead {
            version: row.integer("version")?,
            hash: hash(row, "head_hash", || {
                format!("the head hash of account {id}")
            })?,
        },
        counters: Counters::from_bytes(row.bytes("counters")?)
            .ok_or_else(|| corrupt(format!("the counters of account {id}")))?,
    })
}

/// An account with its player's progress.
pub(super) fn trading_account(row: &impl Columns) -> StoreResult<TradingAccount> {
    Ok(TradingAccount {
        record: account(row)?,
        xp: row.integer("xp")?,
        awards: award_head(row)?,
        progress: progress(row)?,
    })
}

fn progress(row: &impl Columns) -> StoreResult<PlayerProgress> {
    let progress = PlayerProgress::from_bytes(row.bytes("progress")?);
    progress.ok_or_else(|| corrupt("the progress of a player".to_owned()))
}

fn award_head(row: &impl Columns) -> StoreResult<AwardHead> {
    Ok(AwardHead {
        seq: row.integer("award_seq")?,
        hash: hash(row, "award_hash", || "the hash of a player's awards".into())?,
    })
}

pub(super) fn award(row: &impl Columns, player: PlayerId) -> StoreResult<Award> {
    let seq = row.integer("seq")?;
    let what = |part: &str| format!("the {part} of award {seq} of player {player}");
    let cause = AwardCause::from_bytes(row.bytes("cause")?);
    Ok(Award {
        seq,
        at: instant(row, "at")?,
        xp: row.integer("xp")?,
        rules_version: row.integer("rules_version")?,
        cause: cause.ok_or_else(|| corrupt(what("cause")))?,
        previous_hash: hash(row, "previous_hash", || what("link"))?,
    })
}

pub(super) fn position(row: &impl Columns, account: AccountId) -> StoreResult<PositionRecord> {
    let instrument = InstrumentId(row.integer("instrument_id")?);
    let what = |part: &str| format!("the {part} of account {account} in instrument {instrument}");
    let lots = lots::decode(row.bytes("lots")?).ok_or_else(|| corrupt(what("lots")))?;
    let position = Position {
        quantity: Quantity::from_units(row.integer("quantity")?),
        reserved_quantity: Quantity::from_units(row.integer("reserved_quantity")?),
        cost_basis: Money::from_units(row.integer("cost_basis")?),
        realized_profit: Money::from_units(row.integer("position_profit")?),
        lots,
        last_bought_at: instant_or_none(row, "last_bought_at")?,
        traded_on: row.integer_or_none("traded_on")?.map(day).transpose()?,
        trades_that_day: small(row, "trades_that_day", || what("number of trades"))?,
    };
    Ok(PositionRecord {
        instrument,
        position,
    })
}

/// What a batch of orders touches: one row per lookup, with nulls for what does not exist.
pub(super) fn fetched(rows: &[impl Columns]) -> StoreResult<Fetched> {
    let mut fetched = Fetched::default();
    for row in rows {
        if row.integer_or_none("version")?.is_none() {
            continue;
        }
        let account = account_id(row)?;
        // Orders of one account often follow each other in a batch.
        if let Entry::Vacant(place) = fetched.accounts.entry(account) {
            place.insert(trading_account(row)?);
        }
        if row.integer_or_none("instrument_id")?.is_some() {
            let found = position(row, account)?;
            let place = (account, found.instrument);
            fetched.positions.insert(place, found.position);
        }
        if row.text_or_none("order_key")?.is_some() {
            let name = (account, order_key(row, account)?);
            fetched.answers.insert(name, answered_order(row, account)?);
        }
    }
    Ok(fetched)
}

/// Accounts, with one row per position with shares, or a single row if there is none.
pub(super) fn portfolios<R: Columns>(rows: &[R]) -> StoreResult<HashMap<AccountId, Portfolio>> {
    let mut found: HashMap<AccountId, (TradingAccount, Vec<PositionRecord>)> = HashMap::new();
    for row in rows {
        let id = account_id(row)?;
        let (_, positions) = match found.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert((trading_account(row)?, Vec::new())),
        };
        if row.integer_or_none("instrument_id")?.is_some() {
            positions.push(position(row, id)?);
        }
    }
    let portfolio = |(id, (account, mut positions)): (_, (_, Vec<PositionRecord>))| {
        positions.sort_by_key(|record| (Reverse(record.position.cost_basis), record.instrument));
        let positions = positions.into();
        (id, Portfolio { account, positions })
    };
    Ok(found.into_iter().map(portfolio).collect())
}

pub(super) fn answered_order(row: &impl Columns, account: AccountId) -> StoreResult<AnsweredOrder> {
    let key = order_key(row, account)?;
    let what = |part: &str| format!("the {part} of order {key} of account {account}");
    let view = answer::decode(row.bytes("answer")?, &key, instant(row, "answered_at")?);
    Ok(AnsweredOrder {
        fingerprint: hash(row, "fingerprint", || what("fingerprint"))?,
        view: view.ok_or_else(|| corrupt(what("answer")))?,
    })
}

pub(super) fn order_key(row: &impl Columns, account: AccountId) -> StoreResult<IdempotencyKey> {
    let text = row.text("order_key")?;
    text.parse().map_err(|_| {
        corrupt(format!(
            "the key \"{text:.64}\" of an order of account {account}"
        ))
    })
}

pub(super) fn instant(row: &impl Columns, column: &str) -> StoreResult<Timestamp> {
    Ok(Timestamp::from_micros(row.integer(column)?))
}

pub(super) fn instant_or_none(row: &impl Columns, column: &str) -> StoreResult<Option<Timestamp>> {
    Ok(row.integer_or_none(column)?.map(Timestamp::from_micros))
}

pub(super) fn day(number: i64) -> StoreResult<Day> {
    let number = i32::try_from(number).map_err(|_| corrupt(format!("the day {number}")))?;
    Ok(Day::from_number(number))
}

/// A count: the databases have no unsigned numbers.
pub(super) fn small(
    row: &impl Columns,
    column: &str,
    what: impl FnOnce() -> String,
) -> StoreResult<u32> {
    u32::try_from(row.integer(column)?).map_err(|_| corrupt(what()))
}

pub(super) fn small_or_none(
    row: &impl Columns,
    column: &str,
    what: impl FnOnce() -> String,
) -> StoreResult<Option<u32>> {
    let number = row.integer_or_none(column)?.map(u32::try_from).transpose();
    number.map_err(|_| corrupt(what()))
}

pub(super) fn hash(
    row: &impl Columns,
    column: &str,
    what: impl FnOnce() -> String,
) -> StoreResult<Hash> {
    let bytes = row.bytes(column)?;
    bytes.try_into().map_err(|_| corrupt(what()))
}
