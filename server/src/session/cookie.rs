//! The cookies of this server: read and written.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::SessionConfig;
use crate::error::{Error, Result};

const SECONDS_PER_DAY: u32 = 86_400;

/// The value of a cookie that a request carries; the first of several of that name.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    find_all(headers, name).next()
}

/// Every value that a request carries under a name: a browser sends one for each path and domain
/// that a cookie was set for.
pub fn find_all<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    // Other cookies of the line may hold bytes that are no text.
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.split_once('='));
    pairs
        .filter(move |(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

/// A cookie that keeps a session's token as long as the session slides.
///
/// # Errors
/// When it is not of characters that a header can hold.
pub fn keep(config: &SessionConfig, token: &str) -> Result<HeaderValue> {
    keep_days(
        config,
        &config.cookie_name,
        token,
        u32::from(config.sliding_days),
    )
}

/// A cookie that is kept for some days.
///
/// # Errors
/// When it is not of characters that a header can hold.
pub fn keep_days(
    config: &SessionConfig,
    name: &str,
    value: &str,
    days: u32,
) -> Result<HeaderValue> {
    keep_seconds(config, name, value, days * SECONDS_PER_DAY)
}

/// A cookie that is kept for some seconds.
///
/// # Errors
/// When it is not of characters that a header can hold.
pub fn keep_seconds(
    config: &SessionConfig,
    name: &str,
    value: &str,
    seconds: u32,
) -> Result<HeaderValue> {
    set(config, name, value, &format!("; Max-Age={seconds}"))
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
        let beside = HeaderValue::from_bytes("foo=é; yours=4".as_bytes()).unwrap();
        headers.append(header::COOKIE, beside);
        assert_eq!(find(&headers, "yours"), Some("4"));
    }

    #[test]
    fn all_cookies_of_a_name_are_found_in_their_order() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; b=2; a=3"));
        headers.append(header::COOKIE, HeaderValue::from_static("a=4"));
        assert_eq!(find_all(&headers, "a").collect::<Vec<_>>(), ["1", "3", "4"]);
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
