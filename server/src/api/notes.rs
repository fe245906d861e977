//! `/api/v1/me/notes`: what a player writes down about an instrument, or about anything.

use axum::extract::State;
use axum::http::StatusCode;
use domain::Symbol;
use domain::api::{ApiError, NoteRequest, NoteView};
use domain::text::seen;
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Body, Key, Query};
use crate::app::{App, random_id};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::markdown;
use crate::session::LoggedIn;
use crate::store::NoteRecord;

/// Notes of a player.
const NOTES_MAX: u32 = 500;
/// Characters of a note.
const TEXT_MAX: usize = 4_000;
/// Tags of a note, and characters of one.
const TAGS_MAX: usize = 10;
const TAG_MAX: usize = 30;

/// Which notes are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NotesParams {
    /// Only those with these words in their text or tags, in any order and case.
    #[serde(default)]
    #[param(example = "shops")]
    query: Option<String>,
    /// Only those with a tag.
    #[serde(default)]
    #[param(example = "idea")]
    tag: Option<String>,
    /// Only those about an instrument.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "PUFFN")]
    symbol: Option<Symbol>,
}

/// The player's notes, most recently changed first.
#[utoipa::path(get, path = "/api/v1/me/notes", tag = "Players", params(NotesParams),
    responses((status = 200, description = "At most 500 notes", body = Vec<NoteView>)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Query(params): Query<NotesParams>,
) -> Result<Json<Vec<NoteView>>> {
    let notes = app.store.list_notes(session.player, NOTES_MAX).await?;
    let found = notes.into_iter().filter(|note| params.finds(note));
    Ok(Json(found.map(view).collect()))
}

impl NotesParams {
    fn finds(&self, note: &NoteRecord) -> bool {
        let text = note.text.to_lowercase();
        let query = self.query.as_deref().unwrap_or_default().to_lowercase();
        let mut words = query.split_whitespace();
        let has = |word: &str| {
            let in_symbol = note
                .symbol
                .is_some_and(|symbol| symbol.as_str().eq_ignore_ascii_case(word));
            in_symbol || text.contains(word) || note.tags.iter().any(|tag| tag.contains(word))
        };
        let tag = self.tag.as_deref().map(|tag| tag.trim().to_lowercase());
        words.all(has)
            && tag.is_none_or(|tag| tag.is_empty() || note.tags.contains(&tag))
            && self.symbol.is_none_or(|symbol| note.symbol == Some(symbol))
    }
}

/// Writes a note.
#[utoipa::path(post, path = "/api/v1/me/notes", tag = "Players",
    request_body(content = NoteRequest, example = json!({"symbol": "PUFFN", "text": "Ask at the shop.", "tags": "idea shops"})),
    responses((status = 201, description = "The note", body = NoteView),
        (status = 422, description = "A text that is empty or too long, a tag too many, or a note too many",
            body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<NoteRequest>,
) -> Result<(StatusCode, Json<NoteView>)> {
    let (text, tags) = check(&app, &request)?;
    let there = app.store.list_notes(session.player, NOTES_MAX).await?;
    if there.len() >= usize::try_from(NOTES_MAX).unwrap_or(usize::MAX) {
        return Err(
            ApiError::field("text", "You have 500 notes already. Delete one first.").into(),
        );
    }
    let now = app.clock.now();
    let note = NoteRecord {
        player: session.player,
        id: random_id(),
        symbol: request.symbol,
        text,
        tags,
        created_at: now,
        changed_at: now,
    };
    app.store.store_note(&note).await?;
    Ok((StatusCode::CREATED, Json(view(note))))
}

/// Rewrites a note.
#[utoipa::path(put, path = "/api/v1/me/notes/{key}", tag = "Players",
    params(("key" = i64, Path, description = "Its id", example = 12)),
    request_body = NoteRequest,
    responses((status = 200, description = "The note after it", body = NoteView),
        (status = 404, description = "The player has no such note", body = ApiError),
        (status = 422, description = "A text that is empty or too long, or a tag too many", body = ApiError)))]
