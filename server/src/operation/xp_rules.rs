//! Shows and changes what actions earn, for all games or for one.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::{GameId, Timestamp, XpRules};
use serde_json::Value;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::operation::audit::note_done;
use crate::store::{Store, XpRulesRecord};
use crate::xp_rules::RulesInForce;

/// Servers read the rules once a minute: all of them know new rules before these count.
pub const NOTICE_S: i64 = 120;

/// What is asked.
#[derive(Debug, Subcommand)]
pub enum XpRulesCommand {
    /// Prints the rules that count now, and those that will.
    Show {
        /// Those of a game, by its slug; without it those of all games.
        #[arg(long, value_name = "SLUG")]
        game: Option<String>,
    },
    /// Changes some of the rules from an instant on. Running servers follow without a restart.
    Set(SetArgs),
}

/// What is changed.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Only of this game, by its slug; it then keeps rules of its own.
    #[arg(long, value_name = "SLUG")]
    game: Option<String>,
    /// From when they count (UTC), such as 2026-12-01T00:00:00Z; without it in two minutes.
    #[arg(long, value_name = "INSTANT")]
    from: Option<Timestamp>,
    /// A rule and its value, such as `buy=12` or `levels.base=800`.
    #[arg(required = true, value_name = "RULE=VALUE")]
    rules: Vec<String>,
}

/// Opens the database, does what is asked and prints it.
///
/// # Errors
/// When the database does not open, or as [`run`].
pub async fn run_on_database(config: &Config, command: &XpRulesCommand) -> anyhow::Result<()> {
    let store = crate::open_store(config).await?;
    let now = SystemClock::start().now();
    let mut done = run(&*store, command, now, |line| println!("{line}")).await;
    if let XpRulesCommand::Set(args) = command {
        let game = args.game.as_deref().unwrap_or("all games");
        let subject = format!("{game}: {}", args.rules.join(" "));
        done = note_done(&*store, done, "xp-rules set", &subject).await;
    }
    store.close().await;
    done
}

/// Does what is asked, and says what came of it in lines.
///
/// # Errors
/// When a name or a value is none, or the store fails.
pub async fn run(
    store: &dyn Store,
    command: &XpRulesCommand,
    now: Timestamp,
    mut say: impl FnMut(&str),
) -> anyhow::Result<()> {
    let records = store.list_xp_rules().await?;
    match command {
        XpRulesCommand::Show { game } => {
            let game = find_game(store, game.as_deref()).await?;
            let in_force = RulesInForce::at(&records, now);
            let rules = game.map_or_else(|| in_force.of_all(), |game| in_force.of(game));
            let since = Timestamp::from_micros(rules.version);
            say(&format!("since {since}"));
            say(&serde_json::to_string_pretty(&rules.rules)?);
            let later = records.iter().filter(|one| one.effective_from > now);
            for one in later.filter(|one| one.game == game) {
                say(&format!("from {}", one.effective_from));
                say(&serde_json::to_string_pretty(&one.rules)?);
            }
        }
        XpRulesCommand::Set(args) => {
            let game = find_game(store, args.game.as_deref()).await?;
            let record = changed(&records, game, args, now)?;
            if !store.create_xp_rules(&record).await? {
                bail!("other rules count from {} already", record.effective_from);
            }
            say(&format!(
                "These rules count from {}.",
                record.effective_from
            ));
        }
    }
    Ok(())
}

async fn find_game(store: &dyn Store, slug: Option<&str>) -> anyhow::Result<Option<GameId>> {
    let Some(slug) = slug else {
        return Ok(None);
    };
    let games = store.list_games().await?;
    let game = games.into_iter().find(|game| game.slug == slug);
    let game = game.with_context(|| format!("there is no game \"{slug}\""))?;
    Ok(Some(game.id))
}

fn changed(
    records: &[XpRulesRecord],
    game: Option<GameId>,
    args: &SetArgs,
    now: Timestamp,
) -> anyhow::Result<XpRulesRecord> {
    let earliest = now.plus_seconds(NOTICE_S);
    let effective_from = args.from.unwrap_or(earliest);
    if effective_from < earliest {
        bail!("rules are announced two minutes ahead: choose {earliest} or later");
    }
    let in_force = RulesInForce::at(records, effective_from);
    let known = game.map_or_else(|| in_force.of_all(), |game| in_force.of(game));
    let mut rules = serde_json::to_value(&known.rules)?;
    for assignment in &args.rules {
        let (name, value) = assignment
            .split_once('=')
            .with_context(|| format!("\"{assignment}\" is not of the form RULE=VALUE"))?;
        if game.is_some() && name.starts_with("levels") {
            bail!("XP is of all games together: no game has levels of its own");
        }
        assign(&mut rules, name, value)?;
    }
    let rules: XpRules = serde_json::from_value(rules)?;
    if let Some(problem) = rules.problem() {
        bail!("{problem}");
    }
    Ok(XpRulesRecord {
        effective_from,
        game,
        rules,
    })
}

/// Money is a text in JSON, everything else a number: the value keeps the kind that is there.
fn assign(rules: &mut Value, name: &str, value: &str) -> anyhow::Result<()> {
    let pointer = format!("/{}", name.replace('.', "/"));
    let place = rules.pointer_mut(&pointer);
    let place = place.filter(|place| place.is_number() || place.is_string());
    let place = place.with_context(|| format!("there is no rule \"{name}\""))?;
    *place = if place.is_string() {
        Value::from(value)
    } else {
        let number: u32 = value
            .parse()
            .with_context(|| format!("{name} is a whole number, and \"{value}\" is none"))?;
        Value::from(number)
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rules: &[&str], from: Option<i64>) -> SetArgs {
        SetArgs {
            game: None,
            from: from.map(Timestamp::from_seconds),
            rules: rules.iter().map(|&rule| rule.to_owned()).collect(),
        }
    }

    const NOW: i64 = 1_000_000;

    fn change(args: &SetArgs, game: Option<GameId>) -> anyhow::Result<XpRulesRecord> {
        changed(&[], game, args, Timestamp::from_seconds(NOW))
    }

    #[test]
    fn a_change_keeps_the_other_rules() -> anyhow::Result<()> {
        let args = set(&["buy=12", "levels.base=800", "trade_min=5.50"], None);
        let record = change(&args, None)?;
        assert_eq!(record.effective_from, Timestamp::from_seconds(NOW + 120));
        let expected = XpRules {
            buy: 12,
            trade_min: "5.50".parse()?,
            levels: domain::LevelRules {
                base: 800,
                ..domain::LevelRules::default()
            },
            ..XpRules::default()
        };
        assert_eq!(record.rules, expected);
        Ok(())
    }

    #[test]
    fn what_is_no_rule_is_refused_in_words() {
        let check = |rule: &str, from, game, words: &str| {
            let refused = change(&set(&[rule], from), game).expect_err(rule);
            assert!(refused.to_string().contains(words), "{rule}: {refused}");
        };
        check("luck=1", None, None, "no rule \"luck\"");
        check("levels=1", None, None, "no rule \"levels\"");
        check("buy", None, None, "RULE=VALUE");
        check("buy=many", None, None, "whole number");
        check("repeat_percent=101", None, None, "at most 100");
        check("levels.factor_percent=100", None, None, "105 to 300");
        check("levels.base=9", None, Some(GameId(7)), "no game has levels");
        check("buy=1", Some(NOW + 60), None, "two minutes ahead");
    }
}
