//! Columns of the index read in blocks.

use std::fmt::Debug;
use std::sync::Arc;

use tantivy::columnar::{Cardinality, Column, ColumnValues};

/// The first value of every mention, `missing` where there is none.
pub(super) fn dense<T: PartialOrd + Copy + Debug + Send + Sync + Default + 'static>(
    column: Column<T>,
    missing: T,
) -> Arc<dyn ColumnValues<T>> {
    match column.get_cardinality() {
        Cardinality::Full => column.values,
        _ => column.first_or_default_col(missing),
    }
}
