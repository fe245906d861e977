//! Strategies: the search, versions and followers.

use domain::advice::{Aim, Measured, Target, TargetPlan};
use domain::api::{RiskProfile, StrategyContent, StrategyOrder, StrategyVisibility};
use domain::{Day, GameId, MarketId, Percent, PlayerId, Ratio};
use server::store::jobs::{JobId, NewJob, Priority};
use server::store::social::Tied;
use server::store::{Store, StrategyRecord, StrategySearch, VersionRecord};
use server::strategies::terms;

use super::Database;
use super::trading::{LEAGUE, at, open_game};

mod many;

pub use many::what_many_match_is_walked_in_the_order_asked_for;

const MARKET: MarketId = MarketId(1);
const ANN: PlayerId = PlayerId(1);

/// What a strategy of the story is like.
#[derive(Clone)]
struct Story {
    id: i64,
    content: StrategyContent,
    visibility: StrategyVisibility,
    hidden: bool,
    changed_s: i64,
}

fn plan(category: &str) -> TargetPlan {
    TargetPlan::new(vec![Target {
        aim: Aim::Category(category.into()),
        share: Percent::from_basis_points(8_000),
    }])
}

fn story(id: i64, name: &str, tags: &str, risk: RiskProfile, category: &str) -> Story {
    Story {
        id,
        content: StrategyContent {
            name: name.into(),
            description: format!("Déscription {id} of calm days"),
            tags: tags.split_whitespace().map(str::to_owned).collect(),
            risk,
            plan: plan(category),
        },
        visibility: StrategyVisibility::Public,
        hidden: false,
        changed_s: id,
    }
}

fn record(story: &Story) -> StrategyRecord {
    let content = &story.content;
    let mut record = StrategyRecord {
        id: story.id,
        author: ANN,
        game: LEAGUE,
        market: MARKET,
        visibility: story.visibility,
        hidden: story.hidden,
        name: content.name.clone(),
        description: content.description.clone(),
        tags: content.tags.clone(),
        risk: content.risk,
        version: 1,
        published_at: at(0),
        changed_at: at(story.changed_s),
        followers: 0,
        measured: None,
        terms: String::new(),
    };
    let category = content.plan.targets[0].aim.to_string();
    record.terms = terms::of(&record, content, &[category]);
    record
}

fn version(story: &Story, number: u32) -> VersionRecord {
    VersionRecord {
        strategy: story.id,
        version: number,
        published_at: at(story.changed_s),
        market_day: Day::from_number(20_000),
        content: story.content.clone(),
    }
}

fn job(id: i64) -> NewJob {
    NewJob {
        id: JobId(id),
        kind: "strategy_news".into(),
        key: None,
        payload: "{}".into(),
        version: 1,
        priority: Priority::Medium,
        run_at: at(0),
        max_attempts: 3,
        created_at: at(0),
    }
}

fn measured(year: i64) -> Measured {
    Measured {
        total: Percent::from_basis_points(year + 100),
        year: Percent::from_basis_points(year),
        volatility: Some(Percent::from_basis_points(1_200)),
        sharpe: Some(Ratio::from_hundredths(-45)),
        worst_fall: Percent::from_basis_points(-300),
        days: 90,
        until: Day::from_number(20_090),
    }
}

async fn publish(store: &dyn Store, story: &Story) -> anyhow::Result<()> {
    let made = store
        .create_strategy(&record(story), &version(story, 1))
        .await?;
    anyhow::ensure!(made, "strategy {}", story.id);
    Ok(())
}

fn search(text: &str, order: StrategyOrder) -> StrategySearch {
    let words = terms::words(text);
    StrategySearch {
        market: MARKET,
        game: None,
        scope: terms::scope(MARKET, None),
        name_needles: words.iter().map(|word| terms::of_name(word)).collect(),
        needles: words,
        return_min: None,
        order,
        limit: 21,
        offset: 0,
    }
}

async fn ids(store: &dyn Store, search: &StrategySearch) -> anyhow::Result<Vec<i64>> {
    let found = store.search_strategies(search).await?;
    Ok(found.into_iter().map(|record| record.id).collect())
}

