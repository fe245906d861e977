//! Logos of invented companies: one family of simple signs, drawn from symbol and category alone.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "remainders by small numbers, and coordinates below 100"
)]

use std::fmt::Write as _;

use crate::Symbol;

/// Hues of the categories, far enough apart to tell them apart.
const HUES: [u32; 12] = [4, 28, 48, 82, 140, 168, 190, 212, 236, 266, 300, 332];

/// The logo of an instrument as an SVG image of 64 by 64: the category decides the colour, the symbol the
/// sign. It carries no information that the text beside it lacks.
///
/// ```
/// let logo = domain::logo_svg("MUFFN".parse()?, "Food");
/// assert!(logo.starts_with("<svg") && logo.ends_with("</svg>"));
/// assert_eq!(logo, domain::logo_svg("MUFFN".parse()?, "Food"));
/// # Ok::<(), domain::SymbolError>(())
/// ```
#[must_use]
pub fn logo_svg(symbol: Symbol, category: &str) -> String {
    let hue = HUES[(hash(category) % 12) as usize];
    let chance = hash(symbol.as_str());
    let turn = (chance >> 8) % 8 * 45;
    let mut sign = String::new();
    // Writing to a string does not fail.
    _ = match chance % 6 {
        0 => petals(&mut sign, 3 + (chance >> 16) % 4),
        1 => rings(&mut sign, 2 + (chance >> 16) % 2),
        2 => stripes(&mut sign, 3 + (chance >> 16) % 3),
        3 => steps(&mut sign, chance >> 16),
        4 => write!(
            sign,
            "<path d='M32 12a20 20 0 0 1 0 40z'/><circle cx='22' cy='32' r='8'/>"
        ),
        _ => write!(
            sign,
            "<path d='M32 12l20 20-20 20z'/><path d='M28 20v24L14 32z' opacity='.6'/>"
        ),
    };
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64' width='64' height='64'>\
         <rect width='64' height='64' rx='16' fill='hsl({hue} 48% 38%)'/>\
         <g fill='hsl({} 70% 92%)' transform='rotate({turn} 32 32)'>{sign}</g></svg>",
        (hue + 30) % 360
    )
}

fn petals(sign: &mut String, count: u64) -> std::fmt::Result {
    for petal in 0..count {
        let turn = petal * 360 / count;
        write!(
            sign,
            "<ellipse cx='32' cy='21' rx='7' ry='12' transform='rotate({turn} 32 32)'/>"
        )?;
    }
    Ok(())
}

fn rings(sign: &mut String, count: u64) -> std::fmt::Result {
    write!(sign, "<circle cx='32' cy='32' r='6'/>")?;
    for ring in 1..=count {
        let radius = 6 + ring * 7;
        let (left, width) = (32 - radius, radius * 2);
        write!(
            sign,
            "<path d='M{left} 32a{radius} {radius} 0 0 1 {width} 0' fill='none' \
             stroke='hsl(45 70% 92%)' stroke-width='4' stroke-linecap='round'/>"
        )?;
    }
    Ok(())
}

fn stripes(sign: &mut String, count: u64) -> std::fmt::Result {
    for stripe in 0..count {
        let (y, width) = (14 + stripe * 36 / count, 36 - stripe * 6);
        write!(
            sign,
            "<rect x='14' y='{y}' width='{width}' height='5' rx='2.5'/>"
        )?;
    }
    Ok(())
}

fn steps(sign: &mut String, chance: u64) -> std::fmt::Result {
    for place in 0..9_u64 {
        if (chance >> place) & 1 == 1 || place == 4 {
            let (x, y) = (14 + place % 3 * 13, 14 + place / 3 * 13);
            write!(
                sign,
                "<rect x='{x}' y='{y}' width='10' height='10' rx='3'/>"
            )?;
        }
    }
    Ok(())
}

/// FNV-1a with a final mixing step, so that similar texts get different logos.
fn hash(text: &str) -> u64 {
    let sum = text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    (sum ^ (sum >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 7
}
