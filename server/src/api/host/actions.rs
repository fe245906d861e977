//! What a host does with a game: its state, its words, its rules and its hosts.

use domain::api::{ApiError, CreateGameRequest, ErrorCode, HostRequest, HostedState, NoticeKind};
use domain::{GameRules, PlayerId, Timestamp};

use super::{assignments, hosts, import, market, pupils, xp};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::hosting::{announce_change, categories, codes, creation, zones};
use crate::jobs::{Announcements, Ask, Kind as _};
use crate::notifications::{self, Happened, HostingNews, Subject};
use crate::store::{HostedGame, NewGameMarket, Notice};

/// Notices of a game within an hour, beyond which nothing is announced.
const ANNOUNCEMENTS_AN_HOUR: u32 = 20;
/// Characters of a host's words.
const TEXT_MAX: usize = 280;

/// Who asks for what in which game.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) game: &'a Game,
    pub(super) hosted: &'a HostedGame,
    pub(super) by: PlayerId,
    pub(super) request: &'a HostRequest,
}

impl Asked<'_> {
    /// The host's words, which this action needs.
    pub(super) fn text(&self) -> Result<String> {
        let text = self.request.text.as_deref().unwrap_or_default().trim();
        let message = match text.chars().count() {
            0 => "is missing",
            1..=TEXT_MAX => return Ok(text.to_owned()),
            _ => "must have at most 280 characters",
        };
        Err(ApiError::field("text", message).into())
    }

    fn notice(&self, kind: NoticeKind, text: &str) -> Notice {
        let now = self.app.clock.now();
        Notice {
            game: self.hosted.game,
            seq: 0,
            at: now,
            effective_at: now,
            author: self.by,
            kind,
            text: text.to_owned(),
            rules: None,
            applied: true,
        }
    }

    /// Tells the players something that changes no rules.
    pub(super) async fn tell(&self, kind: NoticeKind, text: &str) -> Result<()> {
        self.app.store.add_notice(&self.notice(kind, text)).await?;
        if kind == NoticeKind::Announcement {
            // One that cannot be enqueued is found by the schedule.
            let once = Ask::default().key(Announcements::NAME);
            let enqueued = self.app.jobs.enqueue::<Announcements>(&(), &once).await;
            if let Err(error) = enqueued {
                tracing::warn!(%error, "an announcement is told later");
            }
        }
        Ok(())
    }

    /// Tells one player, wherever that player is.
    pub(super) async fn tell_player(&self, player: PlayerId, news: HostingNews) -> Result<()> {
        let (app, game, at) = (self.app, self.hosted.game, self.app.clock.now());
        let happened = Happened {
            player,
            cause: format!("hosting:{game}:{}", at.micros()),
            subject: Subject::Hosting { game, news },
            at,
        };
        Ok(notifications::tell(app, &[happened]).await?)
    }

    /// Changes the rules at once, and tells it.
    async fn change_rules(&self, rules: GameRules, text: &str) -> Result<()> {
        let notice = Notice {
            rules: Some(rules),
            ..self.notice(NoticeKind::State, text)
        };
        self.app.store.add_notice(&notice).await?;
        Ok(())
    }

    pub(super) async fn write(&self, hosted: HostedGame) -> Result<()> {
        Ok(self.app.store.update_hosted_game(&hosted).await?)
    }

    pub(super) fn only_owner(&self) -> Result<()> {
        if self.by == self.hosted.owner {
            return Ok(());
        }
        let message = "Only the host who made this game can do this.";
        Err(Error::new(ErrorCode::Forbidden, message))
    }
}

/// The state of the game does not allow it.
pub(super) fn not_possible(message: &str) -> Error {
    Error::new(ErrorCode::NotPossible, message)
}

/// What an action leaves beside a changed game.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Recovery words that are shown once.
    pub(super) words: Option<String>,
    /// A new game, whose page is shown instead.
    pub(super) restarted: Option<String>,
}

/// Does it.
pub(super) async fn run(asked: &Asked<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    match asked.request.action.as_str() {
        "open" => open(asked).await?,
        "freeze" => freeze(asked, true).await?,
        "unfreeze" => freeze(asked, false).await?,
        "close" => close(asked).await?,
        "archive" => archive(asked).await?,
        "announce" => announce(asked).await?,
        "rules" => rules(asked).await?,
        "xp" => xp::change(asked).await?,
        "add_host" => hosts::add(asked).await?,
        "remove_host" => hosts::remove(asked).await?,
        "hand_over" => hosts::hand_over(asked).await?,
        "leave" => hosts::leave(asked).await?,
        "board_link" => link(asked, Some(codes::board_key())).await?,
        "no_board_link" => link(asked, None).await?,
        "new_code" => new_code(asked).await?,
        "assign" => assignments::add(asked).await?,
        "unassign" => assignments::remove(asked).await?,
        "step" => market::step(asked).await?,
        "storm" => market::storm(asked).await?,
        "adjust" => pupils::adjust(asked).await?,
        "admit" | "readmit" => pupils::let_in(asked).await?,
        "remove" => pupils::remove(asked).await?,
        "team" => pupils::team(asked).await?,
        "reset_words" => outcome.words = Some(pupils::reset_words(asked).await?),
        "import" => outcome.words = Some(import::run(asked).await?),
        "restart" => outcome.restarted = Some(restart(asked).await?),
        "good_one" => pupils::good_one(asked).await?,
        "erase" => {
            asked.only_owner()?;
            pupils::erase(asked).await?;
        }
        _ => {
            let message = "is not one that hosts have; /api/docs lists them";
            return Err(ApiError::field("action", message).into());
        }
    }
    announce_change(asked.app).await?;
    Ok(outcome)
}

