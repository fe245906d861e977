//! What kind of page is at a path: how it reaches the browser, and in which languages.

/// Whether the page at a path is plain: rendered by the server alone, without WebAssembly. A link to it
/// loads a new document.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    matches!(
        page_of(path),
        "/" | "account"
            | "achievements"
            | "alerts"
            | "duels"
            | "finals"
            | "friends"
            | "games"
            | "glossary"
            | "host"
            | "join"
            | "journal"
            | "login"
            | "look"
            | "losses"
            | "lots"
            | "luck"
            | "more"
            | "notes"
            | "notifications"
            | "offer"
            | "offerings"
            | "operator"
            | "past-leaderboards"
            | "players"
            | "practice"
            | "progress"
            | "proof"
            | "puzzle"
            | "publish"
            | "register"
            | "rules"
            | "savings"
            | "scenario"
            | "scenarios"
            | "start"
            | "stop-mail"
            | "strategies"
            | "targets"
            | "taxes"
            | "title"
            | "watch-lists"
            | "week"
            | "what-if"
            | "x-ray"
    )
}

/// Whether the page at a path is translated into every language; all others are in English.
#[must_use]
pub fn is_translated(path: &str) -> bool {
    matches!(
        page_of(path),
        "/" | "account"
            | "achievements"
            | "activity"
            | "alerts"
            | "board"
            | "dashboard"
            | "duels"
            | "finals"
            | "friends"
            | "games"
            | "glossary"
            | "host"
            | "instruments"
            | "join"
            | "journal"
            | "leaderboard"
            | "login"
            | "look"
            | "losses"
            | "lots"
            | "luck"
            | "market"
            | "more"
            | "notes"
            | "notifications"
            | "offer"
            | "offerings"
            | "operator"
            | "orders"
            | "past-leaderboards"
            | "players"
            | "portfolio"
            | "practice"
            | "profile"
            | "progress"
            | "proof"
            | "publish"
            | "puzzle"
            | "register"
            | "rules"
            | "savings"
            | "scenario"
            | "scenarios"
            | "start"
            | "stop-mail"
            | "strategies"
            | "targets"
            | "taxes"
            | "title"
            | "watch-lists"
            | "week"
            | "what-if"
            | "x-ray"
    )
}

/// The name of a page in its path. The landing page has none; an empty path means the page that contains the
/// link.
pub(crate) fn page_of(path: &str) -> &str {
    if path == "/" {
        return path;
    }
    let mut parts = path.trim_matches('/').split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("games"), Some(_), Some(page)) => page,
        (page, ..) => page.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_plain_by_its_name_in_every_game() {
        let check = |path: &str, expected: bool| assert_eq!(is_plain(path), expected, "{path}");
        check("/games", true);
        check("/games/", true);
        check("/games/new", true);
        check("/games/class-7b/achievements", true);
        check("/achievements", true);
        check("/progress", true);
        check("/proof", true);
        check("/scenarios/bubble", true);
        check("/practice", true);
        check("/puzzle/2026-11-28", true);
        check("/duels/abcdefgh", true);
        check("/games/bubble-x/scenario", true);
        check("/players/ann/proof", true);
        check("/notifications/settings", true);
        check("/players/ann", true);
        check("/games/class-7b/past-leaderboards", true);
        check("/leaderboard", false);
        check("/games/class-7b/market", false);
        check("/watch-lists/12-34", true);
        check("/games/class-7b/offerings/12", true);
        check("/savings", true);
        check("/join/KXTRWA", true);
        check("/games/class-7b/host", true);
        check("/games/class-7b/board", false);
        check("/account/reset", true);
        check("/operator", true);
        check("/games/class-7b/x-ray", true);
        check("/targets", true);
        check("/strategies/12/copy", true);
        check("/games/class-7b/publish", true);
        check("/games/class-7b/title", true);
        check("/what-if", true);
        check("/luck", true);
        check("/taxes", true);
        check("/lots/ACME", true);
        check("/games/class-7b/lots/ACME", true);
        check("/games/class-7b/more", true);
        check("/market", false);
        check("/", true);
        // A link within the same page, such as `?page=2`.
        check("", false);
    }
}
