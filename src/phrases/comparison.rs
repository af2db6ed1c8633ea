//! Comparisons: who is set above whom, in which words.
//!
//! Asks at every phrase and cue of a reading whether it compares. `degree` knows `than` and `as … as`, `versus` what is set against
//! something, `preference` what is chosen or beaten; a side may not be named.

use super::cues::Cue;
use super::reading::{Name, Reading};
use super::sides::{Comparison, FEW, Verdict};
use super::{degree, preference, versus};
use crate::mention::Polarity;

/// All comparisons of a text, in its order. A phrase decides at most one, and two names are set against each other once.
pub(super) fn comparisons(reading: &Reading<'_, '_>) -> Vec<Comparison> {
    if reading.names.is_empty() {
        return Vec::new();
    }
    let mut comparisons: Vec<Comparison> = preference::by_signs(reading);
    for comparison in (0..reading.items.len()).filter_map(|at| comparison(reading, at)) {
        let product = |name: Option<Name>| name.map(|name| name.product);
        let with_itself = comparison.left.is_some() && product(comparison.left) == product(comparison.right);
        let place = |one: &Comparison| {
            let (left, right) = (one.left.map(|left| left.start), one.right.map(|right| right.start));
            (left.min(right), left.max(right))
        };
        let said = |earlier: &Comparison| earlier.decider == comparison.decider || place(earlier) == place(&comparison);
        if !with_itself && !comparisons.iter().rev().take(FEW).any(said) {
            comparisons.push(comparison);
        }
    }
    comparisons
}

fn comparison(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let sense = reading.sense(at);
    let by_degree = sense.phrase.and_then(|_| {
        degree::phrase_with_than(reading, at)
            .or_else(|| degree::as_good_as(reading, at))
            .or_else(|| degree::superior_to(reading, at, Verdict::AsMeant))
    });
    by_degree.or_else(|| sense.cues.iter().find_map(|cue| by_cue(reading, at, *cue)))
}

