//! Games, their markets, XP rules and variables.

use domain::{GameId, GameRules, LedgerHead, MarketId, Money, PlayerId, Timestamp, XpRules};
use server::store::{
    GameRecord, MarketRecord, MarketSource, MarketSpec, NewGame, NewGameMarket, Pace, Seed,
    XpRulesRecord,
};

use super::Database;
use super::trading::{LEAGUE, account, at, guest};

pub async fn the_open_league_is_there_from_the_start(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let rules = GameRules::open_league();
    let open = GameRecord {
        id: LEAGUE,
        slug: "open".into(),
        name: "Open league".into(),
        rules,
        market: MarketId(1),
    };
    assert_eq!(store.list_games().await?, [open]);
    let unsettled = MarketRecord {
        id: MarketId(1),
        slug: "open".into(),
        spec: None,
    };
    assert_eq!(store.list_markets().await?, [unsettled]);
    Ok(())
}

pub async fn the_first_xp_rules_are_the_default_ones(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let first = XpRulesRecord {
        effective_from: Timestamp::from_micros(0),
        game: None,
        rules: XpRules::default(),
    };
    assert_eq!(store.list_xp_rules().await?, std::slice::from_ref(&first));

    // Changed without a deployment: from then on other rules count.
    let second = XpRulesRecord {
        effective_from: Timestamp::from_micros(5),
        game: Some(GameId(1)),
        rules: XpRules {
            buy: 11,
            ..XpRules::default()
        },
    };
    assert!(store.create_xp_rules(&second).await?);
    assert!(
        !store.create_xp_rules(&second).await?,
        "one at each instant"
    );
    assert_eq!(store.list_xp_rules().await?, [first, second]);
    Ok(())
}

pub async fn a_variable_is_stored_once_or_replaced(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.find_variable("seed").await?, None);
    assert_eq!(store.store_variable_once("seed", "7").await?, "7");
    assert_eq!(store.store_variable_once("seed", "8").await?, "7");
    assert_eq!(store.find_variable("seed").await?.as_deref(), Some("7"));
    store.store_variable("seed", "9").await?;
    store.store_variable("place", "in \"time\"").await?;
    assert_eq!(store.find_variable("seed").await?.as_deref(), Some("9"));
    assert_eq!(
        store.find_variable("place").await?.as_deref(),
        Some("in \"time\"")
    );
    Ok(())
}

fn spec(seed: u64) -> MarketSpec {
    MarketSpec {
        from: None,
        instruments: Vec::new(),
        source: MarketSource::Simulated,
        seed: Seed(seed),
        pace: Pace::starting(at(1), at(2), 60),
        currency: domain::Currency::DOLLAR,
    }
}

fn class(slug: &str, market: NewGameMarket) -> NewGame {
    NewGame {
        slug: slug.into(),
        name: "Class \"1\"".into(),
        rules: GameRules {
            starting_cash: Money::from_whole(500),
            ..GameRules::open_league()
        },
        market,
    }
}

pub async fn a_market_is_settled_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let first = MarketId(1);
    // More than a signed integer holds.
    assert_eq!(
        store.settle_market(first, &spec(u64::MAX)).await?,
        spec(u64::MAX)
    );
    let replay = MarketSpec {
        source: MarketSource::Replay,
        instruments: vec!["AAPL".parse()?, "IBM".parse()?],
        ..spec(8)
    };
    assert_eq!(store.settle_market(first, &replay).await?, spec(u64::MAX));
    store.update_market(first, &replay).await?;
    let found = store.find_market(first).await?;
    assert_eq!(found.and_then(|market| market.spec), Some(replay));
    assert_eq!(store.find_market(MarketId(2)).await?, None);
    Ok(())
}

pub async fn of_two_who_let_time_pass_the_second_has_to_look_again(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let first = MarketId(1);
    let begun = store.settle_market(first, &spec(7)).await?;
    let after = |days: i64| MarketSpec {
        pace: begun.pace.stepped(at(days), days * 86_400),
        ..begun.clone()
    };
    let (month, day) = (after(30), after(1));
    assert!(store.step_market(first, begun.pace, &month).await?);
    assert!(!store.step_market(first, begun.pace, &day).await?);
    let found = store.find_market(first).await?;
    assert_eq!(found.and_then(|market| market.spec), Some(month));
    assert_eq!(store.list_paces(first, 10).await?, [begun.pace]);
    Ok(())
}

pub async fn a_game_is_made_with_its_market_or_on_another_one_s(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let own = class("class-1", NewGameMarket::Own(spec(7)));
    let made = store.create_game(&own).await?;
    let made = made.ok_or_else(|| anyhow::anyhow!("the slug is new"))?;
    assert_eq!((made.id, made.market), (GameId(2), MarketId(2)));
    assert_eq!(store.create_game(&own).await?, None);
    let open = class("open", NewGameMarket::Shared(MarketId(1)));
    assert_eq!(store.create_game(&open).await?, None);
    let shared = class("class-2", NewGameMarket::Shared(MarketId(2)));
    let shared = store.create_game(&shared).await?;
    assert_eq!(shared.as_ref().map(|game| game.market), Some(MarketId(2)));
    let games = store.list_games().await?;
    assert_eq!(games.get(1), Some(&made));
    assert_eq!(games.get(2), shared.as_ref());
    assert_eq!(
        store.list_markets().await?.len(),
        2,
        "nothing is left of what was refused"
    );
    Ok(())
}

pub async fn a_player_joins_a_game_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let game = class("class-1", NewGameMarket::Own(spec(7)));
    let game = store.create_game(&game).await?;
    let game = game.ok_or_else(|| anyhow::anyhow!("the slug is new"))?;
    anyhow::ensure!(store.create_player(&guest(1)).await?.is_ok());
    assert_eq!(store.list_games_of(PlayerId(1)).await?, [LEAGUE]);
    let joined = domain::AccountId {
        game: game.id,
        ..account(1)
    };
    let cash = game.rules.starting_cash;
    assert!(store.open_account(joined, cash, at(3)).await?);
    assert!(!store.open_account(joined, cash, at(4)).await?);
    assert!(!store.open_account(account(1), cash, at(4)).await?);
    assert_eq!(store.list_games_of(PlayerId(1)).await?, [LEAGUE, game.id]);
    let found = store.find_account(joined).await?;
    assert_eq!(found.map(|found| found.record.account.cash), Some(cash));
    let opening = LedgerHead::before_first(joined).opened(cash, at(3));
    let entries = store.list_entries(joined, 0, 10).await?;
    let entries: Vec<_> = entries.into_iter().map(|row| row.entry).collect();
    assert_eq!(entries, [opening]);
    Ok(())
}
