//! Creates a game from a host's request. Checks every field at once, so that the form shows all its
//! errors.

use domain::api::{
    ApiError, CreateGameRequest, FieldError, GameMarket, HostSettings, HostedState, Visibility,
};
use domain::boards::Measure;
use domain::{Currency, Day, GameId, GameRules, PlayerId, Timestamp};
use jiff::tz::TimeZone;

use super::{categories, codes, zones};
use crate::app::{App, Game};
use crate::config::MarketConfig;
use crate::error::{Error, Result};
use crate::market::{WrongCurrency, find_currency, new_spec};
use crate::store::{GameRecord, HostedGame, MarketSource, NewGame, NewGameMarket};
use words::words;

mod hours;
mod rules;
mod words;

/// Maximum characters of a game's name.
const NAME_MAX: usize = 60;
/// Maximum unarchived games of one player.
const GAMES_MAX: usize = 20;
const SPEED_MAX: u32 = 86_400;
/// Tries to find a free code and slug. A collision is very rare; several in a row are a bug.
const TRIES: usize = 5;

/// The result of a valid request.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The game's name.
    pub name: String,
    /// Its rules.
    pub rules: GameRules,
    /// What it is besides them.
    pub settings: HostSettings,
}

#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn unless(&mut self, fine: bool, field: &str, message: &str) {
        if !fine {
            self.0.push(FieldError {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        }
    }
}

/// Checks all fields of a request.
///
/// # Errors
/// 422 that names every wrong field.
pub fn check(request: &CreateGameRequest, now: Timestamp) -> Result<Checked> {
    let mut wrong = Wrong::default();
    let name = request.name.trim();
    let named = (1..=NAME_MAX).contains(&name.chars().count());
    wrong.unless(named, "name", "must have 1 to 60 characters");
    let visible = !name.contains(|c: char| domain::text::is_invisible(c) && c != ' ');
    wrong.unless(visible, "name", "has invisible characters");
    let zone_name = given(request.time_zone.as_ref()).unwrap_or("UTC");
    let zone = zones::find(zone_name);
    wrong.unless(
        zone.is_some(),
        "time_zone",
        "must be the name of a time zone, such as Europe/Berlin",
    );
    let zone = zone.unwrap_or(TimeZone::UTC);
    let opens_at = date(&mut wrong, "opens_at", request.opens_at.as_ref(), &zone);
    let closes_at = date(&mut wrong, "closes_at", request.closes_at.as_ref(), &zone);
    if let Some(closes_at) = closes_at {
        let after = closes_at > opens_at.unwrap_or(now).max(now);
        wrong.unless(
            after,
            "closes_at",
            "must be later than the start, and than now",
        );
    }
    let rules = rules::of(&mut wrong, request, (opens_at, closes_at), (&zone, now));
    let measure = request.measure.unwrap_or(Measure::Return);
    let ranked = super::seasons::SCORED.contains(&measure);
    wrong.unless(ranked, "measure", "must be one of return, net_worth and xp");
    let speed = request.speed.unwrap_or(1);
    wrong.unless(
        (1..=SPEED_MAX).contains(&speed),
        "speed",
        "must be 1 to 86400",
    );
    if !wrong.0.is_empty() {
        return Err(ApiError::fields(wrong.0).into());
    }
    Ok(Checked {
        name: name.to_owned(),
        rules,
        settings: HostSettings {
            visibility: request.visibility.unwrap_or(Visibility::Code),
            approval: request.approval,
            late_entry: request.late_entry,
            measure,
            time_zone: zone_name.to_owned(),
        },
    })
}

