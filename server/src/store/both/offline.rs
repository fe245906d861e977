//! Runs that are played away from the server that counts them.

use async_trait::async_trait;
use domain::{AccountId, Money, PlayerId, Timestamp};

use super::{DatabaseStore, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{
    CountedRun, OfflineResultRecord, OfflineRunRecord, OfflineRunState, OfflineStartRecord,
    OfflineStore, StoreResult,
};

const CREATE_START: &str = "
    insert into offline_starts (start_id, player_id, scenario_id, file, issued_at, due_at)
    values ($1, $2, $3, $4, $5, $6)";
pub(super) const FIND_START: &str = "
    select start_id, player_id, scenario_id, file, issued_at, due_at, submitted_at, net_worth, stars, refusal
    from offline_starts
    where start_id = $1";
pub(super) const LIST_STARTS: &str = "
    select start_id, player_id, scenario_id, file, issued_at, due_at, submitted_at, net_worth, stars, refusal
    from offline_starts
    where player_id = $1
    order by issued_at desc, start_id desc
    limit $2";
pub(super) const NOTE_REFUSAL: &str = "
    update offline_starts
    set refusal = $2
    where start_id = $1
    and submitted_at is null";
pub(super) const COUNT: &str = "
    update offline_starts
    set submitted_at = $2,
        net_worth = $3,
        stars = $4,
        refusal = null
    where start_id = $1
    and submitted_at is null";
const KEEP_BEST: &str = "
    insert into offline_results (
        scenario_id, player_id, start_id, starting_cash, net_worth, stars, trades, submitted_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (scenario_id, player_id) do update
    set start_id = excluded.start_id,
        starting_cash = excluded.starting_cash,
        net_worth = excluded.net_worth,
        stars = excluded.stars,
        trades = excluded.trades,
        submitted_at = excluded.submitted_at
    where offline_results.net_worth < excluded.net_worth";
pub(super) const LIST_RESULTS: &str = "
    select r.scenario_id, r.player_id, r.start_id, r.starting_cash, r.net_worth, r.stars, r.trades,
        r.submitted_at
    from offline_results r
    where r.scenario_id = $1
    and (
        r.player_id = $2
        or not exists (
            select 1
            from privacy v
            where v.player_id = r.player_id
            and not v.on_leaderboards
        )
    )
    and (
        select count(*)
        from blocks b
        where b.player_id = r.player_id
        and b.blocked_id = $2
    ) = 0
    order by r.net_worth desc, r.submitted_at, r.start_id
    limit $3";
pub(super) const PRUNE: &str = "
    delete from offline_starts
    where due_at <= (
        select max(page.due_at)
        from (
            select s.due_at
            from offline_starts s
            where s.due_at < $1
            order by s.due_at
            limit $2
        ) page
    )";
const CREATE_RUN: &str = "
    insert into offline_runs (player_id, game_id, start_id, file, state)
    values ($1, $2, $3, $4, 'waiting')
    on conflict (player_id, start_id) do nothing";
pub(super) const FIND_RUN: &str = "
    select player_id, game_id, start_id, file, state, answer, tried_at
    from offline_runs
    where player_id = $1
    and start_id = $2";
pub(super) const LIST_RUNS: &str = "
    select player_id, game_id, start_id, file, state, answer, tried_at
    from offline_runs
    where player_id = $1
    order by game_id
    limit $2";
pub(super) const LIST_UNSENT: &str = "
    select o.player_id, o.game_id, o.start_id, o.file, o.state, o.answer, o.tried_at
    from offline_runs o
    where o.state = 'waiting'
    and exists (
        select 1
        from scenario_runs r
        where r.player_id = o.player_id
        and r.game_id = o.game_id
        and r.finished_at is not null
    )
    order by o.player_id, o.game_id
    limit $1";
pub(super) const NOTE_RUN: &str = "
    update offline_runs
    set state = $3,
        answer = $4,
        tried_at = $5
    where player_id = $1
    and game_id = $2
    and state = 'waiting'";

fn stars(row: &Row) -> StoreResult<u32> {
    rows::small(row, "stars", || "the stars of a run".to_owned())
}

fn start(row: &Row) -> StoreResult<OfflineStartRecord> {
    let counted = match rows::instant_or_none(row, "submitted_at")? {
        None => None,
        Some(at) => Some(CountedRun {
            at,
            net_worth: Money::from_units(row.integer("net_worth")?),
            stars: stars(row)?,
        }),
    };
    Ok(OfflineStartRecord {
        id: row.text("start_id")?.to_owned(),
        player: PlayerId(row.integer("player_id")?),
        scenario: row.text("scenario_id")?.to_owned(),
        file: row.text("file")?.to_owned(),
        issued_at: rows::instant(row, "issued_at")?,
        due_at: rows::instant(row, "due_at")?,
        counted,
        refusal: row.text_or_none("refusal")?.map(str::to_owned),
    })
}

fn result(row: &Row) -> StoreResult<OfflineResultRecord> {
    Ok(OfflineResultRecord {
        scenario: row.text("scenario_id")?.to_owned(),
        player: PlayerId(row.integer("player_id")?),
        start: row.text("start_id")?.to_owned(),
        starting_cash: Money::from_units(row.integer("starting_cash")?),
        run: CountedRun {
            at: rows::instant(row, "submitted_at")?,
            net_worth: Money::from_units(row.integer("net_worth")?),
            stars: stars(row)?,
        },
        trades: rows::small(row, "trades", || "the trades of a run".to_owned())?,
    })
}

fn run(row: &Row) -> StoreResult<OfflineRunRecord> {
    let state = match row.text("state")? {
        "waiting" => OfflineRunState::Waiting,
        "counted" => OfflineRunState::Counted,
        "refused" => OfflineRunState::Refused,
        _ => return Err(corrupt("the state of a run played for another server")),
    };
    Ok(OfflineRunRecord {
        account: rows::account_id(row)?,
        start: row.text("start_id")?.to_owned(),
        file: row.text("file")?.to_owned(),
        state,
        answer: row.text_or_none("answer")?.map(str::to_owned),
        tried_at: rows::instant_or_none(row, "tried_at")?,
    })
}

#[async_trait]
impl OfflineStore for DatabaseStore {
    async fn create_offline_start(&self, start: &OfflineStartRecord) -> StoreResult<()> {
        sqlx::query(CREATE_START)
            .bind(&start.id)
            .bind(start.player.0)
            .bind(&start.scenario)
            .bind(&start.file)
            .bind(start.issued_at.micros())
            .bind(start.due_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_offline_start(&self, id: &str) -> StoreResult<Option<OfflineStartRecord>> {
        let row = sqlx::query(FIND_START)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(start).transpose()
    }

    async fn list_offline_starts(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<OfflineStartRecord>> {
        let found = sqlx::query(LIST_STARTS)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(start).collect()
    }

    async fn note_offline_refusal(&self, id: &str, why: &str) -> StoreResult<()> {
        sqlx::query(NOTE_REFUSAL)
            .bind(id)
            .bind(why)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn count_offline_run(&self, result: &OfflineResultRecord) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let counted = sqlx::query(COUNT)
            .bind(&result.start)
            .bind(result.run.at.micros())
            .bind(result.run.net_worth.units())
            .bind(i64::from(result.run.stars))
            .execute(&mut *transaction)
            .await?;
        if counted.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(KEEP_BEST)
            .bind(&result.scenario)
            .bind(result.player.0)
            .bind(&result.start)
            .bind(result.starting_cash.units())
            .bind(result.run.net_worth.units())
            .bind(i64::from(result.run.stars))
            .bind(i64::from(result.trades))
            .bind(result.run.at.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn list_offline_results(
        &self,
        scenario: &str,
        me: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<OfflineResultRecord>> {
        let found = sqlx::query(LIST_RESULTS)
            .bind(scenario)
            .bind(me.map(|me| me.0))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(result).collect()
    }

    async fn prune_offline_starts(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let pruned = sqlx::query(PRUNE)
            .bind(before.micros())
            .bind(i64::from(limit))
            .execute(&self.writer)
            .await?;
        Ok(pruned.rows_affected())
    }

    async fn create_offline_run(&self, run: &OfflineRunRecord) -> StoreResult<bool> {
        let created = sqlx::query(CREATE_RUN)
            .bind(run.account.player.0)
            .bind(run.account.game.0)
            .bind(&run.start)
            .bind(&run.file)
            .execute(&self.writer)
            .await?;
        Ok(created.rows_affected() == 1)
    }

    async fn find_offline_run(
        &self,
        player: PlayerId,
        start: &str,
    ) -> StoreResult<Option<OfflineRunRecord>> {
        let row = sqlx::query(FIND_RUN)
            .bind(player.0)
            .bind(start)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(run).transpose()
    }

    async fn list_offline_runs(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<OfflineRunRecord>> {
        let found = sqlx::query(LIST_RUNS)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(run).collect()
    }

    async fn list_unsent_runs(&self, limit: u32) -> StoreResult<Vec<OfflineRunRecord>> {
        let found = sqlx::query(LIST_UNSENT)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(run).collect()
    }

    async fn note_offline_run(
        &self,
        account: AccountId,
        state: OfflineRunState,
        answer: &str,
        at: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(NOTE_RUN)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(state.as_str())
            .bind(answer)
            .bind(at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
