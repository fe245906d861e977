//! The second factor of a player: asked for after the password, by a code or a recovery code.

use data_encoding::BASE32_NOPAD;
use domain::api::{ApiError, ErrorCode};
use domain::{Hash, PlayerId};
use sha2::{Digest as _, Sha256};

use super::totp;
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::protection::SecondFactor;

/// Recovery codes of a second factor.
const CODES: usize = 10;
/// Random bytes of a recovery code: 16 letters of base 32.
const CODE_LEN: usize = 10;
const LETTERS_OF_A_GROUP: usize = 4;
/// What secrets are sealed for.
const PURPOSE: &str = "second factor";

/// Lets pass whoever has no second factor, or knows its code. A code is good once.
///
/// # Errors
/// `second_factor_required` without a code, a field error with a wrong one.
pub async fn check(app: &App, player: PlayerId, code: Option<&str>) -> Result<()> {
    let factor = app.store.find_second_factor(player).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(());
    };
    let Some(typed) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        let message = "Type the code that your authenticator shows, or one of your recovery codes.";
        return Err(Error::new(ErrorCode::SecondFactorRequired, message));
    };
    if passes(app, player, &factor, typed).await? {
        return Ok(());
    }
    Err(wrong_code())
}

async fn passes(app: &App, player: PlayerId, factor: &SecondFactor, typed: &str) -> Result<bool> {
    let secret = open(app, factor)?;
    let now = app.clock.now().seconds();
    if let Some(step) = totp::step_of(&secret, typed, now) {
        return Ok(app.store.use_step(player, step).await?);
    }
    let code = hash(player, typed);
    Ok(app.store.use_recovery_code(player, code).await?)
}

/// Begins a second factor; the secret. It counts once [`confirm`] has seen a code of it.
///
/// # Errors
/// `not_possible` when there is one already.
pub async fn begin(app: &App, player: PlayerId) -> Result<[u8; totp::SECRET_LEN]> {
    let secret = totp::new_secret();
    let sealed = app.seal.lock(PURPOSE, &secret);
    let sealed = sealed.ok_or_else(|| Error::internal("a secret cannot be sealed"))?;
    if app.store.begin_second_factor(player, &sealed).await? {
        return Ok(secret);
    }
    let message = "You have a second factor already. Turn it off first.";
    Err(Error::new(ErrorCode::NotPossible, message))
}

/// Makes a second factor count; its recovery codes, with blanks between.
///
/// # Errors
/// A field error with a wrong code; `not_possible` when none was begun.
pub async fn confirm(app: &App, player: PlayerId, typed: &str) -> Result<String> {
    let factor = app.store.find_second_factor(player).await?;
    let not_begun = || {
        let message = "No second factor is waiting for its first code.";
        Error::new(ErrorCode::NotPossible, message)
    };
    let factor = factor.filter(|factor| factor.confirmed_at.is_none());
    let factor = factor.ok_or_else(not_begun)?;
    let secret = open(app, &factor)?;
    let now = app.clock.now();
    let step = totp::step_of(&secret, typed, now.seconds()).ok_or_else(wrong_code)?;
    let codes: Vec<String> = (0..CODES).map(|_| new_code()).collect();
    let hashes: Vec<Hash> = codes.iter().map(|code| hash(player, code)).collect();
    let confirmed = app.store.confirm_second_factor(player, step, &hashes, now);
    if !confirmed.await? {
        return Err(not_begun());
    }
    Ok(codes.join(" "))
}

/// The secret of a stored factor.
///
/// # Errors
/// 500 when it was sealed with another key.
pub fn open(app: &App, factor: &SecondFactor) -> Result<Vec<u8>> {
    let secret = app.seal.unlock(PURPOSE, &factor.secret);
    secret.ok_or_else(|| Error::internal("a second factor cannot be unsealed"))
}

fn new_code() -> String {
    let random: [u8; CODE_LEN] = rand::random();
    let letters = BASE32_NOPAD.encode(&random).to_lowercase();
    let letters: Vec<char> = letters.chars().collect();
    let groups = letters.chunks(LETTERS_OF_A_GROUP);
    let groups: Vec<String> = groups.map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// Codes are random, so a plain digest is enough. Blanks, dashes and case do not matter.
fn hash(player: PlayerId, typed: &str) -> Hash {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    let code: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    Sha256::digest(format!("tickerquest recovery code\n{player}\n{code}")).into()
}

fn wrong_code() -> Error {
    let message = "is not right, or was used before; wait for the next one";
    ApiError::field("code", message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = new_code();
        assert_eq!(code.len(), 19, "{code}");
        let player = PlayerId(7);
        assert_eq!(
            hash(player, &code),
            hash(player, &code.to_uppercase().replace('-', " "))
        );
        assert_ne!(hash(player, &code), hash(PlayerId(8), &code));
        assert_ne!(hash(player, &code), hash(player, &new_code()));
    }
}
