//! Draws how long answers take against how much is asked: a small SVG that reads well on a light
//! and on a dark page.

use std::fmt::Write as _;

use serde::Serialize;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 60.0;
/// Ticks of the axis of rates, about.
const RATE_TICKS: f64 = 6.0;

const STYLE: &str = "\
    svg{font:13px system-ui,sans-serif;background:#fff;color:#1f2328}\
    text{fill:currentColor}.grid{stroke:currentColor;opacity:.15}.axis{stroke:currentColor}\
    .p50{stroke:#0b6bcb;fill:#0b6bcb}.p99{stroke:#c2410c;fill:#c2410c}\
    polyline{fill:none!important;stroke-width:2}text.p50,text.p99{stroke:none}\
    @media(prefers-color-scheme:dark){svg{background:#14181d;color:#e6edf3}\
    .p50{stroke:#6cb6ff;fill:#6cb6ff}.p99{stroke:#ff9d5c;fill:#ff9d5c}}";

/// How long answers took at one rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Requests a second that were due.
    pub offered_per_second: f64,
    /// Answers a second that came.
    pub per_second: f64,
    /// Half of the answers came within this.
    pub p50_ms: f64,
    /// 99 of 100 came within this.
    pub p99_ms: f64,
}

/// The picture. The axis of times is logarithmic: what matters is how often it doubles.
#[must_use]
pub fn draw(title: &str, points: &[CurvePoint]) -> String {
    let scale = Scale::of(points);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{0}\"><style>{STYLE}</style>\n\
         <text x=\"{LEFT}\" y=\"24\" font-weight=\"600\">{0}</text>\n",
        escaped(title)
    );
    scale.draw_axes(&mut svg);
    for (class, time) in [
        ("p50", (|point| point.p50_ms) as fn(&CurvePoint) -> f64),
        ("p99", |point| point.p99_ms),
    ] {
        draw_line(&mut svg, scale, class, points, time);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Writing to a string does not fail: errors of `write!` are dropped below.
fn draw_line(
    svg: &mut String,
    scale: Scale,
    class: &str,
    points: &[CurvePoint],
    time: fn(&CurvePoint) -> f64,
) {
    let places: Vec<(f64, f64)> = points
        .iter()
        .map(|point| (scale.x(point.offered_per_second), scale.y(time(point))))
        .collect();
    let line: Vec<String> = places
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline class=\"{class}\" points=\"{}\"/>",
        line.join(" ")
    );
    for (x, y) in &places {
        let _ = writeln!(
            svg,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"
        );
    }
    if let Some((x, y)) = places.last() {
        let _ = writeln!(
            svg,
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\">{class}</text>",
            x + 8.0,
            y + 4.0
        );
    }
}

/// From rates and times to places in the picture.
#[derive(Debug, Clone, Copy)]
struct Scale {
    rate_max: f64,
    rate_step: f64,
    /// Powers of ten of milliseconds.
    low: f64,
    high: f64,
}

impl Scale {
    fn of(points: &[CurvePoint]) -> Self {
        let rates = points.iter().map(|point| point.offered_per_second);
        let rate_step = round_step(rates.fold(1.0, f64::max) / RATE_TICKS);
        let times = points.iter().flat_map(|point| [point.p50_ms, point.p99_ms]);
        let times = times.filter(|time| *time > 0.0);
        let (low, high) = times.fold((f64::INFINITY, 0.0_f64), |(low, high), time| {
            (low.min(time), high.max(time))
        });
        let low = if low.is_finite() {
            low.log10().floor()
        } else {
            0.0
        };
        let high = if high > 0.0 { high.log10().ceil() } else { 1.0 };
        let most = points
            .iter()
            .map(|point| point.offered_per_second)
            .fold(1.0, f64::max);
        Self {
            rate_max: (most / rate_step).ceil() * rate_step,
            rate_step,
            low,
            high: high.max(low + 1.0),
        }
    }

    fn x(self, rate: f64) -> f64 {
        LEFT + rate / self.rate_max * (WIDTH - LEFT - RIGHT)
    }

    fn y(self, ms: f64) -> f64 {
        let power = ms.max(f64::MIN_POSITIVE).log10().clamp(self.low, self.high);
        let share = (power - self.low) / (self.high - self.low);
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    }

    fn draw_axes(self, svg: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let mut rate = 0.0;
        while rate <= self.rate_max * 1.001 {
            let x = self.x(rate);
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom}\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                bottom + 20.0,
                thousands(rate)
            );
            rate += self.rate_step;
        }
        let mut power = self.low;
        while power <= self.high {
            let ms = 10_f64.powf(power);
            let y = self.y(ms);
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{ms}</text>",
                LEFT - 8.0,
                y + 4.0
            );
            power += 1.0;
        }
        let _ = writeln!(
            svg,
            "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">requests a second that are due</text>\
             <text transform=\"translate(18 {:.1}) rotate(-90)\" text-anchor=\"middle\">\
             milliseconds until the answer</text>",
            f64::midpoint(LEFT, right),
            bottom + 44.0,
            f64::midpoint(TOP, bottom)
        );
    }
}

/// 1, 2 or 5 times a power of ten, at least so much.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(f64::MIN_POSITIVE).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    steps
        .into_iter()
        .find(|step| *step >= least * 0.999)
        .unwrap_or(least)
}

/// A whole number with commas.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(rate: f64, p50_ms: f64, p99_ms: f64) -> CurvePoint {
        CurvePoint {
            offered_per_second: rate,
            per_second: rate,
            p50_ms,
            p99_ms,
        }
    }

    #[test]
    fn every_point_is_inside_the_axes() {
        let points = [
            point(1_234.0, 0.3, 2.0),
            point(9_000.0, 1.0, 40.0),
            point(17_500.0, 90.0, 1_800.0),
        ];
        let scale = Scale::of(&points);
        assert_eq!((scale.rate_step, scale.rate_max), (5_000.0, 20_000.0));
        assert_eq!((scale.low, scale.high), (-1.0, 4.0));
        for one in points {
            assert!((LEFT..=WIDTH - RIGHT).contains(&scale.x(one.offered_per_second)));
            for time in [one.p50_ms, one.p99_ms] {
                assert!((TOP..=HEIGHT - BOTTOM).contains(&scale.y(time)));
            }
        }
        assert_eq!(scale.y(0.1), HEIGHT - BOTTOM);
        assert_eq!(scale.y(10_000.0), TOP);
    }

    #[test]
    fn a_picture_of_nothing_is_still_a_picture() {
        let svg = draw("a < b", &[]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("a &lt; b"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(
            draw("one", &[point(10.0, 1.0, 1.0)])
                .matches("<circle")
                .count(),
            2
        );
    }

    #[test]
    fn steps_are_round_and_numbers_readable() {
        assert_eq!(round_step(2_916.0), 5_000.0);
        assert_eq!(round_step(0.11), 0.2);
        assert_eq!(thousands(0.0), "0");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }
}
