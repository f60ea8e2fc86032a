//! Which objects the queries on objects find: each query is asked once, whatever number of rules has it.
//!
//! There can be thousands of attempts and gaps, of few kinds, outcomes and codes. Those whose words are
//! equal are a class, and what the words decide is asked once for each class.

use std::borrow::Cow;
use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::amount::Amount;
use super::evidence::Scene;
use super::object::ObjectKind;

/// The answers that were asked for until now.
pub(super) struct Answers {
    /// For each of the set's questions, whether each object of its kind fits.
    fits: Vec<OnceCell<Vec<bool>>>,
    classes: [OnceCell<Classes>; ObjectKind::ALL.len()],
}

/// Objects of one kind by their words.
struct Classes {
    /// The class of each object.
    of: Vec<usize>,
    /// An object of each class.
    examples: Vec<usize>,
}

impl Answers {
    /// None yet.
    pub(super) fn new(questions: usize) -> Self {
        Self {
            fits: (0..questions).map(|_| OnceCell::new()).collect(),
            classes: Default::default(),
        }
    }
}

impl<'t> Scene<'t> {
    /// Whether an object fits one of the set's questions, which must be about its kind.
    pub(super) fn fits(&self, question: usize, object: usize) -> bool {
        self.fitting(question).get(object) == Some(&true)
    }

    /// For each object of the kind that a question is about, whether it fits.
    pub(super) fn fitting(&self, question: usize) -> &[bool] {
        let cell = self.answers.fits.get(question);
        cell.map_or(&[], |cell| cell.get_or_init(|| self.asked(question)))
    }

    fn asked(&self, question: usize) -> Vec<bool> {
        let Some((kind, query)) = self.set.questions.get(question) else {
            return Vec::new();
        };
        let ask = |object: usize, is_given: &dyn Fn(&str) -> bool| {
            let field = |name: &str, show: &mut dyn FnMut(crate::model::Value<'_>)| {
                if let Some(amount) = self.object_field(*kind, object, name) {
                    amount.show(show);
                }
            };
            query.decided_by(&field, is_given)
        };
        let words = kind.words();
        let is_word = |name: &str| words.iter().any(|word| word.eq_ignore_ascii_case(name));
        let classes = self.classes(*kind);
        let examples = classes.examples.iter();
        let decided: Vec<Option<bool>> = examples.map(|object| ask(*object, &is_word)).collect();
        let of_object = |(object, class): (usize, &usize)| {
            let decided = decided.get(*class).copied().flatten();
            decided.or_else(|| ask(object, &|_| true)) == Some(true)
        };
        classes.of.iter().enumerate().map(of_object).collect()
    }

    fn classes(&self, kind: ObjectKind) -> &Classes {
        let sort = || {
            let number = self.number_of(kind);
            if kind.words().is_empty() {
                let each = || (0..number).collect();
                return Classes {
                    of: each(),
                    examples: each(),
                };
            }
            let mut known: FxHashMap<Vec<Option<Cow<'t, str>>>, usize> = FxHashMap::default();
            let mut classes = Classes {
                of: Vec::with_capacity(number),
                examples: Vec::new(),
            };
            let mut words = Vec::new();
            for object in 0..number {
                words.clear();
                words.extend(
                    kind.words()
                        .iter()
                        .map(|name| self.word(kind, object, name)),
                );
                let class = known.get(&words).copied().unwrap_or_else(|| {
                    known.insert(words.clone(), classes.examples.len());
                    classes.examples.push(object);
                    classes.examples.len() - 1
                });
                classes.of.push(class);
            }
            classes
        };
        self.answers.classes[kind as usize].get_or_init(sort)
    }

    fn word(&self, kind: ObjectKind, object: usize, name: &str) -> Option<Cow<'t, str>> {
        match self.object_field(kind, object, name)? {
            Amount::Text(text) => Some(text),
            _ => None,
        }
    }
}
