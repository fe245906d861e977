//! Checks everything players say about themselves at once, so that a form shows all its errors.

use domain::api::{ApiError, FieldError, RegisterRequest, UpgradeRequest};
use web::language::Language;

use crate::api::player::{DEFAULT_CURRENCY, Details};
use crate::error::Result;
use crate::players::{handles, names, passwords};

const LOCALE_MAX: usize = 35;

/// The details of a registration in a language, and the password in the form to be hashed.
///
/// # Errors
/// 422 that names every wrong field.
pub fn check_registration(
    request: &RegisterRequest,
    language: Language,
) -> Result<(Details, String)> {
    let region = given(request.region.as_deref());
    let locale = given(request.locale.as_deref()).unwrap_or(language.tag());
    let currency = given(request.base_currency.as_deref()).unwrap_or(DEFAULT_CURRENCY);
    let mut wrong = Wrong::default();
    let (email, handle, password) = identity(
        &mut wrong,
        &request.email,
        &request.handle,
        &request.password,
    );
    wrong.note("region", region.and_then(region_problem));
    wrong.note("locale", locale_problem(locale));
    wrong.note("base_currency", currency_problem(currency));
    wrong.refuse()?;
    let details = Details {
        handle,
        email: Some(email),
        password_hash: None,
        region: region.map(str::to_owned),
        locale: locale.to_owned(),
        base_currency: currency.to_owned(),
    };
    Ok((details, password))
}

/// The e-mail address, the handle and the password of a guest who registers, as they are stored
/// and hashed.
///
/// # Errors
/// 422 that names every wrong field.
pub fn check_upgrade(request: &UpgradeRequest) -> Result<(String, String, String)> {
    let mut wrong = Wrong::default();
    let checked = identity(
        &mut wrong,
        &request.email,
        &request.handle,
        &request.password,
    );
    wrong.refuse()?;
    Ok(checked)
}

/// E-mail address, handle and password in canonical form; for a wrong one, only the problem.
fn identity(
    wrong: &mut Wrong,
    email: &str,
    handle: &str,
    password: &str,
) -> (String, String, String) {
    let own_names = [email.trim(), handle.trim()];
    let password = checked_password(password, own_names);
    (
        wrong.take("email", names::email(email)),
        wrong.take("handle", checked_handle(handle)),
        wrong.take("password", password),
    )
}

/// Collects the wrong fields.
#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn note(&mut self, field: &str, problem: Option<&str>) {
        self.0.extend(problem.map(|problem| FieldError {
            field: field.to_owned(),
            message: problem.to_owned(),
        }));
    }

    fn take(&mut self, field: &str, checked: std::result::Result<String, &str>) -> String {
        checked.unwrap_or_else(|problem| {
            self.note(field, Some(problem));
            String::new()
        })
    }

    fn refuse(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ApiError::fields(self.0).into())
        }
    }
}

/// Treats an empty text as absent, because a form sends one for anything not chosen.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn checked_handle(typed: &str) -> std::result::Result<String, &'static str> {
    let handle = names::handle(typed)?;
    if handles::is_refused(&handle) {
        return Err("is not available");
    }
    Ok(handle)
}

/// A password in canonical form, or what is wrong with it; `own_names` are the player's.
///
/// # Errors
/// What is wrong, in words for a form.
pub fn checked_password(
    typed: &str,
    own_names: [&str; 2],
) -> std::result::Result<String, &'static str> {
    let password = names::password(typed)?;
    match passwords::problem(&password, own_names) {
        Some(problem) => Err(problem),
        None => Ok(password),
    }
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

/// Accounts of every game are in this one.
fn currency_problem(currency: &str) -> Option<&'static str> {
    (currency != DEFAULT_CURRENCY).then_some("must be USD: the open league has no other currency")
}

#[cfg(test)]
mod tests {
    use super::*;

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
            leave_guest: false,
        };
        let error = check_registration(&request, Language::English).unwrap_err();
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
}
