//! Share of voice: ours against competitors.

use super::{App, FigureRequest};
use crate::insight::{Period, Scope, Standing, Tallies, edges};
use crate::mention::Polarity;
use crate::search::Tally;

/// How our products and competitors' stand in a period.
#[derive(Clone, Debug)]
pub struct Voice {
    /// The days looked at.
    pub period: Period,
    /// Ours together and competitors' together, each mention once.
    pub groups: Vec<Standing>,
    /// Each product.
    pub products: Vec<Standing>,
    /// The share of sources × time that was not heard.
    pub blind: f64,
    /// What was not understood, for the person who asked.
    pub notes: Vec<String>,
}

impl App {
    /// How our products and competitors' stand.
    pub async fn voice(&self, request: &FigureRequest) -> anyhow::Result<Voice> {
        if request.scope.product.is_some() {
            anyhow::bail!("share of voice sets all products against each other; leave out --product");
        }
        let asked = self.asked(request).await?;
        let (scope, period) = (asked.scope, asked.period);
        let config = self.config();
        let whose = |ours: bool| if ours { "ours" } else { "competitor" };
        let products =
            config.lists.products.iter().map(|product| (product.name.as_str(), whose(product.ours), scope.with_product(&product.name)));
        let products = self.standings(&products.collect::<Vec<_>>(), period).await?;
        let group = |ours: bool| {
            let names = config.lists.products.iter().filter(|product| product.ours == ours);
            let any: Vec<String> = names.map(|product| Scope::product(&product.name).query()).collect();
            let name = if ours { "ours" } else { "competitors" };
            (!any.is_empty()).then(|| (name, whose(ours), scope.with_query(&format!("({})", any.join(" OR ")))))
        };
        let groups: Vec<_> = [true, false].into_iter().filter_map(group).collect();
        let groups = self.standings(&groups, period).await?;
        let blind = self.blind_shares(&[period]).await?.first().copied().unwrap_or_default();
        Ok(Voice { period, groups, products, blind, notes: asked.notes })
    }

    async fn standings(&self, named: &[(&str, &str, Scope)], period: Period) -> anyhow::Result<Vec<Standing>> {
        let three = |scope: &Scope| {
            let of = |polarity| scope.with_polarity(polarity).query();
            [scope.query(), of(Polarity::Praise), of(Polarity::Complaint)]
        };
        let queries: Vec<String> = named.iter().flat_map(|(.., scope)| three(scope)).collect();
        let tallies = self.counted(&queries, edges(&[period])).await?;
        let only = |tallies: Option<&Vec<Tally>>| tallies.and_then(|tallies| tallies.first()).copied().unwrap_or_default();
        let read = |of: &[Vec<Tally>]| Tallies { all: only(of.first()), praise: only(of.get(1)), complaint: only(of.get(2)) };
        let counted: Vec<Tallies> = tallies.chunks(3).map(read).collect();
        let one = |((name, whose, scope), counted): (&(&str, &str, Scope), &Tallies)| Standing::of(name, whose, scope, period, counted);
        let mut standings: Vec<Standing> = named.iter().zip(&counted).map(one).collect();
        Standing::share_out(&mut standings, &counted);
        Ok(standings)
    }
}
