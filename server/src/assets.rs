//! The built site: scripts, WebAssembly, styles, pictures. Embedded in a release build and served
//! from memory; a debug build reads it from disk, so that pages can be rebuilt beside it.

use std::borrow::Cow;
use std::sync::OnceLock;

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;
use serde_json::{Map, Value};
use web::PageAssets;
use web::assets::APP_MANIFEST;
use web::language::Language;

use crate::app::App;
use crate::error::Error;

/// Where the files are served.
const PREFIX: &str = "/assets";
/// Files are named by their content: what a name stands for never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Everything in `target/site` but the desktop's launcher.
#[derive(Embed)]
#[folder = "../target/site"]
#[include = "app/*"]
#[include = "manifest.json"]
#[allow_missing = true]
struct Site;

/// The files, an icon and the word for robots.
pub fn routes() -> Router<App> {
    Router::new()
        .route(&format!("{PREFIX}/{{*name}}"), get(file))
        .route(&format!("/{APP_MANIFEST}"), get(app_manifest))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(robots))
}

/// The names of the built files; none before the site is built.
#[must_use]
pub fn page_assets() -> PageAssets {
    static EMBEDDED: OnceLock<PageAssets> = OnceLock::new();
    // What is read from disk may be built anew at any time.
    if cfg!(debug_assertions) {
        read_manifest()
    } else {
        EMBEDDED.get_or_init(read_manifest).clone()
    }
}

fn read_manifest() -> PageAssets {
    let manifest = Site::get("manifest.json");
    let assets: Option<PageAssets> =
        manifest.and_then(|manifest| serde_json::from_slice(&manifest.data).ok());
    let mut assets = assets.unwrap_or_default();
    assets.version = version_of(&assets);
    assets
}

/// The version of the pages: another one when anything in them is another.
#[must_use]
pub fn version() -> String {
    page_assets().version
}

fn version_of(assets: &PageAssets) -> String {
    let built = assets
        .boot
        .trim_start_matches("boot-")
        .trim_end_matches(".js");
    let version = env!("CARGO_PKG_VERSION");
    if built.is_empty() {
        version.to_owned()
    } else {
        format!("{version}-{built}")
    }
}

/// How a file can be sent, the smallest first, and what its name then ends with.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

async fn file(name: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    // The rejection is a name that is not UTF-8.
    let Ok(Path(name)) = name else {
        return Error::not_found("such file").into_response();
    };
    let packed = ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending));
    let plain = if packed { None } else { find(&name) };
    let Some(plain) = plain else {
        return Error::not_found("such file").into_response();
    };
    let etag = etag(&plain);
    let mut response = if matches(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let smaller = ENCODINGS
            .iter()
            .filter(|(encoding, _)| accepts(&headers, encoding));
        let mut smaller = smaller.filter_map(|(encoding, ending)| {
            Some((Some(*encoding), find(&format!("{name}{ending}"))?))
        });
        let (encoding, file) = smaller.next().unwrap_or((None, plain));
        body(&name, encoding, file)
    };
    let headers = response.headers_mut();
    let caching = if is_named_by_content(&name) {
        FOR_EVER
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn find(name: &str) -> Option<EmbeddedFile> {
    Site::get(&format!("app/{name}"))
}

fn body(name: &str, encoding: Option<&'static str>, file: EmbeddedFile) -> Response {
    let kind = [(header::CONTENT_TYPE, content_type(name))];
    let mut response = match file.data {
        Cow::Borrowed(bytes) => (kind, bytes).into_response(),
        Cow::Owned(bytes) => (kind, bytes).into_response(),
    };
    if let Some(encoding) = encoding {
        let encoding = HeaderValue::from_static(encoding);
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

/// The media type of a file, by its name.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// `name-0123456789abcdef.ending`.
fn is_named_by_content(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() >= 8 && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    format!("\"{}\"", hex::encode(&hash[..16]))
}

/// Whether a client says that it has this very answer.
pub fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    known.is_some_and(|known| {
        known.split(',').any(
            |one| matches!(one.trim().trim_start_matches("W/"), one if one == etag || one == "*"),
        )
    })
}

/// Whether a client takes an encoding: it names it, without the weight zero.
pub fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().trim_start_matches("q=").trim();
        name.trim().eq_ignore_ascii_case(encoding) && weight.parse::<f32>().is_ok_and(|q| q > 0.0)
    })
}

/// The language of the description of the app.
#[derive(Debug, Default, Deserialize)]
struct AppLanguage {
    language: Option<String>,
}

/// What a device needs to install the game as an app. The address carries the page's language, because browsers
/// request it without cookies. Browsers must revalidate it, so that they notice a new version's description.
async fn app_manifest(asked: Result<Query<AppLanguage>, QueryRejection>) -> Response {
    let tag = asked.ok().and_then(|Query(asked)| asked.language);
    let language = tag.and_then(|tag| Language::from_tag(&tag));
    let built = page_assets()
        .files
        .get(APP_MANIFEST)
        .and_then(|name| find(name));
    let told = built.and_then(|file| told_in(language.unwrap_or_default(), &file.data));
    let Some(told) = told else {
        return Error::not_found("such file").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, told).into_response()
}

/// The built description of the app with its words in a language.
fn told_in(language: Language, built: &[u8]) -> Option<String> {
    let mut told: Map<String, Value> = serde_json::from_slice(built).ok()?;
    for (name, words) in [
        ("lang", language.tag()),
        ("dir", language.direction()),
        ("description", language.app_description()),
    ] {
        told.insert(name.to_owned(), words.into());
    }
    serde_json::to_string(&told).ok()
}

async fn favicon() -> Response {
    let assets = page_assets();
    let icon = ["favicon.ico", "favicon.svg", "icon.svg"]
        .iter()
        .find_map(|icon| assets.files.get(*icon));
    match icon {
        Some(icon) => Redirect::temporary(&format!("{PREFIX}/{icon}")).into_response(),
        None => Error::not_found("icon").into_response(),
    }
}

async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /api/\nDisallow: /forms/\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_named_by_content("web_bg-0123456789abcdef.wasm"));
        for name in [
            "launcher.css",
            "web_bg.wasm",
            "lightweight-charts.js",
            "a-1234.js",
        ] {
            assert!(!is_named_by_content(name), "{name}");
        }
    }

    #[test]
    fn the_app_is_described_in_the_language_of_the_page() {
        let told = told_in(Language::German, br#"{"name":"Tickerquest","id":"/"}"#).unwrap();
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["name"], "Tickerquest");
        assert_eq!(told["id"], "/");
        assert_eq!(told["lang"], "de");
        let words = told["description"].as_str().unwrap();
        assert!(words.contains("Spielgeld"), "{words}");
    }

    #[test]
    fn an_encoding_is_taken_when_it_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "accept-encoding",
            HeaderValue::from_static("gzip, br;q=0, zstd;q=0.5"),
        );
        assert!(accepts(&headers, "gzip"));
        assert!(!accepts(&headers, "br"));
        assert!(accepts(&headers, "zstd"));
        assert!(!accepts(&headers, "deflate"));
    }
}
