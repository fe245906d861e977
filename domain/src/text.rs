//! Visible text, and amounts in it.

/// Whether a character is invisible: controls, formatting and fillers. For white space see
/// [`char::is_whitespace`].
///
/// These are the Unicode categories Cc and Cf, the property `Default_Ignorable_Code_Point`, and the
/// blank Braille pattern.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2
            | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF
            | 0xFFA0 | 0xFFF0..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x1343F
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// The text without invisible characters, trimmed. White space becomes plain spaces; line breaks are kept if
/// `keeps_lines` is set.
///
/// ```
/// # use domain::text::seen;
/// assert_eq!(seen(" Calm\u{202e}\tand\nslow ", false), "Calm and slow");
/// assert_eq!(seen("One\n\u{0}two\n", true), "One\ntwo");
/// ```
#[must_use]
pub fn seen(text: &str, keeps_lines: bool) -> String {
    let kept = text
        .chars()
        .filter(|c| c.is_whitespace() || !is_invisible(*c));
    let plain = kept.map(|c| match c {
        '\n' if keeps_lines => '\n',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    plain.collect::<String>().trim().to_owned()
}

/// The text with the digits after each `$` in groups of three: `$1,000.50`.
#[must_use]
pub(crate) fn with_groups(text: &str) -> String {
    let mut grouped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        let end = after.find(|c: char| !c.is_ascii_digit());
        let (digits, tail) = after.split_at(end.unwrap_or(after.len()));
        grouped.push_str(before);
        grouped.push('$');
        for (index, digit) in digits.chars().enumerate() {
            let left = digits.len().saturating_sub(index);
            if index > 0 && left.is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        rest = tail;
    }
    grouped.push_str(rest);
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_are_invisible_and_signs_are_not() {
        for hidden in [
            '\u{200b}',
            '\u{feff}',
            '\u{ad}',
            '\u{3164}',
            '\u{2800}',
            '\u{e0041}',
            '\0',
        ] {
            assert!(is_invisible(hidden), "{hidden:?}");
        }
        for seen in ['a', 'é', '猫', '.', '7', '\u{301}'] {
            assert!(!is_invisible(seen), "{seen:?}");
        }
    }
}