pub async fn change(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<i64>,
    Body(request): Body<NoteRequest>,
) -> Result<Json<NoteView>> {
    let notes = app.store.list_notes(session.player, NOTES_MAX).await?;
    let known = notes.into_iter().find(|note| note.id == id);
    let known = known.ok_or_else(missing)?;
    let (text, tags) = check(&app, &request)?;
    let note = NoteRecord {
        symbol: request.symbol,
        text,
        tags,
        changed_at: app.clock.now(),
        ..known
    };
    app.store.store_note(&note).await?;
    Ok(Json(view(note)))
}

/// Deletes a note.
#[utoipa::path(delete, path = "/api/v1/me/notes/{key}", tag = "Players",
    params(("key" = i64, Path, description = "Its id", example = 12)),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "The player has no such note", body = ApiError)))]
pub async fn delete(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<i64>,
) -> Result<StatusCode> {
    if !app.store.delete_note(session.player, id).await? {
        return Err(missing());
    }
    Ok(StatusCode::NO_CONTENT)
}

fn missing() -> Error {
    Error::not_found("such note of yours")
}

/// The text and the tags as they are stored.
fn check(app: &App, request: &NoteRequest) -> Result<(String, Vec<String>)> {
    let known = |symbol| app.markets.instruments().find(symbol).is_some();
    if request.symbol.is_some_and(|symbol| !known(symbol)) {
        return Err(ApiError::field("symbol", "is not the symbol of an instrument").into());
    }
    Ok((checked_text(&request.text)?, checked_tags(&request.tags)?))
}

fn checked_text(text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let plain = |c: char| !c.is_control() || c == '\n' || c == '\t';
    let wrong = if !(1..=TEXT_MAX).contains(&text.chars().count()) {
        "must have 1 to 4,000 characters"
    } else if !text.chars().all(plain) {
        "has a control character: write it without"
    } else if seen(text, true).is_empty() {
        "has no visible characters"
    } else {
        return Ok(text.to_owned());
    };
    Err(ApiError::field("text", wrong).into())
}

/// Words in small letters, each once, in their order.
fn checked_tags(text: &str) -> Result<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let words = words.map(|word| word.trim_start_matches('#').to_lowercase());
    for word in words.filter(|word| !word.is_empty()) {
        let plain = word
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if !plain || word.chars().count() > TAG_MAX {
            let said = "must be words of letters, digits and hyphens, at most 30 characters each";
            return Err(ApiError::field("tags", said).into());
        }
        if !tags.contains(&word) {
            tags.push(word);
        }
    }
    if tags.len() > TAGS_MAX {
        return Err(ApiError::field("tags", "must be at most 10").into());
    }
    Ok(tags)
}

fn view(note: NoteRecord) -> NoteView {
    NoteView {
        id: note.id.to_string(),
        symbol: note.symbol,
        html: markdown::to_html(&note.text),
        text: note.text,
        tags: note.tags,
        created_at: note.created_at,
        changed_at: note.changed_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_words_in_small_letters_each_once() {
        let tags = checked_tags("#Idea, shops  idea Größe").unwrap();
        assert_eq!(tags, ["idea", "shops", "größe"]);
        assert!(checked_tags("a<b>").is_err());
        assert!(checked_tags("1 2 3 4 5 6 7 8 9 10 11").is_err());
        assert_eq!(checked_tags(" , ").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_text_is_refused_for_what_is_wrong_with_it() {
        let said = |text: &str| checked_text(text).unwrap_err().answer().message.clone();
        assert!(said(" ").contains("1 to 4,000"), "{}", said(" "));
        let long = "x".repeat(TEXT_MAX + 1);
        assert!(said(&long).contains("1 to 4,000"));
        assert!(said("a\0b").contains("control character"));
        for hidden in ["\u{200b}", "\u{202e}\u{200b}"] {
            assert!(said(hidden).contains("no visible characters"));
        }
    }

    #[test]
    fn a_text_keeps_its_lines_and_nothing_that_is_not_text() {
        assert_eq!(checked_text(" a\r\nb \n").unwrap(), "a\nb");
        assert!(checked_text("a\u{7}").is_err());
        assert!(checked_text("  ").is_err());
        assert!(checked_text(&"x".repeat(4_001)).is_err());
    }
}
