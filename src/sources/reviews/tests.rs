//! Whole pages, and one table row for each way that pages differ.

use super::*;
use crate::mention::{Mention, Polarity};

const SHOP: &str = "https://shop.example/lamps/glow";

fn settings(more: &str) -> Settings {
    toml::from_str(&format!("url = \"{SHOP}\"\n{more}")).unwrap()
}

fn parse_at(settings: &Settings, ask: &str, html: &str) -> Result<Parsed, ParseError> {
    let url = Url::parse(ask).unwrap();
    let page = fetch::Page { url: url.clone(), content_type: Some("text/html".to_owned()), body: html.as_bytes().to_vec() };
    settings.parse(&Ask::Get(url), &page)
}

fn parse(html: &str) -> Parsed {
    parse_at(&settings(""), SHOP, html).unwrap()
}

/// What is known of a mention, a line each.
fn shown(mention: &Mention) -> Vec<String> {
    let mut lines = vec![format!("text {}", mention.text.replace('\n', "¶"))];
    lines.extend(mention.title.as_ref().map(|title| format!("title {title}")));
    lines.extend(mention.author.as_ref().map(|author| format!("author {} {}", author.name, author.handle.as_deref().unwrap_or("-"))));
    lines.extend(mention.published.map(|date| format!("on {}", date.at)));
    lines.extend(mention.rating.map(|rating| format!("rating {} of {}..{}", rating.value(), rating.worst(), rating.best())));
    lines.extend(mention.about.as_ref().map(|about| format!("about {about}")));
    lines.extend(mention.lang.as_ref().map(|lang| format!("lang {lang}")));
    lines.extend(mention.own_id.as_ref().map(|id| format!("id {id}")));
    lines.extend(mention.url.as_ref().map(|url| format!("at {url}")));
    for note in &mention.notes {
        let words: String = mention.text.chars().skip(note.start).take(note.end - note.start).collect();
        lines.push(format!("{} {words}", if note.polarity == Polarity::Praise { '+' } else { '-' }));
    }
    lines
}

fn check(mentions: &[Mention], want: &[&[&str]]) {
    let got: Vec<Vec<String>> = mentions.iter().map(shown).collect();
    assert_eq!(got, want, "{got:#?}");
}

#[test]
fn json_ld_with_most_of_its_faults() {
    let parsed = parse(include_str!("../../../tests/fixtures/reviews/json-ld.html"));
    check(
        &parsed.mentions,
        &[
            &[
                "text Warm light in every corner.¶Worth each penny & more.",
                "title Warm light",
                "author Nell Ashby https://shop.example/people/nell",
                "on 2026-02-07T00:00:00Z",
                "rating 4.5 of 1..5",
                "about Acme Glow, brass",
                "lang en",
                "id https://shop.example/lamps/#review-9301",
                "at https://shop.example/lamps/#review-9301",
            ],
            &[
                "text The switch broke.¶¶Twice.",
                "author Piet Vos -",
                "on 2026-01-04T00:00:00Z",
                "rating 20 of 0..100",
                "about Acme Glow, brass",
                "lang en",
                "at https://shop.example/lamps/glow",
            ],
            &[
                "text A fair lamp.",
                "title A fair lamp",
                "on 2031-01-01T00:00:00Z",
                "about Acme Glow, brass",
                "lang de",
                "at https://shop.example/lamps/#review-elsewhere",
            ],
            &[
                "text 好用的台灯。¶+ bright¶+ quick to warm¶- short flex",
                "author The Lamp Post -",
                "about Acme Glow 2",
                "lang en",
                "id https://lamppost.example/glow-2",
                "at https://lamppost.example/glow-2",
                "+ bright",
                "+ quick to warm",
                "- short flex",
            ],
        ],
    );
    assert_eq!(parsed.refused, ["1 of the page's reviews: a rating without words"]);
    assert_eq!(parsed.partial.as_deref(), Some("shows 5 of 120 reviews"));
    assert_eq!(parsed.next, []);
}

