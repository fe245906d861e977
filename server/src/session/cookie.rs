//! The cookies of this server: read and written.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::SessionConfig;
use crate::error::{Error, Result};

const SECONDS_PER_DAY: u32 = 86_400;

/// The value of a cookie that a request carries.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

/// A cookie that keeps a session's token as long as the session slides.
///
/// # Errors
/// When it is not of characters that a header can hold.
pub fn keep(config: &SessionConfig, token: &str) -> Result<HeaderValue> {
    let seconds = u32::from(config.sliding_days) * SECONDS_PER_DAY;
    set(
        config,
        &config.cookie_name,
        token,
        &format!("; Max-Age={seconds}"),
    )
}

/// A cookie that takes the session away from the browser.
///
/// # Errors
/// When its name is not of characters that a header can hold.
pub fn clear(config: &SessionConfig) -> Result<HeaderValue> {
    set(config, &config.cookie_name, "", "; Max-Age=0")
}

/// A cookie that ends with the browser's own session.
///
/// # Errors
/// When it is not of characters that a header can hold.
pub fn until_closed(config: &SessionConfig, name: &str, value: &str) -> Result<HeaderValue> {
    set(config, name, value, "")
}

fn set(config: &SessionConfig, name: &str, value: &str, age: &str) -> Result<HeaderValue> {
    let secure = if config.secure_cookie { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/{age}{secure}");
    HeaderValue::from_str(&cookie).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("theme=dark; mine=1.2.3"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("other = x"));
        assert_eq!(find(&headers, "mine"), Some("1.2.3"));
        assert_eq!(find(&headers, "other"), Some("x"));
        assert_eq!(find(&headers, "min"), None);
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_the_cookie() {
        let config = SessionConfig {
            secure_cookie: true,
            ..SessionConfig::default()
        };
        let cookie = keep(&config, "1.2.3").unwrap();
        let expected = "tickerquest=1.2.3; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000; Secure";
        assert_eq!(cookie, expected);
    }
}
