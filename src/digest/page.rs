//! A digest as a page of words in one language: what text and HTML alike show, in the order of what matters.

use url::Url;

use super::content::{Digest, Figure, Lane, Measure, Said};
use super::labels::Labels;
use super::quote::{Piece, Quote, clean};
use super::recipient::{Language, Recipient};
use crate::mention::Polarity;

/// Things to do that are told at most.
const MOST_TO_DO: usize = 3;
/// Finds what waits to be answered.
const OPEN: &str = "status:waiting OR status:claimed OR status:drafted OR status:approved";
/// Sources, words and products told of at most.
const MOST_IN_A_LIST: usize = 6;

/// The page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) language: Language,
    pub(super) words: Labels,
    pub(super) subject: String,
    pub(super) kind: &'static str,
    pub(super) date: String,
    pub(super) sentence: String,
    /// What else is said above all.
    pub(super) below: Vec<String>,
    pub(super) todo: Vec<Row>,
    pub(super) figures: Vec<FigureView>,
    pub(super) lanes: Vec<LaneView>,
    pub(super) searches: Vec<LaneView>,
    pub(super) lists: Vec<ListView>,
    pub(super) picture: Option<PictureView>,
    pub(super) foot: Vec<(String, Option<String>)>,
}

#[derive(Debug)]
pub(super) struct FigureView {
    pub(super) label: &'static str,
    pub(super) count: u64,
    pub(super) change: String,
    /// `good`, `bad` or `plain`.
    pub(super) tone: &'static str,
    pub(super) link: String,
}

#[derive(Debug)]
pub(super) struct LaneView {
    pub(super) of: Said,
    pub(super) heading: String,
    /// `good`, `bad`, `ugly` or `plain`.
    pub(super) tone: &'static str,
    pub(super) quotes: Vec<QuoteView>,
    pub(super) more: Option<Row>,
}

#[derive(Debug)]
pub(super) struct QuoteView {
    pub(super) title: Vec<Piece>,
    pub(super) text: Vec<Piece>,
    pub(super) byline: String,
    pub(super) detail: String,
    /// In our page.
    pub(super) link: String,
    /// On its site.
    pub(super) post: Option<String>,
}

#[derive(Debug)]
pub(super) struct ListView {
    pub(super) heading: String,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) text: String,
    pub(super) detail: String,
    pub(super) link: Option<String>,
}

#[derive(Debug)]
pub(super) struct PictureView {
    pub(super) alt: String,
    pub(super) first: String,
    pub(super) last: String,
}

/// Where our page is.
#[derive(Debug)]
pub(super) struct Links<'a>(pub(super) &'a Url);

impl Links<'_> {
    pub(super) fn to(&self, path: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    pub(super) fn home(&self) -> String {
        self.to(&[""]).to_string()
    }

    fn mention(&self, id: &str) -> String {
        self.to(&["mentions", id]).to_string()
    }

    /// The only mention of a lane, or all of them. What was heard only now is not among those of these days.
    fn one_or_all(&self, lane: &Lane) -> String {
        match lane.first() {
            Some(quote) if lane.news() == 1 || lane.total == 0 => self.mention(&quote.id),
            _ => self.found(&lane.query),
        }
    }

    pub(super) fn found(&self, query: &str) -> String {
        let mut url = self.to(&["mentions"]);
        url.query_pairs_mut().append_pair("q", query);
        url.to_string()
    }
}

