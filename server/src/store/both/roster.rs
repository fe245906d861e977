//! Members of hosted games, what they wrote, and how seasons ended.

use async_trait::async_trait;
use domain::api::MemberStatus;
use domain::boards::Measure;
use domain::{AccountId, GameId, InstrumentId, Money, PlayerId, Timestamp};

use super::{Connection, DatabaseStore, Row, connection, players};
use crate::store::failure::corrupt;
use crate::store::names::folded;
use crate::store::rows::{self, Columns as _};
use crate::store::{FinalStanding, Member, ReasonRow, RosterRow, RosterStore, StoreResult};

pub(super) const STORE_MEMBER: &str = "
    insert into game_members (player_id, game_id, status, joined_at, team, made_here)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (player_id, game_id) do update
    set status = excluded.status, team = excluded.team";
pub(super) const FIND_MEMBER: &str = "
    select player_id, game_id, status, joined_at, team, made_here
    from game_members
    where player_id = $1
    and game_id = $2";
const LIST_KEPT_OUT: &str = "
    select player_id, game_id
    from game_members
    where status <> 'playing'
    order by game_id, player_id";
pub(super) const LIST_ROSTER: &str = "
    select m.player_id, m.game_id, m.status, m.joined_at, m.team, m.made_here, p.handle,
        (
            select max(s.last_seen_at)
            from sessions s
            where s.player_id = m.player_id
            -- Not the recovery words, which are kept as a session.
            and s.session_id <> 0
        ) as last_seen_at
    from game_members m
    join players p on p.player_id = m.player_id
    where m.game_id = $1
    order by m.joined_at, m.player_id
    limit $2";
// Reads everything that the members of one class have written; for a class of many thousands, more than
// a page.
pub(super) const LIST_REASONS: &str = "
    select m.player_id, p.handle, w.seq, l.at, l.instrument_id, l.kind, w.text,
        exists (
            select 1
            from good_ones g
            where g.player_id = w.player_id
            and g.game_id = w.game_id
            and g.seq = w.seq
        ) as good
    from game_members m
    join players p on p.player_id = m.player_id
    join words w on w.player_id = m.player_id and w.game_id = m.game_id
    join ledger l on l.player_id = w.player_id and l.game_id = w.game_id and l.seq = w.seq
    where m.game_id = $1
    and l.instrument_id is not null
    order by l.at desc, w.player_id, w.seq
    limit $2";
pub(super) const STAMP: &str = "
    insert into good_ones (player_id, game_id, seq, by_id, at)
    select w.player_id, w.game_id, w.seq, $4, $5
    from words w
    where w.player_id = $1
    and w.game_id = $2
    and w.seq = $3
    on conflict do nothing";
pub(super) const RENAME: &str = "
    update players
    set handle = $2, region = null
    where player_id = $1
    and password_hash is null";
const TAKE_NAME: &str = "
    insert into player_names (kind, name, player_id)
    values ('handle', $2, $1)
    on conflict do nothing";
pub(super) const ERASE_WORDS: &str = "
    delete from words
    where player_id = $1
    and game_id = $2";
const ERASE_TEAMS: &str = "
    update game_members
    set team = null
    where player_id = $1
    and game_id = $2";
const STORE_STANDING: &str = "
    insert into final_standings (game_id, measure, rank, player_id, handle, net_worth, score)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing";
const SETTLE: &str = "
    update hosted_games
    set settled_at = $2
    where game_id = $1
    and settled_at is null";
pub(super) const LIST_STANDINGS: &str = "
    select rank, player_id, handle, net_worth, score
    from final_standings
    where game_id = $1
    and measure = $2
    order by rank
    limit $3";
const RENAME_STANDING: &str = "
    update final_standings
    set handle = $3
    where game_id = $1
    and player_id = $2";

