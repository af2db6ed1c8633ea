//! Phrases, products, sources and settings on the web page: what is changed there is changed in the files.

use std::fs;
use std::time::Duration;

use goodword::app::{SearchRequest, SuggestRequest};
use goodword::mention::Polarity;
use goodword::people::Role;
use goodword::replies::Leave;
use goodword::suggestions::ProposedPhrase;

use crate::harness::{Page, Site, TestApp, feed, rss};
use crate::web::Browser;

async fn heard(site: &Site) -> (TestApp, std::net::SocketAddr) {
    let texts = ["Acme Desk is worth it", "Acme Desk is not worth it", "Rival is worth it", "Acme Desk crashes"];
    let items: Vec<(&str, &str, &str)> = ["1", "2", "3", "4"].into_iter().zip(texts).map(|(id, text)| (id, "Ann", text)).collect();
    site.show("/feed", rss(&items));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    (test, address)
}

/// Lets time pass while it is needed: a new place is not asked at once after its robots.txt.
pub fn passing(test: &TestApp) -> tokio::task::JoinHandle<()> {
    let clock = test.clock.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.turn(Duration::from_millis(500));
        }
    })
}

fn list(test: &TestApp, name: &str) -> String {
    fs::read_to_string(test.dir().join("phrases").join(name)).unwrap()
}

#[tokio::test]
async fn a_phrase_is_previewed_added_and_removed_and_comments_stay() {
    let (test, _) = heard(&Site::default()).await;
    let path = test.dir().join("phrases/praise.en.toml");
    fs::write(&path, format!("# kept\n{}", list(&test, "praise.en.toml"))).unwrap();
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    let preview = browser.get("/phrases/preview?phrase=worth+it&polarity=praise&theme=value&lang=").await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    for part in ["It would tag 3 mentions", "1 look negated", "<mark>worth it</mark>", "neutral → praise", "Acme Desk 2, Rival 1"] {
        assert!(preview.body.contains(part), "`{part}` is missing in {}", preview.body);
    }
    assert!(!list(&test, "praise.en.toml").contains("worth it"), "a preview adds nothing");
    let phrase = [("phrase", "worth it"), ("polarity", "praise"), ("theme", "value")];
    assert_eq!(browser.post("/phrases", &phrase).await.leads_to(), "/phrases?theme=value&added=worth+it");
    let text = list(&test, "praise.en.toml");
    assert!(text.starts_with("# kept\n") && text.contains("worth it"), "{text}");
    assert!(test.app.config().lists.phrases.iter().any(|phrase| phrase.written == "worth it"), "it counts from now on");
    assert!(browser.get("/phrases?theme=value&added=worth+it").await.body.contains("“worth it” is added"));
    let twice = browser.post("/phrases", &phrase).await;
    assert!(twice.status == 422 && twice.body.contains("stands already"), "{}", twice.body);
    let other = browser.get("/phrases/preview?phrase=worth+it&polarity=complaint").await;
    assert!(other.status == 422 && other.body.contains("stands as a praise"), "{}", other.body);
    let removal = [("theme", "value"), ("entry", "praise.en/worth it")];
    assert!(browser.post("/phrases/remove", &removal).await.leads_to().starts_with("/phrases?theme=value&removed="));
    assert!(!list(&test, "praise.en.toml").contains("worth it"));
    assert_eq!(browser.post("/phrases/remove", &removal).await.status, 422);
    let deeds = test.deeds().await;
    assert!(deeds.contains(&"phrase-added".to_owned()) && deeds.contains(&"phrase-removed".to_owned()), "{deeds:?}");
}

#[tokio::test]
async fn a_viewer_reads_the_lists_and_changes_nothing() {
    let (test, _) = heard(&Site::default()).await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    let page = browser.get("/phrases?theme=ease+of+use").await.body;
    assert!(page.contains("easy to use") && page.contains("好用") && !page.contains("name=\"entry\""), "{page}");
    assert_eq!(browser.post("/phrases", &[("phrase", "x"), ("polarity", "praise")]).await.status, 403);
    assert_eq!(browser.get("/phrases/suggestions").await.status, 403);
    assert_eq!(browser.get("/settings").await.status, 403);
}

#[tokio::test]
async fn suggestions_are_turned_down_and_taken_back() {
    let (test, _) = heard(&Site::default()).await;
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    assert!(browser.get("/phrases/suggestions").await.body.contains("Nothing to propose"));
    let path = "/phrases/suggestions";
    browser.post(path, &[("phrase", "so so"), ("decide", "reject")]).await;
    let page = browser.get(path).await.body;
    assert!(page.contains("1 turned down") && page.contains("so so"), "{page}");
    browser.post(path, &[("phrase", "so so"), ("decide", "unreject")]).await;
    assert!(!browser.get(path).await.body.contains("turned down"));
    assert_eq!(browser.get("/phrases/suggestions?since=soon").await.status, 422);
}

