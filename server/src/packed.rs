//! Answers whose content never changes: kept in memory, compressed at most once.

use std::io::Write;
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::assets::{accepts, matches};

/// Bytes of the entity tag, of the 32 of the content's hash.
const TAG_BYTES: usize = 16;

/// A file in memory.
#[derive(Debug)]
pub struct Packed {
    kind: HeaderValue,
    etag: HeaderValue,
    plain: Bytes,
    gzip: OnceLock<Bytes>,
}

impl Packed {
    /// A file of a media type.
    #[must_use]
    pub fn new(kind: &'static str, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let hash = Sha256::digest(&plain);
        let short = hex::encode(&hash[..TAG_BYTES]);
        let etag = HeaderValue::from_str(&format!("\"{short}\""));
        Self {
            kind: HeaderValue::from_static(kind),
            // Hexadecimal digits are always a header.
            etag: etag.unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
            plain,
            gzip: OnceLock::new(),
        }
    }

    /// The file, compressed for clients that accept gzip; 304 for those that have it.
    pub async fn answer(&'static self, headers: &HeaderMap) -> Response {
        let known = self.etag.to_str().is_ok_and(|etag| matches(headers, etag));
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.body(accepts(headers, "gzip")).await
        };
        let answered = response.headers_mut();
        answered.insert(header::ETAG, self.etag.clone());
        let revalidate = HeaderValue::from_static("no-cache");
        answered.insert(header::CACHE_CONTROL, revalidate);
        let vary = HeaderValue::from_static("accept-encoding");
        answered.insert(header::VARY, vary);
        response
    }

    async fn body(&'static self, gzip: bool) -> Response {
        let kind = [(header::CONTENT_TYPE, self.kind.clone())];
        if !gzip {
            return (kind, self.plain.clone()).into_response();
        }
        let packed = self.gzip().await;
        // Pictures do not get smaller.
        if packed.len() >= self.plain.len() {
            return (kind, self.plain.clone()).into_response();
        }
        let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
        (kind, encoding, packed).into_response()
    }

    /// Compressing takes too long for a thread that serves others, and runs to its end even if the
    /// client goes away: it happens once.
    async fn gzip(&'static self) -> Bytes {
        if let Some(packed) = self.gzip.get() {
            return packed.clone();
        }
        let packing = tokio::task::spawn_blocking(move || {
            self.gzip.get_or_init(|| pack(&self.plain)).clone()
        });
        packing.await.unwrap_or_else(|_| self.plain.clone())
    }
}

/// The plain bytes when they cannot be compressed.
fn pack(plain: &Bytes) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
    packed.map_or_else(|_| plain.clone(), Bytes::from)
}
