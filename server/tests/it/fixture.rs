//! What tests of the server's parts stand on: a store in a folder of its own, a clock that is
//! set by hand, players with an account.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::progress::PlayerProgress;
use domain::{
    AccountId, AwardHead, Hash, LedgerEntry, Order, PlayerId, Quantity, Replay, SessionId, Side,
    Size, Symbol, Timestamp,
};
use server::clock::Clock;
use server::store::sqlite::SqliteStore;
use server::store::{GameRecord, NewPlayer, PlayerRecord, SessionRecord, Store};
use tempfile::TempDir;

/// 2026-11-21T12:00:00Z.
pub fn noon() -> Timestamp {
    Timestamp::from_seconds(1_795_262_400)
}

/// A store in a folder that goes with it.
pub struct Stage {
    pub store: Arc<dyn Store>,
    _folder: TempDir,
}

impl Stage {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("game.db");
        let path = path.to_str().expect("temporary folders have plain names");
        let store = SqliteStore::open(path).await.expect("a new store opens");
        Self {
            store: Arc::new(store),
            _folder: folder,
        }
    }

    /// The open league.
    pub async fn league(&self) -> GameRecord {
        let games = self.store.list_games().await.expect("games can be listed");
        games
            .into_iter()
            .find(|game| game.slug == "open")
            .expect("the open league is always there")
    }

    /// A guest with an account in the open league.
    pub async fn player(&self, number: i64) -> AccountId {
        let game = self.league().await;
        let id = PlayerId(number);
        let player = PlayerRecord {
            id,
            handle: format!("guest-{number}"),
            email: None,
            password_hash: None,
            region: None,
            locale: "en".into(),
            base_currency: "USD".into(),
            xp: 0,
            awards: AwardHead::before_first(id),
            bonus_day: None,
            progress: PlayerProgress::default(),
            created_at: noon(),
        };
        let session = SessionRecord {
            player: id,
            id: SessionId(number),
            token_hash: Hash::default(),
            device: "a test".into(),
            created_at: noon(),
            last_seen_at: noon(),
            expires_at: noon().plus_seconds(86_400),
        };
        let new = NewPlayer {
            player,
            game: game.id,
            starting_cash: game.rules.starting_cash,
            session,
        };
        let made = self
            .store
            .create_player(&new)
            .await
            .expect("a player can be stored");
        made.expect("the names are new");
        AccountId {
            player: id,
            game: game.id,
        }
    }

    /// Every entry of an account's ledger.
    pub async fn ledger(&self, account: AccountId) -> Vec<LedgerEntry> {
        let entries = self.store.list_entries(account, 0, 100_000).await;
        let rows = entries.expect("entries can be listed");
        rows.into_iter().map(|row| row.entry).collect()
    }

    /// Rebuilds the account from its ledger, and checks that the store says the same.
    pub async fn replayed(&self, account: AccountId) -> Replay {
        let mut replay = Replay::new(account);
        for entry in self.ledger(account).await {
            replay
                .apply(&entry)
                .expect("each entry follows the one before");
        }
        let stored = self
            .store
            .find_account(account)
            .await
            .expect("accounts can be read");
        let stored = stored.expect("the account was made");
        assert_eq!(
            (stored.record.account, stored.record.head),
            (replay.account, replay.head)
        );
        let awards = self.store.list_awards(account.player, None, 100_000);
        let awards = awards.await.expect("awards can be listed");
        let awarded: domain::Xp = awards.iter().map(|award| award.xp).sum();
        assert_eq!(
            stored.xp,
            replay.xp + awarded,
            "XP is what entries and awards brought"
        );
        let positions = self
            .store
            .list_positions(account)
            .await
            .expect("positions can be listed");
        let positions = positions
            .into_iter()
            .map(|record| (record.instrument, record.position));
        assert_eq!(
            positions.collect::<std::collections::BTreeMap<_, _>>(),
            replay.positions
        );
        replay
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(start: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(start.micros())))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.set(self.now().plus_seconds(seconds));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// An order without a guard.
pub fn order(key: &str, symbol: Symbol, side: Side, quantity: i32) -> Order {
    let key = key.parse().expect("the test's keys are well-formed");
    let size = Size::Quantity(Quantity::from_whole(quantity));
    Order::new(key, symbol, side, size, None, None).expect("the test's orders are well-formed")
}
