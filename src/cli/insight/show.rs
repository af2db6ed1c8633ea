//! Figures as text of at most 80 columns. Pure.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use jiff::civil::Date;

use super::paint::{BLIND, bar, blind_marks, change, cut, percent, percents, sparkline};
use crate::app::Voice;
use crate::insight::{By, Emerging, Period, Point, Series, Spike, Standing, ThemeRow, Trend};

/// More rows than these are told by their blocks alone.
const MOST_LINES: usize = 62;
/// With more series than these a part's line has only the first.
const MOST_COLUMNS: usize = 3;

/// Counts over time: a row of blocks for each series, then a line for each part.
pub(super) fn trend(trend: &Trend) -> String {
    let mut lines = vec![format!("{}, by {}; days are UTC", span(trend.period), trend.by.as_str()), String::new()];
    let mut rows = table(&["", "mentions", "share", ""], &[1, 2]);
    for series in &trend.series {
        let counts: Vec<u64> = series.points.iter().map(|point| point.mentions).collect();
        let total = &series.total;
        rows.add_row(cells(&[cut(&total.series, 20), total.mentions.to_string(), percent(total.share), sparkline(&counts)], &[1, 2]));
    }
    if trend.blind.iter().any(|share| *share > 0.0) {
        let share = trend.series.first().map(|series| series.total.blind);
        rows.add_row(cells(&["not heard".to_owned(), String::new(), percent(share), blind_marks(&trend.blind)], &[1, 2]));
    }
    lines.push(rows.to_string());
    let parts = trend.blind.len();
    if parts <= MOST_LINES && parts > 1 {
        lines.extend([String::new(), by_part(trend)]);
    }
    lines.extend([String::new(), standing(&trend.standing)]);
    let weighted = |series: &Series| {
        let weight = series.total.weighted?;
        Some(format!("{} {weight:.1} ({} known)", cut(&series.total.series, 20), percent(series.total.match_rate)))
    };
    let weighted: Vec<String> = trend.series.iter().filter_map(weighted).collect();
    if !weighted.is_empty() {
        lines.extend(wrapped(&format!("weighted by customer: {}", weighted.join(", ")), 80));
    }
    trimmed(&lines.join("\n"))
}

/// A line for each part of the period.
fn by_part(trend: &Trend) -> String {
    let shown = if trend.series.len() <= MOST_COLUMNS { trend.series.len() } else { 1 };
    let series = trend.series.get(..shown).unwrap_or_default();
    let numbers: Vec<usize> = (1..=shown).collect();
    let names: Vec<String> = series.iter().map(|series| cut(&series.total.series, 12)).collect();
    let header: Vec<&str> = [trend.by.as_str()].into_iter().chain(names.iter().map(String::as_str)).chain(["", ""]).collect();
    let mut rows = table(&header, &numbers);
    let all: &[Point] = series.first().map_or(&[], |series| &series.points);
    let most = all.iter().map(|point| point.mentions).max().unwrap_or_default();
    for (place, point) in all.iter().enumerate() {
        let counts = series.iter().filter_map(|series| series.points.get(place)).map(|point| point.mentions.to_string());
        let silent = if point.blind > 0.0 { format!("{BLIND} {} not heard", percent(Some(point.blind))) } else { String::new() };
        let row = [part_name(trend.by, point)].into_iter().chain(counts).chain([bar(point.mentions, most, 16), silent]);
        rows.add_row(cells(&row.collect::<Vec<_>>(), &numbers));
    }
    rows.to_string()
}

fn part_name(by: By, point: &Point) -> String {
    match by {
        By::Day => format!("{} {}", point.from, point.from.strftime("%a")),
        By::Week => format!("{} to {}", point.from, point.until.strftime("%m-%d")),
        By::Month => point.from.strftime("%Y-%m").to_string(),
    }
}