/// Four strategies: 1 is followed by two, 2 by one; 3 was changed last; 4 has the best year.
async fn four(store: &dyn Store) -> anyhow::Result<()> {
    open_game(store, 3).await?;
    let mut third = story(
        3,
        "Nothing but funds",
        "slow calm",
        RiskProfile::Cautious,
        "Funds",
    );
    third.changed_s = 99;
    for one in [
        story(1, "Calm Ferries", "calm", RiskProfile::Cautious, "Ferries"),
        story(2, "Toys, toys", "fast", RiskProfile::Bold, "Toys & Games"),
        third,
        story(4, "Bold fund of funds", "fast", RiskProfile::Bold, "Funds"),
    ] {
        publish(store, &one).await?;
    }
    for (player, strategy) in [(2, 1), (3, 1), (3, 2)] {
        let tied = store
            .follow_strategy(PlayerId(player), strategy, at(5))
            .await?;
        assert_eq!(tied, Tied::New);
    }
    let years = [
        (1, measured(500)),
        (2, measured(-700)),
        (4, measured(4_000)),
    ];
    store.store_measured(&years).await?;
    Ok(())
}

pub async fn a_strategy_is_found_at_once_by_each_filter_and_in_each_order(
    database: &dyn Database,
) -> anyhow::Result<()> {
    use StrategyOrder::{Followers, Recency, Relevance, Return};
    let store = database.open().await?;
    let store = &*store;
    four(store).await?;
    let by = |order| search("", order);
    assert_eq!(ids(store, &by(Followers)).await?, [1, 2, 4, 3]);
    assert_eq!(ids(store, &by(Return)).await?, [4, 1, 2, 3]);
    assert_eq!(ids(store, &by(Recency)).await?, [3, 4, 2, 1]);
    // All four descriptions have the word; of two, the name or a tag has it.
    assert_eq!(ids(store, &search("calm", Relevance)).await?, [1, 2, 4, 3]);
    assert_eq!(ids(store, &search("FUND", Recency)).await?, [3, 4]);
    assert_eq!(ids(store, &search("funds bold", Relevance)).await?, [4]);
    assert_eq!(ids(store, &search("déscription 2", Return)).await?, [2]);
    assert_eq!(ids(store, &search("slow", Relevance)).await?, [3]);
    assert!(ids(store, &search("slo", Relevance)).await?.is_empty());
    for (term, expected) in [
        (terms::risk(RiskProfile::Bold), vec![2, 4]),
        (terms::risk(RiskProfile::Balanced), vec![]),
        (terms::tag("fast"), vec![2, 4]),
        (terms::category("Funds"), vec![4, 3]),
        (terms::category("Toys & Games"), vec![2]),
    ] {
        let mut filtered = by(Followers);
        filtered.needles.push(term);
        assert_eq!(ids(store, &filtered).await?, expected, "{filtered:?}");
    }
    for (order, expected) in [
        (Followers, [1, 4]),
        (Recency, [4, 1]),
        (Return, [4, 1]),
        (Relevance, [1, 4]),
    ] {
        let mut good = by(order);
        good.return_min = Some(500);
        assert_eq!(ids(store, &good).await?, expected, "{order:?}");
        good.needles.push(terms::risk(RiskProfile::Bold));
        assert_eq!(ids(store, &good).await?, [4], "{order:?}");
    }
    let mut second = by(Followers);
    (second.limit, second.offset) = (2, 1);
    assert_eq!(ids(store, &second).await?, [2, 4]);
    let mut elsewhere = by(Followers);
    elsewhere.market = MarketId(2);
    assert!(ids(store, &elsewhere).await?.is_empty());
    let found = store.find_strategy(4).await?.expect("it is there");
    assert_eq!(found.measured, Some(measured(4_000)));
    Ok(())
}

pub async fn a_strategy_that_is_private_or_hidden_is_found_by_nobody(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let store = &*store;
    open_game(store, 1).await?;
    let mut stories: Vec<Story> = (1..=3)
        .map(|id| story(id, "Some funds", "calm", RiskProfile::Bold, "Funds"))
        .collect();
    stories[0].visibility = StrategyVisibility::Private;
    stories[1].visibility = StrategyVisibility::Game;
    for one in &stories {
        publish(store, one).await?;
    }
    let outside = [
        search("", StrategyOrder::Followers),
        search("fund", StrategyOrder::Followers),
    ];
    for search in &outside {
        assert_eq!(ids(store, search).await?, [3]);
        let mut inside = search.clone();
        inside.game = Some(LEAGUE);
        inside.scope = terms::scope(MARKET, Some(LEAGUE));
        assert_eq!(ids(store, &inside).await?, [3, 2]);
        let mut other = search.clone();
        other.game = Some(GameId(2));
        other.scope = terms::scope(MARKET, Some(GameId(2)));
        assert_eq!(ids(store, &other).await?, [3]);
    }
    let mut hidden = stories[2].clone();
    hidden.hidden = true;
    store.hide_strategy(&record(&hidden)).await?;
    for search in &outside {
        assert!(ids(store, search).await?.is_empty());
    }
    store.hide_strategy(&record(&stories[2])).await?;
    assert_eq!(ids(store, &outside[1]).await?, [3]);
    let own = store.list_strategies_of(ANN).await?;
    let own: Vec<i64> = own.into_iter().map(|record| record.id).collect();
    assert_eq!(own, [3, 2, 1]);
    Ok(())
}

