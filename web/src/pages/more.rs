//! Everything there is to do, on one page, each with a sentence that says what it is for.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{CurrentGame, paths};

/// A page: its URL, its name, and its purpose.
type Entry = (String, &'static str, &'static str);

/// The page.
#[component]
pub fn MorePage() -> impl IntoView {
    let game = CurrentGame::get();
    view! {
        <Title text="More"/>
        <header class="page-head">
            <h1>"Everything there is"</h1>
            <p class="soft">"Take what helps you today. Nothing here is a must."</p>
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
    let fixed = |path: &'static str| path.to_owned();
    [
        (
            "Learn",
            vec![
                (
                    fixed(paths::START),
                    "Your first five minutes",
                    "A first purchase, step by step.",
                ),
                (
                    fixed("/scenarios"),
                    "Scenarios",
                    "Short markets with a task: a bubble, a panic, a decade of patience.",
                ),
                (
                    fixed(paths::PUZZLE),
                    "Puzzle of the day",
                    "Five decisions over a hidden chart, the same for everybody today.",
                ),
                (
                    fixed(paths::GLOSSARY),
                    "What the words mean",
                    "Every term in one plain sentence.",
                ),
            ],
        ),
        (
            "Think before you trade",
            vec![
                (
                    paths::x_ray(game),
                    "X-ray",
                    "What could hurt your money most, and what would help.",
                ),
                (
                    fixed(paths::PRACTICE),
                    "Practise with your own portfolio",
                    "Begin a game of your own with the shares that you really hold.",
                ),
                (
                    paths::targets(game),
                    "Targets",
                    "Decide how your money is divided, and see the trades that get you there.",
                ),
                (
                    paths::strategies(game),
                    "Strategies",
                    "Plans that others publish: follow one, or copy it into your targets.",
                ),
                (
                    paths::what_if(game),
                    "What if?",
                    "Where you would be had you decided differently.",
                ),
                (
                    paths::luck(game),
                    "Luck or skill?",
                    "Your decisions, played on 1,000 other markets.",
                ),
                (
                    paths::losses(game),
                    "Losses and taxes",
                    "When selling at a loss would pay off in real life.",
                ),
                (
                    paths::taxes(game),
                    "Your taxes",
                    "What you paid on your gains, if your game has taxes.",
                ),
            ],
        ),
        (
            "Invest and wait",
            vec![
                (
                    paths::savings(game),
                    "Savings plans",
                    "The same amount every month, whatever the price.",
                ),
                (
                    paths::offerings(game),
                    "Offerings",
                    "New shares at one price, shared out fairly.",
                ),
                (
                    paths::watch_lists(game),
                    "Watch lists",
                    "Companies to keep an eye on, and to share.",
                ),
                (
                    paths::alerts(game),
                    "Price alerts",
                    "Be told when a price reaches your line.",
                ),
                (
                    paths::orders(game),
                    "Waiting orders",
                    "They buy or sell at your price by themselves.",
                ),
            ],
        ),
        (
            "Look back",
            vec![
                (
                    paths::journal(game),
                    "Decision journal",
                    "Your reasons come back, beside what happened.",
                ),
                (
                    fixed(paths::NOTES),
                    "Notes",
                    "Ideas and questions, for your eyes only.",
                ),
                (
                    game.link("/week"),
                    "Your week",
                    "What went well and what to try next.",
                ),
                (
                    paths::activity(game),
                    "Activity",
                    "Everything that ever changed your account.",
                ),
            ],
        ),
        (
            "Play together",
            vec![
                (
                    fixed(paths::DUELS),
                    "Duels",
                    "The same hidden market for two: challenge a friend with a link.",
                ),
                (
                    fixed(paths::GAMES),
                    "Games",
                    "Join a class or a club, or host a game of your own.",
                ),
                (
                    fixed("/friends"),
                    "Friends",
                    "Follow people and compare curves, without amounts.",
                ),
                (
                    game.link("/past-leaderboards"),
                    "Past leaderboards",
                    "Who won the days, weeks and seasons that are over.",
                ),
                (
                    fixed("/proof"),
                    "Check a score",
                    "Replay anybody's saved receipt in your browser.",
                ),
            ],
        ),
        (
            "You",
            vec![
                (
                    game.link("/profile"),
                    "Profile",
                    "Who you are here, your time zone, where you are logged in.",
                ),
                (
                    fixed("/achievements"),
                    "Achievements",
                    "The stamps you have, and those you are close to.",
                ),
                (
                    fixed("/progress"),
                    "Progress",
                    "Your level, your streak, and why you got each point.",
                ),
                (
                    fixed(paths::NOTIFICATIONS),
                    "Notifications",
                    "What happened while you were away.",
                ),
                (
                    fixed("/account"),
                    "Account",
                    "Password, second factor, e-mail.",
                ),
                (
                    fixed(paths::LOOK),
                    "Look and language",
                    "Larger, calmer, more playful, or in your language.",
                ),
            ],
        ),
    ]
}
