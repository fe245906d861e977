//! One spelling of every name and password: what is looked up, counted, hashed and stored.
//!
//! Passwords follow the profile OpaqueString of RFC 8265 (PRECIS), handles UsernameCasePreserved with
//! ASCII only. E-mail addresses have one form of each letter (NFKC) and of their domain (UTS 46), and may
//! hold nothing that cannot be seen.

use domain::text::is_invisible;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use precis_profiles::{OpaqueString, UsernameCasePreserved};
use unicode_normalization::UnicodeNormalization;

/// Characters of the longest handle.
pub const HANDLE_MAX: usize = 20;
const HANDLE_MIN: usize = 3;
const EMAIL_MAX: usize = 254;
const LOCAL_MAX: usize = 64;

/// The name that someone logs in with, as names are compared.
#[must_use]
pub fn login(typed: &str) -> String {
    let address = one_spelling(typed);
    let handle = width_mapped(typed.trim()).filter(|_| !address.contains('@'));
    handle.unwrap_or(address).to_lowercase()
}

/// A password in the one form in which it is hashed.
///
/// # Errors
/// What is wrong with it.
pub fn password(typed: &str) -> Result<String, &'static str> {
    let prepared = OpaqueString::enforce(typed);
    prepared
        .map(|prepared| prepared.into_owned())
        .map_err(|_| "must have letters, digits, signs and spaces only")
}

/// An e-mail address in the one form in which it is stored. Only its shape is checked: whether it
/// exists is known when a letter has arrived.
///
/// # Errors
/// What is wrong with it.
pub fn email(typed: &str) -> Result<String, &'static str> {
    // Before the one spelling, which may leave such characters out.
    let hidden = typed.trim().contains(is_invisible);
    let email = one_spelling(typed);
    let (local, host) = email.rsplit_once('@').unwrap_or_default();
    let odd = |c: char| is_invisible(c) || c.is_whitespace() || "<>(),;:\\\"[]".contains(c);
    let part = |part: &str| !part.is_empty();
    let label = |label: &str| part(label) && !label.starts_with('-') && !label.ends_with('-');
    let shaped = local.split('.').all(part)
        && local.len() <= LOCAL_MAX
        && !local.contains('@')
        && host.contains('.')
        && host.split('.').all(label)
        && !hidden
        && !email.contains(odd);
    match email.chars().count() {
        0 => Err("is missing"),
        length if length > EMAIL_MAX => Err("must have at most 254 characters"),
        _ if shaped => Ok(email),
        _ => Err("must look like ada@example.org, with no spaces and nothing invisible"),
    }
}

/// An e-mail address with plain letters for wide ones, and with its domain in letters where it was typed
/// as `xn--`.
fn one_spelling(typed: &str) -> String {
    let plain: String = typed.trim().nfkc().collect();
    match plain.rsplit_once('@') {
        Some((local, host)) => format!("{local}@{}", idna::domain_to_unicode(host).0),
        None => plain,
    }
}

/// A handle in the one form in which it is stored.
///
/// # Errors
/// What is wrong with it.
pub fn handle(typed: &str) -> Result<String, &'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let handle = width_mapped(typed.trim()).unwrap_or_default();
    let fits = (HANDLE_MIN..=HANDLE_MAX).contains(&handle.len()) && handle.bytes().all(allowed);
    if !fits {
        return Err("must be 3 to 20 letters from a to z, digits, '_' or '-'");
    }
    if handle.bytes().all(|b| !b.is_ascii_alphanumeric()) {
        return Err("must have a letter or a digit");
    }
    Ok(handle)
}

/// Wide letters, as some keyboards type them, become plain ones.
fn width_mapped(typed: &str) -> Option<String> {
    let mapped = UsernameCasePreserved::enforce(typed).ok()?;
    Some(mapped.into_owned())
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
            assert_eq!(email(good).as_deref(), Ok(good));
        }
        let long = format!("{}@b.co", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@b",
            "@b.co",
            "a@",
            "a b@c.de",
            "a@b..co",
            "a@@b.co",
            "a@-b.co",
            "<a@b.co>",
            "a..b@c.de",
            ".a@b.co",
            "a.@b.co",
            &long,
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_with_what_cannot_be_seen_is_no_second_account() {
        for hidden in [
            '\u{200b}',
            '\u{feff}',
            '\u{ad}',
            '\u{2060}',
            '\u{202e}',
            '\u{e0041}',
        ] {
            assert!(
                email(&format!("a{hidden}b@example.org")).is_err(),
                "{hidden:?}"
            );
            assert!(
                email(&format!("ab@exam{hidden}ple.org")).is_err(),
                "{hidden:?}"
            );
        }
        assert_eq!(email("e\u{301}@b.co"), email("\u{e9}@b.co"));
        for same in [
            "ada@b\u{fc}cher.example",
            "ada@xn--bcher-kva.example",
            "\u{ff41}da\u{ff20}B\u{fc}cher\u{ff0e}example",
        ] {
            assert_eq!(email(same).as_deref(), Ok("ada@b\u{fc}cher.example"));
            assert_eq!(login(same), "ada@b\u{fc}cher.example");
        }
    }

    #[test]
    fn a_password_is_the_same_composed_and_decomposed() {
        assert_eq!(
            password("u\u{308}ber den Wolken"),
            password("\u{fc}ber den Wolken")
        );
        assert_eq!(
            password("three\u{a0}plain\u{3000}words").as_deref(),
            Ok("three plain words")
        );
        assert_eq!(password("Case Counts 🐒").as_deref(), Ok("Case Counts 🐒"));
        assert!(password("tab\tinside it").is_err());
    }

    #[test]
    fn every_spelling_of_a_name_is_looked_up_as_one() {
        for typed in ["ada", " Ada ", "ADA", "\u{ff41}\u{ff44}\u{ff41}"] {
            assert_eq!(login(typed), "ada", "{typed}");
        }
        assert_eq!(login("E\u{301}@B.co"), "\u{e9}@b.co");
        assert_eq!(handle("\u{ff21}da").as_deref(), Ok("Ada"));
        assert!(handle("аda").is_err(), "the first letter is Cyrillic");
        for lines in ["---", "___", "-_-_"] {
            assert_eq!(handle(lines), Err("must have a letter or a digit"));
        }
        assert!(handle("-a-").is_ok() && handle("_7_").is_ok());
    }
}
