//! The trend as a small picture: praise above a line, complaints below it, a bar a day. Without letters, so that it needs no
//! font; its words stand beside it in the mail.

use std::fmt::Write;

use anyhow::Context;
use resvg::{tiny_skia, usvg};

use super::content::TrendDay;

/// Its size as shown; it is drawn twice as large, for fine screens.
const WIDE: u32 = 560;
const HIGH: u32 = 96;
const SCALE: f32 = 2.0;

/// Seen on white and on black alike.
const PRAISE: &str = "#2f9e63";
const COMPLAINT: &str = "#d9603f";
const LINE: &str = "#8a857c";

/// The picture of these days as PNG; those of the edition are drawn in full colour.
pub(super) fn png(days: &[TrendDay], in_edition: impl Fn(&TrendDay) -> bool) -> anyhow::Result<Vec<u8>> {
    let tree = usvg::Tree::from_str(&svg(days, in_edition), &usvg::Options::default()).context("the trend cannot be drawn")?;
    let (wide, high) = ((WIDE as f32 * SCALE) as u32, (HIGH as f32 * SCALE) as u32);
    let mut pixels = tiny_skia::Pixmap::new(wide, high).context("the trend cannot be drawn")?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().context("the trend cannot be drawn")
}

fn svg(days: &[TrendDay], in_edition: impl Fn(&TrendDay) -> bool) -> String {
    let most = |count: fn(&TrendDay) -> u64| days.iter().map(count).max().unwrap_or(0) as f64;
    let (praise, complaints) = (most(|day| day.praise), most(|day| day.complaints));
    let room = f64::from(HIGH) - 6.0;
    let unit = room / (praise + complaints).max(1.0);
    let zero = 3.0 + praise * unit;
    let step = f64::from(WIDE) / days.len().max(1) as f64;
    let mut svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDE}\" height=\"{HIGH}\" viewBox=\"0 0 {WIDE} {HIGH}\">");
    for (place, day) in days.iter().enumerate() {
        let left = place as f64 * step + step * 0.15;
        let strength = if in_edition(day) { 1.0 } else { 0.55 };
        let mut bar = |top: f64, high: f64, colour: &str| {
            let wide = step * 0.7;
            write!(svg, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" rx=\"2\" fill=\"{colour}\" opacity=\"{strength}\"/>")
                .expect("a string takes all that is written to it");
        };
        if !day.heard {
            bar(2.0, f64::from(HIGH) - 4.0, "#8a857c33");
        }
        bar(zero - day.praise as f64 * unit, day.praise as f64 * unit, PRAISE);
        bar(zero, day.complaints as f64 * unit, COMPLAINT);
    }
    write!(svg, "<rect x=\"0\" y=\"{:.1}\" width=\"{WIDE}\" height=\"1\" fill=\"{LINE}\"/></svg>", zero - 0.5)
        .expect("a string takes all that is written to it");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_bar_for_praise_and_one_for_complaints() {
        let day = |day: &str, praise, complaints| TrendDay { day: day.parse().unwrap(), praise, complaints, heard: true };
        let days = [day("2026-03-08", 0, 0), day("2026-03-09", 4, 2)];
        let png = png(&days, |day| day.praise > 0).unwrap();
        let pixels = tiny_skia::Pixmap::decode_png(&png).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (1120, 192));
        let at = |x, y| pixels.pixel(x, y).map(|pixel| (pixel.red(), pixel.green(), pixel.alpha()));
        assert_eq!(at(840, 60), Some((0x2f, 0x9e, 255)), "praise above");
        assert_eq!(at(840, 170), Some((0xd9, 0x60, 255)), "complaints below");
        assert_eq!(at(280, 60), Some((0, 0, 0)), "nothing on a day without either");
        assert!(super::png(&[], |_| true).is_ok());
    }
}
