//! Players, instruments and trades for the store's story, made as the server makes them.

use std::sync::Arc;

use domain::api::{OrderStatus, OrderView};
use domain::progress::PlayerProgress;
use domain::{
    Account, AccountId, AwardCause, AwardHead, Day, GameId, GameRules, IdempotencyKey,
    InstrumentId, LedgerEntry, Money, Order, PlayerId, Price, Quantity, Quote, SessionId, Side,
    Situation, Size, Timestamp, Words, Xp, XpRules, execute,
};
use server::store::{
    AccountChange, AccountRecord, AnsweredOrder, Batch, InstrumentRecord, MarketSource, NewPlayer,
    OrderLookup, PlayerChange, PlayerRecord, PortfolioLookup, PositionRecord, SessionRecord, Store,
    StoreResult, TradingAccount,
};

/// The open league.
pub const LEAGUE: GameId = GameId(1);
/// The instruments of [`list_market`].
pub const SYMBOLS: [&str; 3] = ["ACME", "BOLT", "COGS"];

/// An instant of the story: 2026-11-21T12:00:00Z and so many seconds.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_262_400 + seconds)
}

/// The account of a player in the open league.
pub fn account(player: i64) -> AccountId {
    AccountId {
        player: PlayerId(player),
        game: LEAGUE,
    }
}

/// Asks for the portfolio of a player of whom nothing is known.
pub fn unknown(player: i64) -> PortfolioLookup {
    PortfolioLookup {
        account: account(player),
        known_version: None,
    }
}

/// A guest who has not been stored yet.
pub fn guest(player: i64) -> NewPlayer {
    NewPlayer {
        player: PlayerRecord {
            id: PlayerId(player),
            handle: format!("Guest-{player}"),
            email: None,
            password_hash: None,
            region: Some("Ticino".into()),
            locale: "de-CH".into(),
            base_currency: "CHF".into(),
            xp: 0,
            awards: AwardHead::before_first(PlayerId(player)),
            bonus_day: None,
            progress: PlayerProgress::default(),
            created_at: at(0),
        },
        game: LEAGUE,
        starting_cash: Money::from_whole(10_000),
        session: session(player, player * 100, at(1_000)),
    }
}

/// A registered player who has not been stored yet.
pub fn registered(player: i64, email: &str, handle: &str) -> NewPlayer {
    let mut new = guest(player);
    new.player.email = Some(email.into());
    new.player.handle = handle.into();
    new.player.password_hash = Some("$argon2id$...".into());
    new
}

/// A session that was made and last used at the start.
pub fn session(player: i64, id: i64, expires_at: Timestamp) -> SessionRecord {
    SessionRecord {
        player: PlayerId(player),
        id: SessionId(id),
        token_hash: [u8::try_from(id % 256).unwrap_or_default(); 32],
        device: "Firefox on Linux".into(),
        created_at: at(0),
        last_seen_at: at(0),
        expires_at,
    }
}

/// Stores guests 1 to `players`, and the market.
pub async fn open_game(store: &dyn Store, players: i64) -> anyhow::Result<()> {
    store.import_market(&list_market(), &[]).await?;
    for player in 1..=players {
        let made = store.create_player(&guest(player)).await?;
        anyhow::ensure!(made.is_ok(), "guest {player}: {made:?}");
    }
    Ok(())
}

/// The market's instruments, with ids from 1.
pub fn list_market() -> Vec<InstrumentRecord> {
    (1..)
        .zip(SYMBOLS)
        .map(|(id, symbol)| instrument(id, symbol))
        .collect()
}

/// An instrument of the simulated market.
pub fn instrument(id: i64, symbol: &str) -> InstrumentRecord {
    InstrumentRecord {
        id: InstrumentId(id),
        universe: MarketSource::Simulated,
        symbol: symbol.parse().expect("the story's symbols are well-formed"),
        name: format!("{symbol} Inc."),
        category: "Things".into(),
        currency: "USD".into(),
        description: "Makes \"things\".".into(),
        plain_words: "They make things.".into(),
        fun_fact: "Ünlike others…".into(),
        tradable: true,
    }
}

/// An idempotency key.
pub fn key(text: &str) -> IdempotencyKey {
    text.parse().expect("the story's keys are well-formed")
}

