//! The pages for staff as `serve` answers them over a connection, beside the search they stand on, in this process, with its counts.

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use anyhow::ensure;
use goodword::app::{App, SearchRequest};
use goodword::clock::Clock;

use crate::ask::{at, timed};
use crate::measure::{Bound, Row, in_turn};
use crate::setup::Setup;

const BOUND: Bound = Bound::AtMost(3.0, 1.5);
/// What is counted beside the mentions.
const FACETS: [&str; 7] = ["product", "verdict", "theme", "source", "lang", "segment", "region"];
/// How often a page is asked for in a round.
const TIMES: usize = 3;

pub(crate) fn run(setup: &Setup, dir: &Path, pages: &Pages, words: &[String]) -> anyhow::Result<Vec<Row>> {
    eprintln!("asking for pages …");
    let app = setup.runtime.block_on(App::open(dir, Clock::machine()))?;
    let search = |question: &str| {
        let request = SearchRequest { query: question.to_owned(), facets: FACETS.map(str::to_owned).to_vec(), ..SearchRequest::default() };
        Ok(setup.runtime.block_on(app.search(&request))?.total)
    };
    let rounds = setup.size.rounds;
    let found = in_turn(rounds, || timed(words, |word| pages.searched(word).map(|page| page.len())), || timed(words, search))?;
    let mut rows = vec![
        Row::latencies("page: Mentions of a word, against its search with counts, p50", &at(50, &found), BOUND),
        Row::latencies("page: Mentions of a word, against its search with counts, p99", &at(99, &found), BOUND),
    ];
    let everything = vec![String::new(); TIMES];
    for path in ["/mentions", "/today", "/insight", "/replies", "/sources"] {
        let page = || timed(&everything, |_| pages.read(path).map(|page| black_box(page).len()));
        let took = in_turn(rounds, page, || timed(&everything, search))?;
        rows.push(Row::latencies(format!("page: {path}, against the search for everything with counts"), &at(50, &took), BOUND));
    }
    setup.runtime.block_on(app.close());
    Ok(rows)
}

/// The pages of a server, for whom the token is.
#[derive(Debug)]
pub(crate) struct Pages {
    address: String,
    token: String,
}

impl Pages {
    /// The pages at `address`.
    pub(crate) fn new(address: String, token: String) -> Self {
        Self { address, token }
    }

    /// The search page for a question.
    pub(crate) fn searched(&self, question: &str) -> anyhow::Result<String> {
        let query: String = question.bytes().map(|byte| format!("%{byte:02x}")).collect();
        self.read(&format!("/mentions?q={query}"))
    }

    fn read(&self, path: &str) -> anyhow::Result<String> {
        let Self { address, token } = self;
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n")?;
        let mut page = String::new();
        stream.read_to_string(&mut page)?;
        ensure!(page.starts_with("HTTP/1.1 200"), "{path} answers {}", page.lines().next().unwrap_or_default());
        Ok(page)
    }
}
