//! `/api/v1/me/progress` and `/api/v1/me/achievements`: level, streak, quest and achievements.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::HeaderMap;
use domain::api::{AchievementView, AchievementsView, ProgressView, QuestView, StreakView};
use domain::progress::{
    AchievementDefinition, Achievements, Counter, CounterScope, Counters, FirstStep, Quests,
};
use domain::{Award, AwardCause, GameId, LevelRules, PlayerId, Progress, Timestamp, Xp};

use super::extract::Query;
use super::language::{LanguageQuery, progress_in};
use crate::app::App;
use crate::engine::AwardRequest;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::rarity::Rarities;
use crate::session::{LoggedIn, cookie};
use crate::store::TradingAccount;
use crate::zones;

/// Unlocks that are looked through, those of repeatable ones included.
const UNLOCKS_MAX: u32 = 1_000;

/// The level, the streak and the quest of the day in the player's time zone.
#[utoipa::path(get, path = "/api/v1/me/progress", tag = "Players", params(LanguageQuery),
    responses((status = 200, description = "Progress at a glance", body = ProgressView)))]
pub async fn progress(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    headers: HeaderMap,
    Query(asked): Query<LanguageQuery>,
) -> Result<Json<ProgressView>> {
    let texts = asked.texts()?;
    let account = open_account(&app, session.player).await?;
    let now = app.clock.now();
    let levels = app.engine.levels(now);
    let day = zones::local_day(account.progress.zone.as_deref(), now);
    let counters = counters(&account, levels);
    let quests = Quests::standard();
    let begun = account
        .progress
        .quest_on(quests, session.player, day, &counters);
    let quest = begun.and_then(|begun| {
        let quest = quests.find(begun.quest.as_str())?;
        Some(QuestView::of(quest, &begun))
    });
    let unlocked = counters.get(Counter::AchievementsUnlocked);
    let view = ProgressView {
        xp: account.xp,
        level: Progress::by(levels, account.xp),
        streak: StreakView::on(&account.progress.streak, day),
        quest,
        unlocked: u32::try_from(unlocked).unwrap_or(u32::MAX),
        next_step: FirstStep::next(&counters).filter(|_| !skips_first_steps(&headers)),
    };
    Ok(Json(progress_in(texts, view)))
}

/// Whether the device has said that it wants no first steps (`/forms/skip-start`).
fn skips_first_steps(headers: &HeaderMap) -> bool {
    cookie::find(headers, "start") == Some("skipped")
}

/// Every achievement, with when it was unlocked or how far the player is.
#[utoipa::path(get, path = "/api/v1/me/achievements", tag = "Players",
    responses((status = 200, description = "All achievements", body = AchievementsView)))]
pub async fn achievements(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<AchievementsView>> {
    let account = open_account(&app, session.player).await?;
    let unlocks = app.store.list_unlocks(session.player, UNLOCKS_MAX).await?;
    let game = account.record.id.game;
    let mut first_unlocks: HashMap<(GameId, String), Timestamp> = HashMap::new();
    for award in unlocks {
        if let AwardCause::Unlocked {
            achievement, game, ..
        } = award.cause
        {
            let first = first_unlocks.entry((game, achievement)).or_insert(award.at);
            *first = award.at.min(*first);
        }
    }
    let unlocked_at = |definition: &AchievementDefinition| {
        let counts_everywhere = is_of_player(definition);
        let of_it = first_unlocks.iter().filter(|((in_game, id), _)| {
            id == definition.id.as_str() && (counts_everywhere || *in_game == game)
        });
        of_it.map(|(_, at)| *at).min()
    };
    let counters = counters(&account, app.engine.levels(app.clock.now()));
    let rarities = Rarities::measured(&*app.store).await?;
    let items: Vec<AchievementView> = Achievements::standard()
        .all()
        .iter()
        .map(|definition| AchievementView {
            held_by_bps: rarities.share_bps(definition.id.as_str()),
            ..AchievementView::of(definition, &counters, unlocked_at(definition))
        })
        .collect();
    let unlocked = items.iter().filter(|item| item.times > 0);
    let points = unlocked.clone().map(|item| item.points).sum();
    let unlocked = u32::try_from(unlocked.count()).unwrap_or(u32::MAX);
    Ok(Json(AchievementsView {
        unlocked,
        points,
        items,
    }))
}

/// Whether every counter of its criterion is the player's in all games together.
fn is_of_player(definition: &AchievementDefinition) -> bool {
    let thresholds = definition.criterion.thresholds();
    let mut scopes = thresholds.iter().map(|(counter, _)| counter.scope());
    scopes.all(|scope| scope == CounterScope::Player)
}

/// Awards something to a player once, through the account in the open league; none when it was awarded
/// before, or cannot be.
pub(super) async fn award(
    app: &App,
    player: PlayerId,
    xp: Xp,
    cause: AwardCause,
) -> Result<Option<(Award, Xp)>> {
    let (account, game) = app.in_open_league(player).map_err(Error::internal)?;
    let context = app.context_of(&game).await?;
    let asked = AwardRequest { xp, cause };
    Ok(app.engine.award(account, asked, context).await?)
}

async fn open_account(app: &App, player: PlayerId) -> Result<TradingAccount> {
    let (id, _) = app.in_open_league(player).map_err(Error::internal)?;
    let found = app.store.find_account(id).await?;
    found.ok_or_else(|| Error::internal(format_args!("no account {id} in the open league")))
}

pub(super) fn counters(account: &TradingAccount, levels: LevelRules) -> Counters {
    let level = Progress::by(levels, account.xp).level;
    let of_player = &account.progress.counters;
    of_player
        .joined(&account.record.counters)
        .with(Counter::Level, level.into())
}
