//! Conditions over named selections: `a and (b or not c)`, `1 of x*`, `all of them`.

use super::fault::unknown;

/// A condition, its selections by their places.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Selection(usize),
}

const MAX_DEPTH: usize = 64;

impl Condition {
    /// Reads a condition over these selections.
    pub(super) fn parse(text: &str, names: &[String]) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut reader = Reader {
            words: spaced.split_whitespace().collect(),
            at: 0,
            names,
            depth: 0,
        };
        let condition = reader.either()?;
        match reader.peek() {
            None => Ok(condition),
            Some(word) => Err(format!("condition: unexpected `{word}`")),
        }
    }

    /// Whether it holds when a selection does.
    pub(super) fn holds(&self, selected: &mut impl FnMut(usize) -> bool) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(selected)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(selected)),
            Self::Not(inner) => !inner.holds(selected),
            Self::Selection(place) => selected(*place),
        }
    }

    /// Selections of which at least one holds wherever the condition does, those with the fewest events
    /// by `number`; `None` where it can hold without any.
    pub(super) fn seeds(&self, number: &impl Fn(usize) -> usize) -> Option<Vec<usize>> {
        let all = |seeds: &Vec<usize>| seeds.iter().map(|place| number(*place)).sum::<usize>();
        match self {
            Self::And(parts) => {
                let seeds = parts.iter().filter_map(|part| part.seeds(number));
                seeds.min_by_key(all)
            }
            Self::Or(parts) => {
                let seeds = parts.iter().map(|part| part.seeds(number));
                let seeds: Option<Vec<_>> = seeds.collect();
                seeds.map(|seeds| seeds.concat())
            }
            Self::Not(_) => None,
            Self::Selection(place) => Some(vec![*place]),
        }
    }

    /// Calls with each selection that is named, and whether under a `not`.
    pub(super) fn visit(&self, each: &mut impl FnMut(usize, bool)) {
        self.walk(false, each);
    }

    fn walk(&self, negated: bool, each: &mut impl FnMut(usize, bool)) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.walk(negated, each);
                }
            }
            Self::Not(inner) => inner.walk(!negated, each),
            Self::Selection(place) => each(*place, negated),
        }
    }
}

struct Reader<'a> {
    words: Vec<&'a str>,
    at: usize,
    names: &'a [String],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.both()?];
        while self.take("or") {
            parts.push(self.both()?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Condition::Or(parts),
        })
    }

    fn both(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.single()?];
        while self.take("and") {
            parts.push(self.single()?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Condition::And(parts),
        })
    }

    fn single(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("condition: nested too deep".to_owned());
        }
        let found = self.single_here();
        self.depth -= 1;
        found
    }

    fn single_here(&mut self) -> Result<Condition, String> {
        if self.take("not") {
            return Ok(Condition::Not(Box::new(self.single()?)));
        }
        if self.take("(") {
            let inner = self.either()?;
            return if self.take(")") {
                Ok(inner)
            } else {
                Err("condition: a `)` is missing".to_owned())
            };
        }
        let word = self.peek().ok_or("condition: ends too early")?;
        self.at += 1;
        let all = word.eq_ignore_ascii_case("all");
        if (all || word == "1" || word.eq_ignore_ascii_case("any")) && self.take("of") {
            return self.of_several(all);
        }
        match self.names.iter().position(|name| name == word) {
            Some(place) => Ok(Condition::Selection(place)),
            None => Err(unknown(
                "selection",
                word,
                self.names.iter().map(String::as_str),
            )),
        }
    }

    fn of_several(&mut self, all: bool) -> Result<Condition, String> {
        let pattern = self.peek().ok_or("condition: ends too early")?;
        self.at += 1;
        let fits = |name: &String| match (pattern, pattern.strip_suffix('*')) {
            ("them", _) => !name.starts_with('_'),
            (_, Some(prefix)) => name.starts_with(prefix),
            _ => name == pattern,
        };
        let places: Vec<Condition> = (0..)
            .zip(self.names)
            .filter(|(_, name)| fits(name))
            .map(|(place, _)| Condition::Selection(place))
            .collect();
        match places.len() {
            0 => Err(format!("condition: no selection fits `{pattern}`")),
            _ if all => Ok(Condition::And(places)),
            _ => Ok(Condition::Or(places)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_as_written() {
        let names: Vec<String> = ["a", "b1", "b2"].map(str::to_owned).to_vec();
        let check = |text: &str, holding: &[usize], expected: bool| {
            let condition =
                Condition::parse(text, &names).unwrap_or_else(|error| panic!("{text}: {error}"));
            let found = condition.holds(&mut |place| holding.contains(&place));
            assert_eq!(found, expected, "{text} {holding:?}");
        };
        check("a and not b1", &[0], true);
        check("a and not b1", &[0, 1], false);
        check("a and 1 of b*", &[0, 2], true);
        check("a and all of b*", &[0, 2], false);
        check("all of them", &[0, 1, 2], true);
        check("(a or b1) and b2", &[1, 2], true);
        check("a or b1 and b2", &[0], true);
        let seeds = |text: &str, expected: Option<&[usize]>| {
            let condition = Condition::parse(text, &names).expect(text);
            // The later ones have more events.
            let found = condition.seeds(&|place| place + 1);
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        seeds("a and not b1", Some(&[0]));
        seeds("b1 and a", Some(&[0]));
        seeds("(a or b1) and b2", Some(&[0, 1]));
        seeds("a or not b1", None);
        seeds("not a", None);
        let refused = |text: &str, part: &str| {
            let fault = Condition::parse(text, &names).expect_err(text);
            assert!(fault.contains(part), "{text}: {fault}");
        };
        refused("a and b3", "did you mean `b1`");
        refused("a and", "ends too early");
        refused("(a", "missing");
        refused("a b1", "unexpected");
        refused("1 of c*", "no selection fits");
        refused(&"not ".repeat(5000), "too deep");
        refused(&"(".repeat(5000), "too deep");
    }
}