/// Tells the players something, which each is notified of: so not without end.
async fn announce(asked: &Asked<'_>) -> Result<()> {
    let text = asked.text()?;
    let hour_ago = asked.app.clock.now().plus_seconds(-3_600);
    let store = &asked.app.store;
    let latest = store.list_notices(asked.hosted.game, ANNOUNCEMENTS_AN_HOUR);
    let latest = latest.await?;
    let many = usize::try_from(ANNOUNCEMENTS_AN_HOUR).unwrap_or(usize::MAX);
    if latest.len() >= many && latest.iter().all(|notice| notice.at > hour_ago) {
        return Err(not_possible(
            "There were 20 announcements and changes within an hour. Players are told of each: wait a little.",
        ));
    }
    asked.tell(NoticeKind::Announcement, &text).await
}

async fn open(asked: &Asked<'_>) -> Result<()> {
    if asked.hosted.state != HostedState::Draft {
        return Err(not_possible("Only a draft can be opened."));
    }
    let state = HostedState::Open;
    asked
        .write(HostedGame {
            state,
            ..asked.hosted.clone()
        })
        .await?;
    asked.tell(NoticeKind::State, "The game is open.").await
}

async fn freeze(asked: &Asked<'_>, frozen: bool) -> Result<()> {
    if is_over(asked) {
        return Err(not_possible("This game is over."));
    }
    let text = if frozen {
        "Trading is paused."
    } else {
        "Trading has resumed."
    };
    let rules = GameRules {
        frozen,
        ..(*asked.game.rules).clone()
    };
    asked.change_rules(rules, text).await
}

fn is_over(asked: &Asked<'_>) -> bool {
    let now = asked.app.clock.now();
    asked.game.rules.closes_at.is_some_and(|at| at <= now)
}

pub(super) async fn close(asked: &Asked<'_>) -> Result<()> {
    if !matches!(asked.hosted.state, HostedState::Open) {
        return Err(not_possible("Only a game that is open can be closed."));
    }
    let state = HostedState::Closed;
    asked
        .write(HostedGame {
            state,
            ..asked.hosted.clone()
        })
        .await?;
    let now = asked.app.clock.now();
    // One that has ended by its date keeps that date.
    let earlier = asked.game.rules.closes_at.filter(|at| *at <= now);
    let rules = GameRules {
        closes_at: Some(earlier.unwrap_or(now)),
        ..(*asked.game.rules).clone()
    };
    asked.change_rules(rules, "The game is over.").await
}

/// A new season of a game that is over; the slug of its game.
async fn restart(asked: &Asked<'_>) -> Result<String> {
    asked.only_owner()?;
    if !is_over(asked) {
        return Err(not_possible("Close the game before you start it again."));
    }
    let (game, _) = creation::restart(asked.app, asked.game, asked.hosted).await?;
    Ok(game.slug)
}

pub(super) async fn archive(asked: &Asked<'_>) -> Result<()> {
    if asked.hosted.state != HostedState::Draft && !is_over(asked) {
        return Err(not_possible("Close the game before you archive it."));
    }
    let archived = HostedGame {
        state: HostedState::Archived,
        join_code: None,
        ..asked.hosted.clone()
    };
    asked.write(archived).await
}

/// Changes the rules from an instant on; what a player started with and the currency stay.
async fn rules(asked: &Asked<'_>) -> Result<()> {
    let now = asked.app.clock.now();
    let text = asked.text()?;
    let changed = asked.request.rules.as_ref();
    let changed = changed.ok_or_else(|| ApiError::field("rules", "are missing"))?;
    let zone = &asked.hosted.settings.time_zone;
    let request = CreateGameRequest {
        name: asked.game.record.name.clone(),
        time_zone: Some(zone.clone()),
        opens_at: None,
        closes_at: None,
        ..changed.clone()
    };
    let old = &asked.game.rules;
    let rules = GameRules {
        opens_at: old.opens_at,
        closes_at: old.closes_at,
        frozen: old.frozen,
        starting_cash: old.starting_cash,
        currency: old.currency,
        ..creation::check(&request, now)?.rules
    };
    let market = NewGameMarket::Shared(asked.game.record.market);
    let limited_to = ("rules.categories", rules.categories.as_slice());
    categories::check(&*asked.app.store, &market, limited_to).await?;
    let at = effective_at(asked, zone, now)?;
    let notice = Notice {
        effective_at: at,
        rules: Some(rules),
        applied: at <= now,
        ..asked.notice(NoticeKind::Rules, &text)
    };
    asked.app.store.add_notice(&notice).await?;
    Ok(())
}

pub(super) fn effective_at(asked: &Asked<'_>, zone: &str, now: Timestamp) -> Result<Timestamp> {
    let text = asked.request.at.as_deref().map(str::trim);
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(now);
    };
    let at = zones::find(zone).and_then(|zone| zones::instant(text, &zone));
    match at {
        Some(at) if at >= now => Ok(at),
        Some(_) => Err(ApiError::field("at", "must not be past").into()),
        None => {
            Err(ApiError::field("at", "must be a date and a time, such as 2026-12-01T08:00").into())
        }
    }
}

async fn link(asked: &Asked<'_>, board_key: Option<String>) -> Result<()> {
    asked
        .write(HostedGame {
            board_key,
            ..asked.hosted.clone()
        })
        .await
}

async fn new_code(asked: &Asked<'_>) -> Result<()> {
    if asked.hosted.state == HostedState::Archived {
        return Err(not_possible("An archived game has no code."));
    }
    let join_code = Some(codes::random());
    asked
        .write(HostedGame {
            join_code,
            ..asked.hosted.clone()
        })
        .await
}
