//! Charts as SVG, drawn on the server from counts: columns over time with what was not heard shaded, and bars for shares.
//!
//! They are for the eye and the pointer alone, hidden from screen readers and keys: beside each stands a table with the same
//! figures and links. Attributes only, no inline styles: the page's policy refuses those. Knows nothing of what is counted.

/// The width of a column, in the chart's own units.
const WIDE: u64 = 12;
/// The height of the highest bar.
const HIGH: u64 = 96;
/// The height of the whole.
const WHOLE: u64 = 100;
/// A chart is no narrower than so many columns: one alone would be a wall.
const FEWEST: u64 = 6;
/// From this share of silence on a column is shaded wholly.
const MOSTLY: f64 = 0.2;

/// What a column shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// The day, week or month.
    pub(super) label: String,
    /// All, and then those with praise and with complaints if they are told apart.
    pub(super) counts: Vec<u64>,
    /// The share of it that was not heard.
    pub(super) blind: f64,
    /// Leads to the mentions behind it; nowhere if empty.
    pub(super) link: String,
    /// Whether the reader has chosen it.
    pub(super) chosen: bool,
}

/// Columns over time, ready to be drawn.
#[derive(Debug, Default)]
pub(super) struct Chart {
    pub(super) width: u64,
    pub(super) columns: Vec<Drawn>,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) most: u64,
    pub(super) is_blind: bool,
}

/// A column as drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) x: u64,
    pub(super) title: String,
    pub(super) link: String,
    /// The class of its shade, if it has one.
    pub(super) shade: &'static str,
    pub(super) chosen: bool,
    pub(super) bars: Vec<Bar>,
}

/// A bar as drawn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) width: u64,
    pub(super) height: u64,
}

impl Chart {
    /// The chart of these columns; the highest bar is the greatest count, or `most` if that is greater.
    pub(super) fn of(columns: &[Column], most: u64) -> Self {
        let most = columns.iter().flat_map(|column| &column.counts).copied().max().unwrap_or_default().max(most);
        let drawn = |(at, column): (u64, &Column)| {
            let counts: Vec<String> = column.counts.iter().map(ToString::to_string).collect();
            Drawn {
                x: at * WIDE,
                title: format!("{}: {}", column.label, counts.join(" / ")),
                link: column.link.clone(),
                shade: shade(column.blind),
                chosen: column.chosen,
                bars: bars(at * WIDE, &column.counts, most),
            }
        };
        let label = |column: Option<&Column>| column.map(|column| column.label.clone()).unwrap_or_default();
        Self {
            width: (columns.len() as u64).max(FEWEST) * WIDE,
            columns: (0..).zip(columns).map(drawn).collect(),
            first: label(columns.first()),
            last: label(columns.last().filter(|_| columns.len() > 1)),
            most,
            is_blind: columns.iter().any(|column| column.blind > 0.0),
        }
    }
}

fn shade(blind: f64) -> &'static str {
    match blind {
        blind if blind > MOSTLY => "blind",
        blind if blind > 0.0 => "partly",
        _ => "",
    }
}

/// The bar of all, and over it those of its parts side by side.
fn bars(x: u64, counts: &[u64], most: u64) -> Vec<Bar> {
    let places = [("all", 1, WIDE - 2), ("praise", 2, WIDE / 2 - 2), ("complaint", WIDE / 2, WIDE / 2 - 2)];
    let bar = |((class, from, width), count): (&(&'static str, u64, u64), &u64)| {
        // What is there is seen, however little.
        let height = if *count == 0 { 0 } else { (count * HIGH / most.max(1)).max(1) };
        Bar { class, x: x + from, y: WHOLE - height, width: *width, height }
    };
    places.iter().zip(counts).map(bar).filter(|bar| bar.height > 0).collect()
}

/// A share as a bar of a hundred units, with the interval it surely lies in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meter {
    pub(super) value: u64,
    pub(super) low: u64,
    pub(super) wide: u64,
}

impl Meter {
    /// A share of 0 to 1, with its interval.
    pub(super) fn of(share: Option<f64>, interval: Option<(f64, f64)>) -> Option<Self> {
        let units = |share: f64| (share.clamp(0.0, 1.0) * 100.0).round() as u64;
        let (low, high) = interval.map(|(low, high)| (units(low), units(high))).unwrap_or_default();
        share.map(|share| Self { value: units(share), low, wide: high.saturating_sub(low) })
    }

    /// A count beside the greatest.
    pub(super) fn beside(count: u64, most: u64) -> Self {
        Self { value: (count * 100).checked_div(most).unwrap_or_default(), ..Self::default() }
    }
}

/// A share in per cent.
pub(super) fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        // Some is not none.
        Some(share) if share > 0.0 && share < 0.005 => "< 1 %".to_owned(),
        Some(share) => format!("{:.0} %", share * 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_counts_and_the_least_is_seen() {
        let column = |counts: &[u64], blind| Column { label: "d".to_owned(), counts: counts.to_vec(), blind, ..Column::default() };
        let chart = Chart::of(&[column(&[2_000, 1_000, 1], 0.0), column(&[0, 0, 0], 0.5), column(&[1_000], 0.1)], 0);
        let bars: Vec<Vec<(&str, u64, u64, u64)>> =
            chart.columns.iter().map(|one| one.bars.iter().map(|bar| (bar.class, bar.x, bar.y, bar.height)).collect()).collect();
        assert_eq!(bars[0], [("all", 1, 4, 96), ("praise", 2, 52, 48), ("complaint", 6, 99, 1)]);
        assert!(bars[1].is_empty());
        assert_eq!(bars[2], [("all", 25, 52, 48)]);
        assert_eq!(chart.columns.iter().map(|one| one.shade).collect::<Vec<_>>(), ["", "blind", "partly"]);
        assert_eq!((chart.width, chart.most, chart.is_blind), (72, 2_000, true));
        assert!(Chart::of(&[], 0).columns.is_empty());
    }

    #[test]
    fn shares_are_drawn_within_their_scale() {
        for (share, interval, want) in
            [(Some(0.5), Some((0.25, 0.75)), Some((50, 25, 50))), (Some(1.7), None, Some((100, 0, 0))), (None, Some((0.1, 0.2)), None)]
        {
            assert_eq!(Meter::of(share, interval).map(|meter| (meter.value, meter.low, meter.wide)), want);
        }
        assert_eq!((Meter::beside(1, 4).value, Meter::beside(0, 0).value), (25, 0));
        assert_eq!((percent(Some(0.416)), percent(None)), ("42 %".to_owned(), "–".to_owned()));
        assert_eq!((percent(Some(0.001)), percent(Some(0.0))), ("< 1 %".to_owned(), "0 %".to_owned()));
    }
}