/// A standing in sentences.
fn standing(of: &Standing) -> String {
    let mut lines = vec![format!("{} mentions in {} sightings", of.mentions, of.sightings)];
    if let Some(positive) = of.positive {
        let ratio = of.ratio.map_or_else(String::new, |ratio| format!(", {ratio:.1} praises to a complaint"));
        let interval = percents(of.positive_low, of.positive_high);
        lines.push(format!("{} praise, {} complain{ratio}", of.praise, of.complaints));
        lines.push(format!("{} praise ({interval}, Wilson 95 %)", percent(Some(positive))));
    }
    lines.extend(of.stars.map(|stars| format!("{stars:.1} stars on average{}, of {} ratings", star_interval(of), of.rated)));
    lines.extend(of.match_rate.map(|rate| {
        let weighted = percent(of.weighted_positive);
        format!("{weighted} praise when customers are weighted; the customer of {} of the mentions is known", percent(Some(rate)))
    }));
    lines.push(format!("to read them: goodword search '{}'", of.query));
    lines.join("\n")
}

fn star_interval(of: &Standing) -> String {
    of.stars_low.zip(of.stars_high).map_or_else(String::new, |(low, high)| format!(" ({low:.1}–{high:.1})"))
}

/// Share of voice.
pub(super) fn voice(voice: &Voice) -> String {
    let mut lines = vec![format!("Share of voice, {}; days are UTC", span(voice.period)), String::new()];
    if voice.groups.len() > 1 {
        lines.extend([standings(&voice.groups), String::new()]);
    }
    lines.extend([standings(&voice.products), String::new()]);
    lines.push("* ours. share: of the mentions of all of them, of the praise for all of them.".to_owned());
    lines.push("positive: praise in praise and complaints, with Wilson's 95 % interval.".to_owned());
    if voice.blind > 0.0 {
        lines.push(format!("{BLIND} {} of what is listened to was not heard", percent(Some(voice.blind))));
    }
    for one in voice.products.iter().filter_map(|one| one.match_rate.map(|rate| (one, rate))) {
        let (one, rate) = one;
        let share = percent(one.weighted_share);
        lines.push(format!("{}: {share} when customers are weighted ({} of its mentions matched)", one.name, percent(Some(rate))));
    }
    trimmed(&lines.join("\n"))
}

fn standings(of: &[Standing]) -> String {
    let numbers = [1, 2, 4, 5, 6];
    let mut rows = table(&["", "mentions", "share", "", "praise", "share", "complain", "positive", "stars (n)"], &numbers);
    let most = of.iter().map(|one| one.mentions).max().unwrap_or_default();
    for one in of {
        let ours = if one.whose == "ours" { " *" } else { "" };
        let stars = one.stars.map_or_else(String::new, |stars| format!("{stars:.1} ({})", one.rated));
        let whole = |share: f64| format!("{:.0}", share * 100.0);
        let positive = match (one.positive, one.positive_low, one.positive_high) {
            (Some(share), Some(low), Some(high)) => format!("{} ({}–{})", percent(Some(share)), whole(low), whole(high)),
            _ => "-".to_owned(),
        };
        rows.add_row(cells(
            &[
                format!("{}{ours}", cut(&one.name, 12)),
                one.mentions.to_string(),
                percent(one.share),
                bar(one.mentions, most, 5),
                one.praise.to_string(),
                percent(one.praise_share),
                one.complaints.to_string(),
                positive,
                stars,
            ],
            &numbers,
        ));
    }
    rows.to_string()
}

