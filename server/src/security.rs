//! The security log: who tried to get in, who was kept out, whose rights changed.
//!
//! Lines have the target `security` and an `event` whose names never change, so that a host can
//! count and alert by them. They name players by id and carry no names, passwords or tokens.

use std::net::IpAddr;

use domain::PlayerId;

/// A wrong name or password.
pub const LOGIN_FAILED: &str = "login_failed";
/// A log-in that was not looked at, because there were too many tries.
pub const LOGIN_LOCKED_OUT: &str = "login_locked_out";
/// A log-in.
pub const LOGGED_IN: &str = "logged_in";
/// A new player.
pub const REGISTERED: &str = "registered";
/// A new guest.
pub const GUEST_CREATED: &str = "guest_created";
/// A guest is a registered player now, and the guest's sessions are ended.
pub const GUEST_UPGRADED: &str = "guest_upgraded";
/// A guest who did nothing was removed.
pub const GUEST_REMOVED: &str = "guest_removed";
/// One session was ended: by logging out, or from the list.
pub const SESSION_ENDED: &str = "session_ended";
/// All sessions of a player but the current one were ended.
pub const OTHER_SESSIONS_ENDED: &str = "other_sessions_ended";
/// A guest was given recovery words.
pub const RECOVERY_WORDS_GIVEN: &str = "recovery_words_given";
/// A guest's account was found again.
pub const RECOVERED: &str = "recovered";
/// Wrong recovery words.
pub const RECOVERY_FAILED: &str = "recovery_failed";
/// A right password with a wrong code of the second factor.
pub const SECOND_FACTOR_FAILED: &str = "second_factor_failed";
/// A second factor counts from now on.
pub const SECOND_FACTOR_ON: &str = "second_factor_on";
/// The password alone logs in.
pub const SECOND_FACTOR_OFF: &str = "second_factor_off";
/// A player changed the password.
pub const PASSWORD_CHANGED: &str = "password_changed";
/// A new password was set by a link.
pub const PASSWORD_RESET: &str = "password_reset";
/// A player has another address.
pub const EMAIL_CHANGED: &str = "email_changed";
/// An address was shown to be the player's.
pub const EMAIL_VERIFIED: &str = "email_verified";
/// A player was erased.
pub const ACCOUNT_ERASED: &str = "account_erased";
/// An address asked about more taken names than it may.
pub const NAMES_PROBED: &str = "names_probed";

/// A player became an operator.
pub const OPERATOR_GRANTED: &str = "operator_granted";
/// A player is no operator any more.
pub const OPERATOR_REVOKED: &str = "operator_revoked";
/// An operator made a link to a new password.
pub const RESET_LINK_MADE: &str = "reset_link_made";
/// An operator turned a player's second factor off.
pub const SECOND_FACTOR_REMOVED: &str = "second_factor_removed";

/// An operator's command that changes or copies the game, before it is run.
const OPERATOR_ACTION: &str = "operator_action";

/// Writes a line of an operator's command.
pub fn record_operation(command: &str) {
    tracing::info!(target: "security", event = OPERATOR_ACTION, command);
}

/// Writes a line.
pub fn record(event: &'static str, player: Option<PlayerId>, address: Option<IpAddr>) {
    let player = player.map(|player| player.0);
    let address = address.map(tracing::field::display);
    tracing::info!(target: "security", event, player, address);
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn check(write: impl FnOnce(), fields: serde_json::Value) {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, write);
        let line: serde_json::Value = serde_json::from_slice(&lines.0.lock().unwrap()).unwrap();
        assert_eq!(line["target"], "security");
        assert_eq!(line["fields"], fields);
    }

    #[test]
    fn a_line_has_the_target_and_the_name_of_its_event() {
        check(
            || record(LOGIN_FAILED, Some(PlayerId(7)), "10.0.0.1".parse().ok()),
            serde_json::json!({"event": "login_failed", "player": 7, "address": "10.0.0.1"}),
        );
        check(
            || record_operation("game create"),
            serde_json::json!({"event": "operator_action", "command": "game create"}),
        );
    }
}
