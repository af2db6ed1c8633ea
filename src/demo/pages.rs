//! The demo's pages in the formats that sites use: RSS, JSON-LD, microdata, plain HTML, JSON Feed, CSV.

use anyhow::Context;
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::voices::{Edition, Place, Voice};

/// Voices on one page of a list.
const ON_A_PAGE: usize = 20;

/// What the pages are made from.
#[derive(Clone, Debug)]
pub(super) struct Pages {
    pub(super) voices: Vec<Voice>,
    pub(super) now: Timestamp,
    /// Where the site is served, without a slash at the end.
    pub(super) base: String,
}

#[derive(Template)]
#[template(path = "demo/feed.xml")]
struct Feed {
    base: String,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "demo/reviews.html")]
struct Reviews {
    product: String,
    structured: String,
    items: Vec<Item>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "demo/shop.html")]
struct Shop {
    product: String,
    items: Vec<Item>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "demo/forum.html")]
struct Forum {
    items: Vec<Item>,
    next: Option<String>,
}

/// A voice ready to be shown.
struct Item {
    voice: Voice,
    url: String,
    date: String,
    rfc_2822: String,
}

/// A place's items on one page of its list, and whether more follow.
struct Listed {
    items: Vec<Item>,
    next: Option<String>,
}

impl Pages {
    pub(super) fn feed(&self, edition: Edition) -> anyhow::Result<String> {
        let items = self.items(Place::Feed, edition, None, "/community");
        Ok(Feed { base: self.base.clone(), items }.render()?)
    }

    pub(super) fn reviews(&self, edition: Edition, product: &str, page: usize) -> anyhow::Result<String> {
        let path = format!("/reviews/{}", slug(product));
        let Listed { items, next } = self.listed(Place::Reviews, edition, Some(product), &path, page);
        let structured = self.json_ld(product, &items)?;
        Ok(Reviews { product: product.to_owned(), structured, items, next }.render()?)
    }

    pub(super) fn shop(&self, edition: Edition, product: &str, page: usize) -> anyhow::Result<String> {
        let path = format!("/shop/{}", slug(product));
        let Listed { items, next } = self.listed(Place::Shop, edition, Some(product), &path, page);
        Ok(Shop { product: product.to_owned(), items, next }.render()?)
    }

    pub(super) fn forum(&self, edition: Edition, page: usize) -> anyhow::Result<String> {
        let Listed { items, next } = self.listed(Place::Forum, edition, None, "/forum", page);
        Ok(Forum { items, next }.render()?)
    }

    pub(super) fn blog(&self, edition: Edition) -> anyhow::Result<String> {
        let item = |item: Item| {
            let paragraphs: Vec<String> = item.voice.text.split("\n\n").map(|text| format!("<p>{}</p>", escaped(text))).collect();
            json!({
                "id": item.url,
                "url": item.url,
                "title": item.voice.title,
                "content_html": paragraphs.concat(),
                "date_published": item.voice.written(self.now).to_string(),
                "authors": [{ "name": item.voice.author }],
            })
        };
        let items: Vec<_> = self.items(Place::Blog, edition, None, "/blog").into_iter().map(item).collect();
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Notes from the help desk",
            "home_page_url": format!("{}/blog", self.base),
            "items": items,
        });
        Ok(feed.to_string())
    }

    /// The answers to a customer survey, as a spreadsheet exports them.
    pub(super) fn survey(&self, edition: Edition) -> anyhow::Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["Response ID", "Date", "Customer", "Product", "Score", "Out of", "Language", "Comment"])?;
        for item in self.items(Place::Csv, edition, None, "/survey") {
            let voice = &item.voice;
            let points = |points: Option<f64>| points.map(|points| points.to_string()).unwrap_or_default();
            csv.write_record([
                &voice.id,
                &item.date,
                &voice.author,
                voice.product.as_deref().unwrap_or_default(),
                &points(voice.rating),
                &points(voice.rating.map(|_| voice.best.unwrap_or(5.0))),
                &voice.lang,
                &voice.text,
            ])?;
        }
        csv.into_inner().context("the demo's survey cannot be written")
    }

    fn json_ld(&self, product: &str, items: &[Item]) -> anyhow::Result<String> {
        let review = |item: &Item| {
            json!({
                "@type": "Review",
                "@id": item.url,
                "author": { "@type": "Person", "name": item.voice.author },
                "datePublished": item.date,
                "name": item.voice.title,
                "reviewBody": item.voice.text,
                "inLanguage": item.voice.lang,
                "reviewRating": item.voice.rating.map(|rating| json!({ "@type": "Rating", "ratingValue": rating, "bestRating": item.voice.best.unwrap_or(5.0) })),
            })
        };
        let reviews: Vec<_> = items.iter().map(review).collect();
        let product = json!({ "@context": "https://schema.org", "@type": "Product", "name": product, "review": reviews });
        // A script element ends at the first `</`, whatever the JSON says.
        Ok(serde_json::to_string(&product)?.replace('<', "\\u003c"))
    }

    fn listed(&self, place: Place, edition: Edition, product: Option<&str>, path: &str, page: usize) -> Listed {
        let mut items = self.items(place, edition, product, path);
        let start = (page.max(1) - 1) * ON_A_PAGE;
        let more = items.len() > start + ON_A_PAGE;
        let items = items.drain(start.min(items.len())..).take(ON_A_PAGE).collect();
        Listed { items, next: more.then(|| format!("{path}?page={}", page.max(1) + 1)) }
    }

    fn items(&self, place: Place, edition: Edition, product: Option<&str>, path: &str) -> Vec<Item> {
        let shown = self.voices.iter().filter_map(|voice| voice.shown(place, edition));
        let fits = |voice: &Voice| product.is_none_or(|product| voice.product.as_deref() == Some(product));
        let item = |voice: Voice| {
            let written = voice.written(self.now).to_zoned(TimeZone::UTC);
            Item {
                url: format!("{}{path}#{}", self.base, voice.id),
                date: written.date().to_string(),
                rfc_2822: written.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
                voice,
            }
        };
        shown.filter(fits).map(item).collect()
    }
}

/// `Lantern Desk` as it stands in an address.
pub(super) fn slug(product: &str) -> String {
    product.to_lowercase().replace(' ', "-")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
