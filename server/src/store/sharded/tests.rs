//! What two servers do to each other's reservations of names, step by step.

use domain::{GameId, Hash, Money, PlayerId, SessionId, Timestamp};
use private_postgres::{Options, PrivatePostgres};

use super::*;
use crate::store::names::wanted;
use crate::store::{NewPlayer, OrderStore as _, PlayerRecord, SessionRecord, Taken};

const DATABASES: [&str; 2] = ["first", "second"];
const RESERVATION: i64 = 7;

fn ann(player: i64) -> NewPlayer {
    let id = PlayerId(player);
    let player = PlayerRecord {
        id,
        handle: "Ann".into(),
        email: None,
        password_hash: None,
        region: None,
        locale: "en".into(),
        base_currency: "USD".into(),
        xp: 0,
        bonus_day: None,
        created_at: Timestamp::from_seconds(0),
    };
    let session = SessionRecord {
        player: id,
        id: SessionId(1),
        token_hash: Hash::default(),
        device: "a test".into(),
        created_at: player.created_at,
        last_seen_at: player.created_at,
        expires_at: player.created_at,
    };
    NewPlayer {
        player,
        game: GameId(1),
        starting_cash: Money::from_whole(1),
        session,
    }
}

struct Game {
    server: PrivatePostgres,
    store: ShardedStore,
}

impl Game {
    async fn begin() -> Self {
        let server = PrivatePostgres::start(&Options::default()).unwrap();
        for name in DATABASES {
            server.create_database(name, None).unwrap();
        }
        let addresses = DATABASES.map(|name| server.url(name));
        let config = PostgresConfig::default();
        let store = ShardedStore::open(&addresses, &config).await.unwrap();
        Self { server, store }
    }

    /// The first step of a server that is slow then.
    async fn reserve(&self, new: &NewPlayer) {
        let names = wanted(std::slice::from_ref(new));
        let shard = self.store.of_name("ann");
        let got = shard.store.reserve_names(&names, RESERVATION).await;
        assert_eq!(got.unwrap().len(), 1);
    }

    fn let_time_pass(&self) {
        for name in DATABASES {
            let old = "update player_names set reserved_at = reserved_at - 3600000000";
            self.server.run(name, old).unwrap();
        }
    }

    /// Its second step.
    async fn write(&self, new: &NewPlayer) -> bool {
        let shard = self.store.of(new.player.id);
        let new = std::slice::from_ref(new);
        let written = shard.store.create_reserved(new, RESERVATION).await;
        written.unwrap()
    }
}

#[tokio::test]
async fn a_creation_that_comes_too_late_makes_nobody() {
    let game = Game::begin().await;
    for (slow, fast) in [(1, 2), (3, 4)] {
        let (slow, fast) = (ann(slow), ann(fast));
        game.reserve(&slow).await;
        let early = game.store.create_player(&fast).await.unwrap();
        assert_eq!(early, Err(Taken::Handle), "it may still be under way");
        game.let_time_pass();
        assert_eq!(game.store.create_player(&fast).await.unwrap(), Ok(()));
        assert!(!game.write(&slow).await);
        let found = game.store.find_player(slow.player.id).await.unwrap();
        assert_eq!(found, None);
        let found = game.store.find_player_by_login("ANN").await.unwrap();
        assert_eq!(found, Some(fast.player));
        for name in DATABASES {
            let start_over = "delete from player_names; delete from abandoned_reservations";
            game.server.run(name, start_over).unwrap();
        }
    }
    assert_eq!(game.store.shards(), 2);
}

#[tokio::test]
async fn a_creation_that_comes_late_but_first_keeps_its_name() {
    let game = Game::begin().await;
    let (slow, fast) = (ann(1), ann(2));
    game.reserve(&slow).await;
    game.let_time_pass();
    assert!(game.write(&slow).await);
    let late = game.store.create_player(&fast).await.unwrap();
    assert_eq!(late, Err(Taken::Handle));
    let found = game.store.find_player_by_login("ann").await.unwrap();
    assert_eq!(found, Some(slow.player));
}
