//! Values and modifiers of Sigma as comparisons of the query language.
//!
//! Sigma's texts know `*`, `?` and a backslash that takes their meaning away; the query language has
//! no such escape, so a text with both wildcards and plain stars becomes a regular expression.

use super::super::fault::unknown;
use super::super::raw::Tree;
use super::super::sigma::{dashes, encoded};
use super::query::{Asked, quoted};
use crate::model::{Ticks, Value};

/// Modifiers that have a translation.
const MODIFIERS: [&str; 16] = [
    "contains",
    "startswith",
    "endswith",
    "re",
    "i",
    "m",
    "s",
    "cidr",
    "gt",
    "gte",
    "lt",
    "lte",
    "all",
    "windash",
    "base64offset",
    "exists",
];

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Equal,
    Contains,
    Begins,
    Ends,
    Regex,
    Range,
    Order(&'static str),
    Exists,
}

/// What the modifiers of a key ask for.
#[derive(Debug)]
pub(super) struct Modifiers {
    how: How,
    /// Flags of a regular expression; without `i` letter case matters.
    flags: String,
    pub(super) all: bool,
    windash: bool,
    base64: bool,
}

impl Modifiers {
    pub(super) fn read<'k>(words: impl Iterator<Item = &'k str>) -> Result<Self, String> {
        let mut read = Self {
            how: How::Equal,
            flags: String::new(),
            all: false,
            windash: false,
            base64: false,
        };
        for word in words {
            let how = match word {
                "contains" => How::Contains,
                "startswith" => How::Begins,
                "endswith" => How::Ends,
                "re" => How::Regex,
                "cidr" => How::Range,
                "gt" => How::Order(">"),
                "gte" => How::Order(">="),
                "lt" => How::Order("<"),
                "lte" => How::Order("<="),
                "exists" => How::Exists,
                "i" | "m" | "s" if read.how == How::Regex => {
                    if !read.flags.contains(word) {
                        read.flags.push_str(word);
                    }
                    continue;
                }
                "all" => {
                    read.all = true;
                    continue;
                }
                "windash" => {
                    read.windash = true;
                    continue;
                }
                "base64offset" => {
                    read.base64 = true;
                    continue;
                }
                other => return Err(unknown("modifier", other, MODIFIERS)),
            };
            if read.how != How::Equal {
                return Err("two modifiers say how to compare".to_owned());
            }
            read.how = how;
        }
        let is_text = matches!(
            read.how,
            How::Equal | How::Contains | How::Begins | How::Ends
        );
        if (read.windash || read.base64) && !is_text || read.windash && read.base64 {
            return Err("its modifiers have no meaning together".to_owned());
        }
        Ok(read)
    }

    /// Only whether values are equal.
    pub(super) fn is_equal(&self) -> bool {
        self.how == How::Equal && !self.windash && !self.base64
    }

    /// Looks for the value anywhere, unless something else was asked for: keywords.
    pub(super) fn anywhere(mut self) -> Self {
        if self.how == How::Equal {
            self.how = How::Contains;
        }
        self
    }

    /// One comparison of a field, whose name is in the query language's form.
    pub(super) fn term(&self, name: &str, value: &Tree) -> Result<Asked, String> {
        if self.how == How::Exists {
            return match value {
                Tree::Bool(true) => Ok(Asked::Term(format!("{name}=\"*\""))),
                Tree::Bool(false) => Ok(Asked::Term(format!("{name}=\"*\"")).negated()),
                _ => Err("`exists` is true or false".to_owned()),
            };
        }
        let Some(text) = value.word() else {
            return match (value, self.is_equal()) {
                // Sigma's null: the field is absent or empty.
                (Tree::Null, true) => Ok(Asked::Term(format!("{name}~\"\\\\S\"")).negated()),
                _ => Err("it has a value that is no text, number or truth".to_owned()),
            };
        };
        Ok(match self.how {
            How::Regex => {
                let case = if self.flags.contains('i') { "" } else { "-i" };
                let expression = format!("(?{}{case}:{text})", self.flags);
                Asked::Term(format!("{name}~{}", quoted(&expression)))
            }
            How::Range => Asked::Term(format!("{name}=cidr({text})")),
            How::Order(sign) => Asked::Term(format!("{name}{sign}{}", quoted(&text))),
            _ if self.base64 => encoded_term(name, &text)?,
            _ if self.windash => Asked::any(
                dashes(&text)
                    .iter()
                    .map(|text| self.text_term(name, text))
                    .collect(),
            ),
            _ => self.text_term(name, &text),
        })
    }

    fn text_term(&self, name: &str, text: &str) -> Asked {
        let mut pieces = pieces(text);
        let plain: Option<String> = pieces.iter().copied().map(Piece::letter).collect();
        if let (How::Contains, Some(plain)) = (self.how, &plain)
            && is_only_text(plain)
        {
            return Asked::Term(format!("{name}:{}", quoted(plain)));
        }
        if matches!(self.how, How::Contains | How::Ends) {
            pieces.insert(0, Piece::Any);
        }
        if matches!(self.how, How::Contains | How::Begins) {
            pieces.push(Piece::Any);
        }
        let has_star = pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Letter('*' | '?')));
        Asked::Term(if has_star {
            format!("{name}~{}", quoted(&expression(&pieces)))
        } else {
            let text: String = pieces.iter().copied().map(Piece::sign).collect();
            format!("{name}={}", quoted(&text))
        })
    }
}

/// Whether the query language takes it as a text only: no number, code or time, and no wildcard.
fn is_only_text(text: &str) -> bool {
    let value = Value::Text(text);
    let is_more = value.number().is_some()
        || value.code().is_some()
        || Ticks::parse(text).is_some()
        || text.contains(['*', '?']);
    !text.is_empty() && !is_more
}

/// Base64 tells letter case apart, so it is looked for by an expression that does.
fn encoded_term(name: &str, text: &str) -> Result<Asked, String> {
    let plain: Option<String> = pieces(text).into_iter().map(Piece::letter).collect();
    let plain = plain.ok_or("wildcards have no meaning inside base64")?;
    let forms = encoded(&plain);
    let forms: Vec<String> = forms.iter().map(|form| regex::escape(form)).collect();
    let expression = format!("(?-i:{})", forms.join("|"));
    Ok(Asked::Term(format!("{name}~{}", quoted(&expression))))
}

/// A part of a text of Sigma.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Letter(char),
    /// Any run.
    Any,
    /// Any one letter.
    One,
}

impl Piece {
    fn letter(self) -> Option<char> {
        match self {
            Self::Letter(letter) => Some(letter),
            Self::Any | Self::One => None,
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Letter(letter) => letter,
            Self::Any => '*',
            Self::One => '?',
        }
    }
}

/// Reads wildcards and what a backslash takes the meaning of.
fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Letter(
                letters
                    .next_if(|next| matches!(next, '\\' | '*' | '?'))
                    .unwrap_or('\\'),
            ),
            other => Piece::Letter(other),
        });
    }
    out
}

/// The whole text as a regular expression, to which letter case does not matter.
fn expression(pieces: &[Piece]) -> String {
    let parts = pieces.iter().map(|piece| match piece {
        Piece::Letter(letter) => regex::escape(letter.encode_utf8(&mut [0; 4])),
        Piece::Any => ".*".to_owned(),
        Piece::One => ".".to_owned(),
    });
    format!("^(?s:{})$", parts.collect::<String>())
}
