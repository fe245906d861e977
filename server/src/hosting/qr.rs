//! QR codes: as the path of an SVG for pages, and as text for a terminal.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Width in modules of the light border around a code.
const QUIET: i32 = 4;

/// A code as the path of an SVG whose modules are 1 by 1, and the modules per side, including the quiet
/// zone. `None` if the text is too long.
#[must_use]
pub fn path(text: &str) -> Option<(String, u32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let (left, top) = (x.saturating_add(QUIET), y.saturating_add(QUIET));
            write!(path, "M{left} {top}h1v1h-1z").ok()?;
        }
    }
    let side = code.size().saturating_add(QUIET.saturating_mul(2));
    Some((path, u32::try_from(side).ok()?))
}

/// A code for a terminal with dark letters on a light background or vice versa: two modules per
/// character, one above the other. `None` if the text is too long.
#[must_use]
pub fn text(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let edge = code.size().saturating_add(QUIET);
    let mut lines = String::new();
    for y in (-QUIET..edge).step_by(2) {
        for x in -QUIET..edge {
            let light = [y, y.saturating_add(1)].map(|y| !code.get_module(x, y));
            lines.push(match light {
                [true, true] => '█',
                [true, false] => '▀',
                [false, true] => '▄',
                [false, false] => ' ',
            });
        }
        lines.push('\n');
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_within_its_quiet_zone() {
        let (path, side) = path("http://192.168.1.20:8080/join/KXTRWA").unwrap();
        // The corner of the first finder pattern.
        assert!(path.starts_with("M4 4h1v1h-1z"), "{path:.40}");
        assert_eq!(side, 29 + 8);
        let text = text("http://192.168.1.20:8080/join/KXTRWA").unwrap();
        assert!(text.lines().all(|line| line.chars().count() == 37));
        assert!(super::path(&"x".repeat(5_000)).is_none());
    }
}