/// An order of the story.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub player: i64,
    pub key: &'a str,
    /// From 1, in [`SYMBOLS`].
    pub instrument: i64,
    pub side: Side,
    pub shares: i32,
    pub price: i32,
    pub at: Timestamp,
}

impl Ask<'_> {
    /// A purchase at the start of the story.
    pub fn buy(player: i64, key: &str, instrument: i64, shares: i32) -> Ask<'_> {
        Ask {
            player,
            key,
            instrument,
            side: Side::Buy,
            shares,
            price: 10,
            at: at(0),
        }
    }

    /// What the order touches.
    pub fn lookup(&self) -> OrderLookup {
        let instrument = Some(InstrumentId(self.instrument));
        OrderLookup {
            account: account(self.player),
            instrument,
            key: Some(key(self.key)),
        }
    }
}

/// Decides an order on what the store says now; what is to be committed.
pub async fn decide(store: &dyn Store, ask: Ask<'_>) -> anyhow::Result<Batch> {
    decide_with_reason(store, ask, None).await
}

/// [`decide`] with the player's reason.
pub async fn decide_with_reason(
    store: &dyn Store,
    ask: Ask<'_>,
    reason: Option<&str>,
) -> anyhow::Result<Batch> {
    let (id, instrument) = (account(ask.player), InstrumentId(ask.instrument));
    let fetched = store.fetch_for_orders(&[ask.lookup()]).await?;
    let trading = fetched
        .accounts
        .get(&id)
        .ok_or_else(|| anyhow::anyhow!("no account {id}"))?;
    let position = fetched
        .positions
        .get(&(id, instrument))
        .cloned()
        .unwrap_or_default();
    let symbol = SYMBOLS[usize::try_from(ask.instrument - 1)?].parse()?;
    let size = Size::Quantity(Quantity::from_whole(ask.shares));
    let order = Order::new(key(ask.key), symbol, ask.side, size, None, reason)?;
    let quote = Quote {
        symbol,
        price: Price::from_whole(ask.price),
        at: ask.at,
        stale: false,
        previous_close: None,
        foreign: None,
        halted_until: None,
    };
    let outcome = execute(
        &order,
        Situation {
            account: &trading.record.account,
            position: &position,
            xp: trading.xp,
            quote: Some(&quote),
            category: None,
            game: &GameRules::open_league(),
            xp_rules: &XpRules::default(),
            traded: trading.progress.traded,
            now: ask.at,
        },
    );
    let mut batch = Batch::default();
    let mut view = answer(&order, ask.at);
    let head = trading.record.head;
    let unchanged = AccountChange {
        expected_version: head.version,
        record: trading.record.clone(),
    };
    match outcome {
        Err(rejection) => {
            view.rejection = Some(rejection);
            batch.accounts.push(unchanged);
        }
        Ok(execution) => {
            let words = order.reason().map(|text| Words {
                salt: [9; 16],
                text: text.to_owned(),
            });
            let reason = words.as_ref().map(Words::digest);
            let entry = head.executed(&execution, instrument, &order, reason);
            let mut counters = unchanged.record.counters.clone();
            counters.record_fact(&entry.fact, entry.at, Some(&position));
            view.status = OrderStatus::Filled;
            view.fill = Some(execution.fill);
            view.cash_after = Some(execution.account.cash);
            view.position_after = Some((&execution.position).into());
            view.xp_after = Some(execution.xp);
            batch.accounts.push(AccountChange {
                record: AccountRecord {
                    id,
                    account: execution.account,
                    head: entry.head(),
                    counters,
                },
                ..unchanged
            });
            batch.players.push(PlayerChange {
                player: id.player,
                expected_xp: trading.xp,
                xp_gained: execution.fill.xp,
                expected_award_seq: trading.awards.seq,
                awards: trading.awards,
                bonus_day: None,
                progress: None,
            });
            let words = words.map(|words| (id, entry.seq, words));
            batch.words.extend(words);
            batch.positions.push((
                id,
                PositionRecord {
                    instrument,
                    position: execution.position,
                },
            ));
            batch.entries.push((id, entry));
        }
    }
    batch.answers.push((
        id,
        AnsweredOrder {
            fingerprint: [7; 32],
            view,
        },
    ));
    Ok(batch)
}