impl Page {
    /// The page of `digest` for `recipient`, who ends it at `unsubscribe`.
    pub(super) fn new(digest: &Digest, recipient: &Recipient, links: &Links<'_>, unsubscribe: &str) -> Self {
        let language = recipient.language;
        let words = language.labels();
        let quiet = digest.is_quiet();
        let below = if quiet || !digest.unseen.is_empty() { vec![language.heard(digest)] } else { Vec::new() };
        let lanes = |lanes: &[Lane]| {
            let told = lanes.iter().filter(|lane| lane.total > 0 || !lane.quotes.is_empty());
            told.map(|lane| lane_view(language, links, lane)).collect::<Vec<_>>()
        };
        let [own, all, end] = language.foot(recipient.name.as_deref().unwrap_or(recipient.named()));
        let foot = vec![(own, None), (all, Some(links.home())), (end, Some(unsubscribe.to_owned()))];
        let picture = digest.trend.first().zip(digest.trend.last()).filter(|_| !quiet).map(|(first, last)| PictureView {
            alt: language.picture(digest),
            first: language.day(first.day),
            last: language.day(last.day),
        });
        Self {
            language,
            words,
            subject: clean(&language.subject(digest)),
            kind: language.kind(digest.edition.every),
            date: language.days(digest.edition),
            sentence: language.sentence(digest),
            below,
            todo: to_do(language, links, digest),
            figures: if quiet {
                Vec::new()
            } else {
                let told = digest.figures.iter().filter(|figure| figure.of != Measure::Ugly || figure.count > 0);
                told.map(|figure| figure_view(language, links, digest, figure)).collect()
            },
            lanes: lanes(&digest.lanes),
            searches: lanes(&digest.searches),
            lists: if quiet { Vec::new() } else { lists(language, links, digest) },
            picture,
            foot,
        }
    }
}

/// What to do, the most pressing first.
fn to_do(language: Language, links: &Links<'_>, digest: &Digest) -> Vec<Row> {
    let row = |text: String, link: String| Row { text, detail: String::new(), link: Some(link) };
    let mut rows = Vec::new();
    let overdue = digest.replies.as_ref().map_or(0, |replies| replies.overdue);
    if overdue > 0 {
        rows.push(row(language.answer_overdue(overdue), links.found(OPEN)));
    }
    let severe = digest.lane(&Said::Ugly).filter(|lane| lane.news() > 0);
    // Where nothing is severe, what hurt is still to be answered.
    let hurt = digest.lane(&Said::Bad).filter(|lane| severe.is_none() && !lane.quotes.is_empty());
    if let Some(lane) = severe.or(hurt) {
        let (author, theme) = lane.first().map_or((None, None), |quote| (quote.author.as_deref(), quote.theme.as_deref()));
        let told = if severe.is_some() { Language::answer_severe } else { Language::answer };
        rows.push(row(told(language, author, theme, lane.news()), links.one_or_all(lane)));
    }
    let waves = digest.unusual.iter().filter(|unusual| unusual.polarity == Some(Polarity::Complaint));
    rows.extend(waves.take(1).map(|unusual| row(language.look_into(unusual, digest.edition), links.found(&unusual.query))));
    let silent: Vec<&str> = digest.unseen.iter().filter(|unseen| unseen.state != "partial").map(|unseen| unseen.source.as_str()).collect();
    if !silent.is_empty() && !digest.is_quiet() {
        rows.push(row(language.mend(silent.get(..3).unwrap_or(&silent)), links.to(&["sources"]).to_string()));
    }
    // To thank is as much a job as to mend: it has a place, however much else there is.
    let thanks = digest.lane(&Said::Good).filter(|lane| !lane.quotes.is_empty()).map(|good| {
        let named = good.quotes.iter().find_map(|quote| quote.author.as_deref());
        row(language.thank(named, good.quotes.len() as u64 - 1), links.one_or_all(good))
    });
    rows.truncate(MOST_TO_DO - usize::from(thanks.is_some()));
    rows.extend(thanks);
    rows
}

