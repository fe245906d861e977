//! Hosted games of the store behind.

use async_trait::async_trait;
use domain::boards::Measure;
use domain::{AccountId, GameId, PlayerId, Timestamp};
use server::store::{
    Assignment, FinalStanding, GameRecord, HostedGame, HostingStore, Member, NewGame, Notice,
    ReasonRow, RosterRow, RosterStore, StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl HostingStore for FaultyStore {
    async fn list_hosted_games(&self) -> StoreResult<Vec<HostedGame>> {
        self.inner.list_hosted_games().await
    }

    async fn create_hosted_game(
        &self,
        new: &NewGame,
        hosted: &HostedGame,
    ) -> StoreResult<Option<GameRecord>> {
        self.inner.create_hosted_game(new, hosted).await
    }

    async fn update_hosted_game(&self, hosted: &HostedGame) -> StoreResult<()> {
        self.inner.update_hosted_game(hosted).await
    }

    async fn list_hosts(&self) -> StoreResult<Vec<(GameId, PlayerId)>> {
        self.inner.list_hosts().await
    }

    async fn set_host(
        &self,
        game: GameId,
        player: PlayerId,
        since: Option<Timestamp>,
    ) -> StoreResult<()> {
        self.inner.set_host(game, player, since).await
    }

    async fn add_notice(&self, notice: &Notice) -> StoreResult<i64> {
        self.inner.add_notice(notice).await
    }

    async fn list_notices(&self, game: GameId, limit: u32) -> StoreResult<Vec<Notice>> {
        self.inner.list_notices(game, limit).await
    }

    async fn list_announcements(
        &self,
        after: (Timestamp, GameId, i64),
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        self.inner.list_announcements(after, limit).await
    }

    async fn list_due_rules(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Notice>> {
        self.inner.list_due_rules(now, limit).await
    }

    async fn apply_rules(&self, notice: &Notice) -> StoreResult<()> {
        self.inner.apply_rules(notice).await
    }

    async fn add_assignment(&self, game: GameId, assignment: &Assignment) -> StoreResult<i64> {
        self.inner.add_assignment(game, assignment).await
    }

    async fn list_assignments(&self, game: GameId, limit: u32) -> StoreResult<Vec<Assignment>> {
        self.inner.list_assignments(game, limit).await
    }

    async fn remove_assignment(&self, game: GameId, id: i64) -> StoreResult<()> {
        self.inner.remove_assignment(game, id).await
    }
}

#[async_trait]
impl RosterStore for FaultyStore {
    async fn store_member(&self, member: &Member) -> StoreResult<()> {
        self.inner.store_member(member).await
    }

    async fn find_member(&self, account: AccountId) -> StoreResult<Option<Member>> {
        self.inner.find_member(account).await
    }

    async fn list_kept_out(&self) -> StoreResult<Vec<AccountId>> {
        self.inner.list_kept_out().await
    }

    async fn list_roster(&self, game: GameId, limit: u32) -> StoreResult<Vec<RosterRow>> {
        self.inner.list_roster(game, limit).await
    }

    async fn list_game_reasons(&self, game: GameId, limit: u32) -> StoreResult<Vec<ReasonRow>> {
        self.inner.list_game_reasons(game, limit).await
    }

    async fn stamp_reason(
        &self,
        account: AccountId,
        seq: i64,
        by: PlayerId,
        at: Timestamp,
    ) -> StoreResult<bool> {
        self.inner.stamp_reason(account, seq, by, at).await
    }

    async fn pseudonymise(
        &self,
        game: GameId,
        handles: &[(PlayerId, Option<String>)],
    ) -> StoreResult<()> {
        self.inner.pseudonymise(game, handles).await
    }

    async fn store_final_standings(
        &self,
        game: GameId,
        measure: Measure,
        rows: &[FinalStanding],
        at: Timestamp,
    ) -> StoreResult<()> {
        self.inner
            .store_final_standings(game, measure, rows, at)
            .await
    }

    async fn list_final_standings(
        &self,
        game: GameId,
        measure: Measure,
        limit: u32,
    ) -> StoreResult<Vec<FinalStanding>> {
        self.inner.list_final_standings(game, measure, limit).await
    }
}
