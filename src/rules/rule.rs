//! A rule as loaded: every name resolved, every query and expression read.

use super::amount::Kind;
use super::condition::Condition;
use super::expr::{Base, Expr, Names};
use super::fault::unknown;
use super::object::ObjectKind;
use super::raw::{RawCase, Words};
use super::template::Template;
use crate::catalog::{Catalog, Confidence};
use crate::model::{Severity, Stage};
use crate::timeline::Query;

/// What one match of a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Event,
    Object(ObjectKind),
}

/// By what events of a sequence or count belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Attempt,
    Activity,
    Correlation,
    Token,
    Device,
    Process,
}

impl By {
    pub(super) const WORDS: [(&'static str, Self); 6] = [
        ("attempt", Self::Attempt),
        ("activity", Self::Activity),
        ("correlation", Self::Correlation),
        ("token", Self::Token),
        ("device", Self::Device),
        ("process", Self::Process),
    ];
}

#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub(super) order: Vec<usize>,
    pub(super) by: By,
    /// Seconds from its first event to its last.
    pub(super) within: Option<f64>,
}

#[derive(Clone, Debug)]
pub(super) struct Count {
    pub(super) select: usize,
    pub(super) at_least: usize,
    pub(super) within: Option<f64>,
    pub(super) by: By,
}

#[derive(Clone, Debug)]
pub(super) struct GapBetween {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) over: Expr,
}

/// Where something is said not to be.
#[derive(Clone, Debug)]
pub(super) enum Stretch {
    Between(usize, usize),
    After(usize, f64),
    Before(usize, f64),
    Scope,
}

#[derive(Clone, Debug)]
pub(super) struct Absent {
    pub(super) select: usize,
    pub(super) stretch: Stretch,
    pub(super) coverage: Vec<Need>,
}

/// A coverage that something rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Of a named kind of source, by its place in the table.
    Named(usize),
    /// Of the source that a role's event stands in.
    SourceOf(usize),
}

/// What to collect next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    Coverage(usize),
    Text(String),
}

/// When it is worth saying that a rule was ruled out or cannot be told.
#[derive(Clone, Debug)]
pub(super) struct Considered {
    /// An object of the first kind, to which one of each further kind belongs; none: each device.
    pub(super) objects: Vec<(ObjectKind, Query)>,
    /// What has to hold there as well.
    pub(super) when: Option<Expr>,
}

/// What has to be there for a rule that did not come true to be more than untold.
#[derive(Clone, Debug)]
pub(super) struct Requirement {
    /// The kind of source, by its place in the table.
    pub(super) coverage: usize,
    /// What answers the question; without it the source has to cover the time.
    pub(super) unless: Option<Expr>,
}

#[derive(Clone, Debug)]
pub(super) struct RuledOutBy {
    pub(super) select: Option<usize>,
    pub(super) when: Option<Expr>,
    pub(super) because: Template,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    pub(super) file: String,
    pub(super) id: String,
    pub(super) area: String,
    pub(super) title: String,
    pub(super) level: Severity,
    pub(super) stage: Stage,
    pub(super) about: About,
    pub(super) background: bool,
    pub(super) refs: Vec<(String, Confidence)>,
    pub(super) facts: Vec<(ObjectKind, Query, String)>,
    /// Names of the selections, which are the roles.
    pub(super) roles: Vec<String>,
    pub(super) selections: Vec<Query>,
    pub(super) condition: Option<Condition>,
    pub(super) condition_text: String,
    pub(super) before: f64,
    pub(super) after: f64,
    pub(super) sequence: Option<Sequence>,
    pub(super) count: Option<Count>,
    pub(super) gap: Option<GapBetween>,
    pub(super) absent: Vec<Absent>,
    pub(super) conditions: Vec<(Expr, String)>,
    pub(super) base: u8,
    pub(super) weights: Vec<(Expr, i16)>,
    pub(super) key: Template,
    pub(super) caused_by: Vec<String>,
    /// Rules that this one is a cause of; they name it among their own once all are loaded.
    pub(super) causes: Vec<String>,
    pub(super) caused_within: f64,
    pub(super) suppresses: Vec<String>,
    pub(super) considered: Option<Considered>,
    pub(super) requires: Vec<Requirement>,
    pub(super) ruled_out: Option<RuledOutBy>,
    pub(super) explain: Template,
    pub(super) why: Option<Template>,
    pub(super) fix: Vec<String>,
    pub(super) next: Vec<Next>,
    pub(super) limits: Option<String>,
    pub(super) cases: Vec<RawCase>,
    /// Lines of rules that it names, for faults that only the whole set shows.
    pub(super) named: Vec<Words>,
}

impl Rule {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it finds, in one line.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How bad that is.
    pub fn level(&self) -> Severity {
        self.level
    }

    /// The area that its file lies in.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// The stage that it is about.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// For each role, whether the match itself is made of its events.
    pub(super) fn asked(&self) -> Vec<bool> {
        let mut asked = vec![false; self.roles.len()];
        let mut mark = |role: usize| {
            if let Some(asked) = asked.get_mut(role) {
                *asked = true;
            }
        };
        if let Some(condition) = &self.condition {
            condition.visit(&mut |role, _| mark(role));
        }
        for role in self.sequence.iter().flat_map(|sequence| &sequence.order) {
            mark(*role);
        }
        if let Some(count) = &self.count {
            mark(count.select);
        }
        if let Some(gap) = &self.gap {
            mark(gap.from);
            mark(gap.to);
        }
        asked
    }

    /// Number of tests in its file.
    pub fn case_count(&self) -> usize {
        self.cases.len()
    }
}

/// The names that expressions of one rule can use.
pub(super) struct RuleNames<'r> {
    pub(super) roles: &'r [String],
    pub(super) catalog: &'r Catalog,
}

/// Fields of every event, beside its payload.
pub(super) const EVENT_FIELDS: &[(&str, Kind)] = &[
    ("time", Kind::Time),
    ("code", Kind::Text),
    ("title", Kind::Text),
    ("id", Kind::Number),
    ("provider", Kind::Text),
    ("computer", Kind::Text),
    ("pid", Kind::Number),
    ("message", Kind::Text),
    ("outcome", Kind::Text),
    ("level", Kind::Text),
    ("channel", Kind::Text),
    ("event", Kind::Text),
    ("name", Kind::Text),
];

impl Names for RuleNames<'_> {
    fn roles(&self) -> &[String] {
        self.roles
    }

    fn event_field(&self, name: &str) -> Result<Kind, String> {
        if let Some((_, kind)) = EVENT_FIELDS.iter().find(|(known, _)| *known == name) {
            return Ok(*kind);
        }
        let base = name.split('.').next().unwrap_or(name);
        if self.catalog.has_field(name) || self.catalog.has_field(base) || base.starts_with('@') {
            return Ok(Kind::Any);
        }
        let own = EVENT_FIELDS.iter().map(|(known, _)| *known);
        Err(unknown(
            "field",
            name,
            own.chain(self.catalog.field_names()),
        ))
    }

    fn object_field(&self, object: ObjectKind, name: &str) -> Result<Kind, String> {
        object.field(name)
    }
}

/// Calls with every role that the expressions of a rule name or count.
pub(super) fn roles_in(expr: &Expr, each: &mut impl FnMut(usize)) {
    expr.visit_counts(each);
    expr.visit(&mut |base, _| match base {
        Base::Role(role) | Base::First(role) | Base::Last(role) => each(role),
        Base::Object(_) => {}
    });
}
