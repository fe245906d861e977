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
            <Standings rows measure=Measure::Xp period=Period::Week caption="The players of your league by this week's XP"/>
        </section>
    }
}

/// Who moves on Monday.
fn words(rising: u32, falling: u32) -> String {
    let up = match rising {
        0 => String::new(),
        1 => " First place moves up a league.".to_owned(),
        count => format!(" The top {count} move up a league."),
    };
    let down = match falling {
        0 => String::new(),
        1 => " Last place moves down.".to_owned(),
        count => format!(" The bottom {count} move down."),
    };
    format!(
        "XP earned this week counts. The week ends at the end of Sunday, in the time zone of the game.{up}{down}"
    )
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
