//! Names that are unique ignoring case.

use std::collections::HashSet;

use domain::PlayerId;

use super::{NewPlayer, Taken, TakenOf};

/// The form in which names are compared.
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

/// The names of new players, sorted so that two servers taking the same ones cannot deadlock.
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

/// The first player who did not get a name; an address takes precedence over a handle.
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
