//! Deleting in portions: many short transactions, so that nobody waits for a long one.

use super::{Context, Done};
use crate::store::StoreResult;

/// Deletes portions of up to `portion` rows until nothing is left or the job has to stop. The progress
/// counts the deleted rows, which the note calls `what`.
pub(super) async fn delete_in_portions<F>(
    job: &Context,
    portion: u32,
    what: &str,
    delete: impl Fn(u32) -> F,
) -> StoreResult<Done>
where
    F: Future<Output = StoreResult<u64>>,
{
    let mut deleted = 0_i64;
    loop {
        let count = delete(portion).await?;
        deleted = deleted.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        job.progress(deleted, None, what);
        if count < u64::from(portion) {
            return Ok(Done::Finished);
        }
        if job.stop().is_some() {
            return Ok(Done::Unfinished);
        }
    }
}