#[tokio::test]
async fn pages_make_suggestions_from_the_latest_mentions_alone() {
    let mut items = Vec::new();
    for number in 0..30 {
        items.push((format!("p{number}"), format!("Acme Desk is great and worth every penny, says number {number}")));
        items.push((format!("c{number}"), format!("Acme Desk is terrible and came late, says number {number}")));
    }
    let items: Vec<(&str, &str, &str)> = items.iter().map(|(id, text)| (id.as_str(), "Ann", text.as_str())).collect();
    let test = crate::web::heard(&items).await;
    let voices = async |latest| {
        let request = SuggestRequest { latest, limit: 5, ..SuggestRequest::default() };
        let told = test.app.suggest(&request, &indicatif::ProgressBar::hidden()).await.unwrap();
        told.happy + told.unhappy
    };
    assert_eq!((voices(None).await, voices(Some(1_000)).await), (60, 60));
    assert_eq!((voices(Some(10)).await, voices(Some(0)).await), (10, 0));
}

#[tokio::test]
async fn quotes_come_in_pages() {
    let items: Vec<(String, String)> =
        (0..55).map(|number| (format!("i{number}"), format!("Acme Desk is great, says number {number}"))).collect();
    let items: Vec<(&str, &str, &str)> = items.iter().map(|(id, text)| (id.as_str(), "Ann", text.as_str())).collect();
    let test = crate::web::heard(&items).await;
    let found = test.app.search(&SearchRequest { limit: 60, ..SearchRequest::default() }).await.unwrap();
    for hit in &found.hits {
        test.app.note_quote(&hit.stored.id, Leave::Cleared, None, "ann", None).await.unwrap();
    }
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    let (first, second) = (browser.get("/quotes").await.body, browser.get("/quotes?leave=cleared&page=1").await.body);
    let quoted = |page: &str| page.matches("<blockquote").count();
    assert_eq!((quoted(&first), quoted(&second)), (50, 5));
    assert!(first.contains("/quotes?leave=cleared&#38;page=1") || first.contains("/quotes?leave=cleared&amp;page=1"), "{first}");
    assert!(first.contains("<span>55</span>") && second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""), "{second}");
}

#[tokio::test]
async fn what_an_assistant_proposes_is_shown_taken_up_or_turned_down() {
    let (test, _) = heard(&Site::default()).await;
    let proposed = |phrase: &str| ProposedPhrase {
        phrase: phrase.to_owned(),
        polarity: Polarity::Praise,
        lang: Some("en".to_owned()),
        theme: Some("joy".to_owned()),
        why: "<b>three</b> say so".to_owned(),
        mentions: vec!["m1".to_owned()],
        by: "assistant of ann".to_owned(),
        at: test.app.clock().now(),
    };
    for phrase in ["sheer joy", "so so"] {
        assert!(test.app.propose_phrase(&proposed(phrase)).await.unwrap());
    }
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    let path = "/phrases/suggestions";
    let page = browser.get(path).await.body;
    for words in ["Proposed by assistants", "sheer joy", "proposed by assistant of ann", "/mentions/m1", "value=\"joy\""] {
        assert!(page.contains(words), "`{words}` is missing in {page}");
    }
    assert!(!page.contains("<b>three"), "{page}");
    let taken = [("phrase", "sheer joy"), ("polarity", "praise"), ("lang", "en"), ("theme", "joy"), ("back", "suggestions")];
    assert_eq!(browser.post("/phrases", &taken).await.leads_to(), path);
    browser.post(path, &[("phrase", "so so"), ("decide", "reject")]).await;
    let page = browser.get(path).await.body;
    assert!(!page.contains("Proposed by assistants") && page.contains("1 turned down"), "{page}");
    assert!(list(&test, "praise.en.toml").contains("sheer joy"));
    browser.post(path, &[("phrase", "so so"), ("decide", "unreject")]).await;
    assert!(browser.get(path).await.body.contains("Proposed by assistants"), "it is proposed again");
}

#[tokio::test]
async fn collisions_are_named_with_their_lines() {
    let (test, _) = heard(&Site::default()).await;
    fs::write(test.dir().join("phrases/complaint.en.toml"), "\"reliability\" = [\"crashes\"]\n\"overall\" = [\"great\"]\n").unwrap();
    let page = Browser::signed_in(&test, Role::Viewer).await.get("/phrases/check").await.body;
    assert!(page.contains("phrase `great`") && page.contains("phrases/"), "{page}");
    assert!(page.contains("were never found"), "{page}");
}

