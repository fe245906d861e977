//! The choice of light or dark, kept in a cookie that the page may read and change.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::way_back::{WayBack, is_local};
use super::{fields, redirect};
use crate::error::Result;

/// Keeps the theme that was chosen; anything but the two forgets it.
pub async fn choose(request: Request) -> Result<Response> {
    let back = WayBack::of(request.headers(), "/");
    let fields = fields(request).await?;
    let cookie = match fields.get("theme").map(String::as_str) {
        Some("light") => "theme=light; Path=/; SameSite=Lax; Max-Age=31536000",
        Some("dark") => "theme=dark; Path=/; SameSite=Lax; Max-Age=31536000",
        _ => "theme=; Path=/; SameSite=Lax; Max-Age=0",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
    let next = fields.get("next").filter(|next| is_local(next));
    redirect(next.map_or(back.path(), String::as_str), &headers)
}
