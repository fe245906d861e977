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

/// The text with each amount as people write it: digits after `$` in groups of three, the minus before the
/// sign, and no more than cents from one on, `$1,000.50`. Below one all decimal places stay: `$0.0725`.
#[must_use]
pub(crate) fn with_groups(text: &str) -> String {
    let mut grouped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        grouped.push_str(before);
        let after = match after.strip_prefix('-') {
            Some(amount) => {
                grouped.push('\u{2212}');
                amount
            }
            None => after,
        };
        let (digits, tail) = at_other_than_digit(after);
        grouped.push('$');
        for (index, digit) in digits.chars().enumerate() {
            let left = digits.len().saturating_sub(index);
            if index > 0 && left.is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        rest = tail;
        if let Some((places, after)) = tail.strip_prefix('.').map(at_other_than_digit)
            && !places.is_empty()
        {
            let kept = if digits == "0" {
                places.len()
            } else {
                CENT_PLACES
            };
            grouped.push('.');
            grouped.extend(places.chars().take(kept));
            rest = after;
        }
    }
    grouped.push_str(rest);
    grouped
}

/// Decimal places of a cent.
const CENT_PLACES: usize = 2;

/// The digits that the text begins with, and the rest.
fn at_other_than_digit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_a_sentence_are_written_as_people_write_them() {
        let check = |text: &str, told: &str| assert_eq!(with_groups(text), told);
        check("It costs $1234567.8901.", "It costs $1,234,567.89.");
        check("$-1500.5000 and $12.00", "\u{2212}$1,500.50 and $12.00");
        check("at $0.0725, fee $0.00.", "at $0.0725, fee $0.00.");
        check("in $", "in $");
        check("$5. Next", "$5. Next");
    }

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
