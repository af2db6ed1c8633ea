//! Products in their file, one `[[product]]` each.

use toml::de::{DeTable, DeValue};

use super::{Uneditable, line_end, line_start, parsed, quoted, spliced};
use crate::mention::Product;

/// The text with a product added at its end.
pub fn with_product(text: &str, product: &Product) -> Result<String, Uneditable> {
    parsed(text)?;
    let end = line_end(text);
    let mut changed = text.to_owned();
    if !changed.is_empty() {
        changed.push_str(if changed.ends_with('\n') { "" } else { end });
        changed.push_str(end);
    }
    changed.push_str(&format!("[[product]]{end}name = {}{end}", quoted(&product.name)));
    if product.ours {
        changed.push_str(&format!("ours = true{end}"));
    }
    if !product.names.is_empty() {
        let names: Vec<String> = product.names.iter().map(|name| quoted(name)).collect();
        changed.push_str(&format!("names = [{}]{end}", names.join(", ")));
    }
    Ok(changed)
}

/// The text without the `[[product]]` called `name`. Comments above it and behind it stay.
pub fn without_product(text: &str, name: &str) -> Result<String, Uneditable> {
    let table = parsed(text)?;
    let Some(DeValue::Array(products)) = table.get("product").map(toml::Spanned::get_ref) else { return Err(Uneditable::Absent) };
    let named = |table: &DeTable<'_>| table.get("name").is_some_and(|found| found.get_ref().as_str() == Some(name));
    let found = products.iter().find_map(|item| item.get_ref().as_table().filter(|table| named(table)).map(|table| (item.span(), table)));
    let Some((span, table)) = found else { return Err(Uneditable::Absent) };
    let last = table.iter().map(|(_, value)| value.span().end).max().unwrap_or(span.end).max(span.end);
    let rest = text.get(last..).unwrap_or_default();
    let mut end = last + rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    // One blank line goes along, so that none are left doubled.
    for blank in ["\n", "\r\n"] {
        if text.get(end..).is_some_and(|rest| rest.starts_with(blank)) {
            end += blank.len();
            break;
        }
    }
    Ok(spliced(text, line_start(text, span.start)..end, ""))
}
