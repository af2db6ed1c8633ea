//! `goodword tag`: tags texts from standard input and stores nothing.
//!
//! One input line is one text, or a JSON object with a `text`; one output object or block per line, in the same order.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Ran;
use crate::mention::{Lang, Polarity, Rating, Tag, Verdict};
use crate::phrases::{Lists, Subject, Tagger, Tagging};

/// What the command was asked for.
#[derive(Clone, Debug, Default)]
pub struct TagOptions {
    /// What the texts are about, where they do not say.
    pub product: Option<String>,
    /// Their language, where they do not say.
    pub lang: Option<Lang>,
    /// JSON Lines rather than text for people.
    pub json: bool,
}

/// What `tag` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The product the texts are about, where they do not say
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// Their language, where they do not say: en, zh
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// Print a JSON object per line
    #[arg(long)]
    json: bool,
}

pub(super) fn run_command(dir: &Path, args: &Args) -> anyhow::Result<Ran> {
    let lang = args.lang.clone().map(Lang::try_from).transpose().map_err(anyhow::Error::msg)?;
    let options = TagOptions { product: args.product.clone(), lang, json: args.json };
    run(dir, &options, std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(Ran::Fine)
}

/// At most so many bytes are read before the lines among them are tagged.
const BATCH: usize = 1 << 18;

/// Tags every line of `input` with the lists under `dir`.
pub fn run(dir: &Path, options: &TagOptions, input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    let (lists, problems) = Lists::read(dir);
    for problem in &problems {
        eprintln!("{problem}");
    }
    if lists.lists.is_empty() {
        anyhow::bail!("no phrase list could be read in `{}`; run `goodword init` to write starter lists", dir.join("phrases").display());
    }
    let tagger = Tagger::new(&lists);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut lines = Lines { input: BufReader::with_capacity(BATCH, input), begun: Vec::new() };
    let mut number = 0;
    loop {
        let batch = lines.next_batch().context("cannot read the texts")?;
        if batch.is_empty() {
            return Ok(());
        }
        for written in tag_batch(&tagger, options, &batch, number, cores) {
            output.write_all(written.as_bytes()).context("cannot write the tags")?;
        }
        output.flush().context("cannot write the tags")?;
        number += batch.len();
    }
}

/// Lines as they come: a batch is what is there, so that somebody typing is answered at once.
struct Lines<R> {
    input: BufReader<R>,
    /// A line whose end has not come yet.
    begun: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The next lines, without their ends; none at the end of input.
    fn next_batch(&mut self) -> std::io::Result<Vec<String>> {
        loop {
            let chunk = self.input.fill_buf()?;
            let (length, at_end) = (chunk.len(), chunk.is_empty());
            let last_end = chunk.iter().rposition(|byte| *byte == b'\n');
            let whole = last_end.map_or(0, |end| end + 1);
            self.begun.extend_from_slice(chunk.get(..whole.max(if last_end.is_none() { length } else { 0 })).unwrap_or_default());
            let rest = last_end.map(|end| chunk.get(end + 1..).unwrap_or_default().to_vec()).unwrap_or_default();
            self.input.consume(length);
            if at_end || last_end.is_some() {
                let text = std::mem::replace(&mut self.begun, rest);
                return Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect());
            }
        }
    }
}

