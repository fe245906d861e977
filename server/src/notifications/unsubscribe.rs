//! Unsubscribe links in mails, which stop mails of one kind without a log-in.

use domain::PlayerId;
use domain::api::NotificationKind;

use crate::app::AppState;
use crate::seal::Seal;

/// What the seal signs these links for.
const PURPOSE: &str = "stop-mail";

/// The player and the kind of mails to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The player.
    pub player: PlayerId,
    /// The kind.
    pub kind: NotificationKind,
}

impl Stop {
    /// The query of the link, with its signature.
    #[must_use]
    pub fn query(self, seal: &Seal) -> String {
        let signature = seal.sign(PURPOSE, &self.text());
        let (player, kind) = (self.player, self.kind.as_str());
        format!("player={player}&kind={kind}&signature={signature}")
    }

    /// What a link says. `None` if this server has not signed it.
    #[must_use]
    pub fn read(app: &AppState, player: &str, kind: &str, signature: &str) -> Option<Self> {
        let stop = Self {
            player: player.parse().ok()?,
            kind: NotificationKind::named(kind)?,
        };
        app.seal
            .holds(PURPOSE, &stop.text(), signature)
            .then_some(stop)
    }

    fn text(self) -> String {
        format!("{}:{}", self.player, self.kind.as_str())
    }
}