#[test]
fn microdata_and_the_same_review_in_json_ld() {
    let parsed = parse(include_str!("../../../tests/fixtures/reviews/microdata.html"));
    check(
        &parsed.mentions,
        &[
            &[
                "text Boils fast and pours without a drip.",
                "author Ida Lund https://shop.example/people/ida",
                "on 2026-01-15T00:00:00Z",
                "rating 5 of 1..5",
                "about Boilwell Kettle",
                "lang en",
                "id https://shop.example/lamps/glow#r77",
                "at https://shop.example/lamps/glow#r77",
            ],
            &[
                "text Trop de bruit.¶¶Dommage.",
                "title Bruyante",
                "author Marc Roy -",
                "on 2026-01-03T18:20:00Z",
                "rating 2 of 0..10",
                "about Boilwell Kettle",
                "lang fr",
                "at https://shop.example/lamps/glow",
            ],
        ],
    );
    assert_eq!(parsed.refused, ["1 of the page's reviews: a rating without words"]);
    let next = Url::parse("https://shop.example/kettle?page=2#goodword-page=2&seen=3").unwrap();
    assert_eq!((parsed.next, parsed.partial), (vec![Ask::Get(next)], None));
}

#[test]
fn rdfa_of_today_and_of_before() {
    let parsed = parse(include_str!("../../../tests/fixtures/reviews/rdfa.html"));
    check(
        &parsed.mentions,
        &[
            &[
                "text Rides like one bicycle.",
                "author Olaf Berg https://shop.example/p/olaf",
                "on 2025-11-30T07:00:00Z",
                "rating 9 of 1..10",
                "about Tandem Mk II",
                "id https://shop.example/lamps/glow#review-5512",
                "at https://shop.example/lamps/glow#review-5512",
            ],
            &[
                "text The soup came cold.",
                "title Slow",
                "author Una Moss -",
                "on 2012-06-03T00:00:00Z",
                "rating 2 of 1..5",
                "about Corner Café",
                "at https://shop.example/lamps/glow",
            ],
        ],
    );
}

#[test]
fn reviews_by_class_names() {
    let parsed = parse(include_str!("../../../tests/fixtures/reviews/microformat.html"));
    check(
        &parsed.mentions,
        &[
            &[
                "text Slept well, ate better.",
                "title A quiet night",
                "author Joan Reed https://joan.example/",
                "on 2025-08-09T00:00:00Z",
                "rating 4 of 1..5",
                "about The Heron",
                "lang en",
                "id https://shop.example/stays/18",
                "at https://shop.example/stays/18",
            ],
            &[
                "text Cold rooms, rude staff.",
                "title Never again",
                "author Tom Hale -",
                "on 2010-02-11T00:00:00Z",
                "rating 1.5 of 1..5",
                "about The Otter",
                "lang en",
                "at https://shop.example/lamps/glow",
            ],
        ],
    );
}

#[test]
fn a_page_without_reviews_is_empty_and_a_wall_is_not() {
    assert_eq!(parse(include_str!("../../../tests/fixtures/reviews/without/none.html")), Parsed::default());
    let challenge = include_str!("../../../tests/fixtures/reviews/without/challenge.html");
    let Err(ParseError::Instead(what)) = parse_at(&settings(""), SHOP, challenge) else { panic!("not told") };
    assert!(what.contains("challenge") && what.contains("kind = \"file\""), "{what}");
}

/// A page whose only script says `json`.
fn script(json: &str) -> String {
    format!("<script type=\"application/ld+json\">{json}</script>")
}

/// A review in JSON-LD with `more` members.
fn review(author: &str, body: &str, more: &str) -> String {
    format!("{{\"@type\":\"Review\",\"author\":\"{author}\",\"reviewBody\":\"{body}\"{more}}}")
}

#[test]
fn ids_that_do_not_last_are_none() {
    let cases = [
        // Numbered in the order of the page.
        (vec!["#review-1", "#review-2"], vec![None, None]),
        (vec!["#r0"], vec![None]),
        (vec!["#r11", "#r12", "#r13"], vec![None, None, None]),
        // Of the page, of the product, of several, of nothing.
        (vec![SHOP, "#x99"], vec![None, Some("#x99")]),
        (vec!["#lamp", "_:b0"], vec![None, None]),
        (vec!["#a7", "#a7", "#review"], vec![None, None, None]),
        (vec!["#a907", "#a341", "urn:r:5"], vec![Some("#a907"), Some("#a341"), Some("urn:r:5")]),
    ];
    for (ids, want) in cases {
        let reviews: Vec<String> =
            ids.iter().enumerate().map(|(n, id)| review(&format!("Ann{n}"), &format!("Fine {n}"), &format!(",\"@id\":\"{id}\""))).collect();
        let product = format!("{{\"@type\":\"Product\",\"@id\":\"#lamp\",\"name\":\"Lamp\",\"review\":[{}]}}", reviews.join(","));
        let got: Vec<Option<String>> = parse(&script(&product)).mentions.into_iter().map(|mention| mention.own_id).collect();
        let full = |id: &str| if id.starts_with('#') { format!("{SHOP}{id}") } else { id.to_owned() };
        let want: Vec<Option<String>> = want.into_iter().map(|id| id.map(full)).collect();
        assert_eq!(got, want, "{ids:?}");
    }
}

