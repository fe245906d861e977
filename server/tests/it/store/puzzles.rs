//! What players decided in puzzles.

use domain::PlayerId;
use domain::puzzle::Choices;
use server::store::PuzzleAttempt;

use super::Database;
use super::trading::at;

fn choices(text: &str) -> Choices {
    text.parse().expect("a test writes decisions well")
}

fn attempt(player: i64, puzzle: &str, made: &str) -> PuzzleAttempt {
    PuzzleAttempt {
        player: PlayerId(player),
        puzzle: puzzle.into(),
        choices: choices(made),
        decided_at: at(i64::try_from(made.len()).expect("it is short")),
    }
}

pub async fn a_decision_is_stored_once_and_counted_at_the_end(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let day = "2026-11-29";
    let store_choice = async |player, made: &str| {
        let attempt = attempt(player, day, made);
        store.store_choice(&attempt).await
    };
    assert!(!store_choice(1, "io").await?, "it has no first decision");
    assert!(store_choice(1, "i").await?);
    assert!(!store_choice(1, "o").await?);
    let (first, second) = tokio::join!(store_choice(1, "io"), store_choice(1, "ii"));
    assert!(first? != second?, "of two at once, one is stored");
    let found = store.find_attempt(PlayerId(1), day).await?;
    let made = found.expect("it is stored").choices.to_string();
    assert_eq!(store.list_tallies(day).await?, []);
    for more in ["i", "io"] {
        assert!(store_choice(1, &format!("{made}{more}")).await?);
    }
    let last = format!("{made}ioo");
    assert!(store_choice(1, &last).await?);
    assert!(!store_choice(1, &last).await?);
    assert_eq!(store.list_tallies(day).await?, [(choices(&last), 1)]);
    let expected = attempt(1, day, &last);
    assert_eq!(store.find_attempt(PlayerId(1), day).await?, Some(expected));
    assert_eq!(store.find_attempt(PlayerId(2), day).await?, None);
    for made in 1..=last.len() {
        assert!(store_choice(2, &last[..made]).await?);
    }
    assert_eq!(store.list_tallies(day).await?, [(choices(&last), 2)]);
    store.close().await;
    Ok(())
}

pub async fn only_finished_daily_puzzles_are_listed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let lengths = [
        ("2026-11-27", 5),
        ("2026-11-28", 5),
        ("2026-11-29", 4),
        ("duel-1", 5),
    ];
    for (puzzle, length) in lengths {
        for made in 1..=length {
            let attempt = attempt(1, puzzle, &"ioioi"[..made]);
            assert!(store.store_choice(&attempt).await?);
        }
    }
    let list = async |player, limit| store.list_finished_puzzles(PlayerId(player), limit).await;
    assert_eq!(list(1, 9).await?, ["2026-11-28", "2026-11-27"]);
    assert_eq!(list(1, 1).await?, ["2026-11-28"]);
    assert!(list(2, 9).await?.is_empty());
    store.close().await;
    Ok(())
}
