//! The way back to the page that a form was sent from.

use axum::http::{HeaderMap, Uri, header};
use domain::api::ErrorCode;
use web::address::{and_then, is_ours};

/// The page that a form was sent from.
#[derive(Debug)]
pub struct WayBack {
    path: String,
    /// Where its own form leads on to.
    next: Option<String>,
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
            authority.is_some() && authority == host && is_ours(uri.path())
        });
        let Some(uri) = ours else {
            return Self {
                path: page.to_owned(),
                next: None,
            };
        };
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let next = query.into_owned().find(|(name, _)| name == "next");
        Self {
            path: uri.path().to_owned(),
            next: next.map(|(_, next)| next),
        }
    }

    /// The page's path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of the page that shows what went wrong, and its address. Who is not logged in any
    /// more goes to log in first, and comes back then.
    pub fn after(self, failure: ErrorCode) -> (String, String) {
        if failure == ErrorCode::Unauthorized {
            let address = and_then("/login", &self.path);
            return ("/login".to_owned(), address);
        }
        // The page of a guest's button shows no errors.
        if failure == ErrorCode::InsecureConnection {
            return ("/login".to_owned(), "/login".to_owned());
        }
        let address = match &self.next {
            Some(next) => and_then(&self.path, next),
            None => self.path.clone(),
        };
        (self.path, address)
    }
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
    fn a_failed_form_goes_back_to_its_page_and_keeps_where_it_leads() {
        let from =
            headers("http://game.example:8080/login?next=%2Fmarket%3Fpage%3D2%26query%3Da&x=y");
        let (page, address) = WayBack::of(&from, "/x").after(ErrorCode::WrongCredentials);
        assert_eq!(page, "/login");
        assert_eq!(address, "/login?next=%2Fmarket%3Fpage%3D2%26query%3Da");
        let (page, address) = WayBack::of(&from, "/x").after(ErrorCode::Unauthorized);
        assert_eq!(
            (page.as_str(), address.as_str()),
            ("/login", "/login?next=%2Flogin")
        );
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
}