#[test]
fn reviews_are_told_apart_and_copies_are_not() {
    let long = "It took a week to arrive but it was worth the wait in the end.";
    let microdata = |author: &str, body: &str| {
        format!("<p itemscope itemtype=http://schema.org/Review><b itemprop=author>{author}</b><i itemprop=reviewBody>{body}</i></p>")
    };
    let cases = [
        ("the same in two syntaxes", script(&review("Ann", "Fine", "")) + &microdata("ann", "Fine!"), 1),
        ("the same words by two people", script(&review("Ann", "Fine", "")) + &microdata("Bob", "Fine"), 2),
        ("two people in one syntax", script(&format!("[{},{}]", review("Ann", "Fine", ""), review("Bob", "Fine", ""))), 2),
        ("cut short in one syntax", script(&review("Ann", long, "")) + &microdata("Ann", long.split_at(58).0), 1),
        ("named in one syntax only", script(&review("Ann", long, "")) + &microdata("", long), 1),
        (
            "a year apart",
            script(&format!(
                "[{},{}]",
                review("Ann", "Fine", ",\"datePublished\":\"2024-01-01\""),
                review("Ann", "Fine", ",\"datePublished\":\"2025-01-01\"")
            )),
            2,
        ),
        ("repeated in a carousel", script(&format!("[{},{}]", review("Ann", "Fine", ""), review("Ann", "Fine", ""))), 1),
    ];
    for (name, html, want) in cases {
        assert_eq!(parse(&html).mentions.len(), want, "{name}");
    }
}

