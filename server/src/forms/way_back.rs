//! The way back to the page that a form was sent from, with what went wrong.

use axum::http::{HeaderMap, Uri, header};
use domain::api::{ApiError, ErrorCode};

use super::{Fields, SECRET};

/// Characters of a field that are carried back; longer ones are left out.
const FIELD_MAX: usize = 600;

/// The page that a form was sent from.
#[derive(Debug)]
pub struct WayBack {
    path: String,
    /// What the page was asked for, without what an earlier failure added.
    query: Vec<(String, String)>,
}

impl WayBack {
    /// The page that the browser names, if it is ours, else `page`.
    pub fn of(headers: &HeaderMap, page: &str) -> Self {
        let referer = headers
            .get(header::REFERER)
            .and_then(|referer| referer.to_str().ok());
        let referer = referer.and_then(|referer| referer.parse::<Uri>().ok());
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let ours = referer.filter(|uri| {
            let authority = uri.authority().map(|authority| authority.as_str());
            authority.is_some() && authority == host && is_local(uri.path())
        });
        let Some(uri) = ours else {
            return Self {
                path: page.to_owned(),
                query: Vec::new(),
            };
        };
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let kept = query.into_owned().filter(|(name, _)| name == "next");
        Self {
            path: uri.path().to_owned(),
            query: kept.collect(),
        }
    }

    /// The page's path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address of the page, with the error and the fields as they were, secrets left out.
    /// Who is not logged in any more goes to log in first, and comes back then.
    pub fn with_error(self, error: &ApiError, fields: &Fields) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let said = [
            ("error", error.code.as_str()),
            ("message", error.message.as_str()),
        ];
        if error.code == ErrorCode::Unauthorized {
            query.append_pair("next", &self.path).extend_pairs(said);
            return format!("/login?{}", query.finish());
        }
        query.extend_pairs(self.query).extend_pairs(said);
        for wrong in &error.fields {
            query.append_pair(&format!("field.{}", wrong.field), &wrong.message);
        }
        let shown = fields.iter().filter(|(name, value)| {
            let own = !SECRET.contains(&name.as_str()) && name.as_str() != "next";
            own && !name.starts_with("field.") && value.len() <= FIELD_MAX
        });
        query.extend_pairs(shown);
        format!("{}?{}", self.path, query.finish())
    }
}

/// Whether a text is a path on this server. Browsers take `//x` and `/\x` for another host.
pub fn is_local(path: &str) -> bool {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    plain && path.starts_with('/') && !path.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(referer: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("host", "game.example:8080".parse().unwrap());
        headers.insert("referer", referer.parse().unwrap());
        headers
    }

    #[test]
    fn a_failed_form_goes_back_to_its_page_without_secrets() {
        let from = headers("http://game.example:8080/login?next=%2Fportfolio&error=old");
        let error = ApiError::new(ErrorCode::WrongCredentials, "No & no.");
        let fields = [("login", "ada"), ("password", "secret")];
        let fields = fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let back = WayBack::of(&from, "/x").with_error(&error, &fields);
        let expected =
            "/login?next=%2Fportfolio&error=wrong_credentials&message=No+%26+no.&login=ada";
        assert_eq!(back, expected);
    }

    #[test]
    fn another_site_is_no_way_back() {
        for referer in [
            "http://evil.example/login",
            "/login",
            "http://game.example/login",
        ] {
            assert_eq!(
                WayBack::of(&headers(referer), "/login").path,
                "/login",
                "{referer}"
            );
        }
        assert_eq!(
            WayBack::of(&headers("http://game.example:8080//x"), "/login").path,
            "/login"
        );
    }

    #[test]
    fn only_paths_of_ours_are_local() {
        assert!(is_local("/market?query=a%20b"));
        for path in [
            "",
            "market",
            "//evil.example",
            "/\\evil.example",
            "http://evil.example",
            "/a\r\nb",
        ] {
            assert!(!is_local(path), "{path:?}");
        }
    }
}
