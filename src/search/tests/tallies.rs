//! Counting by time.

use super::*;

fn at(day: &str, row: i64, sources: &'static [&'static str], stars: Option<f64>) -> Entry<'static> {
    Entry { published: format!("{day}T12:00:00Z").parse().unwrap(), sources, stars, rating: stars, ..entry(row, "great") }
}

fn edges(days: &[&str]) -> Vec<jiff::Timestamp> {
    days.iter().map(|day| format!("{day}T00:00:00Z").parse().unwrap()).collect()
}

#[test]
fn hits_are_counted_in_the_stretch_they_were_published_in() {
    let mut fixture = filled([
        at("2026-11-01", 1, &["a", "b"], Some(4.0)),
        at("2026-11-01", 2, &["a"], None),
        at("2026-11-02", 3, &["a"], Some(2.0)),
        at("2026-11-09", 4, &["a"], Some(1.0)),
    ]);
    fixture.index.apply([], &[2], 2).unwrap();
    let reader = fixture.index.reader();
    let edges = edges(&["2026-11-01", "2026-11-02", "2026-11-03"]);
    let tallies = reader.tally(&parsed("great"), &edges, None).unwrap();
    let told: Vec<_> = tallies.iter().map(|tally| (tally.mentions, tally.sightings, tally.rated, tally.stars, tally.weighted)).collect();
    assert_eq!(told, [(1, 2, 1, 4.0, None), (1, 1, 1, 2.0, None)]);
    for (day, tally) in ["2026-11-01", "2026-11-02"].iter().zip(&tallies) {
        assert_eq!(found(&fixture.index, &format!("great since:{day} until:{day}")).len() as u64, tally.mentions, "{day}");
    }
    assert_eq!(reader.tally(&parsed("nothing"), &edges, None).unwrap(), [Tally::default(); 2]);
}

#[test]
fn weights_count_beside_mentions_and_only_where_they_are_known() {
    let of = |row, customer, segment| Entry { customer, segment, ..at("2026-11-01", row, &["a"], None) };
    let mut fixture =
        filled([of(1, Some("Acme"), Some("Enterprise")), of(2, None, None), of(3, Some("Bolt"), Some("trial")), of(4, Some("Cog"), None)]);
    let edges = edges(&["2026-11-01", "2026-11-02"]);
    let weights = Weights::from([("enterprise".to_owned(), 2.5)]);
    let tally = fixture.index.reader().tally(&parsed(""), &edges, Some(&weights)).unwrap()[0];
    assert_eq!((tally.mentions, tally.weighted), (4, Some(Weighted { matched: 3, weight: 4.5 })));
    assert!(fixture.index.reader().has_customers());
    fixture.index.apply([of(1, None, None), of(3, None, None), of(4, None, None)], &[], 5).unwrap();
    fixture.index.purge().unwrap();
    assert!(!fixture.index.reader().has_customers());
    let none = fixture.index.reader().tally(&parsed(""), &edges, Some(&weights)).unwrap()[0];
    assert_eq!(none.weighted, Some(Weighted::default()), "that nobody is known is told too");
}

#[test]
fn what_came_with_which_change_is_told() {
    let mut fixture = filled([at("2026-11-01", 1, &[], None), at("2026-11-01", 2, &[], None)]);
    fixture.index.apply([at("2026-11-02", 3, &[], None), Entry { seq: 4, ..at("2026-11-01", 1, &[], None) }], &[], 4).unwrap();
    let reader = fixture.index.reader();
    for (after, until, want) in [(0, 9, vec![1, 2, 3]), (2, 9, vec![1, 3]), (2, 3, vec![3]), (4, 9, vec![])] {
        assert_eq!(reader.changed_rows(&parsed("great"), after, until).unwrap(), want, "{after}..{until}");
    }
    assert!(reader.changed_rows(&parsed("terrible"), 0, 9).unwrap().is_empty());
}

#[test]
fn a_name_written_in_full_means_just_that_one() {
    let (acme, pro) = (vec!["Acme".to_owned()], vec!["Acme Pro".to_owned()]);
    let tags = [tag(Some("Acme"), Polarity::Praise, "price"), tag(Some("Acme"), Polarity::Praise, "price fairness")];
    let fixture = filled([
        Entry { products: &acme, tags: &tags[..1], ..entry(1, "one") },
        Entry { products: &pro, ..entry(2, "two") },
        Entry { tags: &tags[1..], ..entry(3, "three") },
    ]);
    check(&fixture.index, &[("product:\"Acme\"", &[1, 3]), ("product:pro", &[2]), ("product:acm*", &[1, 2, 3])]);
    check(
        &fixture.index,
        &[("theme:\"price\"", &[1]), ("theme:\"price fairness\"", &[3]), ("theme:fairness", &[3]), ("theme:prices", &[1, 3])],
    );
}