fn answer(order: &Order, at: Timestamp) -> OrderView {
    OrderView::unfilled(order, OrderStatus::Rejected, at)
}

/// Decides an order and commits it.
pub async fn trade(store: &dyn Store, ask: Ask<'_>) -> anyhow::Result<Arc<Batch>> {
    let batch = Arc::new(decide(store, ask).await?);
    let left_out = store.commit_batch(&batch).await?;
    anyhow::ensure!(left_out.is_empty(), "{left_out:?} left out");
    Ok(batch)
}

/// The daily bonus of a player, decided on what the store says now.
pub async fn decide_bonus(
    store: &dyn Store,
    player: i64,
    day: Day,
    xp: Xp,
) -> anyhow::Result<Batch> {
    let found = store.find_account(account(player)).await?;
    let trading = found.ok_or_else(|| anyhow::anyhow!("no account of {player}"))?;
    let cause = AwardCause::DailyBonus { day, streak: 1 };
    Ok(awarding(trading, player, cause, xp, Some(day)))
}

/// A batch that awards something to a player.
pub fn awarding(
    trading: TradingAccount,
    player: i64,
    cause: AwardCause,
    xp: Xp,
    bonus_day: Option<Day>,
) -> Batch {
    let mut progress = trading.progress.clone();
    progress.record_award(&cause);
    let award = trading.awards.award(at(0), xp, 1, cause);
    let id = PlayerId(player);
    let mut batch = Batch::default();
    batch.accounts.push(AccountChange {
        expected_version: trading.record.head.version,
        record: trading.record,
    });
    batch.players.push(PlayerChange {
        player: id,
        expected_xp: trading.xp,
        xp_gained: xp,
        expected_award_seq: trading.awards.seq,
        awards: award.head(),
        bonus_day,
        progress: Some(progress),
    });
    batch.awards.push((id, award));
    batch
}

/// Awards 50 XP to a player for a day; whether it was written.
pub async fn collect_bonus(store: &dyn Store, player: i64, day: Day) -> anyhow::Result<bool> {
    let batch = Arc::new(decide_bonus(store, player, day, 50).await?);
    Ok(store.commit_batch(&batch).await?.is_empty())
}

/// A player's XP.
pub async fn stored_xp(store: &dyn Store, player: i64) -> anyhow::Result<Xp> {
    let found = store.find_player(PlayerId(player)).await?;
    let found = found.ok_or_else(|| anyhow::anyhow!("no player {player}"))?;
    Ok(found.xp)
}

/// An account's entries without their words, in order.
pub async fn entries(store: &dyn Store, player: i64) -> anyhow::Result<Vec<LedgerEntry>> {
    let rows = store.list_entries(account(player), 0, 1_000).await?;
    Ok(rows.into_iter().map(|row| row.entry).collect())
}

/// One batch of several. Of one account, at most one changes it.
pub fn together(batches: impl IntoIterator<Item = Batch>) -> Arc<Batch> {
    let all = batches
        .into_iter()
        .fold(Batch::default(), |mut all, batch| {
            for change in batch.accounts {
                let id = change.record.id;
                match all.accounts.iter_mut().find(|one| one.record.id == id) {
                    None => all.accounts.push(change),
                    Some(earlier) if change.is_change() => *earlier = change,
                    Some(_) => {}
                }
            }
            all.players.extend(batch.players);
            all.words.extend(batch.words);
            all.positions.extend(batch.positions);
            all.entries.extend(batch.entries);
            all.answers.extend(batch.answers);
            all
        });
    Arc::new(all)
}

/// What the store says of an account.
pub async fn stored_account(store: &dyn Store, player: i64) -> anyhow::Result<Account> {
    let found = store.find_account(account(player)).await?;
    found
        .map(|found| found.record.account)
        .ok_or_else(|| anyhow::anyhow!("no account of {player}"))
}

/// A session, by its player and id.
pub async fn find_session(
    store: &dyn Store,
    player: PlayerId,
    session: SessionId,
) -> StoreResult<Option<SessionRecord>> {
    let mut found = store.find_sessions(&[(player, session)]).await?;
    assert!(found.len() <= 1, "{found:?}");
    Ok(found.pop())
}
