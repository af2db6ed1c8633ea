//! A change of what tags depend on looks at the mentions that it can affect, and comes out just as if it had looked at all.

use goodword::app::Retagged;
use indicatif::ProgressBar;

use crate::harness::{PRODUCTS, Site, TestApp, feed, rss};

const HEARD: [(&str, &str, &str); 6] = [
    ("1", "Ann", "Acme Desk is snappy and great"),
    ("2", "Ben", "Rival is easy to use"),
    ("3", "Cem", "The new board crashes"),
    ("4", "Dee", "艾克美很好用"),
    ("5", "Eve", "I love it, it is sooo SNAPPY!"),
    ("6", "Fay", "nothing to say"),
];

async fn heard() -> (Site, TestApp) {
    let site = Site::default();
    site.show("/feed", rss(&HEARD));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    (site, test)
}

/// Writes `text` to a file and tags again what that can affect; then all, which must change nothing.
async fn after(test: &TestApp, name: &str, text: &str) -> Retagged {
    std::fs::write(test.dir().join(name), text).unwrap();
    assert!(test.app.reload());
    let retagged = test.app.retag(&ProgressBar::hidden()).await.unwrap();
    let all = test.app.retag_all(&ProgressBar::hidden()).await.unwrap();
    assert_eq!(all, Retagged { looked_at: HEARD.len(), changed: 0 }, "as exact as a full one");
    assert_eq!(test.app.retag(&ProgressBar::hidden()).await.unwrap(), Retagged::default(), "nothing is left to do");
    retagged
}

#[tokio::test]
async fn a_phrase_added_or_removed_concerns_the_mentions_that_hold_it() {
    let (_site, test) = heard().await;
    let list = "\"ease of use\" = [\"easy to use\"]\n\"overall\" = [\"great\", \"love it\"]\n";
    let added = after(&test, "phrases/praise.en.toml", &format!("{list}\"speed\" = [\"snappy\"]\n")).await;
    assert_eq!(added, Retagged { looked_at: 2, changed: 2 });
    assert_eq!(test.search("theme:speed").await.len(), 2);
    let removed = after(&test, "phrases/praise.en.toml", list).await;
    assert_eq!(removed, Retagged { looked_at: 2, changed: 2 });
    let commented = after(&test, "phrases/praise.en.toml", &format!("# kept short\n{list}")).await;
    assert_eq!(commented, Retagged::default());
    test.end().await;
}

#[tokio::test]
async fn a_new_name_or_subject_concerns_the_mentions_that_it_can_join() {
    let (_site, test) = heard().await;
    let named = after(&test, "phrases/products.toml", &format!("{PRODUCTS}\n[[product]]\nname = \"Board\"\n")).await;
    assert_eq!(named, Retagged { looked_at: 1, changed: 1 });
    assert_eq!(test.search("product:board polarity:complaint").await, ["The new board crashes"]);
    let sources = std::fs::read_to_string(test.dir().join("sources.toml")).unwrap();
    let about = after(&test, "sources.toml", &format!("{sources}product = \"Rival\"\n")).await;
    assert_eq!(about.looked_at, HEARD.len());
    assert_eq!(test.search("product:rival polarity:praise").await.len(), 2);
    test.end().await;
}
