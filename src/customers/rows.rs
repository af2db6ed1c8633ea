//! Reading customers' records: CSV with a header row, or JSON Lines. A row that cannot be read is told with its line.
//!
//! Pure. Lists stand in one cell, divided by `;`, `,` or `|`, or in a JSON array.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use super::key::Key;
use super::record::{Customer, Role};
use crate::mention::AddressKey;
use crate::tomlfile::name_the_valid;

/// Which column holds what: pairs of our key and the file's column.
#[derive(Clone, Debug, Default)]
pub struct Columns(pub BTreeMap<String, String>);

/// A customer with what it is known by.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The customer.
    pub customer: Customer,
    /// What it is known by.
    pub keys: BTreeSet<Key>,
}

/// A row, or a part of one, that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its line.
    pub line: u64,
    /// Why, and what to do.
    pub what: String,
}

/// Our keys, each with names it usually has; blanks, `_` and `-` in those do not count.
const KEYS: [(&str, &[&str]); 11] = [
    ("id", &["id", "customerid", "accountid", "contactid", "客户编号", "客户id", "编号"]),
    ("name", &["name", "customername", "accountname", "company", "customer", "account", "客户名称", "客户", "名称", "公司"]),
    ("segment", &["segment", "tier", "plan", "客户类型", "级别"]),
    ("role", &["role", "角色"]),
    ("value", &["value", "arr", "mrr", "revenue", "价值"]),
    ("region", &["region", "country", "地区", "国家"]),
    ("owner", &["owner", "accountowner", "accountmanager", "csm", "负责人"]),
    ("products", &["products", "product", "产品"]),
    ("handles", &["handles", "handle", "账号"]),
    ("emails", &["emails", "email", "mail", "邮箱"]),
    ("domains", &["domains", "domain", "域名"]),
];

/// Reads the rows of a file named `name`: its records, and what had to be left out.
pub fn read(name: &str, bytes: &[u8], columns: &Columns, key: &AddressKey) -> anyhow::Result<(Vec<Record>, Vec<Refused>)> {
    let valid = KEYS.map(|(key, _)| key);
    if let Some(unknown) = columns.0.keys().find(|key| !valid.contains(&key.as_str())) {
        bail!("--map names the key `{unknown}`; {}", name_the_valid(unknown, &valid));
    }
    let text =
        std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).context("it is not UTF-8; save the file as UTF-8")?;
    let is_json =
        [".jsonl", ".ndjson", ".json"].iter().any(|ending| name.to_lowercase().ends_with(ending)) || text.trim_start().starts_with('{');
    let (mut records, mut refused) = (Vec::new(), Vec::new());
    let rows = if is_json { json_lines(text) } else { table(text)? };
    if let Some(Ok(first)) = rows.first().map(|(_, row)| row) {
        check(columns, first)?;
        if !is_json && (Cells { row: first, columns }).value("id").is_none() {
            let names: Vec<String> = first.keys().map(|name| format!("`{name}`")).collect();
            bail!("no column holds the id; name it with --map id=COLUMN, one of {}", names.join(", "));
        }
    }
    let mut ids = BTreeSet::new();
    for (line, row) in rows {
        match row.and_then(|row| Cells { row: &row, columns }.record(line, key, &mut refused)) {
            Ok(record) if !ids.insert(record.customer.id.clone()) => {
                refused.push(Refused { line, what: format!("the id `{}` stands further up already; that row holds", record.customer.id) });
            }
            Ok(record) => records.push(record),
            Err(what) => refused.push(Refused { line, what }),
        }
    }
    Ok((records, refused))
}

type Row = Map<String, Value>;
type Rows = Vec<(u64, Result<Row, String>)>;

fn json_lines(text: &str) -> Rows {
    let row = |line: &str| match serde_json::from_str(line) {
        Ok(Value::Object(row)) => Ok(row),
        Ok(_) => Err("it is no object".to_owned()),
        Err(error) => Err(format!("it is not JSON: {error}")),
    };
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(at, line)| (at, row(line))).collect()
}

fn table(text: &str) -> anyhow::Result<Rows> {
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    let delimiter = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let names = reader.headers().context("its first line cannot be read")?.clone();
    let mut rows = Rows::new();
    for record in reader.records() {
        rows.push(match record {
            Ok(record) => {
                let cells = names.iter().zip(&record).map(|(name, cell)| (name.trim().to_owned(), Value::from(cell)));
                (record.position().map_or(0, csv::Position::line), Ok(cells.collect()))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                (line, Err(format!("it cannot be read: {error}; quote cells that hold separators or quotes")))
            }
        });
    }
    Ok(rows)
}

/// A mapped column that the file does not have is a slip of the pen.
fn check(columns: &Columns, first: &Row) -> anyhow::Result<()> {
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    match columns.0.values().find(|told| !names.contains(&told.as_str())) {
        Some(told) => bail!("there is no column `{told}`; {}", name_the_valid(told, &names)),
        None => Ok(()),
    }
}

/// A row as seen through what is told of its columns.
struct Cells<'a> {
    row: &'a Row,
    columns: &'a Columns,
}