fn date(
    wrong: &mut Wrong,
    field: &str,
    text: Option<&String>,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let text = given(text)?;
    let at = zones::instant(text, zone);
    let message = "must be a date and a time, such as 2026-12-01T08:00";
    wrong.unless(at.is_some(), field, message);
    at
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Creates a hosted game.
///
/// # Errors
/// 422 that names every wrong field or says that the player has too many games; those of the store.
pub async fn create(
    app: &App,
    owner: PlayerId,
    request: &CreateGameRequest,
) -> Result<(GameRecord, HostedGame)> {
    let now = app.clock.now();
    let mut checked = check(request, now)?;
    check_count(app, owner)?;
    let (market, currency) = market(app, request, now).await?;
    checked.rules.currency = currency;
    let limited_to = ("categories", checked.rules.categories.as_slice());
    categories::check(&*app.store, &market, limited_to).await?;
    let state = if request.draft {
        HostedState::Draft
    } else {
        HostedState::Open
    };
    make(app, owner, checked, market, state).await
}

/// Creates a game like one that is over: the same name, rules and admission, a new code, and its own
/// market with different prices. It lasts as long as the first one did.
///
/// # Errors
/// As [`create`].
pub async fn restart(
    app: &App,
    game: &Game,
    hosted: &HostedGame,
) -> Result<(GameRecord, HostedGame)> {
    let now = app.clock.now();
    check_count(app, hosted.owner)?;
    let old = &game.rules;
    let opened_at = old.opens_at.unwrap_or(hosted.created_at);
    let lasted = old.closes_at.map(|at| at.seconds_since(opened_at));
    let rules = GameRules {
        opens_at: None,
        closes_at: lasted.map(|seconds| now.plus_seconds(seconds.max(1))),
        frozen: false,
        ..(**old).clone()
    };
    let id = game.record.market;
    let spec = app.store.find_market(id).await?;
    let spec = spec.and_then(|market| market.spec);
    let shared = app
        .games
        .all()
        .into_iter()
        .filter(|other| other.record.market == id);
    let market = match spec {
        Some(spec) if shared.count() == 1 => {
            let config = MarketConfig {
                source: spec.source,
                seed: None,
                speed: spec.pace.speed(),
                from: spec.from,
                currency: Some(spec.currency),
            };
            let spec = new_spec(&*app.store, &config, now).await;
            NewGameMarket::Own(spec.map_err(|error| Error::internal(format_args!("{error:#}")))?)
        }
        _ => NewGameMarket::Shared(id),
    };
    let checked = Checked {
        name: game.record.name.clone(),
        rules,
        settings: hosted.settings.clone(),
    };
    make(app, hosted.owner, checked, market, HostedState::Open).await
}

pub(crate) fn check_count(app: &App, owner: PlayerId) -> Result<()> {
    if app.hosting.count_of(owner) < GAMES_MAX {
        return Ok(());
    }
    let message = "You host 20 games already. Archive one that is over first.";
    Err(ApiError::field("name", message).into())
}

pub(crate) async fn make(
    app: &App,
    owner: PlayerId,
    checked: Checked,
    market: NewGameMarket,
    state: HostedState,
) -> Result<(GameRecord, HostedGame)> {
    for _ in 0..TRIES {
        let new = NewGame {
            slug: slug(&checked.name),
            name: checked.name.clone(),
            rules: checked.rules.clone(),
            market: market.clone(),
        };
        let hosted = HostedGame {
            // Replaced by the id of the new game.
            game: GameId(0),
            owner,
            state,
            join_code: Some(codes::random()),
            board_key: None,
            settings: checked.settings.clone(),
            created_at: app.clock.now(),
            settled_at: None,
        };
        if let Some(game) = app.store.create_hosted_game(&new, &hosted).await? {
            super::announce_change(app).await?;
            let id = game.id;
            return Ok((game, HostedGame { game: id, ..hosted }));
        }
    }
    Err(Error::internal("no free name for a new game"))
}

/// The market of a new game, and its currency, which the game takes.
async fn market(
    app: &App,
    request: &CreateGameRequest,
    now: Timestamp,
) -> Result<(NewGameMarket, Currency)> {
    let wrong = |wrong: WrongCurrency| ApiError::field("currency", wrong.to_string());
    let source = match request.market.unwrap_or(GameMarket::Own) {
        GameMarket::Own => MarketSource::Simulated,
        GameMarket::Replay => MarketSource::Replay,
        GameMarket::Hidden => MarketSource::Hidden,
        GameMarket::Shared => {
            let open = app.games.find(crate::app::OPEN_LEAGUE);
            let open = open.ok_or_else(|| Error::internal("the open league is missing"))?;
            let own = open.rules.currency;
            if request.currency.is_some_and(|wanted| wanted != own) {
                return Err(wrong(WrongCurrency::OfMarket(own)).into());
            }
            return Ok((NewGameMarket::Shared(open.record.market), own));
        }
    };
    // Without a history, there is nothing that its currency could be.
    let from = first_day(app, source, request).await?;
    let currency = find_currency(&*app.store, source, request.currency).await?;
    let currency = currency.map_err(wrong)?;
    let config = MarketConfig {
        source,
        seed: None,
        speed: request.speed.unwrap_or(1),
        from,
        currency: Some(currency),
    };
    let spec = new_spec(&*app.store, &config, now).await;
    let spec = spec.map_err(|error| Error::internal(format_args!("{error:#}")))?;
    Ok((NewGameMarket::Own(spec), currency))
}

/// The day with which the history of a new game begins. `None` without a history.
async fn first_day(
    app: &App,
    source: MarketSource,
    request: &CreateGameRequest,
) -> Result<Option<Day>> {
    if !matches!(source, MarketSource::Replay | MarketSource::Hidden) {
        return Ok(None);
    }
    let Some((first, last)) = app.store.candle_range(MarketSource::Replay).await? else {
        let message = "There is no history to replay on this server. Choose another market.";
        return Err(ApiError::field("market", message).into());
    };
    let Some(text) = given(request.replay_from.as_ref()) else {
        return Ok(Some(first));
    };
    let day = text.parse().ok().filter(|day| (first..last).contains(day));
    let message = format!("must be a day from {first} to {}", last.plus_days(-1));
    let day = day.ok_or_else(|| ApiError::field("replay_from", message))?;
    Ok(Some(day))
}

/// A slug made of the display name and a few random letters.
fn slug(name: &str) -> String {
    let start = words(name);
    let start = if start.is_empty() { "game" } else { &start };
    format!("{start}-{}", codes::suffix())
}

#[cfg(test)]
mod tests {
    use domain::Money;

    use super::*;

    const NOW: i64 = 1_795_262_400;

    fn wrong(request: CreateGameRequest) -> Vec<String> {
        let error = check(&request, Timestamp::from_seconds(NOW)).unwrap_err();
        let fields = &error.answer().fields;
        fields.iter().map(|wrong| wrong.field.clone()).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let request = CreateGameRequest {
            time_zone: Some("Europe/Atlantis".into()),
            opens_at: Some("soon".into()),
            closes_at: Some("2020-01-01T00:00".into()),
            starting_cash: Some(Money::ZERO),
            speed: Some(0),
            fee_bps: Some(1_001),
            fee_fixed: Some("-1".parse().unwrap()),
            position_max_percent: Some(0),
            hold_minutes: Some(99_999),
            tax_short_percent: Some(91),
            tax_long_percent: Some(100),
            measure: Some(Measure::Process),
            ..CreateGameRequest::default()
        };
        let all = [
            "name",
            "time_zone",
            "opens_at",
            "closes_at",
            "starting_cash",
            "fee_bps",
            "fee_fixed",
            "position_max_percent",
            "hold_minutes",
            "tax_short_percent",
            "tax_long_percent",
            "measure",
            "speed",
        ];
        assert_eq!(wrong(request), all);
    }

    #[test]
    fn a_name_alone_is_enough() {
        let request = CreateGameRequest {
            name: "Year 9 Economics".into(),
            ..CreateGameRequest::default()
        };
        let checked = check(&request, Timestamp::from_seconds(NOW)).unwrap();
        assert_eq!(checked.rules.starting_cash, Money::from_whole(10_000));
        assert_eq!(checked.settings.visibility, Visibility::Code);
        let slug = slug(&checked.name);
        assert!(slug.starts_with("year-9-economics-"), "{slug}");
        assert!(super::slug("Börse & Spaß").starts_with("boerse-spass-"));
        assert!(super::slug("株式").starts_with("game-"));
    }
}
