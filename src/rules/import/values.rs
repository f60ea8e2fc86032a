//! Values and modifiers of Sigma as comparisons of the query language.
//!
//! Sigma's texts know `*`, `?` and a backslash that takes their meaning away; the query language has
//! no such escape, so a text with both wildcards and plain stars becomes a regular expression.

use super::super::raw::Tree;
use super::super::sigma::{self, dashes, encoded};
use super::query::{Asked, quoted};
use crate::model::{Ticks, Value};
use crate::timeline::Comparison;

/// What the modifiers of a key ask for.
#[derive(Debug)]
pub(super) struct Modifiers {
    how: Comparison,
    /// Flags of a regular expression; without `i` letter case matters.
    flags: String,
    pub(super) all: bool,
    windash: bool,
    base64: bool,
}

impl Modifiers {
    pub(super) fn read<'k>(words: impl Iterator<Item = &'k str>) -> Result<Self, String> {
        let mut asked = sigma::Asked::default();
        let mut flags = String::new();
        for word in words {
            if asked.how == Some(Comparison::Regex) && matches!(word, "i" | "m" | "s") {
                if !flags.contains(word) {
                    flags.push_str(word);
                }
                continue;
            }
            asked.add(word)?;
        }
        let how = match (asked.how, asked.exists) {
            (Some(_), true) => return Err("two modifiers say how to compare".to_owned()),
            (None, true) => Comparison::Present,
            (how, false) => how.unwrap_or(Comparison::Equal),
        };
        let is_text = matches!(
            how,
            Comparison::Equal | Comparison::Contains | Comparison::Begins | Comparison::Ends
        );
        if (asked.windash || asked.base64) && !is_text || asked.windash && asked.base64 {
            return Err("its modifiers have no meaning together".to_owned());
        }
        Ok(Self {
            how,
            flags,
            all: asked.all,
            windash: asked.windash,
            base64: asked.base64,
        })
    }

    /// Only whether values are equal.
    pub(super) fn is_equal(&self) -> bool {
        self.how == Comparison::Equal && !self.windash && !self.base64
    }

    /// Looks for the value anywhere, unless something else was asked for: keywords.
    pub(super) fn anywhere(mut self) -> Self {
        if self.how == Comparison::Equal {
            self.how = Comparison::Contains;
        }
        self
    }

    /// One comparison of a field, whose name is in the query language's form.
    pub(super) fn term(&self, name: &str, value: &Tree) -> Result<Asked, String> {
        if self.how == Comparison::Present {
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
            Comparison::Regex => {
                let case = if self.flags.contains('i') { "" } else { "-i" };
                let expression = format!("(?{}{case}:{text})", self.flags);
                Asked::Term(format!("{name}~{}", quoted(&expression)))
            }
            Comparison::Range => Asked::Term(format!("{name}=cidr({text})")),
            Comparison::More => Asked::Term(format!("{name}>{}", quoted(&text))),
            Comparison::AtLeast => Asked::Term(format!("{name}>={}", quoted(&text))),
            Comparison::Less => Asked::Term(format!("{name}<{}", quoted(&text))),
            Comparison::AtMost => Asked::Term(format!("{name}<={}", quoted(&text))),
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
        if let (Comparison::Contains, Some(plain)) = (self.how, &plain)
            && is_only_text(plain)
        {
            return Asked::Term(format!("{name}:{}", quoted(plain)));
        }
        if matches!(self.how, Comparison::Contains | Comparison::Ends) {
            pieces.insert(0, Piece::Any);
        }
        if matches!(self.how, Comparison::Contains | Comparison::Begins) {
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
