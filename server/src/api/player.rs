//! Players as the API shows them, and how one comes to be.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::{AuthAnswer, PlayerView, SessionKind};
use domain::progress::PlayerProgress;
use domain::{AwardHead, PlayerId, Progress};
use web::language::Language;

use crate::app::{App, OPEN_LEAGUE, random_id};
use crate::client::Device;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::{self, Sent, cookie, devices};
use crate::store::{NewPlayer, PlayerRecord, SessionRecord, Taken};
use crate::zones;

/// Where a player says nothing else.
pub const DEFAULT_CURRENCY: &str = "USD";

/// A player, as the player sees it.
#[must_use]
pub fn view(app: &App, player: &PlayerRecord) -> PlayerView {
    let now = app.clock.now();
    let zone = player.progress.zone.as_deref();
    let today = zones::local_day(zone, now);
    let collected = player.bonus_day.is_some_and(|day| day >= today);
    PlayerView {
        id: player.id,
        handle: player.handle.clone(),
        email: player.email.clone(),
        guest: player.is_guest(),
        region: player.region.clone(),
        locale: player.locale.clone(),
        base_currency: player.base_currency.clone(),
        xp: player.xp,
        progress: Progress::by(app.engine.levels(now), player.xp),
        daily_bonus: (!collected).then(|| app.engine.xp_rules_of_all(now).daily_bonus),
        time_zone: zone.unwrap_or(zones::UTC).to_owned(),
        created_at: player.created_at,
        unread_notifications: 0,
    }
}

/// The player of an id that a session vouches for.
///
/// # Errors
/// Those of the store.
pub async fn find(app: &App, player: PlayerId) -> Result<PlayerRecord> {
    let found = app.store.find_player(player).await?;
    found.ok_or_else(|| Error::internal(format_args!("session of no player {player}")))
}

/// What a new player says of himself; checked.
#[derive(Debug, Clone)]
pub struct Details {
    /// The name that others see.
    pub handle: String,
    /// None for a guest.
    pub email: Option<String>,
    /// None for a guest.
    pub password_hash: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub region: Option<String>,
    /// A language tag.
    pub locale: String,
    /// ISO 4217.
    pub base_currency: String,
}

impl Details {
    /// Those of a guest, who says nothing; the language is the one that the guest's browser prefers.
    #[must_use]
    pub fn of_guest(handle: String, language: Language) -> Self {
        Self {
            handle,
            email: None,
            password_hash: None,
            region: None,
            locale: language.tag().to_owned(),
            base_currency: DEFAULT_CURRENCY.to_owned(),
        }
    }
}

/// Makes a player with an account in the open league and a first session.
///
/// # Errors
/// Those of the store.
pub async fn create(
    app: &App,
    details: Details,
    device: &Device,
    kind: SessionKind,
) -> Result<Result<SignedIn, Taken>> {
    let game = app.games.find(OPEN_LEAGUE);
    let game = game.ok_or_else(|| Error::internal("the open league is missing"))?;
    let id = PlayerId(random_id());
    let player = PlayerRecord {
        id,
        handle: details.handle,
        email: details.email,
        password_hash: details.password_hash,
        region: details.region,
        locale: details.locale,
        base_currency: details.base_currency,
        xp: 0,
        awards: AwardHead::before_first(id),
        bonus_day: None,
        progress: PlayerProgress::default(),
        created_at: app.clock.now(),
    };
    let (token, session) = session::begin(app, player.id, &device.name);
    let (game, starting_cash) = (game.record.id, game.rules.starting_cash);
    let new = NewPlayer {
        player,
        game,
        starting_cash,
        session,
    };
    if let Err(taken) = app.store.create_player(&new).await? {
        return Ok(Err(taken));
    }
    let signed_in = SignedIn::new(app, &new.player, &token.to_string(), device, kind)?;
    Ok(Ok(SignedIn {
        status: StatusCode::CREATED,
        ..signed_in
    }))
}

/// Begins a further session of a player.
///
/// # Errors
/// Those of the store.
pub async fn log_in(
    app: &App,
    player: &PlayerRecord,
    device: &Device,
    kind: SessionKind,
) -> Result<SignedIn> {
    let (token, session): (_, SessionRecord) = session::begin(app, player.id, &device.name);
    app.store.create_session(&session).await?;
    SignedIn::new(app, player, &token.to_string(), device, kind)
}

/// Ends all sessions of a player and begins one that is sent as the request's was. Whoever has noted an
/// earlier token must not keep what the player may do now.
///
/// # Errors
/// Those of the store. The earlier sessions are ended first, so that no failure leaves them.
pub async fn renew(app: &App, player: PlayerId, sent: &Sent, device: &Device) -> Result<SignedIn> {
    session::end_others(app, player, None).await?;
    let player = find(app, player).await?;
    let kind = if sent.by_cookie {
        SessionKind::Cookie
    } else {
        SessionKind::Token
    };
    log_in(app, &player, device, kind).await
}

/// The answer that carries a new session.
#[derive(Debug)]
pub struct SignedIn {
    status: StatusCode,
    answer: AuthAnswer,
    cookies: Vec<HeaderValue>,
}

impl SignedIn {
    /// Whose session it is.
    #[must_use]
    pub fn player(&self) -> PlayerId {
        self.answer.player.id
    }

    /// What keeps the session in a browser.
    #[must_use]
    pub fn into_cookies(self) -> Vec<HeaderValue> {
        self.cookies
    }

    /// The token of the session, where one was asked for.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        self.answer.token.clone()
    }

    fn new(
        app: &App,
        player: &PlayerRecord,
        token: &str,
        device: &Device,
        kind: SessionKind,
    ) -> Result<Self> {
        let (token, cookies) = match kind {
            SessionKind::Cookie => {
                let session = cookie::keep(&app.config.session, token)?;
                let known = devices::remember(app, device, player)?;
                (None, std::iter::once(session).chain(known).collect())
            }
            SessionKind::Token => (Some(token.to_owned()), Vec::new()),
        };
        let player = view(app, player);
        Ok(Self {
            status: StatusCode::OK,
            answer: AuthAnswer { player, token },
            cookies,
        })
    }
}

impl IntoResponse for SignedIn {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.answer)).into_response();
        for cookie in self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}
