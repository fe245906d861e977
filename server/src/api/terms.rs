//! `/api/v1/me/terms`: terms whose explanation a player opened.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::ApiError;
use domain::progress::Deed;
use serde::Deserialize;

use super::extract::Key;
use crate::app::App;
use crate::deeds;
use crate::error::{Error, Result};
use crate::session::LoggedIn;

/// The ids of the glossary. A test reads the file, so it is never the empty default.
static TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Term {
        id: String,
    }
    let terms = include_str!("../../../domain/data/glossary.json");
    let terms = serde_json::from_str::<Vec<Term>>(terms).unwrap_or_default();
    terms.into_iter().map(|term| term.id).collect()
});

/// Records that the player opened the explanation of a term, which achievements and quests count once.
#[utoipa::path(post, path = "/api/v1/me/terms/{key}", tag = "Players",
    params(("key" = String, Path, description = "The term's id in the glossary", example = "average-cost")),
    responses((status = 204, description = "It is recorded"),
        (status = 404, description = "The glossary has no such term", body = ApiError)))]
pub async fn open(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(term): Key<String>,
) -> Result<StatusCode> {
    if !TERMS.contains(&term) {
        return Err(Error::not_found("such term in the glossary"));
    }
    deeds::tell(&app, session.player, Deed::OpenedTerm { term });
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_is_read() {
        assert!(TERMS.len() >= 30 && TERMS.contains("average-cost"));
    }
}
