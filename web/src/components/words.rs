//! Words of components that stand on translated pages as well as on those that run in the browser. The latter
//! are in English, so only the server has translations: they add nothing to any page's size.

/// Functions that return words: from the messages on the server, and in English in the browser.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $message:ident $english:literal;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub(super) fn $name() -> &'static str {
                #[cfg(feature = "ssr")]
                {
                    crate::language::Texts::get().$message()
                }
                #[cfg(not(feature = "ssr"))]
                {
                    $english
                }
            }
        )*
    };
}

/// The same for sentences with gaps.
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident($($gap:ident: $kind:ty),+) $message:ident $english:literal;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub(super) fn $name($($gap: $kind),+) -> String {
                #[cfg(feature = "ssr")]
                {
                    crate::language::Texts::get().$message($($gap),+)
                }
                #[cfg(not(feature = "ssr"))]
                {
                    format!($english)
                }
            }
        )*
    };
}

pub(super) use {sentences, words};

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(feature = "ssr")]
    fn what_the_browser_shows_is_the_english_of_the_server() {
        // Without a page around, the server's words are English; the macros' literals must be the same.
        let sources = [
            include_str!("bar_words.rs"),
            include_str!("page_words.rs"),
            include_str!("card_words.rs"),
        ];
        let english = [
            include_str!("../../messages/en/bars.txt"),
            include_str!("../../messages/en/card.txt"),
            include_str!("../../messages/en/parts.txt"),
        ]
        .concat();
        let words = sources.iter().flat_map(|source| source.lines());
        let words = words.filter_map(|line| {
            let (names, text) = line.trim().strip_suffix("\";")?.split_once(" \"")?;
            Some((names.split(' ').next_back()?, text))
        });
        let mut count = 0;
        for (message, text) in words {
            let (group, name) = message.split_once('_').unwrap();
            let line = format!("{group}.{} = {text}", name.replace('_', "-"));
            assert!(english.lines().any(|known| known == line), "{line}");
            count += 1;
        }
        assert!(count > 50, "{count} words were compared");
    }
}
