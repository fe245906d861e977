//! The decision journal and notes.

use async_trait::async_trait;
use domain::api::Grade;
use domain::{AccountId, PlayerId};

use super::{DatabaseStore, Row};
use crate::store::failure::corrupt;
use crate::store::journal::{GradeRecord, JournalStore, NoteRecord};
use crate::store::rows::{self, Columns as _, entry_columns};
use crate::store::{LedgerRow, StoreResult};

pub(super) const LIST_REASONS: &str = concat!(
    "
    select ",
    entry_columns!(),
    ", s.salt, s.text
    from words s
    join ledger l
        on l.player_id = s.player_id
        and l.game_id = s.game_id
        and l.seq = s.seq
    where s.player_id = $1
    and s.game_id = $2
    and s.seq < $3
    and l.kind in ('bought', 'sold')
    order by s.seq desc
    limit $4"
);
const STORE_GRADE: &str = "
    insert into journal_grades (player_id, game_id, seq, grade, graded_at)
    values ($1, $2, $3, $4, $5)
    on conflict (player_id, game_id, seq) do update
    set grade = excluded.grade,
        graded_at = excluded.graded_at";
pub(super) const LIST_GRADES: &str = "
    select seq, grade, graded_at
    from journal_grades
    where player_id = $1
    and game_id = $2
    order by seq desc
    limit $3";
const STORE_NOTE: &str = "
    insert into notes (player_id, note_id, symbol, body, tags, created_at, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (player_id, note_id) do update
    set symbol = excluded.symbol,
        body = excluded.body,
        tags = excluded.tags,
        changed_at = excluded.changed_at";
pub(super) const LIST_NOTES: &str = "
    select player_id, note_id, symbol, body, tags, created_at, changed_at
    from notes
    where player_id = $1
    order by changed_at desc, note_id desc
    limit $2";
pub(super) const DELETE_NOTE: &str = "
    delete from notes
    where player_id = $1
    and note_id = $2";

#[async_trait]
impl JournalStore for DatabaseStore {
    async fn list_reasons(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        let found = sqlx::query(LIST_REASONS)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let row = |row: &Row| rows::ledger_row(row, account);
        found.iter().map(row).collect()
    }

    async fn store_grade(&self, account: AccountId, grade: &GradeRecord) -> StoreResult<()> {
        sqlx::query(STORE_GRADE)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(grade.seq)
            .bind(grade.grade.as_str())
            .bind(grade.at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_grades(&self, account: AccountId, limit: u32) -> StoreResult<Vec<GradeRecord>> {
        let found = sqlx::query(LIST_GRADES)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let grade = |row: &Row| {
            let seq = row.integer("seq")?;
            let grade = Grade::named(row.text("grade")?);
            Ok(GradeRecord {
                seq,
                grade: grade.ok_or_else(|| corrupt(format!("the grade of entry {seq}")))?,
                at: rows::instant(row, "graded_at")?,
            })
        };
        found.iter().map(grade).collect()
    }

    async fn store_note(&self, note: &NoteRecord) -> StoreResult<()> {
        sqlx::query(STORE_NOTE)
            .bind(note.player.0)
            .bind(note.id)
            .bind(note.symbol.map(|symbol| symbol.to_string()))
            .bind(&note.text)
            .bind(note.tags.join(" "))
            .bind(note.created_at.micros())
            .bind(note.changed_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_notes(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<NoteRecord>> {
        let found = sqlx::query(LIST_NOTES)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(note).collect()
    }

    async fn delete_note(&self, player: PlayerId, id: i64) -> StoreResult<bool> {
        let deleted = sqlx::query(DELETE_NOTE)
            .bind(player.0)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }
}

fn note(row: &Row) -> StoreResult<NoteRecord> {
    let id = row.integer("note_id")?;
    let symbol = row.text_or_none("symbol")?.map(str::parse).transpose();
    Ok(NoteRecord {
        player: PlayerId(row.integer("player_id")?),
        id,
        symbol: symbol.map_err(|_| corrupt(format!("the symbol of note {id}")))?,
        text: row.text("body")?.to_owned(),
        tags: row
            .text("tags")?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        created_at: rows::instant(row, "created_at")?,
        changed_at: rows::instant(row, "changed_at")?,
    })
}