#[tokio::test]
async fn products_are_added_and_one_that_a_source_is_about_stays() {
    let (test, address) = heard(&Site::default()).await;
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    let product = [("name", "Acme Chair"), ("whose", "ours"), ("names", "AcmeChair，椅子")];
    assert_eq!(browser.post("/phrases/products", &product).await.leads_to(), "/phrases/products");
    let page = browser.get("/phrases/products").await.body;
    assert!(page.contains("Acme Chair") && page.contains("AcmeChair, 椅子"), "{page}");
    assert_eq!(browser.post("/phrases/products", &product).await.status, 422);
    assert_eq!(browser.post("/phrases/products/remove", &[("name", "Acme Chair")]).await.leads_to(), "/phrases/products");
    let about = feed("forum", &format!("http://{address}/feed")) + "product = \"Rival\"\n";
    fs::write(test.dir().join("sources.toml"), about).unwrap();
    let refused = browser.post("/phrases/products/remove", &[("name", "Rival")]).await;
    assert!(refused.status == 422 && refused.body.contains("forum"), "{}", refused.body);
    assert!(list(&test, "products.toml").contains("Rival"));
}

#[tokio::test]
async fn an_address_is_looked_at_once_and_written_when_confirmed() {
    let site = Site::default();
    let (test, address) = heard(&site).await;
    let before = fs::read_to_string(test.dir().join("sources.toml")).unwrap();
    site.set(
        "/news",
        Page {
            status: 200,
            headers: vec![("content-type", "application/rss+xml".to_owned())],
            body: rss(&[("9", "Eve", "Acme Desk is great &amp;lt;script&amp;gt;")]).into_bytes(),
        },
    );
    let mut admin = Browser::signed_in(&test, Role::Admin).await;
    let mut manager = Browser::signed_in(&test, Role::Manager).await;
    let url = format!("http://{address}/news");
    let refused = manager.post("/new-source", &[("address", &url), ("private", "yes")]).await;
    assert_eq!(refused.status, 422, "private addresses are an admin's: {}", refused.body);
    assert_eq!(site.asked("/news"), 0);
    let time = passing(&test);
    let found = admin.post("/new-source", &[("address", &url), ("private", "yes")]).await;
    time.abort();
    assert!(found.status == 200 && found.body.contains("Acme Desk is great"), "{}", found.body);
    assert!(!found.body.contains("<script>"));
    assert_eq!(fs::read_to_string(test.dir().join("sources.toml")).unwrap(), before, "nothing is written before it is confirmed");
    let gone = admin.post("/new-source/confirm", &[("look", "guessed"), ("number", "0"), ("name", "n"), ("every", "1h")]).await;
    assert!(gone.status == 422 && gone.body.contains("forgotten"), "{}", gone.body);
    for (given, says) in [("/etc/passwd", "no address of the web"), (&*format!("http://{address}/feed"), "Listed already")] {
        let page = admin.post("/new-source", &[("address", given)]).await;
        assert!(page.status == 422 && page.body.contains(says), "{given}: {}", page.body);
    }
    assert_eq!(site.asked("/news"), 1);
}

