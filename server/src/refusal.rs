//! What a browser shows where a page or a form was refused before any page could say so: a page of its own,
//! which costs next to nothing, as many may be asked for at once.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::api::ApiError;
use web::language::Language;

use crate::mail::escaped;
use crate::metrics::Cause;
use crate::offline;

/// Bytes of the longest error.
const ERROR_MAX: usize = 16 * 1_024;
/// What programs ask for, whatever they accept.
const FOR_PROGRAMS: [&str; 3] = ["/api", "/health", "/metrics"];

/// Whether a browser shows the answer to its player.
pub fn is_shown(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    let path = request.uri().path();
    accept.is_some_and(|accept| accept.contains("text/html"))
        && !FOR_PROGRAMS.iter().any(|begin| path.starts_with(begin))
}

/// An answer, as a page where it is an error.
pub async fn shown(response: Response, language: Language) -> Response {
    let is_error = response.extensions().get::<Cause>().is_some();
    if !is_error || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_MAX).await else {
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        return Response::from_parts(parts, Body::empty());
    };
    let Ok(error) = serde_json::from_slice::<ApiError>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, offline::POLICY),
    ] {
        parts.headers.insert(name, HeaderValue::from_static(value));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page(&error, language)))
}

fn page(error: &ApiError, language: Language) -> String {
    let words = language.refusal_words(error);
    // The message comes last: it may repeat what was asked.
    include_str!("refusal/page.html")
        .replace("LANGUAGE", words.tag)
        .replace("TITLE", words.title)
        .replace("START", words.to_start)
        .replace("MESSAGE", &escaped(&words.message))
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use domain::api::ErrorCode;

    use super::*;
    use crate::error::Error;

    fn asked(path: &str, accept: &str) -> bool {
        let request = Request::builder().uri(path).header("accept", accept);
        is_shown(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_its_data() {
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assert!(asked("/market", browser) && asked("/forms/login", browser));
        assert!(!asked("/market", "*/*") && !asked("/market", "application/json"));
        assert!(!asked("/api/v1/me", browser) && !asked("/health/live", browser));
    }

    #[test]
    fn the_page_is_in_the_language_of_the_browser() {
        let error = ApiError::new(ErrorCode::RateLimited, "That was a lot at once.");
        let page = page(&error, Language::German);
        assert!(page.contains("<html lang=\"de\">"), "{page}");
        assert!(page.contains("<h1>Zu viele Anfragen</h1>"), "{page}");
        assert!(page.contains("60 Sekunden"), "{page}");
    }

    #[tokio::test]
    async fn an_error_is_a_page_that_repeats_nothing_as_html() {
        let error = Error::new(ErrorCode::CrossSite, "Sent by <script>x</script>.");
        let response = shown(error.into_response(), Language::English).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert_eq!(
            response.headers()["content-type"],
            "text/html; charset=utf-8"
        );
        let body = to_bytes(response.into_body(), ERROR_MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("<h1>This came from another site</h1>"));
        assert!(body.contains("&lt;script&gt;") && !body.contains("<script>"));
        let fine = shown("fine".into_response(), Language::English).await;
        let body = to_bytes(fine.into_body(), ERROR_MAX).await.unwrap();
        assert_eq!(body, "fine");
    }
}
