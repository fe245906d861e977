//! The icons of the page, all in one style.

use leptos::prelude::*;

/// A picture by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    /// Something is wrong.
    Alert,
    /// Information.
    Bell,
    /// Done.
    Check,
    /// Time, waiting.
    Clock,
    /// Close this.
    Close,
    /// A loss.
    Down,
    /// A present: the daily bonus.
    Gift,
    /// Where a player starts.
    Home,
    /// What happened: the ledger.
    Ledger,
    /// Log out.
    Leave,
    /// Prices that move.
    Market,
    /// One of the first three.
    Medal,
    /// Dark theme.
    Moon,
    /// The page with everything.
    More,
    /// Who ranks where.
    Podium,
    /// What is held.
    Portfolio,
    /// A person.
    Profile,
    /// Do it again.
    Refresh,
    /// Look for something.
    Search,
    /// Light theme.
    Sun,
    /// A gain.
    Up,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1",
            Self::Bell => "M6 17v-6a6 6 0 0 1 12 0v6l2 1.500H4zM10 21h4",
            Self::Check => "M4.5 12.5 10 18 19.5 6.5",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Down => "M4 7h16L12 19z",
            Self::Gift => {
                "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7C9 7 7 6 7 4.5S9.500 2.5 12 7c2.500-4.500 5-4 5-2.500S15 7 12 7Z"
            }
            Self::Home => "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
            Self::Ledger => "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
            Self::Leave => "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
            Self::Market => {
                "M6 4v3M6 15v5M4 7h4v8H4zM13 3v5M13 14v3M11 8h4v6h-4zM20 6v3M20 17v3M18 9h4v8h-4z"
            }
            Self::Medal => {
                "M12 9.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM8.500 10.700 5.500 3h4L12 9.500 14.500 3h4l-3 7.700"
            }
            Self::More => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
            Self::Moon => "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z",
            Self::Podium => "M3 20.500V13h6V6h6v4.500h6v10zM9 13v7.500M15 10.500v10",
            Self::Portfolio => "M12 3a9 9 0 1 0 9 9h-9zM15 3.500A9 9 0 0 1 20.500 9H15z",
            Self::Profile => {
                "M12 3.500a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4 20.500c.8-4 4-6 8-6s7.200 2 8 6"
            }
            Self::Refresh => {
                "M20 5v5h-5M4 19v-5h5M19 10a7.500 7.500 0 0 0-13-3.500M5 14a7.500 7.500 0 0 0 13 3.500"
            }
            Self::Search => {
                "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM15.500 15.500 20.500 20.500"
            }
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M5 5l1.700 1.700M17.300 17.300 19 19M5 19l1.700-1.700M17.300 6.700 19 5"
            }
            Self::Up => "M4 17h16L12 5z",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Up | Self::Down => "icon icon-solid",
            _ => "icon",
        }
    }
}

/// An icon beside text: screen readers skip it.
#[component]
pub fn Icon(
    /// Which.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class=name.class() viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}
