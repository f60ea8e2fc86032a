//! Sentences with expressions in braces: `used {use.time - token.expires_at} too late`. A part in
//! double brackets is left out where something in it is not known: `[[, by {policy.Message1}]]`.

use super::expr::{self, Expr, Names, Values};

/// A sentence with holes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Hole(Expr),
    /// Left out where anything in it is not known.
    Optional(Vec<Piece>),
}

/// Longest text that fills a hole; a server's sentence is shorter.
const LONGEST: usize = 600;

impl Template {
    /// Reads a sentence; every expression in it is checked.
    pub(super) fn parse(text: &str, names: &dyn Names) -> Result<Self, String> {
        let mut all = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[[") {
            let (inside, after) = after.split_once("]]").ok_or("a `]]` is missing")?;
            pieces(before, names, &mut all)?;
            let mut optional = Vec::new();
            pieces(inside, names, &mut optional)?;
            all.push(Piece::Optional(optional));
            rest = after;
        }
        pieces(rest, names, &mut all)?;
        Ok(Self(all))
    }

    /// The sentence; what is not known is called so.
    pub(super) fn fill(&self, values: &dyn Values) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(expr) => match hole(expr, values) {
                    Some(text) => out.push_str(&text),
                    None => out.push_str("(unknown)"),
                },
                Piece::Optional(inner) => {
                    let whole: Option<String> = inner
                        .iter()
                        .map(|piece| match piece {
                            Piece::Text(text) => Some(text.clone()),
                            Piece::Hole(expr) => hole(expr, values),
                            Piece::Optional(_) => None,
                        })
                        .collect();
                    out.push_str(&whole.unwrap_or_default());
                }
            }
        }
        out
    }

    /// Calls with every expression in it.
    pub(super) fn visit(&self, each: &mut impl FnMut(&Expr)) {
        visit(&self.0, each);
    }
}

fn visit(pieces: &[Piece], each: &mut impl FnMut(&Expr)) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Hole(expr) => each(expr),
            Piece::Optional(inner) => visit(inner, each),
        }
    }
}

fn hole(expr: &Expr, values: &dyn Values) -> Option<String> {
    let amount = expr.value(values)?;
    let mut text = amount.text().into_owned();
    // Letters are counted only where there can be too many.
    if text.len() > LONGEST
        && let Some((end, _)) = text.char_indices().nth(LONGEST)
    {
        text.truncate(end);
    }
    Some(text)
}

fn pieces(text: &str, names: &dyn Names, found: &mut Vec<Piece>) -> Result<(), String> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').ok_or("a `}` is missing")?;
        if !before.is_empty() {
            found.push(Piece::Text(before.to_owned()));
        }
        let (expr, _) =
            expr::parse(inside, names).map_err(|fault| format!("{{{inside}}}: {fault}"))?;
        found.push(Piece::Hole(expr));
        rest = after;
    }
    if rest.contains('}') {
        return Err("a `{` is missing".to_owned());
    }
    found.push(Piece::Text(rest.to_owned()));
    Ok(())
}
