//! The pages that mentions stand on: a feed, and shop pages with reviews marked up as JSON-LD or microdata.

use std::fmt::Write;

use goodword::mention::Mention;
use serde_json::json;

/// Links of a page's menu: most of a real page is not reviews.
const MENU: usize = 400;

/// An RSS feed as forums write it, texts with markup in them.
pub(crate) fn feed(mentions: &[Mention]) -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\n\
         <title>Forum</title><link>https://forum.example/</link><description>All posts</description>\n",
    );
    for mention in mentions {
        let tag = |name: &str, text: Option<&str>| text.map(|text| format!("<{name}>{}</{name}>\n", escaped(text))).unwrap_or_default();
        let text = format!("<p>{}</p><p>Posted <a href=\"https://forum.example/\">here</a> &amp; elsewhere.</p>", escaped(&mention.text));
        let author = mention.author.as_ref().map(|author| author.name.as_str());
        let written = mention.published.map(|published| published.at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
        feed.push_str("<item>\n");
        feed.push_str(&tag("title", mention.title.as_deref()));
        feed.push_str(&tag("link", mention.url.as_ref().map(|url| url.as_str())));
        feed.push_str(&tag("dc:creator", author));
        feed.push_str(&tag("pubDate", written.as_deref()));
        feed.push_str(&tag("description", Some(&text)));
        let id = mention.own_id.as_deref().unwrap_or_default();
        writeln!(feed, "<guid isPermaLink=\"false\">{id}</guid>\n</item>").expect("a string takes all that is written to it");
    }
    feed.push_str("</channel></rss>\n");
    feed
}

/// A shop's page with the reviews as JSON-LD beside the words that people see.
pub(crate) fn json_ld_page(mentions: &[Mention]) -> String {
    let review = |mention: &Mention| {
        json!({
            "@type": "Review",
            "@id": mention.own_id.as_ref().map(|id| format!("#{id}")),
            "author": { "@type": "Person", "name": mention.author.as_ref().map(|author| author.name.as_str()) },
            "datePublished": mention.published.map(|published| published.at.to_string()),
            "name": mention.title,
            "reviewBody": mention.text,
            "reviewRating": mention.rating.map(|rating| json!({ "@type": "Rating", "ratingValue": rating.value(), "bestRating": 5 })),
        })
    };
    let reviews: Vec<_> = mentions.iter().map(review).collect();
    let product = json!({ "@context": "https://schema.org", "@type": "Product", "name": "Brindle Kit", "review": reviews });
    let head = format!("<script type=\"application/ld+json\">{}</script>", product.to_string().replace("</", "<\\/"));
    let shown = mentions.iter().map(|mention| format!("<article class=\"review\"><p>{}</p></article>\n", escaped(&mention.text)));
    page(&head, &shown.collect::<String>())
}

/// A shop's page with the reviews marked up in place.
pub(crate) fn microdata_page(mentions: &[Mention]) -> String {
    let review = |mention: &Mention| {
        let author = mention.author.as_ref().map(|author| author.name.as_str()).unwrap_or_default();
        let written = mention.published.map(|published| published.at.to_string()).unwrap_or_default();
        format!(
            "<article class=\"review\" itemscope itemtype=\"https://schema.org/Review\"><span itemprop=\"author\">{}</span>\
             <time itemprop=\"datePublished\" datetime=\"{written}\"></time><p itemprop=\"reviewBody\">{}</p></article>\n",
            escaped(author),
            escaped(&mention.text)
        )
    };
    page("", &mentions.iter().map(review).collect::<String>())
}

fn page(head: &str, reviews: &str) -> String {
    let link = |number: usize| {
        format!(
            "<li class=\"menu-item level-{}\"><a class=\"menu-link\" href=\"/shelf/{number}\"><span>Shelf {number}</span></a></li>\n",
            number % 3
        )
    };
    let menu: String = (0..MENU).map(link).collect();
    let rules: String = (0..MENU).map(|number| format!(".item-{number} {{ margin: {number}px; color: #abc }}\n")).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Brindle Kit</title><style>{rules}</style>{head}</head>\n\
         <body><nav><ul>{menu}</ul></nav><main>{reviews}</main><footer><ul>{menu}</ul></footer></body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
