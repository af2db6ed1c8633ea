//! A scripted site that keeps the replies it takes: it answers as told, or loses the line at the step that a test names.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use serde_json::json;

use super::cases::Case;

/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_secs(90);

/// What a site does with calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Manner {
    #[default]
    Answers,
    /// It answers nothing at all: it gives no token, tells nothing, and does nothing.
    HoldsAll,
    /// It has not taken the call yet when the connection is lost.
    HoldsBefore,
    /// It has, and the answer is lost.
    HoldsAfter,
}

impl Manner {
    /// Whether a call is held before it is taken.
    fn holds(self, is_act: bool) -> bool {
        match self {
            Self::Answers | Self::HoldsAfter => false,
            Self::HoldsAll => true,
            Self::HoldsBefore => is_act,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Seen {
    pub what: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A site that keeps the answers it takes.
#[derive(Clone)]
pub struct Site {
    pub case: Case,
    pub inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
pub struct Inner {
    pub seen: Vec<Seen>,
    /// Calls that it has heard of, taken or not: those that act, and those that ask.
    pub acts: usize,
    pub questions: usize,
    /// The answers that stand there.
    pub texts: Vec<String>,
    /// The next answers to calls that act; then it does what it is told.
    answers: VecDeque<(u16, Option<&'static str>)>,
    /// It does what it is told, and tells something else.
    pub does_it_anyway: bool,
    pub manner: Manner,
    pub state: &'static str,
}

impl Site {
    pub async fn serve(case: Case) -> (Self, SocketAddr) {
        let site = Self { case, inner: Arc::default() };
        site.inner.lock().unwrap().state = "ACTIVE";
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (site, address)
    }

    pub fn texts(&self) -> Vec<String> {
        self.inner.lock().unwrap().texts.clone()
    }

    pub fn acts(&self) -> Vec<Seen> {
        self.inner.lock().unwrap().seen.iter().filter(|seen| self.case.is_act(&seen.what)).cloned().collect()
    }

    /// How many calls it has heard of, taken or not.
    pub fn heard(&self) -> usize {
        let inner = self.inner.lock().unwrap();
        inner.acts + inner.questions
    }

    pub fn behaves(&self, manner: Manner) {
        let mut inner = self.inner.lock().unwrap();
        (inner.manner, inner.acts, inner.questions) = (manner, 0, 0);
    }

    pub fn answers(&self, answers: &[(u16, Option<&'static str>)]) {
        self.inner.lock().unwrap().answers = answers.iter().copied().collect();
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Response<Body> {
    let what = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
    let host = request.headers()["host"].to_str().unwrap().to_owned();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let is_act = site.case.is_act(&what);
    let manner = {
        let mut inner = site.inner.lock().unwrap();
        *(if is_act { &mut inner.acts } else { &mut inner.questions }) += 1;
        inner.manner
    };
    if manner.holds(is_act) {
        tokio::time::sleep(FOR_EVER).await;
    }
    let (status, answer, retry) = {
        let mut inner = site.inner.lock().unwrap();
        inner.seen.push(Seen { what: what.clone(), headers, body: body.clone() });
        match is_act.then(|| inner.answers.pop_front()).flatten() {
            Some((status, retry)) => {
                if inner.does_it_anyway {
                    site.case.take(&mut inner.texts, &what, &body);
                }
                (status, json!({"message": "the site says no"}), retry)
            }
            None => {
                site.case.take(&mut inner.texts, &what, &body);
                let (status, answer) = site.case.answer(&what, inner.texts.last().map(String::as_str), inner.state, &host);
                (status, answer, None)
            }
        }
    };
    if is_act && manner == Manner::HoldsAfter {
        tokio::time::sleep(FOR_EVER).await;
    }
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    if let Some(retry) = retry {
        response = response.header("retry-after", retry);
    }
    response.body(Body::from(if answer.is_null() { String::new() } else { answer.to_string() })).unwrap()
}
