//! How sites that answer with markup word a page of their list: feeds, marked-up pages, boards, a channel's preview.

use serde_json::json;

use super::{Said, Shown};

pub(super) fn rss(shown: &Shown<'_>) -> String {
    let item = |said: &Said| {
        format!(
            "<item><guid isPermaLink=\"false\">{0}</guid><link>https://{3}.example/{0}</link><dc:creator>ann</dc:creator><pubDate>{1}</pubDate>\
             <description>{2}</description></item>",
            said.number,
            said.rfc2822(),
            said.text,
            shown.address.ip().to_string().replace('.', "-")
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>t</title>{}</channel></rss>",
        shown.words(item)
    )
}

pub(super) fn wordpress(shown: &Shown<'_>) -> String {
    let item = |said: &Said| {
        format!(
            "<item><guid>https://wordpress.org/support/topic/{0}/</guid><title>Review (4 stars)</title><link>https://wordpress.org/support/topic/{0}/</link>\
             <pubDate>{1}</pubDate><dc:creator>ann</dc:creator><description>&lt;p&gt;Replies: 0&lt;/p&gt;&lt;p&gt;Rating: 4 stars&lt;/p&gt;&lt;p&gt;{2}&lt;/p&gt;\
             </description></item>",
            said.number,
            said.rfc2822(),
            said.text
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>[Acme Desk] Reviews</title>{}</channel></rss>",
        shown.words(item)
    )
}

pub(super) fn news(shown: &Shown<'_>) -> String {
    let item = |said: &Said| {
        format!(
            "<item><title>{1} - The Herald</title><link>https://news.google.com/rss/articles/{0}?oc=5</link><guid isPermaLink=\"false\">{0}</guid>\
             <pubDate>{2}</pubDate><source url=\"https://herald.example\">The Herald</source></item>",
            said.number,
            said.text,
            said.rfc2822()
        )
    };
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>news</title>{}</channel></rss>", shown.words(item))
}

pub(super) fn atom(shown: &Shown<'_>) -> String {
    let entry = |said: &Said| {
        format!(
            "<entry><id>t3_f{0}</id><title>Post {0}</title><link href=\"https://{4}.example/{0}/\"/><published>{1}</published>\
             <updated>{2}</updated><author><name>/u/ann</name></author><content type=\"html\">{3}</content></entry>",
            said.number,
            said.date(),
            said.changed(),
            said.text,
            shown.address.ip().to_string().replace('.', "-")
        )
    };
    format!("<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><id>x</id>{}</feed>", shown.words(entry))
}

pub(super) fn reviews(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"@type": "Review", "@id": format!("https://shop.example/r/{}", said.number), "reviewBody": said.text, "author": "Ann",
            "datePublished": said.date(), "reviewRating": {"ratingValue": 4}})
    };
    let product = json!({"@context": "https://schema.org", "@type": "Product", "name": "Acme Desk", "review": shown.each(review)});
    let next = shown.next.map(|next| format!("<link rel=\"next\" href=\"/?from={next}\">")).unwrap_or_default();
    format!("<html><head>{next}<script type=\"application/ld+json\">{product}</script></head><body></body></html>")
}

pub(super) fn board(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        format!(
            "<article class=\"post\" data-id=\"{0}\"><b class=\"who\">ann</b><time datetime=\"{1}\"></time><p class=\"words\">{2}</p></article>",
            said.number,
            said.date(),
            said.text
        )
    };
    let next = shown.next.map(|next| format!("<a class=\"next\" href=\"/?from={next}\">older</a>")).unwrap_or_default();
    format!("<html><body>{}{next}</body></html>", shown.words(post))
}

pub(super) fn telegram(shown: &Shown<'_>) -> String {
    // The newest stands at the end.
    let post = |said: &Said| {
        format!(
            "<div class=\"tgme_widget_message\" data-post=\"acme/{0}\"><a class=\"tgme_widget_message_owner_name\">Acme</a>\
             <div class=\"tgme_widget_message_text js-message_text\">{1}</div><a class=\"tgme_widget_message_date\"><time datetime=\"{2}\"></time></a></div>",
            said.number,
            said.text,
            said.date()
        )
    };
    let posts: String = shown.items.iter().rev().map(post).collect();
    let oldest = shown.items.last().map(|said| said.number).filter(|_| shown.next.is_some());
    let more =
        oldest.map(|number| format!("<a class=\"tme_messages_more js-messages_more\" data-before=\"{number}\"></a>")).unwrap_or_default();
    format!("<html><body><section class=\"tgme_channel_history\">{more}{posts}</section></body></html>")
}
