//! A product that people may be talking about: ours or a competitor's.

/// A product with the names people call it by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The name shown, unique among products.
    pub name: String,
    /// Whether it is ours rather than a competitor's.
    pub ours: bool,
    /// Other ways people write it; `name` always counts too.
    pub names: Vec<String>,
    /// Its names count only where one of these stands in the title or text, or where the page is about it; none if they always do.
    pub required: Vec<String>,
    /// A name does not count where one of these stands over it or, if it does not hold the name, in its sentence.
    pub excluded: Vec<String>,
}

impl Product {
    /// Every way people write it, `name` first.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.names.iter().map(String::as_str))
    }
}
