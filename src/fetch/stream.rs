//! Connections that are kept open: a site tells what is said as it is said, by WebSocket.
//!
//! Opening one keeps the manners of its host like any request: robots.txt, a turn, a floor, and leaving it alone when it refuses.
//! Knows nothing of what the messages say; opens nothing again by itself.

use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, USER_AGENT};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request as Handshake;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use url::Url;

use super::address::{self, PrivateAddress};
use super::client::user_agent;
use super::failure::{FetchError, shown};
use super::host::{self, Host, Turn};
use super::house::header_map;
use super::pause::Trouble;
use super::{Fetcher, Request, when};

/// A longer message is none that people wrote.
const MOST_BYTES: usize = 1 << 20;
/// A site that says nothing at all for so long has gone without a word.
const SILENT_FOR: Duration = Duration::from_secs(90);

/// A connection that is kept open.
#[derive(Debug)]
pub struct Listening {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    host: String,
}

impl Listening {
    /// Whom it is to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The next message; none when the site has ended the connection. Nothing is lost if this is not waited for.
    pub async fn next(&mut self) -> Result<Option<String>, FetchError> {
        loop {
            let Ok(message) = timeout(SILENT_FOR, self.socket.next()).await else {
                return Err(FetchError::Timeout { host: self.host.clone(), limit: SILENT_FOR });
            };
            if let Some(heard) = self.heard(message)? {
                return Ok(heard);
            }
        }
    }

    /// The next message, if it is there already.
    pub fn at_hand(&mut self) -> Option<String> {
        loop {
            let message = self.socket.next().now_or_never()?;
            match self.heard(message) {
                Ok(Some(heard)) => return heard,
                Ok(None) => {}
                // A connection that has failed says so again when it is waited for.
                Err(_) => return None,
            }
        }
    }

    /// What a message holds, if it is one to be heard; within it none at the end of the connection.
    fn heard(&self, message: Option<Result<Message, Error>>) -> Result<Option<Option<String>>, FetchError> {
        match message {
            Some(Ok(Message::Text(text))) => Ok(Some(Some(text.as_str().to_owned()))),
            Some(Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed)) | None => Ok(Some(None)),
            Some(Ok(_)) => Ok(None),
            Some(Err(error)) => Err(FetchError::Network { host: self.host.clone(), why: error.to_string() }),
        }
    }
}

impl Fetcher {
    /// Opens a connection to a `wss:` address (`ws:` inside the private network) and keeps it open.
    pub async fn listen(&self, request: &Request) -> Result<Listening, FetchError> {
        let url = &request.url;
        self.check_address(url, request)?;
        let web = web_address(url)?;
        let host = self.hosts.of(&web);
        let delay = self.ask_robots(&host, &web, request).await?;
        let mut turn = self.hosts.turn(&host, request.min_interval.max(delay)).await?;
        let handshake = self.handshake(&host, request)?;
        let limit = self.settings.connect_timeout;
        let opened = match timeout(limit, connect(url, handshake, request.allow_private)).await {
            Ok(opened) => opened,
            Err(_) => Err(Closed::Failed(FetchError::Timeout { host: host::name(url), limit })),
        };
        match opened {
            Ok(socket) => {
                turn.went_well();
                Ok(Listening { socket, host: host::name(url) })
            }
            Err(Closed::Refused(status, headers)) => Err(self.turned_away(&mut turn, url, status, &headers)),
            Err(Closed::Failed(error)) => {
                if error.is_silence() {
                    turn.nothing_came();
                }
                Err(error)
            }
        }
    }

    /// What is said to open the connection.
    fn handshake(&self, host: &Host, request: &Request) -> Result<Handshake, FetchError> {
        let mut handshake = request.url.as_str().into_client_request().map_err(|_| FetchError::BadUrl { url: shown(&request.url) })?;
        let agent = user_agent(self.settings.contact.as_deref());
        let mut headers: HeaderMap = header_map(&[(USER_AGENT.to_string(), agent)])?;
        headers.extend(host.house.headers.clone());
        headers.extend(header_map(&request.headers)?);
        handshake.headers_mut().extend(headers);
        Ok(handshake)
    }

    fn turned_away(&self, turn: &mut Turn<'_>, url: &Url, status: u16, headers: &HeaderMap) -> FetchError {
        let asked: Option<Timestamp> = when::retry_after(headers, self.clock.now());
        let host = host::name(url);
        match status {
            429 | 503 => match turn.met(Trouble::OfHost(status), asked) {
                Some(until) => FetchError::SlowDown { host, status, until },
                None => FetchError::Status { url: shown(url), status, until: None },
            },
            401 | 403 | 407 | 451 => FetchError::Blocked { host, status, by: None, until: turn.met(Trouble::OfPage(status), asked) },
            404 | 410 => {
                turn.went_well();
                FetchError::Gone { url: shown(url), status }
            }
            _ => FetchError::Status { url: shown(url), status, until: turn.met(Trouble::OfPage(status), asked) },
        }
    }
}

/// Why a connection was not opened.
enum Closed {
    Refused(u16, HeaderMap),
    Failed(FetchError),
}

async fn connect(url: &Url, handshake: Handshake, allow_private: bool) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Closed> {
    let host = || host::name(url);
    let failed = |error: std::io::Error| {
        let private = error.get_ref().and_then(|cause| cause.downcast_ref::<PrivateAddress>()).cloned();
        Closed::Failed(private.map_or_else(|| FetchError::Network { host: host(), why: error.to_string() }, FetchError::from))
    };
    let addresses = address::resolve(url, allow_private).await.map_err(failed)?;
    let socket = TcpStream::connect(addresses.as_slice()).await.map_err(failed)?;
    let config = WebSocketConfig::default().max_message_size(Some(MOST_BYTES)).max_frame_size(Some(MOST_BYTES));
    match client_async_tls_with_config(handshake, socket, Some(config), None).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(Closed::Refused(answer.status().as_u16(), answer.headers().clone())),
        Err(error) => Err(Closed::Failed(FetchError::Network { host: host(), why: error.to_string() })),
    }
}

/// The address whose host's manners count: the same by another scheme.
fn web_address(url: &Url) -> Result<Url, FetchError> {
    let mut web = url.clone();
    let scheme = match url.scheme() {
        "wss" => "https",
        "ws" => "http",
        _ => return Err(FetchError::BadUrl { url: shown(url) }),
    };
    web.set_scheme(scheme).map_err(|()| FetchError::BadUrl { url: shown(url) })?;
    Ok(web)
}
