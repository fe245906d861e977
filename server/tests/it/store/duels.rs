//! Duels, and the curves of runs.

use domain::api::MemberStatus;
use domain::duel::{DuelCourse, DuelRefusal, DuelResult, DuelSide};
use domain::scenario::Curve;
use domain::{AccountId, GameId, Money, Percent, PlayerId};
use server::store::{DuelRecord, DuelSeat, Member, RunCurves, RunGhost, RunResult, ScenarioRun};

use super::Database;
use super::trading::at;

pub fn duel(id: &str, challenger: i64, opponent: Option<i64>, second: i64) -> DuelRecord {
    DuelRecord {
        id: id.into(),
        challenger: PlayerId(challenger),
        opponent: opponent.map(PlayerId),
        days: 30,
        course: DuelCourse {
            created_at: at(second),
            accepted_at: None,
            refusal: None,
            results: [None; 2],
        },
        content: None,
        seats: [DuelSeat::default(); 2],
    }
}

pub async fn a_duel_is_accepted_once_and_never_by_its_challenger(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let (open, named) = (
        duel("open-to-all", 1, None, 1),
        duel("for-player-2", 1, Some(2), 2),
    );
    store.create_duel(&open).await?;
    store.create_duel(&named).await?;
    assert_eq!(store.find_duel("open-to-all").await?, Some(open.clone()));
    assert_eq!(store.find_duel("none-of-this").await?, None);

    let accept = async |id: &str, player| store.accept_duel(id, PlayerId(player), at(5)).await;
    assert!(!accept("open-to-all", 1).await?, "nobody plays himself");
    assert!(
        !accept("for-player-2", 3).await?,
        "it is for another player"
    );
    assert!(accept("open-to-all", 3).await?);
    assert!(!accept("open-to-all", 4).await?, "it has two players");
    assert!(
        !store
            .refuse_duel("open-to-all", DuelRefusal::Withdrawn)
            .await?
    );
    assert!(
        store
            .refuse_duel("for-player-2", DuelRefusal::Declined)
            .await?
    );
    assert!(!accept("for-player-2", 2).await?, "it was declined");

    let list = async |player, limit| {
        let found = store.list_duels(PlayerId(player), limit).await?;
        anyhow::Ok(found.into_iter().map(|duel| duel.id).collect::<Vec<_>>())
    };
    assert_eq!(list(1, 10).await?, ["for-player-2", "open-to-all"]);
    assert_eq!(list(1, 1).await?, ["for-player-2"]);
    assert_eq!(list(3, 10).await?, ["open-to-all"]);
    assert_eq!(list(4, 10).await?, [""; 0]);
    let found = store.find_duel("for-player-2").await?;
    let refusal = found.map(|duel| duel.course.refusal);
    assert_eq!(refusal, Some(Some(DuelRefusal::Declined)));
    assert_eq!(store.prune_duels(at(2), 10).await?, 1);
    assert_eq!(list(3, 10).await?, [""; 0]);
    store.close().await;
    Ok(())
}

