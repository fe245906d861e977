//! The player's league: about 30 players who compete by the XP of a week.

use domain::api::LeagueView;
use domain::boards::{Measure, Period};
use leptos::prelude::*;

use super::rows::Standings;

/// Names of the leagues, the lowest first.
const NAMES: [&str; 6] = ["Paper", "Copper", "Silver", "Gold", "Marigold", "Ticker"];

/// The cohort, and what happens when the week ends.
#[component]
pub(super) fn League(league: LeagueView) -> impl IntoView {
    let LeagueView {
        league,
        rising,
        falling,
        rows,
    } = league;
    let name = usize::try_from(league.saturating_sub(1)).ok();
    let name = name
        .and_then(|place| NAMES.get(place))
        .copied()
        .unwrap_or("Top");
    let title = format!("Your league: {name} ({league} of {})", NAMES.len());
    view! {
        <section class="card card-flush" aria-labelledby="league-title" data-testid="league">
            <h2 id="league-title">{title}</h2>
            <p class="soft board-league">{words(rising, falling)}</p>
            <Standings rows measure=Measure::Xp period=Period::Week caption="The players of your league by the XP of this week"/>
        </section>
    }
}

/// Who moves on Monday.
fn words(rising: u32, falling: u32) -> String {
    let up = match rising {
        0 => String::new(),
        1 => " The first moves up a league.".to_owned(),
        count => format!(" The first {count} move up a league."),
    };
    let down = match falling {
        0 => String::new(),
        1 => " The last moves down.".to_owned(),
        count => format!(" The last {count} move down."),
    };
    format!(
        "The XP of this week counts. At midnight after Sunday, in the time zone of the game, the week is over.{up}{down}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_league_says_who_moves() {
        let often = "The XP of this week counts. At midnight after Sunday, in the time zone of the game, the week is over.";
        assert_eq!(words(0, 0), often);
        assert_eq!(
            words(7, 1),
            format!("{often} The first 7 move up a league. The last moves down.")
        );
    }
}