#[async_trait]
impl RosterStore for DatabaseStore {
    async fn store_member(&self, member: &Member) -> StoreResult<()> {
        sqlx::query(STORE_MEMBER)
            .bind(member.account.player.0)
            .bind(member.account.game.0)
            .bind(member.status.as_str())
            .bind(member.joined_at.micros())
            .bind(&member.team)
            .bind(member.made_here)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_member(&self, account: AccountId) -> StoreResult<Option<Member>> {
        let row = sqlx::query(FIND_MEMBER)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(read_member).transpose()
    }

    async fn list_kept_out(&self) -> StoreResult<Vec<AccountId>> {
        let rows = sqlx::query(LIST_KEPT_OUT).fetch_all(&self.readers).await?;
        rows.iter().map(rows::account_id).collect()
    }

    async fn list_roster(&self, game: GameId, limit: u32) -> StoreResult<Vec<RosterRow>> {
        let rows = sqlx::query(LIST_ROSTER)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let one = |row: &Row| {
            Ok(RosterRow {
                member: read_member(row)?,
                handle: row.text("handle")?.to_owned(),
                last_seen_at: rows::instant_or_none(row, "last_seen_at")?,
            })
        };
        rows.iter().map(one).collect()
    }

    async fn list_game_reasons(&self, game: GameId, limit: u32) -> StoreResult<Vec<ReasonRow>> {
        let rows = sqlx::query(LIST_REASONS)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let one = |row: &Row| {
            Ok(ReasonRow {
                player: PlayerId(row.integer("player_id")?),
                handle: row.text("handle")?.to_owned(),
                seq: row.integer("seq")?,
                at: rows::instant(row, "at")?,
                instrument: InstrumentId(row.integer("instrument_id")?),
                kind: row.text("kind")?.to_owned(),
                text: row.text("text")?.to_owned(),
                good: row.boolean("good")?,
            })
        };
        rows.iter().map(one).collect()
    }

    async fn stamp_reason(
        &self,
        account: AccountId,
        seq: i64,
        by: PlayerId,
        at: Timestamp,
    ) -> StoreResult<bool> {
        let stamped = sqlx::query(STAMP)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(seq)
            .bind(by.0)
            .bind(at.micros())
            .execute(&self.writer)
            .await?;
        Ok(stamped.rows_affected() == 1)
    }

    async fn pseudonymise(
        &self,
        game: GameId,
        handles: &[(PlayerId, Option<String>)],
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for (player, handle) in handles {
            if let Some(handle) = handle {
                rename(&mut transaction, game, *player, handle).await?;
            }
            for statement in [ERASE_WORDS, ERASE_TEAMS] {
                sqlx::query(statement)
                    .bind(player.0)
                    .bind(game.0)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn store_final_standings(
        &self,
        game: GameId,
        measure: Measure,
        rows: &[FinalStanding],
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for row in rows {
            sqlx::query(STORE_STANDING)
                .bind(game.0)
                .bind(measure.as_str())
                .bind(row.rank)
                .bind(row.player.0)
                .bind(&row.handle)
                .bind(row.net_worth.units())
                .bind(row.score)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(SETTLE)
            .bind(game.0)
            .bind(at.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn list_final_standings(
        &self,
        game: GameId,
        measure: Measure,
        limit: u32,
    ) -> StoreResult<Vec<FinalStanding>> {
        let rows = sqlx::query(LIST_STANDINGS)
            .bind(game.0)
            .bind(measure.as_str())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let one = |row: &Row| {
            Ok(FinalStanding {
                rank: row.integer("rank")?,
                player: PlayerId(row.integer("player_id")?),
                handle: row.text("handle")?.to_owned(),
                net_worth: Money::from_units(row.integer("net_worth")?),
                score: row.integer("score")?,
            })
        };
        rows.iter().map(one).collect()
    }
}

/// Gives a guest a new handle, here and in the final standings of a game.
async fn rename(
    transaction: &mut Connection,
    game: GameId,
    player: PlayerId,
    handle: &str,
) -> StoreResult<()> {
    let guest: Option<(String,)> = sqlx::query_as(players::FIND_GUEST_HANDLE)
        .bind(player.0)
        .fetch_optional(&mut *transaction)
        .await?;
    if let Some((old,)) = guest {
        sqlx::query(players::FREE_HANDLE)
            .bind(folded(&old))
            .bind(player.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(TAKE_NAME)
            .bind(player.0)
            .bind(folded(handle))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(RENAME)
            .bind(player.0)
            .bind(handle)
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query(RENAME_STANDING)
        .bind(game.0)
        .bind(player.0)
        .bind(handle)
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

fn read_member(row: &Row) -> StoreResult<Member> {
    let account = rows::account_id(row)?;
    let status = MemberStatus::named(row.text("status")?);
    Ok(Member {
        account,
        status: status.ok_or_else(|| corrupt(format!("the status of member {account}")))?,
        joined_at: rows::instant(row, "joined_at")?,
        made_here: row.boolean("made_here")?,
        team: row.text_or_none("team")?.map(str::to_owned),
    })
}
