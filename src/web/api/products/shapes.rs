//! What answers about products look like, for the description alone: nothing here is ever made. The tests hold real answers against
//! it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// A product with the names people call it by.
#[derive(ToSchema)]
pub(in crate::web::api) struct Product {
    /// The name shown.
    name: String,
    /// Whether it is ours rather than a competitor's.
    ours: bool,
    /// Other ways people write it.
    names: Vec<String>,
    /// Its names count only where one of these stands; always if there are none.
    required: Vec<String>,
    /// A name does not count where one of these stands over it or in its sentence.
    excluded: Vec<String>,
}

/// The products listened for.
#[derive(ToSchema)]
pub(in crate::web::api) struct Products {
    /// In the order of the file.
    products: Vec<Product>,
}