pub async fn a_new_version_replaces_the_words_and_leaves_the_earlier_one_readable(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let store = &*store;
    open_game(store, 1).await?;
    let first = story(7, "Old words", "calm", RiskProfile::Bold, "Funds");
    publish(store, &first).await?;
    let mut second = story(7, "Fresh phrase", "quick", RiskProfile::Cautious, "Toys");
    second.changed_s = 60;
    let changed = StrategyRecord {
        version: 2,
        ..record(&second)
    };
    let new = (&version(&second, 2), &job(1));
    assert!(store.change_strategy(&changed, 1, Some(new)).await?);
    assert!(
        store.find_job(JobId(1)).await?.is_some(),
        "its job came with it"
    );
    assert_eq!(store.find_strategy(7).await?, Some(changed));
    let order = StrategyOrder::Relevance;
    assert!(ids(store, &search("old", order)).await?.is_empty());
    assert_eq!(ids(store, &search("fresh phrase", order)).await?, [7]);
    let versions = store.list_strategy_versions(7).await?;
    assert_eq!(versions, [version(&first, 1), version(&second, 2)]);
    let earlier = store.find_strategy_version(7, 1).await?;
    assert_eq!(earlier, Some(version(&first, 1)));
    assert_eq!(store.find_strategy_version(7, 3).await?, None);
    Ok(())
}

pub async fn of_two_changes_of_one_version_the_first_counts(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let first = story(7, "First words", "calm", RiskProfile::Bold, "Funds");
    publish(&*store, &first).await?;
    let second = StrategyRecord {
        version: 2,
        ..record(&first)
    };
    let new = version(&first, 2);
    let jobs = [job(1), job(2)];
    for (job, counts) in jobs.iter().zip([true, false]) {
        let changed = store.change_strategy(&second, 1, Some((&new, job)));
        assert_eq!(changed.await?, counts);
    }
    assert_eq!(store.find_job(JobId(2)).await?, None, "nobody is told");
    // What an operator hid meanwhile stays hidden.
    let hidden = StrategyRecord {
        hidden: true,
        terms: String::new(),
        ..second.clone()
    };
    store.hide_strategy(&hidden).await?;
    assert!(!store.change_strategy(&second, 2, None).await?);
    assert!(store.change_strategy(&hidden, 2, None).await?);
    Ok(())
}

pub async fn followers_are_counted_once_and_listed_in_pages(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let store = &*store;
    four(store).await?;
    let (bob, eve) = (PlayerId(2), PlayerId(3));
    assert_eq!(store.follow_strategy(bob, 1, at(9)).await?, Tied::Already);
    let count = async |id| {
        let found = store.find_strategy(id).await?;
        anyhow::Ok(found.map(|record| record.followers))
    };
    assert_eq!(count(1).await?, Some(2));
    assert!(store.follows_strategy(bob, 1).await?);
    assert!(!store.follows_strategy(bob, 2).await?);
    assert_eq!(store.list_strategy_followers(1, None, 1).await?, [bob]);
    assert_eq!(store.list_strategy_followers(1, Some(bob), 9).await?, [eve]);
    let followed = store.list_followed_strategies(eve).await?;
    let followed: Vec<i64> = followed.into_iter().map(|record| record.id).collect();
    assert_eq!(followed, [2, 1]);
    assert!(store.unfollow_strategy(eve, 1).await?);
    assert!(!store.unfollow_strategy(eve, 1).await?);
    assert_eq!(count(1).await?, Some(1));
    Ok(())
}

pub async fn an_erased_author_leaves_no_strategy_behind(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let store = &*store;
    four(store).await?;
    store.erase_player(PlayerId(3), "gone-3", at(50)).await?;
    let left = store.find_strategy(1).await?.expect("it is there");
    assert_eq!(left.followers, 1, "an erased follower counts no more");
    store.erase_player(ANN, "gone-1", at(60)).await?;
    assert_eq!(store.find_strategy(1).await?, None);
    assert_eq!(store.find_strategy_version(1, 1).await?, None);
    let all = search("calm", StrategyOrder::Followers);
    assert!(ids(store, &all).await?.is_empty());
    assert!(
        store
            .list_followed_strategies(PlayerId(2))
            .await?
            .is_empty()
    );
    Ok(())
}
