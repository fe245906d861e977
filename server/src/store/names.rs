//! Names that are unique without regard to case.

use std::collections::HashSet;

use domain::PlayerId;

use super::{Credentials, NewPlayer, PlayerRecord, Taken, TakenOf};

/// A name as it is compared.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// A name that a player wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) kind: Taken,
    pub(super) player: PlayerId,
}

/// The names of new players, sorted: two servers that take the same ones never wait for each other
/// in turn.
pub(super) fn wanted(new: &[NewPlayer]) -> Vec<Wanted> {
    let mut names: Vec<_> = new
        .iter()
        .flat_map(|new| {
            let player = new.player.id;
            let email = new.player.email.as_deref().map(|name| (Taken::Email, name));
            let handle = (Taken::Handle, new.player.handle.as_str());
            email
                .into_iter()
                .chain([handle])
                .map(move |(kind, name)| Wanted {
                    name: folded(name),
                    kind,
                    player,
                })
        })
        .collect();
    names.sort_unstable();
    names
}

/// The names that a guest wants who registers. One who keeps the handle has it.
pub(super) fn wanted_by_guest(guest: &PlayerRecord, credentials: &Credentials) -> Vec<Wanted> {
    let names = [
        (Taken::Email, &credentials.email),
        (Taken::Handle, &credentials.handle),
    ];
    let mut wanted: Vec<_> = names
        .into_iter()
        .map(|(kind, name)| Wanted {
            name: folded(name),
            kind,
            player: guest.id,
        })
        .filter(|wanted| !has(guest, wanted.kind, &wanted.name))
        .collect();
    wanted.sort_unstable();
    wanted
}

/// Whether a player has a name, given as it is compared.
pub(super) fn has(player: &PlayerRecord, kind: Taken, name: &str) -> bool {
    let own = match kind {
        Taken::Email => player.email.as_deref(),
        Taken::Handle => Some(player.handle.as_str()),
    };
    own.is_some_and(|own| folded(own) == name)
}

/// The first player who did not get a name; an address counts before a handle.
pub(super) fn first_taken(new: &[NewPlayer], got: &HashSet<(i64, String)>) -> Option<TakenOf> {
    new.iter().find_map(|new| {
        let player = new.player.id;
        let has = |kind: Taken| got.contains(&(player.0, kind.as_str().to_owned()));
        let kinds = [
            (Taken::Email, new.player.email.is_some()),
            (Taken::Handle, true),
        ];
        let missing = kinds
            .into_iter()
            .find(|(kind, wanted)| *wanted && !has(*kind));
        missing.map(|(taken, _)| TakenOf { player, taken })
    })
}
