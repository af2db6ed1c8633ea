//! Golden queries: what each finds and what it must not find.

use super::*;

const TEXTS: [(i64, &str); 12] = [
    (1, "The battery is great and it is so easy to use."),
    (2, "Batteries died; easier to use than ease of using."),
    (3, "I loved the Café, naïvely."),
    (4, "本文是关于教务使用的一篇小教程"),
    (5, "在京东买的,默认设置就很好"),
    (6, "ＡＣＭＥ ｐｈｏｎｅ can't be beaten"),
    (7, "バッテリーの持ちが良い"),
    (8, "배터리가 오래가요"),
    (9, "沉默地想了很久"),
    (10, "用iPhone手机拍的"),
    (11, "👍 v2.10"),
    (12, "they can be slow; Acme's fault"),
];

#[test]
fn words_find_every_form_and_phrases_only_themselves() {
    let fixture = filled(TEXTS.iter().map(|(row, text)| entry(*row, text)));
    check(
        &fixture.index,
        &[
            ("", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
            ("*", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
            ("battery", &[1, 2]),
            ("batteries great", &[1]),
            ("easy", &[1]),
            ("\"easy to use\"", &[1]),
            ("\"easier to use\"", &[2]),
            ("\"to use easy\"", &[]),
            ("\"easy\" \"use\"", &[1]),
            ("\"batterie\"", &[]),
            ("love", &[3]),
            ("loves", &[3]),
            ("\"love\"", &[]),
            ("cafe naively", &[3]),
            ("CAFÉ", &[3]),
            ("acme phone", &[6]),
            ("acme", &[6, 12]),
            ("can't", &[6]),
            ("can’t", &[6]),
            ("can", &[12]),
            ("👍", &[11]),
            ("2.10", &[]),
            ("v2.10", &[11]),
            ("text:京东", &[5]),
        ],
    );
}

#[test]
fn any_stretch_of_chinese_japanese_and_korean_is_found() {
    let fixture = filled(TEXTS.iter().map(|(row, text)| entry(*row, text)));
    check(
        &fixture.index,
        &[
            ("一篇", &[4]),
            ("教务使用", &[4]),
            ("教务 一篇", &[4]),
            ("教务的使用", &[]),
            ("程", &[4]),
            ("京东", &[5]),
            ("默认", &[5]),
            ("默想", &[]),
            ("默", &[5, 9]),
            ("バッテリー", &[7]),
            ("ﾊﾞｯﾃﾘｰ", &[7]),
            ("バッチ", &[]),
            ("持ち", &[7]),
            ("배터리", &[8]),
            ("리가", &[8]),
            ("터배", &[]),
            ("iphone", &[10]),
            ("iPhone手机", &[10]),
            ("手机iphone", &[]),
            ("\"iphone 手\"", &[10]),
        ],
    );
}

#[test]
fn operators_join_words() {
    let fixture = filled(TEXTS.iter().map(|(row, text)| entry(*row, text)));
    check(
        &fixture.index,
        &[
            ("bat*", &[1, 2]),
            ("ca*", &[3, 6, 12]),
            ("battery -great", &[2]),
            ("battery NOT great", &[2]),
            ("-battery -love -京东 -the", &[4, 6, 7, 8, 9, 10, 11, 12]),
            ("京东 OR loved", &[3, 5]),
            ("(京东 OR loved) cafe", &[3]),
        ],
    );
}

#[test]
fn fields_narrow_the_search() {
    let one = Entry {
        title: Some("Great battery"),
        author: Some("Ann Lee-Wu"),
        sources: &["acme-reviews", "Forum"],
        kinds: &["feed"],
        site: Some("www.old.reddit.com"),
        lang: "en",
        verdict: Verdict::Praise,
        ..entry(1, "I like it")
    };
    let two = Entry { author: Some("李安"), sources: &["acme"], lang: "zh", verdict: Verdict::Mixed, ..entry(2, "电池 great") };
    let fixture = filled([one, two]);
    check(
        &fixture.index,
        &[
            ("great", &[1, 2]),
            ("title:great", &[1]),
            ("title:\"great battery\"", &[1]),
            ("text:battery", &[1]),
            ("\"battery i\"", &[]),
            ("author:ann", &[1]),
            ("author:\"Lee Wu\"", &[1]),
            ("author:lee-wu", &[1]),
            ("author:李安", &[2]),
            ("author:*", &[1, 2]),
            ("title:*", &[1]),
            ("source:acme", &[2]),
            ("source:forum", &[1]),
            ("source:acme*", &[1, 2]),
            ("source:(acme OR forum)", &[1, 2]),
            ("kind:feed", &[1]),
            ("site:reddit.com", &[1]),
            ("site:reddit", &[1]),
            ("site:https://www.reddit.com/r/x", &[1]),
            ("site:edit.com", &[]),
            ("lang:zh", &[2]),
            ("lang:zh-CN", &[2]),
            ("LANG：zh", &[2]),
            ("verdict:praise", &[1]),
            ("verdict:mixed", &[2]),
            ("-verdict:mixed", &[1]),
        ],
    );
}

#[test]
fn conditions_on_tags_hold_of_one_tag() {
    let acme_easy = [tag(Some("Acme Desk"), Polarity::Praise, "ease of use")];
    let two_sided = [tag(Some("Acme Desk"), Polarity::Complaint, "price"), tag(Some("Bolt"), Polarity::Praise, "ease of use")];
    let homeless = [tag(None, Polarity::Praise, "quality")];
    let han = [tag(Some("小米手机"), Polarity::Praise, "电池")];
    let named = ["Acme Desk".to_owned()];
    let fixture = filled([
        Entry { tags: &acme_easy, ..entry(1, "one") },
        Entry { tags: &two_sided, ..entry(2, "two") },
        Entry { products: &named, ..entry(3, "three") },
        Entry { tags: &homeless, ..entry(4, "four") },
        Entry { tags: &han, ..entry(5, "five") },
    ]);
    check(
        &fixture.index,
        &[
            ("product:acme", &[1, 2, 3]),
            ("product:\"acme desk\"", &[1, 2, 3]),
            ("product:ACME", &[1, 2, 3]),
            ("product:\"desk acme\"", &[]),
            ("product:acm*", &[1, 2, 3]),
            ("product:小米", &[5]),
            ("product:米小", &[]),
            ("product:*", &[1, 2, 3, 5]),
            ("-product:*", &[4]),
            ("polarity:praise", &[1, 2, 4, 5]),
            ("product:acme polarity:praise", &[1]),
            ("polarity:praise product:acme", &[1]),
            ("(product:acme) (polarity:praise)", &[1]),
            ("product:acme AND polarity:praise", &[1]),
            ("product:bolt polarity:complaint", &[]),
            ("product:acme theme:ease", &[1]),
            ("product:acme polarity:praise theme:price", &[]),
            ("theme:\"ease of use\"", &[1, 2]),
            ("theme:ease polarity:praise", &[1, 2]),
            ("theme:ease polarity:complaint", &[]),
            ("theme:use", &[1, 2]),
            ("theme:quality", &[4]),
            ("theme:电池 product:小米", &[5]),
            ("(product:acme OR product:bolt) polarity:praise", &[1, 2]),
            ("product:(acme OR bolt) theme:(price OR quality)", &[2]),
            ("product:acme (polarity:praise OR three)", &[1, 3]),
            ("product:(acme OR bolt) theme:(ease OR price) polarity:complaint", &[2]),
            ("product:acme product:bolt", &[2]),
            ("product:acme product:bolt polarity:praise", &[]),
            ("product:acme -polarity:complaint", &[1, 3]),
            ("product:bolt -polarity:complaint", &[2]),
            ("product:acme -theme:ease", &[2, 3]),
            ("product:acme -product:bolt", &[1, 3]),
            ("product:acme polarity:complaint two", &[2]),
        ],
    );
}

#[test]
fn ratings_and_dates_are_ranges() {
    let rated = |row, stars, rating| Entry { stars: Some(stars), rating: Some(rating), ..entry(row, "x") };
    let on = |row, published: &str| Entry { published: published.parse().unwrap(), ..entry(row, "y") };
    let fixture = filled([
        rated(1, 1.0, 1.0),
        rated(2, 2.6, 2.0), // 2 of 0..5
        rated(3, 4.2, 8.0), // 8 of 10
        rated(4, 5.0, 5.0),
        rated(5, 3.0, 5.0), // 5 of 10
        on(6, "2026-11-19T12:00:00Z"),
        on(7, "2026-11-10T00:00:00Z"),
        on(8, "2025-12-31T23:59:59.9Z"),
    ]);
    check(
        &fixture.index,
        &[
            ("rating:<=2", &[1, 2]),
            ("rating:<2", &[1]),
            ("rating:[1 TO 3]", &[1, 2, 5]),
            ("rating:{1 TO 3}", &[2]),
            ("rating:[4 TO *]", &[3, 4]),
            ("rating:5", &[4]),
            ("rating:4", &[3]),
            ("rating:≥4", &[3, 4]),
            ("rating:8", &[3]),
            ("rating:>5", &[]),
            ("rating:>7", &[3]),
            ("rating:*", &[1, 2, 3, 4, 5]),
            ("has:rating", &[1, 2, 3, 4, 5]),
            ("-has:rating", &[6, 7, 8]),
            ("rating:2..4", &[2, 5]),
            ("rating:..2", &[1, 2]),
            ("stars:4..", &[3, 4]),
            ("y published:2026-11-01..2026-11-15", &[7]),
            ("y 2026-11-10..2026-11-19", &[6, 7]),
            ("y ..2026-11-10", &[7, 8]),
            ("y published:2026-11", &[6, 7]),
            ("y published:<2026", &[8]),
            ("y published:>=2026-11-19", &[6]),
            ("y published:[2026-11-10 TO 2026-11-10]", &[7]),
            ("y published:yesterday", &[6]),
            ("y published:last-week", &[7]),
            ("y since:monday", &[6]),
            ("y since:7d", &[6]),
            ("y since:2026-11-10", &[6, 7]),
            ("y since:2026-11-11", &[6]),
            ("y until:2026-11-10", &[7, 8]),
            ("y until:2026-11-09", &[8]),
            ("y until:2025", &[8]),
            ("y since:yesterday", &[6]),
            ("y since:today", &[]),
            ("y since:2026 until:2026-11-15", &[7]),
            ("y until:7d", &[7, 8]),
        ],
    );
    // A number above five means points as shown; everything of ten points or less is below.
    assert_eq!(found(&fixture.index, "rating:<=8"), [1, 2, 3, 4, 5]);
}

#[test]
fn the_newest_come_first_and_pages_do_not_overlap() {
    let day = |row: i64, day: u32| Entry { published: format!("2026-11-{day:02}T00:00:00Z").parse().unwrap(), ..entry(row, "same words") };
    let fixture = filled([day(1, 3), day(2, 9), day(3, 3), day(4, 1)]);
    let page = |offset, limit| {
        let options = Options { limit, offset, ..Options::default() };
        let hits = fixture.index.search(&parsed("words"), &options).unwrap();
        assert_eq!(hits.total, 4);
        hits.hits.iter().map(|hit| hit.row).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 10), [2, 3, 1, 4]);
    assert_eq!(page(0, 2), [2, 3]);
    assert_eq!(page(2, 2), [1, 4]);
    assert_eq!(page(9, 2), Vec::<i64>::new());
    assert_eq!(page(0, 0), Vec::<i64>::new());
    assert_eq!(page(usize::MAX, usize::MAX), Vec::<i64>::new());
}

#[test]
fn pages_behind_a_cursor_repeat_and_skip_nothing_while_mentions_arrive() {
    let on = |row: i64, day: u32, stars: Option<f64>| Entry {
        published: format!("2026-11-{day:02}T00:00:00Z").parse().unwrap(),
        stars,
        ..entry(row, "same words")
    };
    for (sort, want) in [
        (Sort::Newest, [2, 4, 5, 3, 1]),
        (Sort::Oldest, [1, 3, 5, 4, 2]),
        (Sort::BestRated, [3, 5, 1, 2, 4]),
        (Sort::WorstRated, [5, 1, 3, 2, 4]),
        (Sort::Relevance, [2, 4, 5, 3, 1]),
    ] {
        let of = [on(1, 1, Some(2.0)), on(2, 9, None), on(3, 3, Some(5.0)), on(4, 8, None), on(5, 5, Some(2.0))];
        let mut fixture = filled(of);
        let mut after = None;
        let mut pages = Vec::new();
        for more in 0_i64.. {
            let options = Options { limit: 2, sort, after, ..Options::default() };
            let hits = fixture.index.search(&parsed("words -late"), &options).unwrap();
            pages.extend(hits.hits.iter().map(|hit| hit.row));
            assert_eq!(hits.more, pages.len() < 5, "{sort:?}");
            after = hits.hits.last().map(|hit| hit.cursor.clone());
            if !hits.more {
                break;
            }
            // What arrives stands before the page or behind it, in segments of its own.
            let late = Entry { text: "late words", ..on(100 + more, 10, Some(5.0)) };
            fixture.index.apply([late], &[], 2 + more).unwrap();
        }
        let want = if sort == Sort::BestRated { [3, 5, 1, 2, 4] } else { want };
        assert_eq!(pages, want, "{sort:?}");
    }
}

#[test]
fn relevance_ranks_by_words_and_not_by_filters() {
    let fixture = filled([
        entry(1, "battery battery battery"),
        Entry { lang: "zh", ..entry(2, "a long story about everything and also the battery of a phone") },
    ]);
    let ranked = |query: &str| {
        let hits = fixture.index.search(&parsed(query), &Options { sort: Sort::Relevance, ..Options::default() }).unwrap().hits;
        hits.iter().map(|hit| (hit.row, hit.score)).collect::<Vec<_>>()
    };
    let plain = ranked("battery");
    assert_eq!(plain.iter().map(|hit| hit.0).collect::<Vec<_>>(), [1, 2]);
    assert!(plain[0].1 > plain[1].1);
    let filtered = ranked("battery lang:zh since:2026");
    assert_eq!(filtered, [plain[1]]);
}

#[test]
fn facets_count_the_hits() {
    let tags = [tag(Some("Acme"), Polarity::Praise, "price"), tag(Some("Acme"), Polarity::Complaint, "price")];
    let named = ["Acme".to_owned(), "Bolt".to_owned()];
    let fixture = filled([
        Entry {
            tags: &tags,
            products: &named,
            sources: &["one", "two", "one"],
            verdict: Verdict::Mixed,
            stars: Some(4.2),
            segment: Some("gold"),
            region: Some("north"),
            status: Some("sent"),
            ..entry(1, "x")
        },
        Entry { products: &named[1..], sources: &["one"], lang: "zh", stars: Some(1.6), ..entry(2, "x") },
        entry(3, "y"),
    ]);
    let counts = |query: &str| -> Vec<String> {
        let facets = fixture.index.facets(&parsed(query), &Facet::ALL).unwrap();
        facets
            .iter()
            .map(|facet| facet.counts.iter().map(|count| format!("{} {}", count.value, count.mentions)).collect::<Vec<_>>().join(", "))
            .collect()
    };
    assert_eq!(
        counts("x"),
        [
            "Bolt 2, Acme 1",
            "price 1",
            "complaint 1, praise 1",
            "mixed 1, neutral 1",
            "one 2, two 1",
            "en 1, zh 1",
            "4 1, 2 1",
            "2026-11 2",
            "gold 1",
            "north 1",
            "sent 1"
        ]
    );
    assert_eq!(counts("nothing"), [""; 11]);
    let together = fixture.index.search(&parsed("x"), &Options { facets: vec![Facet::Lang], ..Options::default() }).unwrap();
    assert_eq!((together.total, together.sightings, together.facets[0].counts.len()), (2, 4, 2));
}

#[test]
fn sightings_are_counted_beside_mentions() {
    let named = ["Acme".to_owned()];
    let fixture = filled([
        Entry { products: &named, sources: &["one", "two", "one"], ..entry(1, "x") },
        Entry { products: &named, sources: &["two"], ..entry(2, "x") },
        entry(3, "x"),
    ]);
    let counts = |facet| -> Vec<(String, u64, u64)> {
        let facets = fixture.index.facets(&parsed("x"), &[facet]).unwrap();
        facets[0].counts.iter().map(|count| (count.value.clone(), count.mentions, count.sightings)).collect()
    };
    assert_eq!(counts(Facet::Product), [("Acme".to_owned(), 2, 4)]);
    assert_eq!(counts(Facet::Source), [("two".to_owned(), 2, 2), ("one".to_owned(), 1, 2)]);
    assert_eq!(counts(Facet::Month), [("2026-11".to_owned(), 3, 5)]);
}

#[test]
fn words_near_each_other_are_found() {
    let fixture = filled([
        entry(1, "Support is painfully slow"),
        entry(2, "slow but thoughtful and really kind and patient support"),
        entry(3, "the slowest support"),
        entry(4, "客服的回复真的太慢"),
        entry(5, "slow. Support was fine"),
    ]);
    check(
        &fixture.index,
        &[
            ("slow NEAR/5 support", &[1, 5]),
            ("support NEAR/5 slow", &[1, 5]),
            ("slow NEAR/0 support", &[]),
            ("slow NEAR/1 support", &[5]),
            ("slow NEAR support", &[1, 2, 5]),
            ("slow NEAR/7 supports", &[1, 2, 5]),
            ("\"slow support\"~7", &[1, 2, 5]),
            ("\"slow support\"", &[]),
            ("slowest NEAR/0 support", &[3]),
            ("客服 NEAR/7 慢", &[4]),
            ("回复 NEAR/3 太慢", &[4]),
            ("客服 NEAR/2 太慢", &[]),
            ("\"slow but th\"*", &[2]),
        ],
    );
}

#[test]
fn marks_states_and_ids_are_asked_for() {
    let fixture = filled([
        Entry { marks: &[Mark::Ugly, Mark::Edited], ids: &["m1", "m0"], status: Some("waiting"), ..entry(1, "x") },
        Entry { marks: &[Mark::Filtered], ids: &["m2"], ..entry(2, "x") },
        Entry { marks: &[Mark::Staff], ids: &["m3"], status: Some("sent"), author: Some("Ann"), ..entry(3, "x") },
        Entry { marks: &[Mark::FirstParty, Mark::Gone], ids: &["m4"], customer: Some("ACME Ltd"), segment: Some("Gold"), ..entry(4, "x") },
    ]);
    check(
        &fixture.index,
        &[
            ("x", &[1, 3, 4]),
            ("is:filtered", &[2]),
            ("x -is:filtered", &[1, 3, 4]),
            ("id:m2", &[2]),
            ("id:m0", &[1]),
            ("id:m1 OR id:m3", &[1, 3]),
            ("id:m9", &[]),
            ("is:ugly", &[1]),
            ("-is:ugly", &[3, 4]),
            ("is:(edited OR staff)", &[1, 3]),
            ("is:first-party is:gone", &[4]),
            ("is:answered", &[3]),
            ("is:unanswered", &[1, 4]),
            ("status:waiting", &[1]),
            ("has:reply", &[1, 3]),
            ("has:author", &[3]),
            ("-has:author", &[1, 4]),
            ("customer:\"acme ltd\"", &[4]),
            ("segment:gold", &[4]),
            ("has:customer", &[4]),
            ("id: IN [m1 m4]", &[1, 4]),
        ],
    );
    let notes = |query: &str| parsed(query).notes().join("; ");
    assert_eq!(notes("is:filterd").split("; did").last().unwrap(), " you mean `filtered`?");
    assert_eq!(notes("has:ratings").split("; did").last().unwrap(), " you mean `rating`?");
}

#[test]
fn names_that_no_mention_has_are_noted() {
    let tags = [tag(Some("Acme Desk"), Polarity::Praise, "price")];
    let fixture = filled([Entry { tags: &tags, sources: &["forum"], ..entry(1, "x") }]);
    let notes = |query: &str| fixture.index.search(&parsed(query), &Options::default()).unwrap().notes.join("; ");
    assert_eq!(notes("product:acme theme:price source:forum"), "");
    assert_eq!(notes("product:amce"), "no mention has the product `amce`; did you mean `acme`?");
    assert_eq!(notes("theme:prize"), "no mention has the theme `prize`; did you mean `price`?");
    assert_eq!(notes("source:forun"), "no mention has the source `forun`; did you mean `forum`?");
    assert_eq!(notes("prodct:acme"), "there is no field `prodct`: searched as words; did you mean `product`?");
}
