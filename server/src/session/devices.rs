//! Devices on which a player has logged in before.
//!
//! Wrong passwords are limited per player, so anyone could lock a player out by guessing. A device
//! that the player has logged in on carries a signed cookie and has a limit of its own: guesses
//! from elsewhere do not count against it. The signature covers the stored password hash, so a new
//! password makes every device unknown.

use axum::http::HeaderValue;
use domain::PlayerId;

use super::cookie;
use crate::app::App;
use crate::client::Device;
use crate::error::Result;
use crate::seal::Seal;
use crate::store::PlayerRecord;

const PURPOSE: &str = "device";
/// Players whom one browser is known to; the one who logged in longest ago is forgotten.
const KEPT: usize = 5;
/// As long as browsers keep any cookie.
const DAYS: u32 = 400;

/// The cookie's name.
#[must_use]
pub fn cookie_name(session_cookie: &str) -> String {
    format!("{session_cookie}_devices")
}

/// The device's id if the player has logged in on it under the present password.
#[must_use]
pub fn find_known(app: &App, device: &Device, player: &PlayerRecord) -> Option<u64> {
    known(&app.seal, &device.marks, player)
}

/// The cookie by which the device is known from now on; none for a guest, who has no password.
///
/// # Errors
/// When the cookie's name is not of characters that a header can hold.
pub fn remember(app: &App, device: &Device, player: &PlayerRecord) -> Result<Option<HeaderValue>> {
    let Some(hash) = player.password_hash.as_deref() else {
        return Ok(None);
    };
    let id = find_known(app, device, player).unwrap_or_else(rand::random);
    let mine = write(&app.seal, player.id, id, hash);
    let marks = with(&device.marks, player.id, &mine);
    let name = cookie_name(&app.config.session.cookie_name);
    cookie::keep_days(&app.config.session, &name, &marks, DAYS).map(Some)
}

fn known(seal: &Seal, marks: &str, player: &PlayerRecord) -> Option<u64> {
    let hash = player.password_hash.as_deref()?;
    marks.split('~').take(KEPT).find_map(|mark| {
        let (named, rest) = mark.split_once('.')?;
        let (id, signature) = rest.split_once('.')?;
        let id = u64::from_str_radix(id, 16).ok()?;
        let own = named.parse() == Ok(player.id);
        (own && seal.holds(PURPOSE, &text(player.id, id, hash), signature)).then_some(id)
    })
}

fn write(seal: &Seal, player: PlayerId, id: u64, password_hash: &str) -> String {
    let signature = seal.sign(PURPOSE, &text(player, id, password_hash));
    format!("{player}.{id:016x}.{signature}")
}

fn text(player: PlayerId, id: u64, password_hash: &str) -> String {
    format!("{player}.{id:016x}.{password_hash}")
}

/// The marks with one more in front, in place of the player's older one.
fn with(marks: &str, player: PlayerId, mine: &str) -> String {
    let own = format!("{player}.");
    let others = marks
        .split('~')
        .filter(|mark| !mark.is_empty() && !mark.starts_with(&own));
    let kept: Vec<_> = std::iter::once(mine).chain(others).take(KEPT).collect();
    kept.join("~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_keeps_the_marks_of_its_latest_players() {
        let marks = (1..=7).fold(String::new(), |marks, player| {
            with(&marks, PlayerId(player), &format!("{player}.a.b"))
        });
        assert_eq!(marks, "7.a.b~6.a.b~5.a.b~4.a.b~3.a.b");
        assert_eq!(
            with(&marks, PlayerId(5), "5.c.d"),
            "5.c.d~7.a.b~6.a.b~4.a.b~3.a.b"
        );
    }
}
