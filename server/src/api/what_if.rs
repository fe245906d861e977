//! `/api/v1/games/{game}/what-if`: the history of an account beside what it would have been.

use axum::extract::State;
use domain::Day;
use domain::advice::Scenario;
use domain::api::{ApiError, WhatIfView};
use domain::progress::Deed;
use serde::Deserialize;

use super::extract::{InGame, Query};
use crate::advice::{Reading, what_if};
use crate::app::App;
use crate::deeds;
use crate::error::Result;
use crate::json::Json;

/// What would have been different.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhatIfQuery {
    /// `nothing`: no share was bought; `index`: all money went into the market's index; `rewind`: nothing
    /// was traded after `day`; `without`: the trade of the ledger entry `seq` was not made.
    #[param(example = "index")]
    scenario: Option<String>,
    /// For `rewind`: the last market day with trades.
    #[param(value_type = Option<String>, example = "2026-11-20")]
    day: Option<Day>,
    /// For `without`: the ledger entry of the trade.
    seq: Option<i64>,
}

impl WhatIfQuery {
    fn scenario(&self) -> Result<Scenario> {
        match (
            self.scenario.as_deref().unwrap_or("nothing"),
            self.day,
            self.seq,
        ) {
            ("nothing", ..) => Ok(Scenario::Nothing),
            ("index", ..) => Ok(Scenario::Index),
            ("rewind", Some(day), _) => Ok(Scenario::Rewind { day }),
            ("rewind", None, _) => Err(ApiError::field("day", "is missing").into()),
            ("without", _, Some(seq)) => Ok(Scenario::Without { seq }),
            ("without", _, None) => Err(ApiError::field("seq", "is missing").into()),
            _ => {
                let message = "must be nothing, index, rewind or without";
                Err(ApiError::field("scenario", message).into())
            }
        }
    }
}

/// Both histories, day by day, from the ledger: the real one, and the one that would have been. The
/// latest 2,000 entries are told again, and the latest 366 market days are shown.
#[utoipa::path(get, path = "/api/v1/games/{game}/what-if", tag = "Advice",
    params(("game" = String, Path, example = "open"), WhatIfQuery),
    responses((status = 200, description = "Both histories", body = WhatIfView),
        (status = 404, description = "The player has no account in this game", body = ApiError),
        (status = 422, description = "No such scenario", body = ApiError)))]
pub async fn tell(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Query(query): Query<WhatIfQuery>,
) -> Result<Json<WhatIfView>> {
    let scenario = query.scenario()?;
    let reading = Reading::of(&app, &game, account).await?;
    deeds::tell(&app, account.player, Deed::RanWhatIf);
    Ok(Json(what_if::tell(&app, &reading, scenario).await?))
}
