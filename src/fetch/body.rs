//! Reading an answer's body with a cap that counts after decompression.
//!
//! Never holds more than the cap and one chunk. Knows nothing of what the bytes mean.

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;

/// A body as far as it was read.
#[derive(Debug)]
pub(super) enum Body {
    Whole(Vec<u8>),
    /// Its first bytes, as many as the cap allows.
    Cut(Vec<u8>),
}

impl Body {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Whole(bytes) | Self::Cut(bytes) => bytes,
        }
    }
}

/// Reads at most `most` bytes of the body; the rest is never asked for.
pub(super) async fn read_up_to(most: usize, response: &mut Response) -> Result<Body, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = most - bytes.len();
        if let Some(fitting) = chunk.get(..room).filter(|_| chunk.len() > room) {
            bytes.extend_from_slice(fitting);
            return Ok(Body::Cut(bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Body::Whole(bytes))
}

/// The coding a body is still in because we do not know it. Some servers put a charset there, which does no harm.
pub(super) fn unknown_coding(response: &Response) -> Option<String> {
    let coding = String::from_utf8_lossy(response.headers().get(CONTENT_ENCODING)?.as_bytes()).trim().to_lowercase();
    let harmless = matches!(coding.as_str(), "" | "identity" | "none" | "utf-8" | "utf8");
    (!harmless).then_some(coding)
}
