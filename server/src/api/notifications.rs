//! `/api/v1/me/notifications`, `/api/v1/me/notification-settings` and `/api/v1/mail/stop`: what players
//! are told, and where.

use axum::extract::State;
use axum::http::StatusCode;
use domain::Timestamp;
use domain::api::{
    ApiError, ChannelChoice, Channels, NotificationKind, NotificationSettings, NotificationView,
    NotificationsView, ReadRequest,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Body, Query};
use super::paging::{CursorQuery, stretch};
use super::player;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::notifications::unsubscribe::Stop;
use crate::notifications::{self, Subject, words};
use crate::session::LoggedIn;
use crate::store::{NotificationChoices, NotificationRecord};

/// The player's notifications, latest first, and how many have not been read.
#[utoipa::path(get, path = "/api/v1/me/notifications", tag = "Players",
    params(CursorQuery),
    responses((status = 200, description = "Notifications of the last 90 days", body = NotificationsView)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Query(query): Query<CursorQuery>,
) -> Result<Json<NotificationsView>> {
    let (cursor, limit) = query.check(read_cursor)?;
    let player = session.player;
    let more = limit.saturating_add(1);
    let rows = app.store.list_notifications(player, cursor.as_ref(), more);
    let rows = rows.await?;
    let page = stretch(
        rows,
        limit,
        |row| format!("{}.{}", row.at.micros(), row.cause),
        |row| view(&app, row),
    );
    Ok(Json(NotificationsView {
        items: page.items,
        next: page.next,
        unread: app.store.count_unread(player).await?,
    }))
}

fn read_cursor(text: &str) -> Option<(Timestamp, String)> {
    let (micros, cause) = text.split_once('.')?;
    Some((
        Timestamp::from_micros(micros.parse().ok()?),
        cause.to_owned(),
    ))
}

fn view(app: &App, row: NotificationRecord) -> NotificationView {
    let subject = serde_json::from_str::<Subject>(&row.data);
    let (text, link) = match subject {
        Ok(subject) => {
            let words = words(app, &subject);
            (words.text, words.link)
        }
        // Written by a later version, before an update was taken back.
        Err(_) => (row.kind.label().to_owned(), "/dashboard".to_owned()),
    };
    NotificationView {
        id: row.cause,
        kind: row.kind,
        at: row.at,
        read: row.read_at.is_some(),
        text,
        link,
    }
}

/// Marks notifications as read: those that happened until an instant, so that one that comes meanwhile
/// stays unread.
#[utoipa::path(post, path = "/api/v1/me/notifications/read", tag = "Players",
    request_body = ReadRequest,
    responses((status = 204, description = "They are read")))]
pub async fn read(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<ReadRequest>,
) -> Result<StatusCode> {
    let (player, now) = (session.player, app.clock.now());
    let read = app.store.read_notifications(player, request.until, now);
    if read.await? > 0 {
        notifications::announce(&app, std::iter::once(player)).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What the player wants to be told, and where.
#[utoipa::path(get, path = "/api/v1/me/notification-settings", tag = "Players",
    responses((status = 200, description = "Every kind of notification", body = NotificationSettings)))]
pub async fn settings(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<NotificationSettings>> {
    let choices = app.store.find_notification_choices(session.player).await?;
    let email = player::find(&app, session.player).await?.email;
    Ok(Json(settings_view(&app, &choices, email)))
}

fn settings_view(
    app: &App,
    choices: &NotificationChoices,
    email: Option<String>,
) -> NotificationSettings {
    let kinds = NotificationKind::ALL.map(|kind| {
        let Channels { app, mail } = choices.channels_of(kind);
        ChannelChoice { kind, app, mail }
    });
    NotificationSettings {
        kinds: kinds.to_vec(),
        quiet_from: choices.quiet.map(|(from, _)| time_of_day(from)),
        quiet_until: choices.quiet.map(|(_, until)| time_of_day(until)),
        mail_available: app.mailer.is_some(),
        mail_to: email,
    }
}

fn time_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Changes what the player wants to be told. Kinds that are left out stay as they are; without quiet hours
/// there are none.
#[utoipa::path(put, path = "/api/v1/me/notification-settings", tag = "Players",
    request_body(content = NotificationSettings, example = json!({
        "kinds": [{"kind": "order_filled", "app": true, "mail": true}],
        "quiet_from": "22:00", "quiet_until": "07:00"})),
    responses((status = 200, description = "The settings after it", body = NotificationSettings),
        (status = 422, description = "A time of day that is none", body = ApiError)))]
