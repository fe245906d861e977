//! The words of components that say what a page lacks, and of links and buttons that many pages have.

use super::words::{sentences, words};

words! {
    /// There is no such page.
    nothing_here parts_nothing_here "There is nothing here";
    /// The server cannot be reached.
    connection_lost parts_connection_lost "The connection is lost";
    /// What that means.
    connection_lost_words parts_connection_lost_words "The server cannot be reached. Nothing is lost: every confirmed trade is saved. Check your connection, wait a few seconds, then try again.";
    /// The server cannot answer now.
    server_busy parts_server_busy "The server is busy for a moment";
    /// What that means.
    server_busy_words parts_server_busy_words "It is being restarted, or has a lot to do. Nothing is lost: every confirmed trade is saved. Wait a few seconds, then try again.";
    /// Too many requests.
    one_moment parts_one_moment "One moment, please";
    /// Anything else.
    went_wrong parts_went_wrong "Something went wrong";
    /// A link out of an error.
    to_the_market parts_to_the_market "Go to the market";
    /// A link that loads the page again.
    try_again parts_try_again "Try again";
    /// A page for players only.
    for_players parts_for_players "This page is yours once you play";
    /// How to become a player.
    for_players_words parts_for_players_words "Start as a guest with $10,000 of play money. No e-mail, nothing to install, and you keep everything when you register.";
    /// The button of a guest.
    play_as_guest parts_play_as_guest "Play as a guest";
    /// A page that is loading.
    loading parts_loading "Loading";
    /// The links of a list.
    pages parts_pages "Pages";
    /// The page before.
    back parts_back "← Back";
    /// The page after.
    next parts_next "Next →";
    /// Opens an account in a game.
    join parts_join "Join";
    /// The bar of a game.
    game parts_game "Game";
    /// The rules of a game.
    rules_and_news parts_rules_and_news "Rules and news";
    /// All games.
    all_games parts_all_games "All games";
    /// The table of instruments.
    instruments parts_instruments "Instruments with their prices";
    /// Its columns.
    name parts_name "Name";
    /// The category of an instrument.
    category parts_category "Category";
    /// The prices of a month.
    thirty_days parts_thirty_days "30 days";
    /// The price.
    price parts_price "Price";
    /// The change of today, below the price.
    and_today parts_and_today "and today";
    /// The change of today.
    today parts_today "Today";
    /// An old price.
    last_price parts_last_price "The last known price";
    /// The same, in short.
    last_known parts_last_known "last known";
}

sentences! {
    /// How long to wait after too many requests.
    wait(seconds: u32) parts_wait "That was a lot at once. Please wait {seconds} seconds, then try again.";
    /// A position in a list of pages.
    page_of(page: u32, pages: u32) parts_page_of "Page {page} of {pages}";
    /// A part of a page that did not load.
    missing(part: &str) parts_missing "{part} did not arrive.";
}
