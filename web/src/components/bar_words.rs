//! The words of the bars around a page. Pages that run in the browser are in English, so only the server has
//! translations: they add nothing to any page's size.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $message:ident $english:literal;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub(super) fn $name() -> &'static str {
                #[cfg(feature = "ssr")]
                {
                    crate::language::Texts::get().$message()
                }
                #[cfg(not(feature = "ssr"))]
                {
                    $english
                }
            }
        )*
    };
}

words! {
    /// Lets keyboard users skip the navigation.
    skip nav_skip "Skip to the content";
    /// The link to the first page.
    home_link nav_home_link "Tickerquest, home";
    /// The name of the navigation.
    main nav_main "Main";
    /// The dashboard.
    home nav_home "Home";
    /// The market.
    market nav_market "Market";
    /// The portfolio.
    portfolio nav_portfolio "Portfolio";
    /// The leaderboards.
    ranks nav_ranks "Ranks";
    /// The profile.
    profile nav_profile "Profile";
    /// The page with everything.
    more nav_more "More";
    /// The log-in.
    log_in nav_log_in "Log in";
    /// The registration.
    register nav_register "Register";
    /// Cash to spend.
    cash nav_cash "Cash";
    /// Switches between light and dark.
    theme nav_theme "Switch between light and dark";
    /// What the game is, in a line.
    footer footer_words "Play money, invented companies, real rules. Nothing here is advice.";
    /// The list of games.
    games footer_games "All games";
    /// The glossary.
    glossary footer_glossary "What the words mean";
    /// Skins, theme and language.
    look footer_look "Look and language";
    /// The description of the API.
    developers footer_developers "For developers";
}

/// The player's level.
#[must_use]
pub(super) fn level(level: u32) -> String {
    #[cfg(feature = "ssr")]
    {
        crate::language::Texts::get().nav_level(level)
    }
    #[cfg(not(feature = "ssr"))]
    {
        format!("Level {level}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(feature = "ssr")]
    fn what_the_browser_shows_is_the_english_of_the_server() {
        // Without a page around, the server's words are English; the macro's literals must be the same.
        let source = include_str!("bar_words.rs");
        let english = include_str!("../../messages/en/bars.txt");
        let words = source.lines().filter_map(|line| {
            let (names, text) = line.trim().strip_suffix("\";")?.split_once(" \"")?;
            let message = names.split(' ').nth(1)?;
            Some((message, text))
        });
        let mut count = 0;
        for (message, text) in words {
            let (group, name) = message.split_once('_').unwrap();
            let line = format!("{group}.{} = {text}", name.replace('_', "-"));
            assert!(english.contains(&line), "{line}");
            count += 1;
        }
        assert!(count > 10, "{count} words were compared");
    }
}