pub async fn choose(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(settings): Body<NotificationSettings>,
) -> Result<Json<NotificationSettings>> {
    let mut choices = app.store.find_notification_choices(session.player).await?;
    for ChannelChoice { kind, app, mail } in settings.kinds {
        set(&mut choices, kind, Channels { app, mail });
    }
    let from = read_time("quiet_from", settings.quiet_from.as_deref())?;
    let until = read_time("quiet_until", settings.quiet_until.as_deref())?;
    choices.quiet = match (from, until) {
        (Some(from), Some(until)) => Some((from, until)),
        (None, None) => None,
        (None, _) => return Err(half("quiet_from")),
        (_, None) => return Err(half("quiet_until")),
    };
    app.store.store_notification_choices(&choices).await?;
    let email = player::find(&app, session.player).await?.email;
    Ok(Json(settings_view(&app, &choices, email)))
}

fn set(choices: &mut NotificationChoices, kind: NotificationKind, channels: Channels) {
    choices.channels.retain(|(of, _)| *of != kind);
    if channels != kind.default_channels() {
        choices.channels.push((kind, channels));
    }
}

fn half(field: &str) -> Error {
    ApiError::field(field, "is missing: quiet hours have a beginning and an end").into()
}

/// Minutes after midnight of a time such as `22:00`; none of an empty one.
fn read_time(field: &str, text: Option<&str>) -> Result<Option<u16>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let parsed = text.split_once(':').and_then(|(hours, minutes)| {
        let number = |text: &str, end: u16| {
            let digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse::<u16>().ok().filter(|_| digits);
            number.filter(|number| *number < end)
        };
        Some(number(hours, 24)? * 60 + number(minutes, 60)?)
    });
    let wrong = || ApiError::field(field, "must be a time of day, such as 22:00");
    Ok(Some(parsed.ok_or_else(wrong)?))
}

/// What the link of a mail carries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StopParams {
    /// Whose mails.
    #[param(example = "1")]
    player: String,
    /// Of which kind.
    #[param(example = "order_filled")]
    kind: String,
    /// The server's signature.
    #[param(example = "0a")]
    signature: String,
}

/// Stops the mails of a kind, by the link in such a mail; without a log-in (RFC 8058).
#[utoipa::path(post, path = "/api/v1/mail/stop", tag = "Players", security(()), params(StopParams),
    responses((status = 204, description = "No more mails of the kind"),
        (status = 404, description = "The link is none of ours", body = ApiError)))]
pub async fn stop(State(app): State<App>, Query(params): Query<StopParams>) -> Result<StatusCode> {
    let StopParams {
        player,
        kind,
        signature,
    } = params;
    let stop = Stop::read(&app, &player, &kind, &signature);
    let stop = stop.ok_or_else(|| Error::not_found("such link to stop mails"))?;
    let mut choices = app.store.find_notification_choices(stop.player).await?;
    let Channels { app: in_app, .. } = choices.channels_of(stop.kind);
    let channels = Channels {
        app: in_app,
        mail: false,
    };
    set(&mut choices, stop.kind, channels);
    app.store.store_notification_choices(&choices).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_two_numbers_within_a_day() {
        for (text, minute) in [
            ("22:00", Some(1_320)),
            ("7:05", Some(425)),
            ("00:00", Some(0)),
        ] {
            assert_eq!(read_time("quiet_from", Some(text)).unwrap(), minute);
        }
        for text in ["24:00", "12:60", "12", "-1:00", "+1:00", "a:b", "1:2:3"] {
            assert!(read_time("quiet_from", Some(text)).is_err(), "{text}");
        }
        assert_eq!(read_time("quiet_from", Some(" ")).unwrap(), None);
    }
}
