//! Hosted games, their members and their ends.

use domain::api::{HostSettings, HostedState, MemberStatus, NoticeKind, Visibility};
use domain::boards::Measure;
use domain::{AccountId, GameId, GameRules, MarketId, Money, PlayerId};
use server::store::{FinalStanding, HostedGame, Member, NewGame, NewGameMarket, Notice, Store};

use super::Database;
use super::trading::{at, guest};

const HOST: PlayerId = PlayerId(1);

fn hosted() -> HostedGame {
    HostedGame {
        game: GameId(0),
        owner: HOST,
        state: HostedState::Open,
        join_code: Some("KXTRWA".into()),
        board_key: None,
        settings: HostSettings {
            visibility: Visibility::Code,
            approval: true,
            late_entry: false,
            measure: Measure::Return,
            time_zone: "Europe/Berlin".into(),
        },
        created_at: at(5),
        settled_at: None,
    }
}

fn new_game(slug: &str) -> NewGame {
    NewGame {
        slug: slug.into(),
        name: "Year 9".into(),
        rules: GameRules::open_league(),
        market: NewGameMarket::Shared(MarketId(1)),
    }
}

/// A hosted game with two guests in it, the second of whom joined first.
async fn class(store: &dyn Store) -> anyhow::Result<GameId> {
    let made = store
        .create_hosted_game(&new_game("year-9"), &hosted())
        .await?;
    let game = made.expect("slug and code are free").id;
    for (player, joined) in [(1, 20), (2, 10)] {
        store
            .create_player(&guest(player))
            .await?
            .expect("the names are free");
        let account = AccountId {
            player: PlayerId(player),
            game,
        };
        store
            .open_account(account, Money::from_whole(5_000), at(joined))
            .await?;
        let member = Member {
            account,
            status: MemberStatus::Playing,
            joined_at: at(joined),
            made_here: player == 2,
            team: Some("Bulls".into()),
        };
        store.store_member(&member).await?;
    }
    Ok(game)
}

pub async fn a_hosted_game_is_read_back_as_it_was_made(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let made = store
        .create_hosted_game(&new_game("year-9"), &hosted())
        .await?;
    let game = made.expect("slug and code are free").id;
    let first = HostedGame { game, ..hosted() };
    assert_eq!(
        store.list_hosted_games().await?,
        std::slice::from_ref(&first)
    );
    // The same code again: neither the host nor the game is made.
    assert_eq!(
        store
            .create_hosted_game(&new_game("year-10"), &hosted())
            .await?,
        None
    );
    assert_eq!(store.list_games().await?.len(), 2);

    let changed = HostedGame {
        state: HostedState::Archived,
        join_code: None,
        board_key: Some("A".repeat(20)),
        owner: PlayerId(3),
        ..first
    };
    store.update_hosted_game(&changed).await?;
    assert_eq!(store.list_hosted_games().await?, [changed]);

    store.set_host(game, PlayerId(9), Some(at(1))).await?;
    store.set_host(game, PlayerId(9), Some(at(2))).await?;
    assert_eq!(store.list_hosts().await?, [(game, PlayerId(9))]);
    store.set_host(game, PlayerId(9), None).await?;
    assert_eq!(store.list_hosts().await?, []);
    Ok(())
}

