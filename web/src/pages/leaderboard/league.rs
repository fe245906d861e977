//! The player's league: about 30 players who compete by the XP of a week.

use domain::api::LeagueView;
use domain::boards::{Measure, Period};
use leptos::prelude::*;

use super::rows::Standings;
use crate::language::Texts;

/// Names of the leagues, the lowest first.
const NAMES: [fn(Texts) -> &'static str; 6] = [
    Texts::leaderboard_paper,
    Texts::leaderboard_copper,
    Texts::leaderboard_silver,
    Texts::leaderboard_gold,
    Texts::leaderboard_marigold,
    Texts::leaderboard_ticker,
];

/// The cohort, and what happens when the week ends.
#[component]
pub(super) fn League(league: LeagueView) -> impl IntoView {
    let texts = Texts::get();
    let LeagueView {
        league,
        rising,
        falling,
        rows,
    } = league;
    let name = usize::try_from(league.saturating_sub(1)).ok();
    let name = name
        .and_then(|place| NAMES.get(place))
        .map_or_else(|| texts.leaderboard_top(), |name| name(texts));
    let title = texts.leaderboard_league(name, league, NAMES.len());
    view! {
        <section class="card card-flush" aria-labelledby="league-title" data-testid="league">
            <h2 id="league-title">{title}</h2>
            <p class="soft board-league">{words(rising, falling)}</p>
            <Standings rows measure=Measure::Xp period=Period::Week caption=texts.leaderboard_league_caption()/>
        </section>
    }
}

/// Who moves on Monday.
fn words(rising: u32, falling: u32) -> String {
    let texts = Texts::get();
    let up = match rising {
        0 => None,
        1 => Some(texts.leaderboard_rises().to_owned()),
        count => Some(texts.leaderboard_rise(count)),
    };
    let down = match falling {
        0 => None,
        1 => Some(texts.leaderboard_falls().to_owned()),
        count => Some(texts.leaderboard_fall(count)),
    };
    let mut words = texts.leaderboard_league_is().to_owned();
    for sentence in up.into_iter().chain(down) {
        words.push(' ');
        words.push_str(&sentence);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_league_says_who_moves() {
        let often = "XP earned this week counts. The week ends at the end of Sunday, in the time zone of the game.";
        assert_eq!(words(0, 0), often);
        assert_eq!(
            words(7, 1),
            format!("{often} The top 7 move up a league. Last place moves down.")
        );
    }
}
