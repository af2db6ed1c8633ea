//! The work at the queue in a real browser: with keys only, without scripts, and two people at the same reply.

use goodword::people::Role;
use goodword::replies::{Reply, Status};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::browser::Chromium;
use crate::harness::{Site, TestApp, feed, rss};

/// Serves `test`'s pages; returns where.
async fn serve(test: &TestApp, stop: &CancellationToken) -> String {
    let listener = goodword::web::bind("127.0.0.1:0".parse().unwrap(), &Default::default()).await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(goodword::web::serve(listener, test.app.clone(), stop.clone()));
    home
}

async fn enter(chromium: &mut Chromium, test: &TestApp, home: &str, name: &str) {
    let secret = test.app.enter_link(name).await.unwrap();
    chromium.open(&format!("{home}/enter/{}", secret.told())).await;
}

async fn press(chromium: &mut Chromium, key: &str) {
    chromium.call("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": key, "text": key })).await;
    chromium.call("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key })).await;
}

/// Presses a button and waits for the page that it leads to.
async fn click(chromium: &mut Chromium, button: &str) {
    chromium.told.clear();
    chromium.eval(&format!("document.querySelector(`{button}`).click()")).await;
    chromium.loaded().await;
}

async fn status(test: &TestApp) -> Status {
    let all = Reply::with_status(&mut test.app.store().connection().await.unwrap(), &Status::ALL).await.unwrap();
    all.first().unwrap().state.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_goes_its_way_by_keys_without_scripts_and_is_kept_from_a_second_hand() {
    let (Some(mut ann), Some(mut bob)) = (Chromium::start().await, Chromium::start().await) else { return };
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is easy to use")]));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.app.add_person("bob", Role::Responder, None, "test").await.unwrap();
    let stop = CancellationToken::new();
    let home = serve(&test, &stop).await;
    enter(&mut ann, &test, &home, "ann").await;
    enter(&mut bob, &test, &home, "bob").await;
    let id = test.app.queue(&Default::default()).await.unwrap().1[0].stored.id.clone();

    // Both look at the same moment; Ann works with keys only.
    bob.open(&format!("{home}/mentions/{id}")).await;
    ann.open(&format!("{home}/replies")).await;
    press(&mut ann, "j").await;
    ann.told.clear();
    press(&mut ann, "c").await;
    ann.loaded().await;
    ann.until("document.activeElement.matches('article.mention') && document.body.innerText.includes('ann holds it until')").await;
    press(&mut ann, "d").await;
    ann.until("document.activeElement.matches('textarea')").await;
    ann.call("Input.insertText", json!({ "text": "Thank you, Ann 👍" })).await;
    ann.until("document.querySelector('output').textContent.includes('16')").await;
    ann.told.clear();
    ann.eval("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }))").await;
    ann.loaded().await;
    assert_eq!(status(&test).await, Status::Drafted);
    ann.eval("document.querySelector('article.mention').focus()").await;
    ann.told.clear();
    press(&mut ann, "a").await;
    ann.loaded().await;
    assert_eq!(status(&test).await, Status::Approved);
    ann.call("Browser.grantPermissions", json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] })).await;
    ann.eval("window.open = (address) => { window.opened = address; }").await;
    ann.eval("document.querySelector('article.mention').focus()").await;
    press(&mut ann, "o").await;
    ann.until("window.opened == 'https://forum.example/1'").await;
    assert!(ann.said.is_empty(), "{:#?}", ann.said);

    // Bob, who still sees what was: he is told who did what, and what he wrote is not lost.
    bob.eval("document.querySelector('textarea').value = 'My own words'").await;
    click(&mut bob, "button[value=draft]").await;
    bob.until("document.querySelector('[role=alert]').innerText.includes('ann claimed it')").await;
    bob.until("document.querySelector('[role=alert]').innerText.includes('ann approved it')").await;
    bob.until("document.body.innerText.includes('My own words') || document.querySelector('textarea').value == 'My own words'").await;
    assert_eq!(status(&test).await, Status::Approved);
    bob.picture("told-en").await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_reply_works_without_scripts_in_chinese() {
    let Some(mut chromium) = Chromium::start().await else { return };
    let site = Site::default();
    site.show("/feed", rss(&[("1", "李雷", "艾克美很好用")]));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    let templates = "[[template]]\nname = \"thank\"\npurpose = \"ask-to-quote\"\nlang = \"zh\"\ntexts = [\"谢谢{author}，可以引用吗？\"]\n";
    std::fs::write(test.dir().join("replies.toml"), templates).unwrap();
    let test = test.reopened().await;
    test.crawl().await;
    let stop = CancellationToken::new();
    let home = serve(&test, &stop).await;
    enter(&mut chromium, &test, &home, "ann").await;
    click(&mut chromium, "button[value='zh-CN']").await;
    chromium.call("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    chromium.open(&format!("{home}/replies")).await;
    for (button, want) in [
        ("article [value=claim]", Status::Claimed),
        ("[name=proposal]", Status::Drafted),
        ("article [value=approve]", Status::Approved),
        ("article [value=sent]", Status::Sent),
    ] {
        click(&mut chromium, button).await;
        assert_eq!(status(&test).await, want, "{button}");
    }
    chromium.open(&format!("{home}/quotes?leave=asked")).await;
    chromium.until("document.body.innerText.includes('李雷')").await;
    click(&mut chromium, "[value=cleared]").await;
    chromium.open(&format!("{home}/quotes")).await;
    chromium.until("document.querySelector('blockquote').innerText.includes('艾克美很好用')").await;
    chromium.open(&format!("{home}/audit?what=reply-send")).await;
    chromium.until("document.querySelectorAll('tbody tr').length == 1 && document.body.innerText.includes('发出')").await;
    assert!(chromium.said.is_empty(), "{:#?}", chromium.said);
    stop.cancel();
}