pub async fn changed_rules_count_from_their_instant_on(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let made = store
        .create_hosted_game(&new_game("year-9"), &hosted())
        .await?;
    let game = made.expect("slug and code are free").id;
    let rules = GameRules {
        position_max_percent: Some(25),
        ..GameRules::open_league()
    };
    let notice = Notice {
        game,
        seq: 1,
        at: at(10),
        effective_at: at(100),
        author: HOST,
        kind: NoticeKind::Rules,
        text: "Spread your money".into(),
        rules: Some(rules.clone()),
        applied: false,
    };
    assert_eq!(store.add_notice(&notice).await?, 1);
    assert_eq!(
        store.list_notices(game, 10).await?,
        std::slice::from_ref(&notice)
    );
    assert_eq!(store.list_due_rules(at(99), 10).await?, []);
    let due = store.list_due_rules(at(100), 10).await?;
    assert_eq!(due, std::slice::from_ref(&notice));
    let in_force = async || -> anyhow::Result<GameRules> {
        let games = store.list_games().await?;
        let found = games.into_iter().find(|one| one.id == game);
        Ok(found.expect("it was made").rules)
    };
    assert_eq!(in_force().await?, GameRules::open_league());
    store.apply_rules(&notice).await?;
    assert_eq!(in_force().await?, rules);
    assert_eq!(store.list_due_rules(at(999), 10).await?, []);

    // Told later and counting at once; the first notice is not applied again.
    let frozen = GameRules {
        frozen: true,
        ..rules.clone()
    };
    let second = Notice {
        kind: NoticeKind::State,
        rules: Some(frozen.clone()),
        applied: true,
        ..notice.clone()
    };
    assert_eq!(store.add_notice(&second).await?, 2);
    store.apply_rules(&notice).await?;
    assert_eq!(in_force().await?, frozen);
    // Rules that were announced before do not undo it.
    let third = Notice {
        text: "Later".into(),
        rules: Some(rules.clone()),
        applied: false,
        ..notice.clone()
    };
    let seq = store.add_notice(&third).await?;
    store.apply_rules(&Notice { seq, ..third }).await?;
    assert_eq!(in_force().await?, frozen);
    let listed: Vec<i64> = store
        .list_notices(game, 10)
        .await?
        .iter()
        .map(|n| n.seq)
        .collect();
    assert_eq!(listed, [3, 2, 1]);

    // Words alone change no rules.
    let words = Notice {
        kind: NoticeKind::Announcement,
        text: "Tomorrow we compare results.".into(),
        rules: None,
        applied: true,
        ..notice
    };
    let seq = store.add_notice(&words).await?;
    let told = store
        .list_announcements((at(0), GameId(i64::MIN), 0), 10)
        .await?;
    assert_eq!(told, [Notice { seq, ..words }]);
    assert_eq!(in_force().await?, frozen);
    Ok(())
}

pub async fn a_roster_has_its_members_in_the_order_of_joining(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let game = class(&*store).await?;
    let roster = store.list_roster(game, 10).await?;
    let players: Vec<i64> = roster
        .iter()
        .map(|row| row.member.account.player.0)
        .collect();
    assert_eq!(players, [2, 1]);
    assert!(roster.iter().all(|row| row.last_seen_at.is_some()));
    let first = roster[0].member.clone();
    assert_eq!(store.find_member(first.account).await?, Some(first.clone()));
    assert_eq!(store.list_kept_out().await?, []);
    let removed = Member {
        status: MemberStatus::Removed,
        ..first
    };
    store.store_member(&removed).await?;
    assert_eq!(store.list_kept_out().await?, [removed.account]);
    assert_eq!(store.list_roster(game, 1).await?.len(), 1);
    Ok(())
}

pub async fn what_was_written_is_erased_and_guests_are_renamed(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let game = class(&*store).await?;
    let before = store.find_player(PlayerId(1)).await?.expect("it was made");
    let old = store.find_player(PlayerId(2)).await?.expect("it was made");
    let handles = [
        (PlayerId(1), None),
        (PlayerId(2), Some("former-7".to_owned())),
    ];
    store.pseudonymise(game, &handles).await?;
    let roster = store.list_roster(game, 10).await?;
    assert!(roster.iter().all(|row| row.member.team.is_none()));
    assert_eq!(store.find_player(PlayerId(1)).await?, Some(before));
    let renamed = store.find_player_by_login("former-7").await?;
    assert_eq!(renamed.map(|player| player.id), Some(PlayerId(2)));
    assert_eq!(store.find_player_by_login(&old.handle).await?, None);
    Ok(())
}

pub async fn final_standings_are_written_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let game = class(&*store).await?;
    let row = |rank, player, score| FinalStanding {
        rank,
        player: PlayerId(player),
        handle: format!("player-{player}"),
        net_worth: Money::from_whole(6_000),
        score,
    };
    let rows = [row(1, 2, 200_000), row(2, 1, 100_000)];
    store
        .store_final_standings(game, Measure::Return, &rows, at(50))
        .await?;
    let other = [row(1, 1, 9), row(2, 2, 8)];
    store
        .store_final_standings(game, Measure::Return, &other, at(60))
        .await?;
    assert_eq!(
        store
            .list_final_standings(game, Measure::Return, 10)
            .await?,
        rows
    );
    assert_eq!(store.list_final_standings(game, Measure::Xp, 10).await?, []);
    let settled = store.list_hosted_games().await?.remove(0).settled_at;
    assert_eq!(settled, Some(at(50)));
    Ok(())
}
