//! The leaderboard in the URL, and the links to the others.

use domain::boards::{Measure, Period};
use leptos::prelude::*;

use crate::language::Texts;

/// A text in the language of the page.
type Words = fn(Texts) -> &'static str;

/// The choices, and how the board explains them.
pub(super) const MEASURES: [(Measure, Words, Words); 5] = [
    (
        Measure::Return,
        Texts::leaderboard_return,
        Texts::leaderboard_return_is,
    ),
    (
        Measure::SteadyHands,
        Texts::leaderboard_steady,
        Texts::leaderboard_steady_is,
    ),
    (Measure::Xp, Texts::leaderboard_xp, Texts::leaderboard_xp_is),
    (
        Measure::Process,
        Texts::leaderboard_habits,
        Texts::leaderboard_habits_is,
    ),
    (
        Measure::NetWorth,
        Texts::leaderboard_worth,
        Texts::leaderboard_worth_is,
    ),
];
const PERIODS: [(Period, Words); 4] = [
    (Period::Day, Texts::market_sort_today),
    (Period::Week, Texts::leaderboard_week),
    (Period::Season, Texts::leaderboard_season),
    (Period::All, Texts::leaderboard_all_time),
];
const PARTS: [(Part, Words); 3] = [
    (Part::Everyone, Texts::leaderboard_everyone),
    (Part::Friends, Texts::leaderboard_friends),
    (Part::Region, Texts::leaderboard_region),
];

/// Which players a board is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Everyone,
    Friends,
    Region,
}

impl Part {
    /// Its name in URLs; none: it is omitted.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Everyone => None,
            Self::Friends => Some("friends"),
            Self::Region => Some("region"),
        }
    }
}

/// Which subset of which board a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) period: Period,
    pub(super) measure: Measure,
    pub(super) part: Part,
    pub(super) page: u32,
}

impl Shown {
    /// Parses a URL; missing or unknown values default to this week's return.
    pub(super) fn named(
        period: Option<&str>,
        measure: Option<&str>,
        part: Option<&str>,
        page: Option<&str>,
    ) -> Self {
        let measure = measure.and_then(Measure::named);
        let measure = measure.filter(|measure| MEASURES.iter().any(|(one, ..)| one == measure));
        let part = PARTS.iter().find(|(one, _)| one.name() == part);
        Self {
            period: period.and_then(Period::named).unwrap_or(Period::Week),
            measure: measure.unwrap_or(Measure::Return),
            part: part.map_or(Part::Everyone, |(part, _)| *part),
            page: page
                .and_then(|page| page.parse().ok())
                .filter(|page| *page > 0)
                .unwrap_or(1),
        }
        .settled()
    }

    /// Some measures are only available for all time.
    fn settled(self) -> Self {
        match self.measure {
            Measure::NetWorth | Measure::SteadyHands | Measure::Process => Self {
                period: Period::All,
                ..self
            },
            Measure::Return | Measure::Xp => self,
        }
    }

    fn with_period(self, period: Period) -> Self {
        let measure = match self.measure {
            Measure::Return | Measure::Xp => self.measure,
            _ if period == Period::All => self.measure,
            _ => Measure::Return,
        };
        Self {
            period,
            measure,
            page: 1,
            ..self
        }
    }

    fn with_measure(self, measure: Measure) -> Self {
        Self {
            measure,
            page: 1,
            ..self
        }
        .settled()
    }

    fn with_part(self, part: Part) -> Self {
        Self {
            part,
            page: 1,
            ..self
        }
    }

    /// The URL of a page of the same board.
    pub(super) fn address(self, base: &str) -> String {
        let part = self.part.name();
        let part = part.map_or_else(String::new, |part| format!("&of={part}"));
        let page = if self.page > 1 {
            format!("&page={}", self.page)
        } else {
            String::new()
        };
        let (period, measure) = (self.period.as_str(), self.measure.as_str());
        format!("{base}?period={period}&measure={measure}{part}{page}")
    }
}

/// Links to the other boards: how far back, what counts, and whose.
#[component]
pub(super) fn Choice(base: String, shown: Memo<Shown>) -> impl IntoView {
    let texts = Texts::get();
    let link = move |label: Words, change: fn(Shown, usize) -> Shown, place: usize| {
        let base = base.clone();
        let address = move || change(shown.get(), place).address(&base);
        let current = move || {
            (change(shown.get(), place)
                == Shown {
                    page: 1,
                    ..shown.get()
                })
            .then_some("true")
        };
        view! { <li><a class="pill" href=address aria-current=current>{label(texts)}</a></li> }
    };
    let periods = PERIODS.iter().enumerate().map({
        let link = link.clone();
        move |(place, &(_, label))| {
            link(
                label,
                |shown, place| {
                    PERIODS
                        .get(place)
                        .map_or(shown, |(period, _)| shown.with_period(*period))
                },
                place,
            )
        }
    });
    let measures = MEASURES.iter().enumerate().map({
        let link = link.clone();
        move |(place, &(_, label, _))| {
            link(
                label,
                |shown, place| {
                    MEASURES
                        .get(place)
                        .map_or(shown, |(measure, ..)| shown.with_measure(*measure))
                },
                place,
            )
        }
    });
    let parts = PARTS.iter().enumerate().map(move |(place, &(_, label))| {
        link(
            label,
            |shown, place| {
                PARTS
                    .get(place)
                    .map_or(shown, |(part, _)| shown.with_part(*part))
            },
            place,
        )
    });
    view! {
        <nav class="board-tabs" aria-label=texts.instrument_how_far()>
            <ul role="list">{periods.collect_view()}</ul>
        </nav>
        <nav class="board-tabs" aria-label=texts.leaderboard_what_counts()>
            <ul role="list">{measures.collect_view()}</ul>
        </nav>
        <nav class="board-tabs" aria-label=texts.leaderboard_which()>
            <ul role="list">{parts.collect_view()}</ul>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_written() {
        let shown = Shown {
            period: Period::Day,
            measure: Measure::Xp,
            part: Part::Friends,
            page: 3,
        };
        let address = shown.address("/leaderboard");
        assert_eq!(
            address,
            "/leaderboard?period=day&measure=xp&of=friends&page=3"
        );
        assert_eq!(
            Shown::named(Some("day"), Some("xp"), Some("friends"), Some("3")),
            shown
        );
    }

    #[test]
    fn what_is_not_named_is_the_return_of_this_week() {
        let usual = Shown::named(None, None, None, None);
        assert_eq!(
            (usual.period, usual.measure),
            (Period::Week, Measure::Return)
        );
        assert_eq!((usual.part, usual.page), (Part::Everyone, 1));
        assert_eq!(
            Shown::named(Some("year"), Some("luck"), Some("x"), Some("0")),
            usual
        );
    }

    #[test]
    fn a_measure_of_all_time_has_no_other_period() {
        let worth = Shown::named(Some("week"), Some("net_worth"), None, None);
        assert_eq!(worth.period, Period::All);
        assert_eq!(worth.with_period(Period::Day).measure, Measure::Return);
        let steady = Shown::named(None, None, None, None).with_measure(Measure::SteadyHands);
        assert_eq!(steady.period, Period::All);
    }
}