/// Themes against the period before.
pub(super) fn themes(period: Period, of: &[ThemeRow]) -> String {
    let mut lines = vec![format!("Themes, {}; days are UTC", against(period)), String::new()];
    if of.is_empty() {
        lines.push("No theme was spoken of. See what was heard with `goodword search`, or take a longer time with --since.".to_owned());
        return lines.join("\n");
    }
    let most = of.iter().flat_map(|row| [row.praise, row.complaints]).max().unwrap_or_default();
    let numbers = [1, 2, 4, 5];
    let mut rows = table(&["theme", "praise", "", "", "complaints", "", ""], &numbers);
    for row in of {
        rows.add_row(cells(
            &[
                cut(&row.theme, 22),
                row.praise.to_string(),
                change(row.praise, row.praise_before),
                bar(row.praise, most, 10),
                row.complaints.to_string(),
                change(row.complaints, row.complaints_before),
                bar(row.complaints, most, 10),
            ],
            &numbers,
        ));
    }
    lines.push(rows.to_string());
    lines.extend(weighted_themes(of));
    trimmed(&lines.join("\n"))
}

/// The same with customers weighted.
fn weighted_themes(of: &[ThemeRow]) -> Vec<String> {
    let line = |row: &ThemeRow| {
        let (praise, complaints) = (row.weighted_praise?, row.weighted_complaints?);
        row.match_rate.filter(|rate| *rate > 0.0)?;
        let theme = cut(&row.theme, 22);
        Some(format!("  {theme:<22}  {praise:>8.1}  {complaints:>10.1}   {} known", percent(row.match_rate)))
    };
    let lines: Vec<String> = of.iter().filter_map(line).collect();
    if lines.is_empty() {
        return lines;
    }
    let header = format!("  {:<22}  {:>8}  {:>10}", "weighted by customer", "praise", "complaints");
    [String::new(), header].into_iter().chain(lines).collect()
}

/// Words that come up.
pub(super) fn emerging(period: Period, of: &[Emerging]) -> String {
    let mut lines = vec![format!("What comes up, {}; days are UTC", against(period)), String::new()];
    if of.is_empty() {
        lines.push("Nothing is written clearly more often than before.".to_owned());
        return lines.join("\n");
    }
    let mut rows = table(&["", "mentions", "before", "z", ""], &[1, 2, 3]);
    for row in of {
        let example = row.examples.first().map_or("", |example| &example.says);
        let z = format!("{:.1}", row.z);
        rows.add_row(cells(&[cut(&row.term, 22), row.mentions.to_string(), row.before.to_string(), z, cut(example, 30)], &[1, 2, 3]));
    }
    lines.push(rows.to_string());
    trimmed(&lines.join("\n"))
}

/// Unusual days.
pub(super) fn spikes(since: Date, of: &[Spike]) -> String {
    if of.is_empty() {
        return format!("No spike since {since}: on no day was much more said of a product than usual.");
    }
    let one = |spike: &Spike| {
        let mut lines = wrapped(&spike.words, 80);
        lines.extend(spike.examples.iter().map(|example| format!("  “{}”", cut(&example.says, 74))));
        lines.push(format!("  goodword search '{}'", spike.query));
        lines.join("\n")
    };
    of.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

/// The text cut between words into lines of at most `width` letters; lines after the first are indented.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
            Some(_) => lines.push(format!("  {word}")),
        }
    }
    lines
}

/// A period and the one before it.
fn against(period: Period) -> String {
    match period.days() {
        1 => format!("{} against the day before", span(period)),
        days => format!("{} against the {days} days before", span(period)),
    }
}

fn span(period: Period) -> String {
    if period.from == period.until { period.from.to_string() } else { format!("{} to {}", period.from, period.until) }
}

fn table(header: &[&str], numbers: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let gap = if header.len() > 7 { 1 } else { 2 };
    table.set_header(cells(&header.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), numbers));
    let last = header.len().saturating_sub(1);
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if place == last { 0 } else { gap }));
    }
    table
}

/// A row's cells; those at `numbers` stand to the right.
fn cells(row: &[String], numbers: &[usize]) -> Vec<Cell> {
    let cell = |(place, text): (usize, &String)| {
        let aligned = if numbers.contains(&place) { CellAlignment::Right } else { CellAlignment::Left };
        Cell::new(text).set_alignment(aligned)
    };
    row.iter().enumerate().map(cell).collect()
}

/// Without the blanks that tables leave at the ends of lines.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
