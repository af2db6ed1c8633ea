//! Labelled lines, and how well the tagger's answers fit them.
//!
//! Three tasks: the polarity of a text, which of two products a sentence prefers, and what is said of which product. Knows neither
//! files nor tables; the integration tests hold the project's own labelled set to floors with it.

use std::collections::BTreeMap;

use goodword::mention::{Lang, Polarity, Verdict};
use goodword::phrases::{Subject, Tagger, Tagging};
use goodword::text::fold;
use serde::Deserialize;

/// A labelled text.
#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub text: String,
    pub lang: String,
    #[serde(default)]
    pub product: Option<String>,
    #[serde(default)]
    pub products: Vec<String>,
    #[serde(flatten)]
    pub gold: Gold,
}

/// What people said the text says.
#[derive(Debug, Deserialize)]
#[serde(tag = "task", content = "gold", rename_all = "lowercase")]
pub(crate) enum Gold {
    /// The polarities it has; none is neutral.
    Polarity(Vec<Polarity>),
    /// Which of `products` it prefers: `a`, `b` or `none`.
    Comparison(Preferred),
    /// What it says of each product.
    Target(Vec<Target>),
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Preferred {
    A,
    B,
    None,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub product: String,
    pub polarity: Polarity,
}

/// Found, wrongly found, and missed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hits {
    pub right: usize,
    pub wrong: usize,
    pub missed: usize,
}

/// A share of so many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Share {
    pub part: usize,
    pub whole: usize,
}

/// Everything counted over the lines of one task.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    pub lines: usize,
    /// Of each polarity: lines that have it, or products it is said of.
    pub praise: Hits,
    pub complaint: Hits,
    /// Lines of one polarity whose verdict is exactly that.
    pub sign: Share,
    /// The same among those whose verdict is one polarity.
    pub decided: Share,
    /// Neutral lines whose verdict is neutral.
    pub neutral: Share,
    /// Said of the right product, where something of that polarity was found at all.
    pub attributed: Share,
    /// Preferred and answered sides.
    pub sides: BTreeMap<(Preferred, Preferred), usize>,
    /// What went wrong, by kind.
    pub errors: BTreeMap<&'static str, Vec<String>>,
}

impl Hits {
    pub(crate) fn precision(self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    pub(crate) fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    pub(crate) fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    fn count(&mut self, is: bool, said: bool) {
        self.right += usize::from(is && said);
        self.wrong += usize::from(said && !is);
        self.missed += usize::from(is && !said);
    }

    fn and(self, other: Self) -> Self {
        Self { right: self.right + other.right, wrong: self.wrong + other.wrong, missed: self.missed + other.missed }
    }
}

impl Share {
    pub(crate) fn of(self) -> Option<f64> {
        (self.whole > 0).then(|| ratio(self.part, self.whole))
    }

    fn count(&mut self, holds: bool) {
        self.part += usize::from(holds);
        self.whole += 1;
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl Score {
    /// Tags the line and counts how the answer fits.
    pub(crate) fn add(&mut self, tagger: &Tagger, line: &Line) {
        let lang = Lang::parse(&line.lang);
        let subject = Subject {
            text: &line.text,
            product: line.product.as_deref(),
            products: &line.products,
            lang: lang.as_ref(),
            ..Subject::default()
        };
        let tagging = tagger.tag(&subject);
        self.lines += 1;
        let note = match &line.gold {
            Gold::Polarity(gold) => self.add_polarity(gold, &tagging),
            Gold::Comparison(gold) => self.add_comparison(*gold, &line.products, &tagging),
            Gold::Target(gold) => self.add_target(gold, &tagging),
        };
        if let Some(kind) = note {
            self.errors.entry(kind).or_default().push(shown(line, &tagging));
        }
    }

    fn add_polarity(&mut self, gold: &[Polarity], tagging: &Tagging) -> Option<&'static str> {
        let said: &[Polarity] = match tagging.verdict {
            Verdict::Praise => &[Polarity::Praise],
            Verdict::Complaint => &[Polarity::Complaint],
            Verdict::Mixed => &[Polarity::Praise, Polarity::Complaint],
            Verdict::Neutral => &[],
        };
        let count = |hits: &mut Hits, polarity| hits.count(gold.contains(&polarity), said.contains(&polarity));
        count(&mut self.praise, Polarity::Praise);
        count(&mut self.complaint, Polarity::Complaint);
        let is_right = gold.len() == said.len() && gold.iter().all(|polarity| said.contains(polarity));
        match gold {
            [] => self.neutral.count(is_right),
            [_] => {
                self.sign.count(is_right);
                if said.len() == 1 {
                    self.decided.count(is_right);
                }
            }
            _ => {}
        }
        (!is_right).then_some(match (gold, said) {
            ([], _) => "opinion where none is",
            (_, []) => "opinion missed",
            ([_], [_]) => "opposite polarity",
            ([_], _) => "mixed instead of one polarity",
            _ => "one polarity instead of mixed",
        })
    }

    fn add_comparison(&mut self, gold: Preferred, products: &[String], tagging: &Tagging) -> Option<&'static str> {
        let credit = |place: usize| -> i64 {
            let name = products.get(place).map(|name| key(name));
            let of_it = tagging.tags.iter().filter(|tag| tag.product.as_deref().map(key) == name);
            of_it.map(|tag| if tag.polarity == Polarity::Praise { 1 } else { -1 }).sum()
        };
        let said = match credit(0) - credit(1) {
            1.. => Preferred::A,
            0 => Preferred::None,
            _ => Preferred::B,
        };
        *self.sides.entry((gold, said)).or_default() += 1;
        (gold != said).then_some(match (gold, said) {
            (Preferred::None, _) => "preference where none is",
            (_, Preferred::None) => "preference missed",
            _ => "wrong side preferred",
        })
    }