#[tokio::test]
async fn what_was_found_is_confirmed_without_asking_again() {
    let site = Site::default();
    let (test, address) = heard(&site).await;
    site.show("/news", rss(&[("9", "Eve", "Acme Desk is great")]));
    let mut admin = Browser::signed_in(&test, Role::Admin).await;
    // One server for both requests: what was found is kept in it.
    let listener = goodword::web::bind("127.0.0.1:0".parse().unwrap(), &Default::default()).await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(goodword::web::serve(listener, test.app.clone(), stop.clone()));
    let token = admin.token_page("/new-source").await;
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let send = async |path: &str, fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).append_pair("form_token", &token).finish();
        let request = client.post(format!("{home}{path}")).header("cookie", admin.cookie()).body(body);
        request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
    };
    let url = format!("http://{address}/news");
    let time = passing(&test);
    let found = send("/new-source", &[("address", &url), ("private", "yes")]).await.text().await.unwrap();
    time.abort();
    let look = found.split("name=\"look\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let bad = send("/new-source/confirm", &[("look", look), ("number", "0"), ("name", "news"), ("every", "often")]).await;
    assert_eq!(bad.status(), 422);
    let fields = [("look", look), ("number", "0"), ("name", "news"), ("every", "2h"), ("product", "Acme Desk")];
    let done = send("/new-source/confirm", &fields).await;
    assert_eq!(done.headers()["location"], "/sources/news");
    assert_eq!(site.asked("/news"), 1, "confirming asks nobody");
    let text = fs::read_to_string(test.dir().join("sources.toml")).unwrap();
    assert!(text.contains("name = \"news\"") && text.contains("every = \"2h\"") && text.contains("product = \"Acme Desk\""), "{text}");
    assert!(test.app.config().problems.is_empty() && test.app.config().sources.len() == 2);
    stop.cancel();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_pack_is_shown_before_it_is_written() {
    let (test, _) = heard(&Site::default()).await;
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    let before = fs::read_to_string(test.dir().join("sources.toml")).unwrap();
    let shown = browser.post("/new-source/pack", &[("pack", "saas")]).await;
    assert!(shown.status == 200 && shown.body.contains("entries would be written"), "{}", shown.body);
    assert_eq!(fs::read_to_string(test.dir().join("sources.toml")).unwrap(), before);
    assert_eq!(browser.post("/new-source/pack", &[("pack", "saas"), ("write", "yes")]).await.leads_to(), "/sources");
    assert!(fs::read_to_string(test.dir().join("sources.toml")).unwrap().len() > before.len());
    assert_eq!(browser.post("/new-source/pack", &[("pack", "nothing")]).await.status, 422);
}

#[tokio::test]
async fn a_source_tells_how_it_fared_and_a_test_keeps_nothing() {
    let site = Site::default();
    let (test, _) = heard(&site).await;
    site.show("/feed", rss(&[("7", "Eve", "Acme Desk is great")]));
    test.later(Duration::from_secs(3_600));
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    let page = browser.get("/sources/forum").await.body;
    assert!(page.contains("4 seen, 4 new") && page.contains("<td class=\"number\">4</td>"), "{page}");
    let counts = test.app.store().counts().await.unwrap();
    let tried = browser.post("/sources/forum/test", &[]).await;
    assert!(tried.body.contains("1 mentions on its first page") && tried.body.contains("praise: “great” → Acme Desk"), "{}", tried.body);
    assert_eq!(test.app.store().counts().await.unwrap().mentions, counts.mentions);
    site.set("/feed", Page { status: 403, ..Default::default() });
    test.later(Duration::from_secs(3_600));
    test.crawl().await;
    let page = browser.get("/sources/forum").await.body;
    assert!(page.contains("coverage blocked") && page.contains("class=\"problem\" lang=\"en\">"), "the last error with its remedy: {page}");
    assert_eq!(browser.get("/sources/nowhere").await.status, 404);
    assert_eq!(browser.post("/sources/forum/remove", &[]).await.leads_to(), "/sources");
    assert!(!fs::read_to_string(test.dir().join("sources.toml")).unwrap().contains("forum"));
    assert_eq!(test.app.store().counts().await.unwrap().mentions, counts.mentions, "what was heard stays");
}

#[tokio::test]
async fn settings_say_what_the_files_say_and_where() {
    let (test, _) = heard(&Site::default()).await;
    let settings = "# mine\n[[recipient]]\nmail = \"ann@acme.example\"\n\n[[destination]]\nname = \"desk\"\nkind = \"slack\"\n\
        url = \"https://hooks.slack.example/services/SECRET\"\n\n[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nat_most = 1\nto = \"desk\"\n\n\
        [[team]]\nname = \"support\"\nmembers = [\"ann\", \"bo\"]\n\n[[route]]\nlang = \"zh\"\nto = \"support\"\n\n[nonsense]\n";
    fs::write(test.dir().join("settings.toml"), settings).unwrap();
    test.app.reload();
    let page = Browser::signed_in(&test, Role::Manager).await.get("/settings").await.body;
    for part in
        ["ann@acme.example", "settings.toml:2", "one-star", "rating ≤ 1", "support", "ann, bo", "lang = zh", "unknown section `[nonsense]`"]
    {
        assert!(page.contains(part), "`{part}` is missing in {page}");
    }
    assert!(!page.contains("SECRET") && !page.contains("href=\"/people\""), "{page}");
}

#[tokio::test]
async fn an_admin_takes_back_somebodys_token() {
    let (test, _) = heard(&Site::default()).await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    test.app.add_person("bob", Role::Viewer, None, "test").await.unwrap();
    let secret = test.app.make_token("bob", "script", goodword::people::Scope::Read, "bob").await.unwrap();
    assert!(browser.get("/people").await.body.contains("Take back the token script"));
    assert_eq!(browser.post("/people/bob/tokens/remove", &[("label", "script")]).await.leads_to(), "/people");
    assert!(test.app.of_token(&secret).await.unwrap().is_none());
}