impl Cells<'_> {
    fn record(&self, line: u64, key: &AddressKey, refused: &mut Vec<Refused>) -> Result<Record, String> {
        let id = self.text("id").ok_or("it has no id; name its column with --map id=COLUMN")?;
        let role = match self.text("role") {
            Some(role) => Some(Role::parse(&role).ok_or_else(|| format!("the role `{role}` is neither `user` nor `executive`"))?),
            None => None,
        };
        let value = self.text("value").map(|value| number(&value)).transpose()?;
        let mut keys = BTreeSet::new();
        // What is no key is told, and the rest of the row goes in.
        let mut add = |known: Result<Key, String>| match known {
            Ok(known) => drop(keys.insert(known)),
            Err(what) => refused.push(Refused { line, what }),
        };
        self.list("handles").iter().for_each(|handle| add(Key::handle(handle)));
        self.list("emails").iter().for_each(|address| add(Key::email(address, key)));
        self.list("domains").iter().for_each(|domain| add(Key::domain(domain)));
        let customer = Customer {
            id,
            name: self.text("name"),
            segment: self.text("segment"),
            role,
            value,
            region: self.text("region"),
            owner: self.text("owner"),
            products: self.list("products"),
        };
        Ok(Record { customer, keys })
    }

    fn value(&self, key: &str) -> Option<&Value> {
        if let Some(told) = self.columns.0.get(key) {
            return self.row.get(told);
        }
        let usual = KEYS.iter().find(|(name, _)| *name == key).map(|(_, usual)| *usual)?;
        let free = || self.row.iter().filter(|(name, _)| !self.columns.0.values().any(|told| told == *name));
        usual.iter().find_map(|usual| free().find(|(name, _)| simple(name) == *usual).map(|(_, value)| value))
    }

    fn text(&self, key: &str) -> Option<String> {
        let text = match self.value(key)? {
            Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn list(&self, key: &str) -> Vec<String> {
        let texts: Vec<&str> = match self.value(key) {
            Some(Value::String(text)) => text.split([';', ',', '|', '\n']).collect(),
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }
}

/// A number with or without commas between thousands.
fn number(written: &str) -> Result<f64, String> {
    let wrong = || format!("the value `{written}` is no plain number; write for example 12500 or 12500.50");
    let bare: String = written.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '$' | '€' | '£' | '¥')).collect();
    let groups: Vec<&str> = bare.split('.').next().unwrap_or_default().split(',').collect();
    if !groups.iter().skip(1).all(|group| group.len() == 3) {
        return Err(wrong());
    }
    bare.replace(',', "").parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(wrong)
}

fn simple(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(name: &str, text: &str, map: &[(&str, &str)]) -> (Vec<Record>, Vec<String>) {
        let columns = Columns(map.iter().map(|(key, told)| ((*key).to_owned(), (*told).to_owned())).collect());
        let (records, refused) = read(name, text.as_bytes(), &columns, &AddressKey::new(&[1; 32])).unwrap();
        (records, refused.iter().map(|refused| format!("{}: {}", refused.line, refused.what)).collect())
    }

    #[test]
    fn a_table_and_json_lines_say_the_same() {
        let table = "Account ID;Name;Tier;ARR;Handles;E-Mails\n7;Acme;enterprise;\"12,500\";github:ann|v2ex:ann;ann@acme.example\n";
        let lines = "{\"id\":7,\"name\":\"Acme\",\"segment\":\"enterprise\",\"value\":12500,\"handles\":[\"github:ann\",\"v2ex:ann\"],\"emails\":\"ann@acme.example\"}\n";
        let (one, refused) = read_all("a.csv", table, &[]);
        assert_eq!(refused, [""; 0]);
        assert_eq!(one, read_all("a.jsonl", lines, &[]).0);
        assert_eq!((one[0].customer.id.as_str(), one[0].customer.value, one[0].keys.len()), ("7", Some(12_500.0), 3));
    }

    #[test]
    fn columns_are_found_as_they_are_told() {
        let (records, _) = read_all("a.csv", "Nr,Wer,id\n7,Acme,x\n", &[("id", "Nr"), ("name", "Wer")]);
        assert_eq!((records[0].customer.id.as_str(), records[0].customer.called()), ("7", "Acme"));
        let columns = Columns(BTreeMap::from([("id".to_owned(), "Nummer".to_owned())]));
        let error = read("a.csv", b"Nr,Wer\n7,Acme\n", &columns, &AddressKey::new(&[1; 32])).unwrap_err().to_string();
        assert!(error.contains("there is no column `Nummer`"), "{error}");
        let error = read("a.csv", b"Nr,Wer\n7,Acme\n8,Umbra\n", &Columns::default(), &AddressKey::new(&[1; 32])).unwrap_err().to_string();
        assert_eq!(error, "no column holds the id; name it with --map id=COLUMN, one of `Nr`, `Wer`");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line_and_the_rest_goes_in() {
        let text = "id,role,value,handles,domains\n1,user,5,feed:ann;github:ann,gmail.com\n,user,,,\n3,boss,,,\n4,,\"1,5\",,\n1,,,,\n5,Executive,,,\n";
        let (records, refused) = read_all("a.csv", text, &[]);
        assert_eq!(records.iter().map(|record| record.customer.id.as_str()).collect::<Vec<_>>(), ["1", "5"]);
        assert_eq!(records[1].customer.role, Some(Role::Executive));
        insta::assert_snapshot!(refused.join("\n"), @r"
        2: `feed:ann`: `feed` listens to many sites, which know other people by that handle; write the site's host or the source's name
        2: anybody can have an address at `gmail.com`; it tells nothing of a customer
        3: it has no id; name its column with --map id=COLUMN
        4: the role `boss` is neither `user` nor `executive`
        5: the value `1,5` is no plain number; write for example 12500 or 12500.50
        6: the id `1` stands further up already; that row holds
        ");
    }
}
