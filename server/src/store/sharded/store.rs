//! Each method asks the shard of its player, every shard, or home.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{
    AccountId, Day, IdempotencyKey, InstrumentId, LedgerEntry, PlayerId, Position, SessionId,
    Timestamp, Xp,
};
use futures_util::future::{join_all, select_ok};

use super::{ShardedStore, merged};
use crate::store::placement::place_of;
use crate::store::{
    AccountRecord, AnsweredOrder, CandleRecord, Credentials, InstrumentRecord, LastQuote,
    MarketKind, NewPlayer, PlayerRecord, Portfolio, PortfolioLookup, PositionRecord, RestingRecord,
    SessionRecord, Store, StoreResult, Taken, TakenOf, TradingAccount,
};

#[async_trait]
impl Store for ShardedStore {
    async fn ping(&self) -> StoreResult<()> {
        // One shard that is gone is no reason to keep the players of the others out.
        let asked = self.shards.iter();
        let asked = asked.map(|shard| Box::pin(shard.ask(shard.store.ping())));
        select_ok(asked).await.map(drop)
    }

    async fn prepare(&self, now: Timestamp) -> StoreResult<()> {
        let prepared = self.each(|store| store.prepare(now)).await;
        self.copy_instruments().await?;
        prepared.map(drop)
    }

    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
        self.create(new).await
    }

    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>> {
        self.register(player, credentials).await
    }

    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
        let shard = self.of(player);
        shard.ask(shard.store.find_player(player)).await
    }

    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>> {
        self.find_by_login(login).await
    }

    async fn collect_daily_bonus(
        &self,
        player: PlayerId,
        day: Day,
        xp: Xp,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let shard = self.of(player);
        shard
            .ask(shard.store.collect_daily_bonus(player, day, xp, now))
            .await
    }

    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()> {
        let shard = self.of(session.player);
        shard.ask(shard.store.create_session(session)).await
    }

    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>> {
        let place = |(player, _): &(PlayerId, SessionId), count| place_of(*player, count);
        let found = self.split(names, place, |store, names| store.find_sessions(names));
        Ok(found.await?.concat())
    }

    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        let shard = self.of(player);
        shard
            .ask(shard.store.touch_session(player, session, now, expires_at))
            .await
    }

    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>> {
        let shard = self.of(player);
        shard.ask(shard.store.list_sessions(player, now)).await
    }

    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool> {
        let shard = self.of(player);
        shard.ask(shard.store.delete_session(player, session)).await
    }

    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        let deleted = self.each(|store| store.delete_expired_sessions(now, limit));
        Ok(deleted.await?.iter().sum())
    }

    async fn list_instruments(&self, market: MarketKind) -> StoreResult<Vec<InstrumentRecord>> {
        let home = self.home();
        home.ask(home.store.list_instruments(market)).await
    }

    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()> {
        let home = self.home();
        let import = home.store.import_market(instruments, candles);
        home.ask_unhurried(import).await?;
        self.copy_instruments().await
    }

    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()> {
        let home = self.home();
        home.ask_unhurried(home.store.store_candles(candles)).await
    }

    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        let home = self.home();
        home.ask(home.store.list_candles(instrument, from, to, limit))
            .await
    }

    async fn list_past_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        let home = self.home();
        home.ask(home.store.list_past_candles(instrument, from, to, limit))
            .await
    }

    async fn list_market_candles(
        &self,
        market: MarketKind,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>> {
        let home = self.home();
        home.ask_unhurried(home.store.list_market_candles(market, from, to))
            .await
    }

    async fn candle_range(&self, market: MarketKind) -> StoreResult<Option<(Day, Day)>> {
        let home = self.home();
        home.ask(home.store.candle_range(market)).await
    }

    async fn store_last_quotes(&self, quotes: &[LastQuote]) -> StoreResult<()> {
        let home = self.home();
        home.ask(home.store.store_last_quotes(quotes)).await
    }

    async fn list_last_quotes(&self, market: MarketKind) -> StoreResult<Vec<LastQuote>> {
        let home = self.home();
        home.ask(home.store.list_last_quotes(market)).await
    }

    async fn find_fact(&self, name: &str) -> StoreResult<Option<String>> {
        let home = self.home();
        home.ask(home.store.find_fact(name)).await
    }

    async fn store_fact_once(&self, name: &str, value: &str) -> StoreResult<String> {
        let home = self.home();
        home.ask(home.store.store_fact_once(name, value)).await
    }

    async fn store_fact(&self, name: &str, value: &str) -> StoreResult<()> {
        let home = self.home();
        home.ask(home.store.store_fact(name, value)).await
    }

    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>> {
        let shard = self.of(account.player);
        shard.ask(shard.store.find_account(account)).await
    }

    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>> {
        let shard = self.of(account.player);
        shard
            .ask(shard.store.find_ticket(account, instrument))
            .await
    }

    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>> {
        let place = |lookup: &PortfolioLookup, count| place_of(lookup.account.player, count);
        let found = self.split(lookups, place, |store, lookups| {
            store.find_portfolios(lookups)
        });
        Ok(found.await?.into_iter().flatten().collect())
    }

    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>> {
        let shard = self.of(account.player);
        shard
            .ask(shard.store.list_orders(account, before, limit))
            .await
    }

    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>> {
        let shard = self.of(account.player);
        shard.ask(shard.store.find_order(account, key)).await
    }

    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        let shard = self.of(account.player);
        shard
            .ask(shard.store.list_open_orders(account, limit))
            .await
    }

    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>> {
        let shard = self.of(account.player);
        shard
            .ask(shard.store.list_ledger(account, before, limit))
            .await
    }

    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>> {
        let lists = self.each(|store| store.list_accounts(after, limit));
        Ok(merged(lists.await?, limit, |record| record.id))
    }

    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>> {
        let shard = self.of(account.player);
        shard
            .ask(shard.store.list_entries(account, after, limit))
            .await
    }

    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>> {
        let shard = self.of(account.player);
        shard.ask(shard.store.list_positions(account)).await
    }

    async fn list_filled_keys(
        &self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<(IdempotencyKey, Timestamp)>> {
        let shard = self.of(account.player);
        shard
            .ask(shard.store.list_filled_keys(account, after, limit))
            .await
    }

    async fn find_xp(&self, player: PlayerId) -> StoreResult<Option<(Xp, Xp)>> {
        let shard = self.of(player);
        shard.ask(shard.store.find_xp(player)).await
    }

    async fn close(&self) {
        join_all(self.shards.iter().map(|shard| shard.store.close())).await;
    }
}
