//! What players may say of themselves, checked all at once, so that a form shows everything that
//! is wrong with it.

use domain::api::{ApiError, FieldError, RegisterRequest, UpgradeRequest};

use crate::api::player::{DEFAULT_CURRENCY, DEFAULT_LOCALE, Details};
use crate::error::Result;

/// Characters of the longest handle.
pub const HANDLE_MAX: usize = 20;
const HANDLE_MIN: usize = 3;
const EMAIL_MAX: usize = 254;
const PASSWORD_MIN: usize = 10;
const PASSWORD_MAX: usize = 128;
const LOCALE_MAX: usize = 35;

/// What a registration says, without the password.
///
/// # Errors
/// 422 that names every wrong field.
pub fn check_registration(request: &RegisterRequest) -> Result<Details> {
    let (email, handle) = (request.email.trim(), request.handle.trim());
    let region = given(request.region.as_deref());
    let locale = given(request.locale.as_deref()).unwrap_or(DEFAULT_LOCALE);
    let currency = given(request.base_currency.as_deref()).unwrap_or(DEFAULT_CURRENCY);
    refuse([
        ("email", email_problem(email)),
        ("handle", handle_problem(handle)),
        (
            "password",
            password_problem(&request.password, email, handle),
        ),
        ("region", region.and_then(region_problem)),
        ("locale", locale_problem(locale)),
        ("base_currency", currency_problem(currency)),
    ])?;
    Ok(Details {
        handle: handle.to_owned(),
        email: Some(email.to_owned()),
        password_hash: None,
        region: region.map(str::to_owned),
        locale: locale.to_owned(),
        base_currency: currency.to_owned(),
    })
}

/// The e-mail address and the handle of a guest who registers.
///
/// # Errors
/// 422 that names every wrong field.
pub fn check_upgrade(request: &UpgradeRequest) -> Result<(String, String)> {
    let (email, handle) = (request.email.trim(), request.handle.trim());
    refuse([
        ("email", email_problem(email)),
        ("handle", handle_problem(handle)),
        (
            "password",
            password_problem(&request.password, email, handle),
        ),
    ])?;
    Ok((email.to_owned(), handle.to_owned()))
}

/// A form sends an empty text for what was not chosen.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn refuse<const N: usize>(checked: [(&str, Option<&str>); N]) -> Result<()> {
    let wrong = checked.into_iter().filter_map(|(field, problem)| {
        problem.map(|problem| FieldError {
            field: field.to_owned(),
            message: problem.to_owned(),
        })
    });
    let wrong: Vec<FieldError> = wrong.collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(ApiError::fields(wrong).into())
    }
}

/// Only the shape: whether an address exists is known when a letter has arrived.
fn email_problem(email: &str) -> Option<&'static str> {
    let (local, host) = email.rsplit_once('@').unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]".contains(c);
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let shaped = !local.is_empty()
        && local.len() <= 64
        && !local.contains('@')
        && host.contains('.')
        && host.split('.').all(label)
        && !email.contains(odd);
    match email.len() {
        0 => Some("is missing"),
        length if length > EMAIL_MAX => Some("is longer than 254 characters"),
        _ => (!shaped).then_some("is not an e-mail address"),
    }
}

/// What is wrong with a handle.
pub fn handle_problem(handle: &str) -> Option<&'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let fits = (HANDLE_MIN..=HANDLE_MAX).contains(&handle.len()) && handle.bytes().all(allowed);
    (!fits).then_some("must be 3 to 20 letters, digits, '_' or '-'")
}

fn password_problem(password: &str, email: &str, handle: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
        return Some("must have 10 to 128 characters");
    }
    let lower = password.to_lowercase();
    let told = [email, handle]
        .iter()
        .any(|name| name.to_lowercase() == lower);
    told.then_some("must not be the e-mail address or the handle")
}

fn region_problem(region: &str) -> Option<&'static str> {
    let fits = region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase());
    (!fits).then_some("must be two capital letters such as DE")
}

fn locale_problem(locale: &str) -> Option<&'static str> {
    let subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    let language = locale.split('-').next().unwrap_or_default();
    let fits = locale.len() <= LOCALE_MAX
        && (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && locale.split('-').all(subtag);
    (!fits).then_some("must be a language tag such as en or de-CH")
}

fn currency_problem(currency: &str) -> Option<&'static str> {
    let fits = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    (!fits).then_some("must be three capital letters such as USD")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_shape_of_one() {
        for good in [
            "a@b.co",
            "first.last+tag@mail.example.org",
            "é@bücher.example",
        ] {
            assert_eq!(email_problem(good), None, "{good}");
        }
        let long = format!("{}@b.co", "a".repeat(65));
        for bad in [
            "", "a", "a@b", "@b.co", "a@", "a b@c.de", "a@b..co", "a@@b.co", "a@-b.co", "<a@b.co>",
            &long,
        ] {
            assert!(email_problem(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let request = RegisterRequest {
            email: "nope".into(),
            handle: "x".into(),
            password: "short".into(),
            region: Some("Germany".into()),
            locale: Some("EN!".into()),
            base_currency: Some("usd".into()),
            session: Default::default(),
        };
        let error = check_registration(&request).unwrap_err();
        let fields: Vec<_> = error
            .answer()
            .fields
            .iter()
            .map(|f| f.field.as_str())
            .collect();
        assert_eq!(
            fields,
            [
                "email",
                "handle",
                "password",
                "region",
                "locale",
                "base_currency"
            ]
        );
    }

    #[test]
    fn a_password_is_not_a_name() {
        assert!(password_problem("Ada@Example.org", "ada@example.org", "ada").is_some());
        assert!(password_problem("ADA-LOVELACE", "a@b.co", "ada-lovelace").is_some());
        assert_eq!(password_problem("ten ümläut", "a@b.co", "ada"), None);
        assert!(password_problem(&"x".repeat(129), "a@b.co", "ada").is_some());
    }
}
