//! Error codes by family: what a code means, what causes it, what to do.
//!
//! The same number can stand in several families; all of them are given, as only the
//! place where the code was met can tell which is meant.

use rustc_hash::FxHashMap;

use super::table::{TableError, optional, rows};
use crate::model::Stage;

/// How sure the catalogue is of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Third-party reports or inference.
    Low,
    /// Common practice.
    Medium,
    /// The vendor's documentation or headers.
    High,
}

impl Confidence {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One code of one family.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRow {
    /// As users meet it: `0x801c03ed`, `12007`, `AADSTS50076`, `invalid_grant`.
    pub code: &'static str,
    /// Symbolic name, where it has one.
    pub name: Option<&'static str>,
    /// Family.
    pub family: &'static str,
    /// Stage it usually breaks.
    pub stage: Stage,
    /// How sure the row is.
    pub confidence: Confidence,
    /// What it means.
    pub meaning: Option<&'static str>,
    /// What usually causes it.
    pub cause: Option<&'static str>,
    /// What to do.
    pub remedy: Option<&'static str>,
    /// Where that is written.
    pub source: &'static str,
}

/// The error catalogue.
#[derive(Debug, Default)]
pub struct Errors {
    rows: Vec<ErrorRow>,
    /// By lower-case code or symbolic name.
    by_text: FxHashMap<String, Vec<usize>>,
    /// By number, for codes that are numbers.
    by_number: FxHashMap<u32, Vec<usize>>,
    /// Family and what it is.
    families: Vec<(&'static str, &'static str)>,
    /// Lower-case prefix of a hexadecimal code and what such codes are.
    facilities: Vec<(&'static str, &'static str, &'static str)>,
}

const COLUMNS: [&str; 9] = [
    "code",
    "name",
    "family",
    "stage",
    "confidence",
    "meaning",
    "cause",
    "remedy",
    "source",
];

impl Errors {
    pub(super) fn load(
        errors: &'static str,
        families: &'static str,
        facilities: &'static str,
        faults: &mut Vec<TableError>,
    ) -> Self {
        let mut catalog = Self::default();
        for row in rows(
            "families.tsv",
            families,
            ["family", "what", "how-recognised"],
            faults,
        ) {
            catalog.families.push((row.cells[0], row.cells[1]));
        }
        for row in rows(
            "facilities.tsv",
            facilities,
            ["prefix", "facility", "title"],
            faults,
        ) {
            catalog
                .facilities
                .push((row.cells[0], row.cells[1], row.cells[2]));
        }
        // The longest prefix says most about a code.
        catalog
            .facilities
            .sort_by_key(|(prefix, ..)| std::cmp::Reverse(prefix.len()));
        for row in rows("errors.tsv", errors, COLUMNS, faults) {
            match catalog.error_row(&row.cells) {
                Ok(error) => catalog.add(error),
                Err(fault) => faults.push(TableError {
                    table: "errors.tsv",
                    line: row.line,
                    fault,
                }),
            }
        }
        catalog
    }

    fn error_row(&self, cells: &[&'static str; 9]) -> Result<ErrorRow, String> {
        let [
            code,
            name,
            family,
            stage,
            confidence,
            meaning,
            cause,
            remedy,
            source,
        ] = *cells;
        if !self.families.iter().any(|(known, _)| *known == family) {
            return Err(format!("family {family} is not in families.tsv"));
        }
        Ok(ErrorRow {
            code,
            name: optional(name),
            family,
            stage: Stage::from_word(stage).ok_or_else(|| format!("unknown stage {stage}"))?,
            confidence: match confidence {
                "low" => Confidence::Low,
                "medium" => Confidence::Medium,
                "high" => Confidence::High,
                other => return Err(format!("unknown confidence {other}")),
            },
            meaning: optional(meaning),
            cause: optional(cause),
            remedy: optional(remedy),
            source,
        })
    }

    fn add(&mut self, row: ErrorRow) {
        let index = self.rows.len();
        self.by_text
            .entry(row.code.to_ascii_lowercase())
            .or_default()
            .push(index);
        if let Some(name) = row.name {
            self.by_text
                .entry(name.to_ascii_lowercase())
                .or_default()
                .push(index);
        }
        if let Some(number) = number_of(row.code) {
            self.by_number.entry(number).or_default().push(index);
        }
        self.rows.push(row);
    }

    /// All rows, in file order.
    pub fn rows(&self) -> &[ErrorRow] {
        &self.rows
    }

    /// What a family is.
    pub fn family(&self, family: &str) -> Option<&'static str> {
        self.families
            .iter()
            .find(|(known, _)| *known == family)
            .map(|(_, what)| *what)
    }

    /// The rows for a code in any form: hexadecimal, signed or unsigned decimal, symbolic.
    pub fn find(&self, text: &str) -> Vec<&ErrorRow> {
        let key = text.trim().to_ascii_lowercase();
        let by_text = self.by_text.get(&key).into_iter().flatten();
        let mut found: Vec<usize> = by_text.copied().collect();
        for number in number_of(&key).into_iter().chain(bare_hex(&key)) {
            found.extend(self.by_number.get(&number).into_iter().flatten());
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|index| &self.rows[index]).collect()
    }

    /// The rows for a status code.
    pub fn of_code(&self, code: u32) -> impl Iterator<Item = &ErrorRow> {
        self.by_number
            .get(&code)
            .into_iter()
            .flatten()
            .map(|&index| &self.rows[index])
    }

    /// Facility and title of a status code that no row knows.
    pub fn facility(&self, code: u32) -> Option<(&'static str, &'static str)> {
        let text = code_text(code);
        let row = self
            .facilities
            .iter()
            .find(|(prefix, ..)| text.starts_with(&prefix.to_ascii_lowercase()))?;
        Some((row.1, row.2))
    }
}

/// A status code as every output prints it.
pub fn code_text(code: u32) -> String {
    format!("0x{code:08x}")
}

/// The number that hexadecimal with `0x`, or signed or unsigned decimal, states.
fn number_of(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text
            .parse()
            .ok()
            .or_else(|| text.parse::<i32>().ok().map(i32::cast_unsigned)),
    }
}

/// The number that eight hexadecimal digits without `0x` state, as error screens print them.
fn bare_hex(text: &str) -> Option<u32> {
    (text.len() == 8)
        .then(|| u32::from_str_radix(text, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;

    #[test]
    fn a_code_is_found_however_it_is_written() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        for form in [
            "0x801c03ed",
            "0x801C03ED",
            "801c03ed",
            "-2145647635",
            "2149319661",
        ] {
            let rows = catalog.errors.find(form);
            assert!(
                rows.iter().any(|row| row.code == "0x801c03ed"),
                "{form}: {rows:?}"
            );
        }
        assert!(!catalog.errors.find("AADSTS50076").is_empty());
        assert!(!catalog.errors.find("aadsts50076").is_empty());
        assert!(catalog.errors.find("0xdeadbeef").is_empty());
        assert_eq!(
            catalog
                .errors
                .facility(0x801c_ffff)
                .map(|facility| !facility.1.is_empty()),
            Some(true)
        );
    }
}