fn figure_view(language: Language, links: &Links<'_>, digest: &Digest, figure: &Figure) -> FigureView {
    let more = figure.usual.map(|usual| figure.count as f64 - usual.count).filter(|more| more.abs() >= 0.5);
    let tone = match (figure.of, more) {
        (Measure::Mentions, _) | (_, None) => "plain",
        (Measure::Praise, Some(more)) => {
            if more > 0.0 {
                "good"
            } else {
                "bad"
            }
        }
        (Measure::Complaints | Measure::Ugly, Some(more)) => {
            if more > 0.0 {
                "bad"
            } else {
                "good"
            }
        }
    };
    FigureView {
        label: language.measure(figure.of),
        count: figure.count,
        change: language.change(figure, digest.edition),
        tone,
        link: links.found(&figure.query),
    }
}

fn lane_view(language: Language, links: &Links<'_>, lane: &Lane) -> LaneView {
    let tone = match lane.of {
        Said::Good => "good",
        Said::Bad => "bad",
        Said::Ugly => "ugly",
        Said::Search(_) => "plain",
    };
    let rest = if lane.quotes.is_empty() { language.none_quoted(lane.total) } else { language.more(lane.more()) };
    let more = (lane.more() > 0).then(|| Row { text: rest, detail: String::new(), link: Some(links.found(&lane.query)) });
    let quotes = lane.quotes.iter().map(|quote| quote_view(language, links, quote)).collect();
    LaneView { of: lane.of.clone(), heading: language.lane(&lane.of, lane.total), tone, quotes, more }
}

fn quote_view(language: Language, links: &Links<'_>, quote: &Quote) -> QuoteView {
    let stars = quote.rating.map(|rating| language.stars(rating));
    let author = quote.author.clone().unwrap_or_else(|| language.somebody());
    let byline = [Some(author), stars, Some(quote.source.clone()), Some(language.day(quote.day))];
    QuoteView {
        title: quote.title.clone(),
        text: quote.text.clone(),
        byline: byline.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        detail: language.beside(quote),
        link: links.mention(&quote.id),
        post: quote.url.clone(),
    }
}

fn lists(language: Language, links: &Links<'_>, digest: &Digest) -> Vec<ListView> {
    let words = language.labels();
    let row = |(text, detail): (String, String), link: Option<String>| Row { text, detail, link };
    let found = |query: &str| Some(links.found(query));
    let to = |path: &str| links.to(&[path]).to_string();
    let capped = |mut rows: Vec<Row>, link: Option<String>| {
        let more = rows.len().saturating_sub(MOST_IN_A_LIST);
        rows.truncate(MOST_IN_A_LIST);
        rows.extend((more > 0).then(|| Row { text: language.more(more as u64), detail: String::new(), link }));
        rows
    };
    let unusual = digest.unusual.iter().map(|unusual| row(language.unusual(unusual), found(&unusual.query))).collect();
    let rising = digest.rising.iter().map(|rising| row(language.rising(rising), found(&rising.query))).collect();
    let voice = digest.voice.iter().map(|share| row(language.share(share), found(&share.query))).collect();
    let replies = digest.replies.iter().flat_map(|replies| {
        let standing = row(language.replies(replies), (replies.waiting > 0).then(|| links.found(OPEN)));
        let came_of =
            replies.outcomes.iter().map(|outcome| row((language.outcome(outcome), String::new()), Some(links.mention(&outcome.id))));
        std::iter::once(standing).chain(came_of).collect::<Vec<_>>()
    });
    let replies: Vec<Row> = replies.collect();
    let changes = digest.changes.iter().map(|change| row(language.changed(change), None)).collect();
    let unseen = digest.unseen.iter().map(|unseen| row(language.unseen(unseen), None)).collect();
    let all = [
        (words.unusual, capped(unusual, None)),
        (words.replies, capped(replies, None)),
        (words.rising, capped(rising, None)),
        (words.voice, capped(voice, None)),
        (words.changes, capped(changes, None)),
        (words.unseen, capped(unseen, Some(to("sources")))),
    ];
    let told = all.into_iter().filter(|(_, rows)| !rows.is_empty());
    told.map(|(heading, rows)| ListView { heading: heading.to_owned(), rows }).collect()
}
