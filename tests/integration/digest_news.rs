//! What is news in a digest: what was written before and heard only now, who says both, waves of days long past, and what its subject
//! makes of them.

use std::time::Duration;

use goodword::digest::{Edition, Every, Language, Recipient};
use goodword::insight::Spike;

use crate::digest::{DAY, Line, day, heard, import, monday, reader, rendered};

#[tokio::test]
async fn what_was_heard_only_now_is_to_be_answered_and_leads_to_itself() {
    let test = heard("", &[(DAY, "Ann", None, "Acme Desk is easy to use.")]).await;
    test.later(Duration::from_hours(24));
    let late = [("2026-03-07", "Di", Some(1), "Acme Desk crashes, it is broken and terrible."), (DAY, "Cy", Some(2), "Acme Desk crashes.")];
    import(&test, &late).await;
    let wednesday = Edition::daily(day("2026-03-11"), day("2026-03-11"));
    let mail = rendered(&test, &reader(), wednesday).await.mail;
    let severe = "* Answer Di: a severe complaint (reliability)\n    http://127.0.0.1:8420/mentions/";
    assert!(mail.text.contains(severe), "{}", mail.text);
    assert_eq!(mail.subject, "Acme Desk, 11 Mar: 1 severe complaint: “Acme Desk crashes, it is broken and terrible”");
}

#[tokio::test]
async fn who_says_both_is_counted_on_both_sides_and_that_is_said() {
    let both = "On the computer Acme Desk is great. On the phone Acme Desk crashes. A pity.";
    let test = heard("", &[(DAY, "Kim", Some(3), both), (DAY, "Bo", None, "Acme Desk is easy to use.")]).await;
    let mail = rendered(&test, &reader(), monday()).await.mail;
    assert!(mail.text.contains("2 mentions of Acme Desk: 2 with praise; 1 with a complaint; 1 says both."), "{}", mail.text);
    let chinese = rendered(&test, &Recipient { language: Language::Zh, ..reader() }, monday()).await.mail;
    assert!(chinese.text.contains("2 条赞扬；1 条抱怨；1 条褒贬都有。"), "{}", chinese.text);
    test.end().await;
}

#[tokio::test]
async fn a_wave_of_a_day_long_past_is_told_and_alerts_nobody() {
    let days: Vec<String> = (1..=27).map(|day| format!("2026-02-{day:02}")).collect();
    let crash = "Acme Desk crashes whenever I open a long ticket.";
    let mut lines: Vec<Line<'_>> = days.iter().map(|day| (day.as_str(), "Ann", None, "Acme Desk is easy to use.")).collect();
    let authors: Vec<String> = (0..12).map(|number| format!("Author {number}")).collect();
    lines.extend(authors.iter().map(|author| ("2026-02-26", author.as_str(), None, crash)));
    let test = heard("", &lines).await;
    let wave = day("2026-02-26");
    let digest = test.app.digest(&reader(), Edition::daily(wave, wave)).await.unwrap();
    let subject = test.app.digest_mail(&reader(), &digest).await.unwrap().mail.subject;
    assert!(subject.starts_with("Acme Desk, 26 Feb: 12 complaints about reliability, usually 0"), "{subject}");
    let month = test.app.digest(&reader(), Edition::holding(Every::Monthly, wave)).await.unwrap();
    assert!(month.unusual.iter().any(|unusual| unusual.from == wave && unusual.count == 12), "{:#?}", month.unusual);
    let untold = Spike::untold(&mut test.app.store().connection().await.unwrap()).await.unwrap();
    assert!(untold.is_empty(), "{untold:?}");
    test.end().await;
}
