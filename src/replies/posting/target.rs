//! What a reply answers, as its site has to be told.

use url::Url;

use crate::store::Stored;

/// A mention as one source has seen it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// Its own id there.
    pub own_id: String,
    /// Where it stands there.
    pub url: Option<Url>,
    /// The discussion it belongs to.
    pub thread: Option<String>,
    /// Who wrote it there.
    pub author: Option<String>,
}

impl Target {
    /// The mention as `source` has seen it; none if that has not.
    pub fn at(stored: &Stored, source: &str) -> Option<Self> {
        let sighting = stored.sightings.iter().find(|sighting| sighting.source == source)?;
        let url = sighting.url.as_deref().and_then(|url| Url::parse(url).ok()).or_else(|| stored.mention.url.clone());
        let author = stored.mention.author.as_ref().and_then(|author| author.handle.clone());
        Some(Self { own_id: sighting.own_id.clone(), url, thread: stored.mention.context.thread.clone(), author })
    }

    /// Its own id there, which is needed.
    pub(super) fn id(&self) -> Result<&str, String> {
        Some(self.own_id.as_str()).filter(|id| !id.is_empty()).ok_or_else(|| "the site gave the mention no id: post by hand".to_owned())
    }

    /// The parts of the path of its address.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.url.as_ref().and_then(Url::path_segments).map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default()
    }
}