#[test]
fn odd_shapes_of_json_ld() {
    let cases: [(&str, &[&str]); 9] = [
        (r#"{"@type":"Product","name":"Lamp","review":{"reviewBody":"No type"}}"#, &["text No type", "about Lamp"]),
        (r#"{"@type":"schema:Review","name":"Only a name"}"#, &["text Only a name"]),
        (
            r##"{"type":"Review","id":"#r907","reviewBody":{"@value":"Valued","@language":"en"}}"##,
            &["text Valued", "id https://shop.example/lamps/glow#r907", "at https://shop.example/lamps/glow#r907"],
        ),
        (
            r#"{"@type":"Review","reviewBody":"Fine","itemReviewed":{"name":"Blue","isVariantOf":{"name":"Acme Lamp"},"brand":"Acme"}}"#,
            &["text Fine", "about Acme Lamp Blue"],
        ),
        (r#"{"@type":"Review","reviewBody":"Fine","author":{"givenName":"Ann","familyName":"Lee"}}"#, &["text Fine", "author Ann Lee -"]),
        (
            r#"{"@type":"Review","reviewBody":"Fine","author":"https://people.example/u/ann"}"#,
            &["text Fine", "author ann https://people.example/u/ann"],
        ),
        (
            r#"{"@type":"Review","positiveNotes":"light\n• cheap","reviewRating":"4"}"#,
            &["text + light¶+ cheap", "rating 4 of 1..5", "+ light", "+ cheap"],
        ),
        (
            r#"{"name":"Lamp","@type":"Product","@reverse":{"itemReviewed":{"@type":"Review","reviewBody":"Fine"}}}"#,
            &["text Fine", "about Lamp"],
        ),
        (
            r#"{"@type":"Review","reviewBody":"Fine","identifier":{"@type":"PropertyValue","value":"rv-88"},"reviewRating":{"ratingValue":"9 out of 10"}}"#,
            &["text Fine", "rating 9 of 1..10", "id rv-88"],
        ),
    ];
    for (json, want) in cases {
        let parsed = parse(&script(json));
        let [mention] = parsed.mentions.as_slice() else { panic!("{json}: {parsed:?}") };
        let got: Vec<String> = shown(mention).into_iter().filter(|line| *line != format!("at {SHOP}")).collect();
        assert_eq!(got, want, "{json}");
    }
}

#[test]
fn things_that_are_no_review() {
    for json in [
        r#"{"@type":"Product","name":"Lamp Review","description":"A lamp"}"#,
        r#"{"@type":"Preview","reviewBody":"x"}"#,
        r##"{"@type":"Product","review":{"@id":"#gone"}}"##,
        r#"{"@type":"Product","review":{"@type":"Rating","description":"x"}}"#,
    ] {
        assert_eq!(parse(&format!("<p>A lamp.</p>{}", script(json))).mentions, [], "{json}");
    }
}

#[test]
fn what_is_left_out_is_said() {
    let one = review("Ann", "Fine", "");
    let product = |count: &str| script(&format!("{{\"@type\":\"Product\",\"review\":{one},\"aggregateRating\":{{{count}}}}}"));
    let cases = [
        (product("\"reviewCount\":3"), Some("shows 1 of 3 reviews")),
        (product("\"reviewCount\":\"1,203 reviews\""), Some("shows 1 of 1203 reviews")),
        (product("\"ratingCount\":3"), None),
        (product("\"reviewCount\":1"), None),
        (script(r#"{"@type":"Product","aggregateRating":{"reviewCount":7}}"#), Some("shows 0 of 7 reviews")),
    ];
    for (html, want) in cases {
        assert_eq!(parse(&html).partial.as_deref(), want, "{html}");
    }
}

#[test]
fn the_way_to_the_next_page_ends() {
    let html = |link: &str| format!("{}{link}", script(&review("Ann", "Fine", "")));
    let two = settings("max_pages = 2");
    let cases = [
        (SHOP, "<link rel=next href='?page=2'>", Some("?page=2#goodword-page=2&seen=1"), None),
        (SHOP, "<a href='?page=2'>Next</a>", Some("?page=2#goodword-page=2&seen=1"), None),
        (SHOP, "<a class=next href='/lamps/spark'>Next</a>", None, None),
        (SHOP, "<link rel=next href='https://other.example/'>", None, None),
        (SHOP, "<link rel=next href='#top'>", None, None),
        (
            "https://shop.example/lamps/glow?page=2#goodword-page=2&seen=4",
            "<a rel=next href='?page=3'>",
            None,
            Some("shows 5 reviews; raise `max_pages` (2) for more"),
        ),
    ];
    for (ask, link, next, partial) in cases {
        let parsed = parse_at(&two, ask, &html(link)).unwrap();
        let want: Vec<Ask> = next.map(|next| Ask::Get(Url::parse(SHOP).unwrap().join(next).unwrap())).into_iter().collect();
        assert_eq!((parsed.next, parsed.partial.as_deref()), (want, partial), "{ask} {link}");
    }
    let named = parse_at(&settings("next = 'a.more'"), SHOP, &html("<a class=more href='?offset=10'>…</a>")).unwrap();
    assert_eq!(named.next.len(), 1);
    assert_eq!(parse("<p>No reviews.</p><link rel=next href='?page=2'>").next, []);
}

#[test]
fn broken_pages_never_panic() {
    let whole: Vec<String> = ["json-ld", "microdata", "rdfa", "microformat"]
        .iter()
        .map(|name| std::fs::read_to_string(format!("{}/tests/fixtures/reviews/{name}.html", env!("CARGO_MANIFEST_DIR"))).unwrap())
        .collect();
    for page in whole {
        let cuts = page.char_indices().map(|(at, _)| at).step_by(37);
        for cut in cuts {
            let (start, end) = page.split_at(cut);
            for part in [start, end] {
                let _read_or_refused = parse_at(&settings(""), SHOP, part);
            }
        }
    }
}

#[test]
fn settings_need_an_address() {
    let error = toml::from_str::<Settings>("max_pages = 3").unwrap_err();
    assert!(error.to_string().contains("missing key `url`"), "{error}");
    let several: Settings = toml::from_str("urls = ['https://a.example/', 'https://b.example/']").unwrap();
    assert_eq!(several.asks().len(), 2);
}
