//! Each method of the store is a function of one of the modules beside this one, given the
//! connections that it needs.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{
    AccountId, Day, IdempotencyKey, InstrumentId, LedgerEntry, PlayerId, Position, SessionId,
    Timestamp, Xp,
};

use super::{
    DatabaseStore, accounts, audit, connection, creation, fetch, games, market, players, replica,
    resting, sessions,
};
use crate::store::{
    AccountRecord, AnsweredOrder, Batch, CandleRecord, Credentials, Fetched, GameRecord,
    InstrumentRecord, LastQuote, MarketKind, NewPlayer, OrderLookup, OrderStore, PlayerRecord,
    Portfolio, PortfolioLookup, PositionRecord, RestingPlace, RestingRecord, SessionRecord, Store,
    StoreResult, Taken, TakenOf, TradingAccount, XpRulesRecord,
};

#[async_trait]
impl OrderStore for DatabaseStore {
    fn writes_in_order(&self) -> bool {
        super::WRITES_IN_ORDER
    }

    async fn list_games(&self) -> StoreResult<Vec<GameRecord>> {
        games::list(&self.readers).await
    }

    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>> {
        games::list_xp_rules(&self.readers).await
    }

    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched> {
        fetch::for_orders(self.before_writing(), orders).await
    }

    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        self.commit(batch).await
    }

    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        resting::list_all(&self.readers, after, limit).await
    }
}

#[async_trait]
impl Store for DatabaseStore {
    async fn ping(&self) -> StoreResult<()> {
        sqlx::query("select 1").execute(&self.readers).await?;
        Ok(())
    }

    async fn prepare(&self, now: Timestamp) -> StoreResult<()> {
        connection::prepare(&self.writer, now).await
    }

    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
        creation::create(&self.writer, new).await
    }

    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>> {
        players::register_guest(&self.writer, player, credentials).await
    }

    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
        players::find(&self.readers, player).await
    }

    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>> {
        players::find_by_login(&self.readers, login).await
    }

    async fn collect_daily_bonus(
        &self,
        player: PlayerId,
        day: Day,
        xp: Xp,
        now: Timestamp,
    ) -> StoreResult<bool> {
        players::collect_daily_bonus(&self.writer, player, day, xp, now).await
    }

    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()> {
        sessions::create(&self.writer, session).await
    }

    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>> {
        fetch::sessions(&self.readers, names).await
    }

    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        sessions::touch(&self.writer, player, session, now, expires_at).await
    }

    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>> {
        sessions::list(&self.readers, player, now).await
    }

    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool> {
        sessions::delete(&self.writer, player, session).await
    }

    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        sessions::delete_expired(&self.writer, now, limit).await
    }

    async fn list_instruments(&self, market: MarketKind) -> StoreResult<Vec<InstrumentRecord>> {
        market::list_instruments(&self.readers, market).await
    }

    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()> {
        market::import(&self.writer, instruments, candles).await
    }

    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()> {
        market::store_candles(&self.writer, candles).await
    }

    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        market::list_candles(&self.readers, instrument, from, to, limit).await
    }

    async fn list_past_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        replica::list_past_candles(self, instrument, from, to, limit).await
    }

    async fn list_market_candles(
        &self,
        market: MarketKind,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>> {
        market::list_market_candles(&self.readers, market, from, to).await
    }

    async fn candle_range(&self, market: MarketKind) -> StoreResult<Option<(Day, Day)>> {
        market::candle_range(&self.readers, market).await
    }

    async fn store_last_quotes(&self, quotes: &[LastQuote]) -> StoreResult<()> {
        market::store_last_quotes(&self.writer, quotes).await
    }

    async fn list_last_quotes(&self, market: MarketKind) -> StoreResult<Vec<LastQuote>> {
        market::list_last_quotes(&self.readers, market).await
    }

    async fn find_fact(&self, name: &str) -> StoreResult<Option<String>> {
        games::find_fact(&self.readers, name).await
    }

    async fn store_fact_once(&self, name: &str, value: &str) -> StoreResult<String> {
        games::store_fact_once(&self.writer, name, value).await
    }

    async fn store_fact(&self, name: &str, value: &str) -> StoreResult<()> {
        games::store_fact(&self.writer, name, value).await
    }

    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>> {
        accounts::find(&self.readers, account).await
    }

    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>> {
        accounts::find_ticket(&self.readers, account, instrument).await
    }

    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>> {
        fetch::portfolios(&self.readers, lookups).await
    }

    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>> {
        accounts::list_orders(&self.readers, account, before, limit).await
    }

    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>> {
        accounts::find_order(&self.readers, account, key).await
    }

    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        resting::list_open(&self.readers, account, limit).await
    }

    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>> {
        replica::list_ledger(self, account, before, limit).await
    }

    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>> {
        audit::list_accounts(&self.readers, after, limit).await
    }

    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>> {
        audit::list_entries(&self.readers, account, after, limit).await
    }

    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>> {
        audit::list_positions(&self.readers, account).await
    }

    async fn list_filled_keys(
        &self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<(IdempotencyKey, Timestamp)>> {
        audit::list_filled_keys(&self.readers, account, after, limit).await
    }

    async fn find_xp(&self, player: PlayerId) -> StoreResult<Option<(Xp, Xp)>> {
        audit::find_xp(&self.readers, player).await
    }

    async fn close(&self) {
        // The writer last: SQLite's last connection to close copies the log into the database file.
        self.close_others().await;
        self.writer.close().await;
    }
}
