//! `/api/v1/games/{game}/host/marks.csv`: how each member did, for a spreadsheet.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Currency;
use domain::api::PupilView;

use crate::app::{App, Game};
use crate::error::Result;
use crate::hosting::roster;
use crate::session::LoggedIn;

const HEAD: &str = "handle,team,status,total value,return %,trades,reasons,good ones,companies,largest position %,currency\r\n";

/// How each member did, for hosts only. A cell never begins with what a spreadsheet would compute.
#[utoipa::path(get, path = "/api/v1/games/{game}/host/marks.csv", tag = "Hosting",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The marks", content_type = "text/csv", body = String)))]
pub async fn marks(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
) -> Result<Response> {
    app.hosting.check_host(&game, session.player)?;
    let (pupils, _) = roster::view(&app, &game).await?;
    let mut csv = HEAD.to_owned();
    for pupil in &pupils {
        csv.push_str(&line(pupil, game.rules.currency));
    }
    let name = format!("attachment; filename=\"{}-marks.csv\"", game.record.slug);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, csv).into_response())
}

fn line(pupil: &PupilView, currency: Currency) -> String {
    let percent = |percent: Option<domain::Percent>| {
        percent
            .map(|percent| percent.to_string())
            .unwrap_or_default()
    };
    let cells = [
        text(&pupil.handle),
        text(pupil.team.as_deref().unwrap_or_default()),
        pupil.status.as_str().to_owned(),
        pupil.net_worth.to_string(),
        percent(pupil.return_percent),
        pupil.trades.to_string(),
        pupil.reasons.to_string(),
        pupil.good_ones.to_string(),
        pupil.companies.to_string(),
        percent(pupil.largest_percent),
        currency.to_string(),
    ];
    format!("{}\r\n", cells.join(","))
}

/// A quoted cell. What a spreadsheet would take for a formula is told to be a text by an apostrophe.
pub(super) fn text(cell: &str) -> String {
    let formula = cell
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    let plain: String = cell.chars().filter(|c| !c.is_control()).collect();
    format!("\"{mark}{}\"", plain.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_computed_by_a_spreadsheet() {
        assert_eq!(text("mia"), "\"mia\"");
        assert_eq!(text("=1+1"), "\"'=1+1\"");
        assert_eq!(text(" @SUM(A1)"), "\"' @SUM(A1)\"");
        assert_eq!(text("-mia-"), "\"'-mia-\"");
        assert_eq!(text("a\"b\r\nc"), "\"a\"\"bc\"");
    }
}
