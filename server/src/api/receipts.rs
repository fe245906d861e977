//! `/api/v1/games/{game}/receipts/{handle}`: a player's ledger as a file that anyone can check, and what the
//! server itself finds in it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::api::{ApiError, ErrorCode, ProfileVisibility, ReceiptView};
use domain::progress::Deed;
use domain::proof::check_receipt;

use super::extract::Key;
use super::leaderboard::check_may_look;
use super::players::find_by_handle;
use crate::app::{App, Game};
use crate::deeds;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::proof::{self, Unavailable};
use crate::session::Sent;

/// The receipt of a player in a game, as a file. Withheld if you may not see the player's profile.
#[utoipa::path(get, path = "/api/v1/games/{game}/receipts/{key}", tag = "Proof", security(()),
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "The player's handle")),
    responses((status = 200, description = "The receipt", content_type = "application/json", body = Object),
        (status = 403, description = "The profile is private", body = ApiError),
        (status = 404, description = "There is no such player in the game", body = ApiError),
        (status = 409, description = "The ledger is archived or too long", body = ApiError)))]
pub async fn receipt(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    Key(handle): Key<String>,
) -> Result<Response> {
    let file = file(&app, &game, &sent, &handle).await?;
    let name = format!("attachment; filename=\"{}-receipt.json\"", game.record.slug);
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, file).into_response())
}

/// What the server finds in the receipt of a player. A check by the server alone proves nothing to those who
/// do not trust it: check the file yourself.
#[utoipa::path(get, path = "/api/v1/games/{game}/receipts/{key}/checks", tag = "Proof", security(()),
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "The player's handle")),
    responses((status = 200, description = "What was found", body = ReceiptView),
        (status = 403, description = "The profile is private", body = ApiError),
        (status = 404, description = "There is no such player in the game", body = ApiError),
        (status = 409, description = "The ledger is archived or too long", body = ApiError)))]
pub async fn checks(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    Key(handle): Key<String>,
) -> Result<Json<ReceiptView>> {
    let file = file(&app, &game, &sent, &handle).await?;
    // Thousands of entries are hashed: not on a thread that serves requests.
    let checked = tokio::task::spawn_blocking(move || check_receipt(&file, &[]));
    let report = checked.await.map_err(Error::internal)?;
    if let Some(session) = sent.current() {
        deeds::tell(&app, session.player, Deed::CheckedReceipt);
    }
    Ok(Json(report.view()))
}

async fn file(app: &App, game: &Game, sent: &Sent, handle: &str) -> Result<String> {
    let no_player = || Error::not_found("player of this name in this game");
    let asking = sent.current().map(|session| session.player);
    check_may_look(app, game, asking).await?;
    let player = find_by_handle(app, handle).await?.ok_or_else(no_player)?;
    if asking != Some(player.id) {
        let privacy = app.store.find_privacy(player.id).await?;
        let mut is_open = privacy.visibility == ProfileVisibility::Public;
        if let Some(asking) = asking {
            let theirs = app.store.find_ties(player.id, asking).await?;
            let follows = privacy.visibility == ProfileVisibility::Friends && theirs.follows;
            is_open = (is_open || follows) && !theirs.blocks;
        }
        if !is_open {
            let message = "This player keeps the profile private, and the ledger with it.";
            return Err(Error::new(ErrorCode::Forbidden, message));
        }
    }
    let made = proof::of_account(app, game, &player).await?;
    let signed = made.map_err(|unavailable| match unavailable {
        Unavailable::NoAccount => no_player(),
        Unavailable::Archived => Error::new(
            ErrorCode::NotPossible,
            "The first months of this ledger are archived. The people who run this game can restore them.",
        ),
        Unavailable::TooLong => Error::new(
            ErrorCode::NotPossible,
            "This ledger has more than 20,000 entries, which is more than a receipt holds.",
        ),
    })?;
    signed.to_file().map_err(Error::internal)
}
