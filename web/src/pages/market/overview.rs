//! The market at a glance: how fast its time runs, its index, what moved, and each category.

use domain::Percent;
use domain::api::{ComingReport, IndexView, InstrumentRow, MarketOverview, SectorView};
use leptos::prelude::*;

use crate::components::{Delta, LiveNote, LocalTime, OwnZone, Sparkline};
use crate::language::Texts;
use crate::{CurrentGame, address, format, paths};

/// How many upcoming reports to show: as many as movers.
const COMING: usize = 5;

/// All of it.
#[component]
pub(super) fn Overview(overview: MarketOverview) -> impl IntoView {
    let texts = Texts::get();
    let MarketOverview {
        at,
        speed,
        change_percent,
        index,
        sectors,
        risers,
        fallers,
        coming_reports,
        live,
    } = overview;
    let clock = match live {
        Some(live) => view! { <LiveNote live/> }.into_any(),
        None => {
            let zone = OwnZone::get();
            let pace = pace(speed);
            let told = move || texts.market_clock(zone.date_time(at), &pace);
            view! { <p class="soft" data-testid="pace">{told}</p> }.into_any()
        }
    };
    view! {
        <section class="overview" aria-labelledby="overview-title">
            <h2 id="overview-title" class="visually-hidden">{texts.market_at_a_glance()}</h2>
            {clock}
            <div class="overview-cards">
                {index.map(|index| view! { <Whole index/> })}
                <Movers title=texts.market_rose() rows=risers/>
                <Movers title=texts.market_fell() rows=fallers/>
                <Coming reports=coming_reports/>
            </div>
            <HeatMap sectors whole=change_percent/>
        </section>
    }
}

/// How fast market time runs, in a sentence.
fn pace(speed: u32) -> String {
    let texts = Texts::get();
    let day_s = 86_400 / i64::from(speed.max(1));
    match speed {
        0 | 1 => texts.market_pace_same().to_owned(),
        60 => texts.market_pace_minute().to_owned(),
        _ if day_s >= 7_200 => texts.market_pace_hours(day_s / 3_600),
        _ if day_s >= 120 => texts.market_pace_minutes(day_s / 60),
        _ => texts.market_pace_seconds(day_s.max(1)),
    }
}

#[component]
fn Whole(index: IndexView) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <div class="card overview-card">
            <h3>{texts.market_whole()}</h3>
            <p><strong class="figure">{format::points(index.level)}</strong>" "{change(index.change_percent)}</p>
            <Sparkline values=index.sparkline/>
            <p class="hint">{texts.market_whole_hint()}</p>
        </div>
    }
}

fn change(percent: Option<Percent>) -> impl IntoView {
    percent.map(|percent| view! { <Delta percent/> })
}

#[component]
fn Movers(title: &'static str, rows: Vec<InstrumentRow>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let row = move |row: InstrumentRow| {
        view! {
            <li>
                <a href=paths::instrument(game, row.symbol)>{row.name}</a>
                <span>{change(row.change_percent)}</span>
            </li>
        }
    };
    let list = if rows.is_empty() {
        view! { <p class="soft">{texts.market_nothing_yet()}</p> }.into_any()
    } else {
        view! { <ol role="list" class="movers">{rows.into_iter().map(row).collect_view()}</ol> }
            .into_any()
    };
    view! {
        <div class="card overview-card">
            <h3>{title}</h3>
            {list}
        </div>
    }
}

/// Upcoming earnings reports. Empty without any.
#[component]
fn Coming(reports: Vec<ComingReport>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let row = move |report: ComingReport| {
        view! {
            <li>
                <a href=paths::instrument(game, report.symbol)>{report.name}</a>
                <span class="soft"><LocalTime at=report.at/></span>
            </li>
        }
    };
    (!reports.is_empty()).then(|| {
        view! {
            <div class="card overview-card">
                <h3>{texts.market_reporting()}</h3>
                <ol role="list" class="movers">{reports.into_iter().take(COMING).map(row).collect_view()}</ol>
                <p class="hint">{texts.market_reporting_hint()}</p>
            </div>
        }
    })
}

/// Each category as a tile, the stronger coloured the more it moved. The numbers say the same.
#[component]
fn HeatMap(sectors: Vec<SectorView>, whole: Option<Percent>) -> impl IntoView {
    let texts = Texts::get();
    let market = paths::market(CurrentGame::get());
    let tile = move |sector: SectorView| {
        let href = format!("{market}?category={}", address::encode(&sector.category));
        view! {
            <li>
                <a class="heat" data-heat=heat(sector.change_percent) href=href>
                    <span class="heat-name">{texts.category(sector.category)}</span>
                    <span>{change(sector.change_percent)}</span>
                </a>
            </li>
        }
    };
    let sentence = whole.map(|whole| texts.market_average(format::signed_percent(whole)));
    view! {
        <figure class="heat-map">
            <ul role="list">{sectors.into_iter().map(tile).collect_view()}</ul>
            <figcaption class="hint">{sentence}</figcaption>
        </figure>
    }
}

/// One of five steps from falling strongly to rising strongly.
fn heat(change: Option<Percent>) -> &'static str {
    let Some(change) = change else { return "0" };
    let strong = "1"
        .parse::<Percent>()
        .is_ok_and(|one| change.magnitude() >= one);
    match (change == Percent::default(), change.is_negative(), strong) {
        (true, ..) => "0",
        (_, true, true) => "-2",
        (_, true, false) => "-1",
        (_, false, true) => "2",
        (_, false, false) => "1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_told_in_what_passes_here() {
        let check = |speed, part: &str| {
            let told = pace(speed);
            assert!(told.contains(part), "{told}");
        };
        check(1, "as fast as yours");
        check(60, "24 minutes");
        check(12, "2 hours here");
        check(24, "60 minutes");
        check(3_600, "24 seconds");
        check(31_536_000, "1 seconds here");
    }
}
