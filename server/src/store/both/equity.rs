//! Equity points, and the one query behind a dashboard.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{AccountId, AwardCause, Day, Fact, GameId, InstrumentId, Money, PlayerId, Price};
use sqlx::QueryBuilder;

use super::{DatabaseStore, Driver, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{
    DashboardQuery, DashboardRows, EquityRecord, EquityStore, PastAward, PastEntry, PastTitle,
    RollUp, StoreError, StoreResult,
};

/// Points stored per statement.
const ROWS_AT_ONCE: usize = 500;
/// Titles that a dashboard shows.
const TITLES_MAX: i64 = 50;

macro_rules! point_columns {
    () => {
        "e.player_id, e.game_id, e.day, e.net_worth, e.cash, e.flow, e.index_value, e.held_instrument, \
         e.held_price, e.version"
    };
}

const INSERT: &str = "
    insert into equity_points (
        player_id, game_id, day, net_worth, cash, flow, index_value, held_instrument, held_price, version
    ) ";
pub(super) const LATEST: &str = concat!(
    "
    select ",
    point_columns!(),
    "
    from accounts a
    join equity_points e
        on e.player_id = a.player_id
        and e.game_id = a.game_id
        and e.day = (
            select max(l.day)
            from equity_points l
            where l.player_id = a.player_id
            and l.game_id = a.game_id
        )
    where (a.player_id, a.game_id) >= ($1, $2)
    and (a.player_id, a.game_id) <= ($3, $4)"
);
pub(super) const LIST: &str = concat!(
    "
    select ",
    point_columns!(),
    "
    from equity_points e
    where e.player_id = $1
    and e.game_id = $2
    and e.day >= $3
    order by e.day desc
    limit $4"
);
// One query, so that a page costs one round trip. Each part stays within one player. Entries are
// limited by number before they are filtered by time, so that a long ledger is not read to its end.
pub(super) const DASHBOARD: &str = "
    select
        'point' as part, e.day as place, e.net_worth as n1, e.cash as n2, e.flow as n3,
        e.index_value as n4, e.held_instrument as n5, e.held_price as n6, e.version as n7,
        null as body
    from equity_points e
    where e.player_id = $1
    and e.game_id = $2
    and e.day >= $3
    union all
    select 'entry', page.seq, page.at, null, null, null, null, null, null, page.fact
    from (
        select seq, at, fact
        from ledger
        where player_id = $1
        and game_id = $2
        order by seq desc
        limit $5
    ) page
    where page.at >= $4
    union all
    select 'unlock', page.seq, page.at, null, null, null, null, null, null, page.cause
    from (
        select seq, at, cause
        from awards
        where player_id = $1
        and award_key >= 'unlocked:'
        and award_key < 'unlocked;'
        order by seq desc
        limit $6
    ) page
    union all
    select
        'title', page.game_id,
        (
            select count(*)
            from title_unlocks u
            where u.player_id = $1
            and u.game_id = page.game_id
        ),
        (
            select count(*)
            from title_achievements a
            where a.game_id = page.game_id
        ),
        (
            select cast(coalesce(sum(s.seconds), 0) as bigint)
            from title_sessions s
            where s.player_id = $1
            and s.game_id = page.game_id
        ),
        null, null, null, null, null
    from (
        select game_id
        from title_unlocks
        where player_id = $1
        union
        select game_id
        from title_sessions
        where player_id = $1
        limit $7
    ) page
    union all
    select 'games', count(*), null, null, null, null, null, null, null, null
    from accounts a
    where a.player_id = $1";
pub(super) const KEEP_LAST: &str = "
    update equity_points
    set flow = (
        select cast(sum(m.flow) as bigint)
        from equity_points m
        where m.player_id = equity_points.player_id
        and m.game_id = equity_points.game_id
        and m.day between $4 and $5
    )
    where player_id between $1 and $2
    and game_id = $3
    and day between $4 and $5
    and not exists (
        select 1
        from equity_points l
        where l.player_id = equity_points.player_id
        and l.game_id = equity_points.game_id
        and l.day > equity_points.day
        and l.day <= $5
    )";
pub(super) const DELETE_OTHERS: &str = "
    delete from equity_points
    where player_id between $1 and $2
    and game_id = $3
    and day between $4 and $5
    and exists (
        select 1
        from equity_points l
        where l.player_id = equity_points.player_id
        and l.game_id = equity_points.game_id
        and l.day > equity_points.day
        and l.day <= $5
    )";

#[async_trait]
impl EquityStore for DatabaseStore {
    async fn record_equity(&self, points: &[EquityRecord]) -> StoreResult<u64> {
        let mut transaction = connection::begin(&self.writer).await?;
        let mut stored = 0;
        for some in points.chunks(ROWS_AT_ONCE) {
            let mut insert = QueryBuilder::<Driver>::new(INSERT);
            insert.push_values(some, |mut row, point| {
                row.push_bind(point.account.player.0)
                    .push_bind(point.account.game.0)
                    .push_bind(i64::from(point.day.number()))
                    .push_bind(point.net_worth.units())
                    .push_bind(point.cash.units())
                    .push_bind(point.flow.units())
                    .push_bind(point.index.map(Price::units))
                    .push_bind(point.held.map(|(instrument, _)| instrument.0))
                    .push_bind(point.held.map(|(_, price)| price.units()))
                    .push_bind(point.version);
            });
            insert.push(" on conflict do nothing");
            let done = insert.build().execute(&mut *transaction).await?;
            stored += done.rows_affected();
        }
        transaction.commit().await?;
        Ok(stored)
    }

    async fn latest_equity(
        &self,
        first: AccountId,
        last: AccountId,
    ) -> StoreResult<HashMap<AccountId, EquityRecord>> {
        let found = sqlx::query(LATEST)
            .bind(first.player.0)
            .bind(first.game.0)
            .bind(last.player.0)
            .bind(last.game.0)
            .fetch_all(&self.readers)
            .await?;
        let points = found.iter().map(point);
        points
            .map(|point| point.map(|point| (point.account, point)))
            .collect()
    }

    async fn list_equity(
        &self,
        account: AccountId,
        from: Day,
        limit: u32,
    ) -> StoreResult<Vec<EquityRecord>> {
        let found = sqlx::query(LIST)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(i64::from(from.number()))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().rev().map(point).collect()
    }

    async fn find_dashboard(&self, query: &DashboardQuery) -> StoreResult<DashboardRows> {
        let account = query.account;
        let found = sqlx::query(DASHBOARD)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(i64::from(query.from.number()))
            .bind(query.since.micros())
            .bind(i64::from(query.entries_max))
            .bind(i64::from(query.unlocks_max))
            .bind(TITLES_MAX)
            .fetch_all(&self.readers)
            .await?;
        let mut dashboard = DashboardRows::default();
        for row in &found {
            match row.text("part")? {
                "point" => dashboard.points.push(dashboard_point(row, account)?),
                "entry" => dashboard.entries.push(entry(row, account)?),
                "unlock" => dashboard.unlocks.push(unlock(row, account.player)?),
                "title" => dashboard.titles.push(title(row)?),
                _ => dashboard.games = u32::try_from(row.integer("place")?).unwrap_or(u32::MAX),
            }
        }
        // The parts of a union come in no guaranteed order.
        dashboard.points.sort_by_key(|point| point.day);
        dashboard.entries.sort_by_key(|entry| -entry.seq);
        dashboard.unlocks.sort_by_key(|award| -award.seq);
        dashboard.titles.sort_by_key(|title| title.game);
        Ok(dashboard)
    }

    async fn roll_up_equity(&self, roll_up: &RollUp) -> StoreResult<u64> {
        let mut transaction = connection::begin(&self.writer).await?;
        let mut changed = 0;
        for statement in [KEEP_LAST, DELETE_OTHERS] {
            let done = sqlx::query(statement)
                .bind(roll_up.players.0.0)
                .bind(roll_up.players.1.0)
                .bind(roll_up.game.0)
                .bind(i64::from(roll_up.days.0.number()))
                .bind(i64::from(roll_up.days.1.number()))
                .execute(&mut *transaction)
                .await?;
            changed = done.rows_affected();
        }
        transaction.commit().await?;
        Ok(changed)
    }
}

fn point(row: &Row) -> StoreResult<EquityRecord> {
    let held = row.integer_or_none("held_instrument")?;
    let held_price = row.integer_or_none("held_price")?;
    Ok(EquityRecord {
        account: rows::account_id(row)?,
        day: rows::day(row.integer("day")?)?,
        net_worth: Money::from_units(row.integer("net_worth")?),
        cash: Money::from_units(row.integer("cash")?),
        flow: Money::from_units(row.integer("flow")?),
        index: row.integer_or_none("index_value")?.map(Price::from_units),
        held: held
            .zip(held_price)
            .map(|(id, price)| (InstrumentId(id), Price::from_units(price))),
        version: row.integer("version")?,
    })
}

fn dashboard_point(row: &Row, account: AccountId) -> StoreResult<EquityRecord> {
    let held = row.integer_or_none("n5")?.zip(row.integer_or_none("n6")?);
    Ok(EquityRecord {
        account,
        day: rows::day(row.integer("place")?)?,
        net_worth: Money::from_units(row.integer("n1")?),
        cash: Money::from_units(row.integer("n2")?),
        flow: Money::from_units(row.integer("n3")?),
        index: row.integer_or_none("n4")?.map(Price::from_units),
        held: held.map(|(id, price)| (InstrumentId(id), Price::from_units(price))),
        version: row.integer("n7")?,
    })
}

fn entry(row: &Row, account: AccountId) -> StoreResult<PastEntry> {
    let seq = row.integer("place")?;
    let fact = Fact::from_bytes(row.bytes("body")?);
    let what = || format!("the fact of ledger entry {seq} of account {account}");
    Ok(PastEntry {
        seq,
        at: rows::instant(row, "n1")?,
        fact: fact.ok_or_else(|| corrupt(what()))?,
    })
}

fn title(row: &Row) -> StoreResult<PastTitle> {
    let count = |name| Ok::<_, StoreError>(u32::try_from(row.integer(name)?).unwrap_or(u32::MAX));
    Ok(PastTitle {
        game: GameId(row.integer("place")?),
        unlocked: count("n1")?,
        achievements: count("n2")?,
        seconds: row.integer("n3")?,
    })
}

fn unlock(row: &Row, player: PlayerId) -> StoreResult<PastAward> {
    let seq = row.integer("place")?;
    let cause = AwardCause::from_bytes(row.bytes("body")?);
    let what = || format!("the cause of award {seq} of player {player}");
    Ok(PastAward {
        seq,
        at: rows::instant(row, "n1")?,
        cause: cause.ok_or_else(|| corrupt(what()))?,
    })
}
