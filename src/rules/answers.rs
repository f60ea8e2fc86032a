//! Which objects the queries on objects find: each query is asked once, whatever number of rules has it.
//!
//! There can be thousands of attempts and gaps, of few kinds, outcomes and codes. Those whose words are
//! equal are a class, and what the words decide is asked once for each class.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::evidence::Scene;
use super::object::{ObjectKind, words_of_attempt};

/// The answers that were asked for until now.
pub(super) struct Answers {
    /// For each of the set's questions, what fits.
    fits: Vec<OnceCell<Fitting>>,
    classes: [OnceCell<Classes>; ObjectKind::ALL.len()],
}

/// The objects of one kind that fit a question.
#[derive(Default)]
struct Fitting {
    /// What the words of each class decide, if they do.
    by_class: Vec<Option<bool>>,
    /// All that fit, in their order.
    objects: Vec<usize>,
}

/// Objects of one kind by their words.
#[derive(Default)]
struct Classes {
    /// The class of each object.
    of: Vec<usize>,
    /// The objects of each class, in their order; none is empty.
    members: Vec<Vec<usize>>,
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

impl Scene<'_> {
    /// Whether an object fits one of the set's questions, which must be about its kind.
    pub(super) fn fits(&self, question: usize, object: usize) -> bool {
        let Some((kind, _)) = self.set.questions.get(question) else {
            return false;
        };
        let class = self.classes(*kind).of.get(object);
        let Some((fitting, class)) = self.answer(question).zip(class) else {
            return false;
        };
        let decided = fitting.by_class.get(*class).copied().flatten();
        decided.unwrap_or_else(|| fitting.objects.binary_search(&object).is_ok())
    }

    /// The objects that fit a question, in their order.
    pub(super) fn fitting(&self, question: usize) -> &[usize] {
        self.answer(question)
            .map_or(&[], |fitting| &fitting.objects)
    }

    fn answer(&self, question: usize) -> Option<&Fitting> {
        let cell = self.answers.fits.get(question)?;
        Some(cell.get_or_init(|| self.asked(question)))
    }

    fn asked(&self, question: usize) -> Fitting {
        let Some((kind, query)) = self.set.questions.get(question) else {
            return Fitting::default();
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
        let mut fitting = Fitting::default();
        for members in &self.classes(*kind).members {
            let example = members.first();
            let decided = example.and_then(|object| ask(*object, &is_word));
            match decided {
                Some(true) => fitting.objects.extend_from_slice(members),
                Some(false) => {}
                None => {
                    let asked = members.iter().copied();
                    let fit = asked.filter(|object| ask(*object, &|_| true) == Some(true));
                    fitting.objects.extend(fit);
                }
            }
            fitting.by_class.push(decided);
        }
        fitting.objects.sort_unstable();
        fitting
    }

    fn classes(&self, kind: ObjectKind) -> &Classes {
        let sort = || {
            let mut known: FxHashMap<Box<[u8]>, usize> = FxHashMap::default();
            let mut classes = Classes::default();
            let mut words = Vec::new();
            for object in 0..self.number_of(kind) {
                words.clear();
                self.add_words(kind, object, &mut words);
                // Objects of a kind without such words are each a class of their own.
                let class = known.get(words.as_slice()).filter(|_| !words.is_empty());
                let class = class.copied().unwrap_or_else(|| {
                    known.insert(words.as_slice().into(), classes.members.len());
                    classes.members.push(Vec::new());
                    classes.members.len() - 1
                });
                classes.of.push(class);
                if let Some(members) = classes.members.get_mut(class) {
                    members.push(object);
                }
            }
            classes
        };
        self.answers.classes[kind as usize].get_or_init(sort)
    }

    /// Adds the words of an object in bytes that objects with other words do not have.
    fn add_words(&self, kind: ObjectKind, object: usize, words: &mut Vec<u8>) {
        let evidence = &self.evidence;
        match kind {
            ObjectKind::Attempt => {
                if let Some(attempt) = evidence.attempts.get(object) {
                    words_of_attempt(attempt, words);
                }
            }
            ObjectKind::Gap => {
                if let Some(gap) = evidence.gaps.get(object) {
                    words.extend([gap.from.step as u8, gap.to.step as u8]);
                }
            }
            ObjectKind::Token | ObjectKind::Clock | ObjectKind::Device => {}
        }
    }
}
