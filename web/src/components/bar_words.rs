//! The words of the bars around a page.

use super::words::{sentences, words};

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
    /// Before the name of the game.
    game_is nav_game_is "This is";
}

sentences! {
    /// The player's level.
    level(level: u32) nav_level "Level {level}";
}