pub async fn each_of_two_starts_a_duel_once_on_one_market(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let id = "one-market";
    store.create_duel(&duel(id, 1, None, 1)).await?;
    let start = async |side, second, lost| store.start_duel(id, side, at(second), at(lost)).await;
    let (one, other) = (DuelSide::Challenger, DuelSide::Opponent);
    assert!(!start(one, 2, 0).await?, "nobody has accepted it");
    assert!(store.accept_duel(id, PlayerId(2), at(3)).await?);
    assert!(start(one, 10, 0).await?);
    assert!(!start(one, 11, 1).await?, "it was started");
    assert!(start(one, 90, 30).await?, "nothing came of the first start");
    assert!(start(other, 12, 2).await?);
    assert_eq!(store.settle_duel(id, "a").await?.as_deref(), Some("a"));
    assert_eq!(
        store.settle_duel(id, "b").await?.as_deref(),
        Some("a"),
        "both play the same market"
    );
    store.store_duel_game(id, one, GameId(7)).await?;
    store.store_duel_game(id, one, GameId(8)).await?;
    assert!(!start(one, 500, 400).await?, "its run is there");

    let result = |second, worth| DuelResult {
        finished_at: at(second),
        worth: Money::from_whole(worth),
    };
    assert!(
        store
            .store_duel_result(id, other, result(20, 9_000))
            .await?
    );
    assert!(
        !store
            .store_duel_result(id, other, result(21, 99_000))
            .await?
    );
    assert!(store.store_duel_result(id, one, result(22, 8_000)).await?);
    let found = store.find_duel(id).await?.expect("it is there");
    let expected = [Some(result(22, 8_000)), Some(result(20, 9_000))];
    assert_eq!(found.course.results, expected);
    assert_eq!(found.seat(one).game, Some(GameId(7)));
    assert_eq!(found.side_of(PlayerId(2)), Some(other));
    assert_eq!(found.side_of(PlayerId(3)), None);
    store.close().await;
    Ok(())
}

fn run(player: i64, game: i64, second: i64) -> ScenarioRun {
    ScenarioRun {
        account: AccountId {
            player: PlayerId(player),
            game: GameId(game),
        },
        scenario: "bubble".into(),
        content: "{}".into(),
        started_at: at(second),
        result: None,
    }
}

fn curve(percent: i64) -> Curve {
    let mut curve = Curve::begun();
    curve.push(1, Percent::from_basis_points(percent));
    curve
}

pub async fn a_run_keeps_its_curve_and_its_ghost_and_a_class_sees_finished_ones(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let curves = RunCurves {
        own: Curve::begun(),
        ghost: Some(RunGhost {
            name: "The whole market".into(),
            curve: curve(300),
        }),
    };
    let first = run(1, 8, 1);
    store.create_run(&first, &curves).await?;
    assert_eq!(store.find_curves(first.account).await?, curves);
    store.store_curve(first.account, &curve(200)).await?;
    let found = store.find_curves(first.account).await?;
    assert_eq!((found.own, found.ghost), (curve(200), curves.ghost));
    let missing = store.find_curves(run(1, 9, 1).account).await?;
    assert_eq!(missing, RunCurves::default());

    // Of a class, only members who play count, and only runs that are over.
    let member = |player, status| Member {
        account: AccountId {
            player: PlayerId(player),
            game: GameId(5),
        },
        status,
        joined_at: at(1),
        made_here: false,
        team: None,
    };
    for (player, status) in [
        (1, MemberStatus::Playing),
        (2, MemberStatus::Playing),
        (3, MemberStatus::Removed),
    ] {
        store.store_member(&member(player, status)).await?;
    }
    let class = async || store.list_class_curves(GameId(5), "bubble", 10).await;
    assert_eq!(class().await?, []);
    let result = RunResult {
        finished_at: at(60),
        net_worth: Money::from_whole(12_000),
        stars: 2,
    };
    for (player, game, second) in [(2, 21, 9), (2, 20, 4), (3, 30, 1), (4, 40, 1)] {
        let run = run(player, game, second);
        let own = curve(game);
        let ghost = None;
        store.create_run(&run, &RunCurves { own, ghost }).await?;
        assert!(store.finish_run(run.account, &result).await?);
    }
    let two = PlayerId(2);
    assert_eq!(class().await?, [(two, curve(20)), (two, curve(21))]);
    assert!(store.finish_run(first.account, &result).await?);
    assert_eq!(class().await?.len(), 3);
    assert_eq!(
        store.list_class_curves(GameId(5), "bubble", 1).await?.len(),
        1
    );
    assert_eq!(store.list_class_curves(GameId(5), "panic", 9).await?, []);
    assert_eq!(store.list_class_curves(GameId(6), "bubble", 9).await?, []);
    store.close().await;
    Ok(())
}