    fn add_target(&mut self, gold: &[Target], tagging: &Tagging) -> Option<&'static str> {
        let mut pairs: Vec<(String, Polarity)> = gold.iter().map(|target| (key(&target.product), target.polarity)).collect();
        let mut said: Vec<(String, Polarity)> =
            tagging.tags.iter().filter_map(|tag| Some((key(tag.product.as_deref()?), tag.polarity))).collect();
        for list in [&mut pairs, &mut said] {
            list.sort_unstable();
            list.dedup();
        }
        for pair in &pairs {
            self.hits(pair.1).count(true, said.contains(pair));
            if tagging.tags.iter().any(|tag| tag.polarity == pair.1) {
                self.attributed.count(said.contains(pair));
            }
        }
        let wrong: Vec<_> = said.iter().filter(|pair| !pairs.contains(pair)).collect();
        wrong.iter().for_each(|pair| self.hits(pair.1).count(false, true));
        let missed = pairs.iter().any(|pair| !said.contains(pair));
        match (wrong.is_empty(), missed) {
            (true, false) => None,
            (true, true) => Some("product's opinion missed"),
            (false, false) => Some("opinion given to a product that has none"),
            (false, true) => Some("opinion given to the wrong product or turned round"),
        }
    }

    fn hits(&mut self, polarity: Polarity) -> &mut Hits {
        match polarity {
            Polarity::Praise => &mut self.praise,
            Polarity::Complaint => &mut self.complaint,
        }
    }

    /// Both polarities together.
    pub(crate) fn both(&self) -> Hits {
        self.praise.and(self.complaint)
    }

    /// The mean F1 of praise and complaint, of those that have lines.
    pub(crate) fn macro_f1(&self) -> f64 {
        mean([self.praise, self.complaint].iter().filter(|hits| hits.right + hits.missed > 0).map(|hits| hits.f1())).unwrap_or_default()
    }

    /// The mean F1 over the sides `a`, `b` and `none`, of those that have lines.
    pub(crate) fn sides_f1(&self) -> f64 {
        let sum = |fits: &dyn Fn(Preferred, Preferred) -> bool| -> usize {
            self.sides.iter().filter(|((gold, said), _)| fits(*gold, *said)).map(|(_, count)| count).sum()
        };
        let hits = [Preferred::A, Preferred::B, Preferred::None].map(|side| Hits {
            right: sum(&|gold, said| gold == side && said == side),
            wrong: sum(&|gold, said| gold != side && said == side),
            missed: sum(&|gold, said| gold == side && said != side),
        });
        mean(hits.iter().filter(|hits| hits.right + hits.missed > 0).map(|hits| hits.f1())).unwrap_or_default()
    }

    /// Of the lines that prefer a side: those answered with it, with the other, and with none.
    pub(crate) fn preferences(&self) -> [Share; 3] {
        let mut shares = [Share::default(); 3];
        for ((gold, said), count) in self.sides.iter().filter(|((gold, _), _)| *gold != Preferred::None) {
            let place = if gold == said { 0 } else { 1 + usize::from(*said == Preferred::None) };
            shares[place].part += count;
            shares.iter_mut().for_each(|share| share.whole += count);
        }
        shares
    }

    /// Lines that prefer nothing and were answered so.
    pub(crate) fn none_kept(&self) -> Share {
        let of_none = |said: &dyn Fn(Preferred) -> bool| -> usize {
            self.sides.iter().filter(|((gold, answer), _)| *gold == Preferred::None && said(*answer)).map(|(_, count)| count).sum()
        };
        Share { part: of_none(&|said| said == Preferred::None), whole: of_none(&|_| true) }
    }
}

/// The mean of some figures; none of nothing.
pub(crate) fn mean(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let figures: Vec<f64> = figures.collect();
    (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
}

/// Names are the same that differ in case, width, blanks and signs only.
fn key(name: &str) -> String {
    let letters: String = fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect();
    if letters.is_empty() { name.trim().to_owned() } else { letters }
}

fn shown(line: &Line, tagging: &Tagging) -> String {
    let gold = match &line.gold {
        Gold::Polarity(gold) => gold.iter().map(Polarity::to_string).collect::<Vec<_>>().join(" and "),
        Gold::Comparison(side) => format!("{side:?} of {}", line.products.join(", ")).to_lowercase(),
        Gold::Target(gold) => gold.iter().map(|target| format!("{} {}", target.product, target.polarity)).collect::<Vec<_>>().join(", "),
    };
    let gold = if gold.is_empty() { "nothing".to_owned() } else { gold };
    let text: String = line.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
    let tags = tagging.tags.iter().map(|tag| {
        let sign = if tag.polarity == Polarity::Praise { '+' } else { '-' };
        let product = tag.product.as_deref().map(|product| format!(" > {product}")).unwrap_or_default();
        format!("{sign}{}{product} ({})", tag.text, tag.rule)
    });
    format!("{text}\n      is {gold}; found {}: {}", tagging.verdict, tags.collect::<Vec<_>>().join("; "))
}
