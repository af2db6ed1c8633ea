//! The figures that `goodword insight trend` shows: ninety days by day, of everything and of one product.

use std::time::Instant;

use goodword::app::{FigureRequest, TrendRequest};
use goodword::insight::{By, Each, Scope};

use crate::filled::Filled;
use crate::measure::{Bound, Row};
use crate::setup::Setup;

pub(crate) fn run(setup: &Setup, filled: &Filled) -> anyhow::Result<Vec<Row>> {
    let product = setup.lists.products.first().map(|product| product.name.clone());
    let scopes = [("everything", Scope::default()), ("a product", Scope { product, ..Scope::default() })];
    scopes.into_iter().map(|(name, scope)| row(setup, filled, name, scope)).collect()
}

fn row(setup: &Setup, filled: &Filled, name: &str, scope: Scope) -> anyhow::Result<Row> {
    let of = FigureRequest { scope, since: "90d".to_owned(), until: None };
    let request = TrendRequest { of, by: By::Day, each: Each::Polarity };
    let mut took = Vec::new();
    for _ in 0..setup.size.rounds {
        let started = Instant::now();
        setup.runtime.block_on(filled.app.trend(&request))?;
        took.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Row::alone(format!("insight trend: {name}, ninety days"), "ms", took, Bound::Open))
}