fn by_cue(reading: &Reading<'_, '_>, at: usize, cue: Cue) -> Option<Comparison> {
    match cue {
        Cue::Than => degree::than(reading, at),
        Cue::Comparative(polarity) => {
            degree::superior_to(reading, at, Verdict::Fixed(polarity)).or_else(|| degree::open(reading, at, polarity))
        }
        Cue::Versus => versus::versus(reading, at),
        Cue::NotMore => versus::not_more(reading, at),
        Cue::Against => versus::against(reading, at),
        Cue::Negates(_) => versus::less_than_named(reading, at).or_else(|| degree::not_as(reading, at)),
        Cue::LosesBehind => versus::loses_behind(reading, at),
        Cue::Beats => preference::sides(reading, at, Polarity::Praise),
        Cue::Loses => preference::sides(reading, at, Polarity::Complaint),
        Cue::Matches => preference::matches(reading, at),
        Cue::BeatsApart => preference::beats_apart(reading, at),
        Cue::Over => preference::over(reading, at),
        Cue::Prefers => preference::prefers_to(reading, at),
        Cue::LeftFor => preference::left_for(reading, at),
        Cue::Chooses => preference::chooses(reading, at),
        Cue::Wishes => preference::wishes_it_were(reading, at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::phrases::tagger::{Subject, Tagger};
    use crate::phrases::trial::{lists, shown_with_products, tags, with_products};

    #[test]
    fn one_side_is_set_above_the_other() {
        let cases = [
            ("Acme is faster than Bolt", "+faster > Acme; -faster > Bolt"),
            ("Acme is better than Bolt", "+better > Acme; -better > Bolt"),
            ("Acme is not better than Bolt", "-better > Acme; +better > Bolt"),
            ("Acme is slimmer than Bolt", "+slimmer > Acme; -slimmer > Bolt"),
            ("Acme other than Bolt", ""),
            ("Acme is worse than Bolt", "-worse than > Acme; +worse than > Bolt"),
            ("Acme is no better than Bolt", "-better > Acme; -better > Bolt"),
            ("Acme is as fast as Bolt", "+fast > Acme; +fast > Bolt"),
            ("Acme is not as fast as Bolt", "-fast > Acme; +fast > Bolt"),
            ("Acme is no match for Bolt", "-no match for > Acme; +no match for > Bolt"),
            ("Acme beats Bolt", "+beats > Acme; -beats > Bolt"),
            ("I prefer Acme to Bolt", "+prefer > Acme; -prefer > Bolt"),
            ("I chose Acme over Bolt", "+chose > Acme; -chose > Bolt"),
            ("Compared to Bolt, Acme is fast", "+fast > Acme; -fast > Bolt"),
            ("we switched from Bolt to Acme", "+switched from > Acme; -switched from > Bolt"),
            ("爱可米比博特好", "+好 > Acme; -好 > Bolt"),
            ("爱可米比博特贵", "-贵 > Acme; +贵 > Bolt"),
            ("爱可米不如博特", "-不如 > Acme; +不如 > Bolt"),
            ("爱可米没有博特好看", "-没有 > Acme; +没有 > Bolt"),
            ("跟博特比，爱可米很好", "+很好 > Acme; -很好 > Bolt"),
            ("Acme is far better then Bolt", "+better > Acme; -better > Bolt"),
            ("Acme would be better than Bolt", "+better > Acme; -better > Bolt"),
            ("Acme has higher costs than Bolt", "-higher > Acme; +higher > Bolt"),
            ("Acme has less noise than Bolt", "+less > Acme; -less > Bolt"),
            ("Acme is not nearly as well built as Bolt", "-not > Acme; +not > Bolt"),
            ("Acme has superior sound to Bolt", "+superior > Acme; -superior > Bolt"),
            ("Bolt was fine, but Acme is clearly smoother", "+smoother > Acme; -smoother > Bolt"),
            ("Acme blows Bolt away", "+blows > Acme; -blows > Bolt"),
            ("Acme puts Bolt to shame", "+puts > Acme; -puts > Bolt"),
            ("Acme can't hold a candle to Bolt", "-can't hold a candle to > Acme; +can't hold a candle to > Bolt"),
            ("I moved away from Acme", "-moved away from > Acme"),
            ("I tried Bolt and went with Acme", "+went with > Acme; -went with > Bolt"),
            ("I wish Acme did what Bolt does", "-wish > Acme; +wish > Bolt"),
            ("Acme > Bolt", "+> > Acme; -> > Bolt"),
            ("Compared to a slow Bolt, Acme", "+slow > Acme; -slow > Bolt"),
            ("I bought Acme instead of Bolt", "+instead of > Acme; -instead of > Bolt"),
            ("Acme is on par with Bolt", "+on par with > Acme; +on par with > Bolt"),
            ("Fast Notes is better than Acme or Bolt", "+better > Fast Notes; -better > Acme; -better > Bolt"),
            ("爱可米的噪音比博特大", "-大 > Acme; +大 > Bolt"),
            ("爱可米的价格比博特低", "+低 > Acme; -低 > Bolt"),
            ("爱可米不比博特好", "-不比 > Acme; +不比 > Bolt"),
            ("爱可米不输博特", "+不输 > Acme; +不输 > Bolt"),
            ("爱可米和博特没法比", "-没法比 > Acme; +没法比 > Bolt"),
            ("爱可米被博特碾压", "+碾压 > Bolt; -碾压 > Acme"),
            ("与博特相比，爱可米更紧凑", "+紧凑 > Acme; -紧凑 > Bolt"),
            ("从博特换到爱可米", "+从 > Acme; -从 > Bolt"),
            ("博特换成爱可米了", "+换成 > Acme; -换成 > Bolt"),
            ("爱可米没有博特那么难用", "+难用 > Acme; -难用 > Bolt"),
            ("Acme is faster than Bolt. Is it reliable than ever?", "+faster > Acme; -faster > Bolt"),
        ];
        for (text, want) in cases {
            assert_eq!(with_products(text), want, "{text}");
        }
    }

    #[test]
    fn alike_asked_or_supposed_is_no_comparison() {
        for text in
            ["爱可米和博特一样", "Is Acme faster than Bolt?", "if Acme were faster than Bolt", "性价比", "I doubt Acme is better than Bolt"]
        {
            assert_eq!(with_products(text), "", "{text}");
        }
    }

    #[test]
    fn a_comparison_names_its_rule_and_the_built_in_list() {
        let tags = tags("Acme is faster than Bolt");
        assert_eq!((tags[0].rule.as_str(), tags[0].theme.as_str()), ("comparison: than", "comparison"));
        assert!(tags[0].list.starts_with("goodword@"));
        assert_eq!((tags[1].product_start, tags[1].product_end), (Some(20), Some(24)));
    }

    #[test]
    fn the_page_is_the_side_that_is_not_named() {
        let subject = Subject { text: "better than Bolt", product: Some("Acme"), ..Subject::default() };
        assert_eq!(shown_with_products(&Tagger::new(&lists()).tag(&subject).tags), "+better > Acme; -better > Bolt");
    }
}