/// Tags the lines, which follow on `number` earlier ones, on all cores; the output keeps their order.
fn tag_batch(tagger: &Tagger, options: &TagOptions, lines: &[String], number: usize, cores: usize) -> Vec<String> {
    let share = lines.len().div_ceil(cores).max(16);
    std::thread::scope(|scope| {
        let workers: Vec<_> = lines
            .chunks(share)
            .enumerate()
            .map(|(at, lines)| scope.spawn(move || tag_lines(tagger, options, lines, number + at * share)))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn tag_lines(tagger: &Tagger, options: &TagOptions, lines: &[String], number: usize) -> String {
    let mut written = String::new();
    for (at, line) in lines.iter().enumerate() {
        let request = Request::of(line);
        let tagging = request.tag(tagger, options);
        if options.json {
            let answer = Answer::new(&request, &tagging, number + at + 1);
            written.push_str(&serde_json::to_string(&answer).expect("an answer has string keys and finite numbers"));
            written.push('\n');
        } else {
            write_for_people(&request, &tagging, &mut written);
        }
    }
    written
}

/// One input line.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Request {
    id: Option<Value>,
    text: String,
    title: Option<String>,
    product: Option<String>,
    products: Vec<String>,
    rating: Option<Value>,
    best_rating: Option<Value>,
    lang: Option<String>,
}

impl Request {
    /// Reads a JSON object that has a `text`; any other line is the text itself.
    fn of(line: &str) -> Self {
        #[derive(Deserialize)]
        struct HasText {
            #[serde(rename = "text")]
            _text: String,
        }
        if line.trim_start().starts_with('{')
            && serde_json::from_str::<HasText>(line).is_ok()
            && let Ok(request) = serde_json::from_str(line)
        {
            return request;
        }
        Self { text: line.to_owned(), ..Self::default() }
    }

    fn tag(&self, tagger: &Tagger, options: &TagOptions) -> Tagging {
        let lang = self.lang.as_deref().and_then(Lang::parse).or_else(|| options.lang.clone());
        tagger.tag(&Subject {
            text: &self.text,
            title: self.title.as_deref(),
            product: self.product.as_deref().or(options.product.as_deref()),
            products: &self.products,
            rating: self.rating(),
            lang: lang.as_ref(),
            notes: &[],
        })
    }

    fn rating(&self) -> Option<Rating> {
        let written = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let best = self.best_rating.as_ref().filter(|best| !best.is_null()).map(written);
        Rating::parse(&written(self.rating.as_ref()?), None, best.as_deref())
    }
}

/// One line of output.
#[derive(Serialize)]
struct Answer<'a> {
    id: Value,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    lang: &'a Lang,
    verdict: Verdict,
    why: &'a str,
    ugly: bool,
    products: &'a [String],
    tags: &'a [Tag],
}

impl<'a> Answer<'a> {
    /// The answer to the line `number`, which is its id if it brought none.
    fn new(request: &'a Request, tagging: &'a Tagging, number: usize) -> Self {
        Self {
            id: request.id.clone().unwrap_or_else(|| number.into()),
            text: &request.text,
            title: request.title.as_deref(),
            lang: &tagging.lang,
            verdict: tagging.verdict,
            why: &tagging.why,
            ugly: tagging.ugly,
            products: &tagging.products,
            tags: &tagging.tags,
        }
    }
}

/// The text, then the verdict, then a line per tag.
fn write_for_people(request: &Request, tagging: &Tagging, written: &mut String) {
    let title = request.title.as_deref().map(|title| format!("{title}: ")).unwrap_or_default();
    writeln!(written, "{title}{}", request.text.trim()).expect("writing to a string cannot fail");
    writeln!(written, "  {}: {}", tagging.verdict, tagging.why).expect("writing to a string cannot fail");
    for tag in &tagging.tags {
        let sign = match tag.polarity {
            Polarity::Praise => '+',
            Polarity::Complaint => '-',
        };
        let product = tag.product.as_deref().map(|product| format!(" → {product}")).unwrap_or_default();
        let by = tag.joined_by.map(|by| format!(" by {by:?}").to_lowercase()).unwrap_or_default();
        writeln!(written, "  {sign} “{}” [{}]{product}{by} ({})", tag.text, tag.theme, tag.rule).expect("writing to a string cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &str, options: &TagOptions) -> String {
        let dir = tempfile::tempdir().unwrap();
        let phrases = dir.path().join("phrases");
        std::fs::create_dir(&phrases).unwrap();
        std::fs::write(phrases.join("praise.en.toml"), "speed = [\"fast\"]\n").unwrap();
        std::fs::write(phrases.join("products.toml"), "[[product]]\nname = \"Acme\"\n").unwrap();
        let mut output = Vec::new();
        run(dir.path(), options, input.as_bytes(), &mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    fn json() -> TagOptions {
        TagOptions { json: true, ..TagOptions::default() }
    }

    #[test]
    fn every_line_gets_its_answer_in_order() {
        let input: String = (0..500).map(|at| format!("{{\"id\":\"n{at}\",\"text\":\"fast {at}\"}}\r\nplain {at}\n")).collect();
        let answers = answers(&input, &json());
        let lines: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 1000);
        for (at, pair) in lines.chunks(2).enumerate() {
            assert_eq!((&pair[0]["id"], &pair[0]["verdict"]), (&Value::from(format!("n{at}")), &Value::from("praise")));
            assert_eq!((&pair[1]["id"], &pair[1]["text"]), (&Value::from(2 * at + 2), &Value::from(format!("plain {at}"))));
        }
    }

    #[test]
    fn a_line_that_is_no_object_with_a_text_is_a_text() {
        for line in ["{\"text\":1}", "{\"txt\":\"fast\"}", "{broken fast", "", "[\"fast\"]"] {
            let answer: Value = serde_json::from_str(answers(&format!("{line}\n"), &json()).trim()).unwrap();
            assert_eq!(answer["text"], *line);
        }
        assert_eq!(answers("", &json()), "");
    }

    #[test]
    fn an_object_may_bring_all_that_is_known() {
        let line = "{\"id\":7,\"text\":\"fast\",\"title\":\"Acme\",\"product\":\"X\",\"rating\":\"1/5\",\"lang\":\"en-GB\"}";
        let answer: Value = serde_json::from_str(answers(line, &json()).trim()).unwrap();
        assert_eq!(
            (&answer["id"], &answer["title"], &answer["lang"], &answer["verdict"]),
            (&7.into(), &"Acme".into(), &"en".into(), &"complaint".into())
        );
        assert_eq!((&answer["tags"][0]["product"], &answer["tags"][0]["joined_by"]), (&"Acme".into(), &"title".into()));
        assert!(answer["tags"][0].get("product_start").is_none());
    }

    #[test]
    fn options_stand_in_for_what_a_line_does_not_say() {
        let options = TagOptions { product: Some("Zeta".to_owned()), lang: Lang::parse("de"), json: true };
        let answer: Value = serde_json::from_str(answers("fast\n", &options).trim()).unwrap();
        assert_eq!((&answer["lang"], &answer["tags"][0]["product"]), (&"de".into(), &"Zeta".into()));
    }

    #[test]
    fn people_read_a_line_per_tag() {
        let shown = answers("Acme is fast\n", &TagOptions::default());
        assert_eq!(shown, "Acme is fast\n  praise: 1 praise phrase (fast)\n  + “fast” [speed] → Acme by clause (plain)\n");
    }

    #[test]
    fn without_any_list_there_is_nothing_to_tag_with() {
        let dir = tempfile::tempdir().unwrap();
        let error = run(dir.path(), &TagOptions::default(), &b"fast"[..], Vec::new()).unwrap_err();
        assert!(error.to_string().contains("goodword init"), "{error}");
    }
}
