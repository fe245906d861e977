//! Gains and losses: shown by a sign, an arrow and a word, with colour only as an addition.

use domain::{Money, Percent};
use leptos::prelude::*;

use super::notation::Notation;
use super::{Icon, IconName};
use crate::format;

/// The direction of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
    Flat,
}

impl Direction {
    fn of(money: Option<Money>, percent: Option<Percent>) -> Self {
        // An arrow beside $0.00 would contradict it.
        if money.is_some_and(format::is_shown_as_zero) {
            return Self::Flat;
        }
        let zero = Percent::default();
        let down = money.map_or_else(
            || percent.is_some_and(Percent::is_negative),
            Money::is_negative,
        );
        let up = money.map_or_else(
            || percent.is_some_and(|percent| percent > zero),
            Money::is_positive,
        );
        match (up, down) {
            (true, _) => Self::Up,
            (_, true) => Self::Down,
            _ => Self::Flat,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Up => "delta delta-up",
            Self::Down => "delta delta-down",
            Self::Flat => "delta",
        }
    }

    fn icon(self) -> Option<IconName> {
        match self {
            Self::Up => Some(IconName::Up),
            Self::Down => Some(IconName::Down),
            Self::Flat => None,
        }
    }
}

/// A gain or a loss, in money, in percent, or both: `▲ +$12.30 (+1.20%)`. Nothing known is a dash.
#[component]
pub fn Delta(
    /// The change in money.
    #[prop(optional, into)]
    money: MaybeProp<Money>,
    /// The change in percent.
    #[prop(optional, into)]
    percent: MaybeProp<Percent>,
) -> impl IntoView {
    let notation = Notation::get();
    let direction = Memo::new(move |_| Direction::of(money.get(), percent.get()));
    view! {
        <span class=move || direction.get().class()>
            {move || direction.get().icon().map(|name| view! { <Icon name/> })}
            <span>{move || text(notation, money.get(), percent.get())}</span>
        </span>
    }
}

fn text(notation: Notation, money: Option<Money>, percent: Option<Percent>) -> String {
    match (
        money.map(|money| notation.signed_money(money)),
        percent.map(|percent| notation.signed_percent(percent)),
    ) {
        (Some(money), Some(percent)) => format!("{money} ({percent})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "\u{2013}".into(),
    }
}
