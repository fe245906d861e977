//! Numbers and times of components, in the notation of their page. Pages that run in the browser are in
//! English.

use domain::{Money, Percent, Price, Timestamp, Xp};

#[cfg(not(feature = "ssr"))]
use crate::format;
#[cfg(feature = "ssr")]
use crate::language::Texts;

/// How the surrounding page writes numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notation {
    #[cfg(feature = "ssr")]
    texts: Texts,
}

/// What the server says in English, in the language of the page.
pub(super) fn said(english: String) -> String {
    #[cfg(feature = "ssr")]
    {
        Texts::get().said(&english)
    }
    #[cfg(not(feature = "ssr"))]
    {
        english
    }
}

macro_rules! written {
    ($($(#[$doc:meta])* $name:ident($kind:ty);)*) => {
        impl Notation {
            /// That of the surrounding page.
            pub(super) fn get() -> Self {
                Self {
                    #[cfg(feature = "ssr")]
                    texts: Texts::get(),
                }
            }

            $(
                $(#[$doc])*
                #[cfg_attr(not(feature = "ssr"), expect(clippy::unused_self, reason = "English only"))]
                pub(super) fn $name(self, value: $kind) -> String {
                    #[cfg(feature = "ssr")]
                    {
                        self.texts.$name(value)
                    }
                    #[cfg(not(feature = "ssr"))]
                    {
                        format::$name(value)
                    }
                }
            )*
        }
    };
}

written! {
    /// XP with its unit.
    xp(Xp);
    /// A price.
    price(Price);
    /// A whole number.
    whole(i64);
    /// An amount with its sign.
    signed_money(Money);
    /// A percentage with its sign.
    signed_percent(Percent);
    /// The day of an instant.
    date(Timestamp);
    /// Day and time of an instant.
    date_time(Timestamp);
}
