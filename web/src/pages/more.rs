//! Everything there is to do, on one page, each with a sentence that says what it is for.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::Texts;
use crate::{CurrentGame, paths};

/// A page: its URL, its name, and its purpose.
type Entry = (String, &'static str, &'static str);

/// The page.
#[component]
pub fn MorePage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    view! {
        <Title text=texts.more_title()/>
        <header class="page-head">
            <h1>{texts.more_head()}</h1>
            <p class="soft">{texts.more_lead()}</p>
        </header>
        {groups(game).into_iter().map(|(title, entries)| view! { <Group title entries/> }).collect_view()}
    }
}

#[component]
fn Group(title: &'static str, entries: Vec<Entry>) -> impl IntoView {
    let row = |(address, name, words): Entry| {
        view! {
            <li class="card more-entry">
                <h3><a href=address>{name}</a></h3>
                <p class="soft">{words}</p>
            </li>
        }
    };
    view! {
        <section class="more-group">
            <h2>{title}</h2>
            <ul class="more-entries" role="list">{entries.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

fn groups(game: CurrentGame) -> [(&'static str, Vec<Entry>); 6] {
    let texts = Texts::get();
    let fixed = |path: &'static str| path.to_owned();
    [
        (
            texts.more_learn(),
            vec![
                (
                    fixed(paths::START),
                    texts.more_start(),
                    texts.more_start_words(),
                ),
                (
                    fixed("/scenarios"),
                    texts.more_scenarios(),
                    texts.more_scenarios_words(),
                ),
                (
                    fixed(paths::PUZZLE),
                    texts.more_puzzle(),
                    texts.more_puzzle_words(),
                ),
                (
                    fixed(paths::GLOSSARY),
                    texts.more_glossary(),
                    texts.more_glossary_words(),
                ),
            ],
        ),
        (
            texts.more_think(),
            vec![
                (
                    paths::x_ray(game),
                    texts.more_x_ray(),
                    texts.more_x_ray_words(),
                ),
                (
                    fixed(paths::PRACTICE),
                    texts.more_practice(),
                    texts.more_practice_words(),
                ),
                (
                    paths::targets(game),
                    texts.more_targets(),
                    texts.more_targets_words(),
                ),
                (
                    paths::strategies(game),
                    texts.more_strategies(),
                    texts.more_strategies_words(),
                ),
                (
                    paths::what_if(game),
                    texts.more_what_if(),
                    texts.more_what_if_words(),
                ),
                (
                    paths::luck(game),
                    texts.more_luck(),
                    texts.more_luck_words(),
                ),
                (
                    paths::losses(game),
                    texts.more_losses(),
                    texts.more_losses_words(),
                ),
                (
                    paths::taxes(game),
                    texts.more_taxes(),
                    texts.more_taxes_words(),
                ),
            ],
        ),
        (
            texts.more_invest(),
            vec![
                (
                    paths::savings(game),
                    texts.more_savings(),
                    texts.more_savings_words(),
                ),
                (
                    paths::offerings(game),
                    texts.more_offerings(),
                    texts.more_offerings_words(),
                ),
                (
                    paths::watch_lists(game),
                    texts.more_watch_lists(),
                    texts.more_watch_lists_words(),
                ),
                (
                    paths::alerts(game),
                    texts.more_alerts(),
                    texts.more_alerts_words(),
                ),
                (
                    paths::orders(game),
                    texts.more_orders(),
                    texts.more_orders_words(),
                ),
            ],
        ),
        (
            texts.more_back(),
            vec![
                (
                    paths::journal(game),
                    texts.more_journal(),
                    texts.more_journal_words(),
                ),
                (
                    fixed(paths::NOTES),
                    texts.more_notes(),
                    texts.more_notes_words(),
                ),
                (
                    game.link("/week"),
                    texts.more_week(),
                    texts.more_week_words(),
                ),
                (
                    paths::activity(game),
                    texts.more_activity(),
                    texts.more_activity_words(),
                ),
            ],
        ),
        (
            texts.more_together(),
            vec![
                (
                    fixed(paths::DUELS),
                    texts.more_duels(),
                    texts.more_duels_words(),
                ),
                (
                    fixed(paths::GAMES),
                    texts.more_games(),
                    texts.more_games_words(),
                ),
                (
                    fixed("/friends"),
                    texts.more_friends(),
                    texts.more_friends_words(),
                ),
                (
                    game.link("/past-leaderboards"),
                    texts.more_past(),
                    texts.more_past_words(),
                ),
                (
                    fixed("/proof"),
                    texts.more_proof(),
                    texts.more_proof_words(),
                ),
            ],
        ),
        (
            texts.more_you(),
            vec![
                (
                    game.link("/profile"),
                    texts.more_profile(),
                    texts.more_profile_words(),
                ),
                (
                    fixed("/achievements"),
                    texts.more_achievements(),
                    texts.more_achievements_words(),
                ),
                (
                    fixed("/progress"),
                    texts.more_progress(),
                    texts.more_progress_words(),
                ),
                (
                    fixed(paths::NOTIFICATIONS),
                    texts.more_notifications(),
                    texts.more_notifications_words(),
                ),
                (
                    fixed("/account"),
                    texts.more_account(),
                    texts.more_account_words(),
                ),
                (
                    fixed(paths::LOOK),
                    texts.more_look(),
                    texts.more_look_words(),
                ),
            ],
        ),
    ]
}
