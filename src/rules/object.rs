//! Objects that rules know beside events: attempts, tokens, gaps, clocks, devices; their fields.

use super::amount::{Amount, Kind};
use super::fault::unknown;
use crate::model::{Attempt, AttemptKind, Gap, Stage, Strength, Token, TokenVerdict};

/// What kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ObjectKind {
    Attempt,
    Token,
    Gap,
    Clock,
    Device,
}

impl ObjectKind {
    pub(super) const ALL: [Self; 5] = [
        Self::Attempt,
        Self::Token,
        Self::Gap,
        Self::Clock,
        Self::Device,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Token => "token",
            Self::Gap => "gap",
            Self::Clock => "clock",
            Self::Device => "device",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Names and kinds of its fields; a device's are facts, of which there is no closed list.
    pub(super) fn fields(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Attempt => ATTEMPT,
            Self::Token => TOKEN,
            Self::Gap => GAP,
            Self::Clock => CLOCK,
            Self::Device => &[],
        }
    }

    /// Names of the fields that many objects share a value of.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Attempt => &["kind", "outcome", "code", "stage", "relation", "steps"],
            Self::Gap => &["from_step", "to_step"],
            Self::Token | Self::Clock | Self::Device => &[],
        }
    }

    /// The kind of a field, or why there is none of that name.
    pub(super) fn field(self, name: &str) -> Result<Kind, String> {
        if self == Self::Device {
            return device_fact(name);
        }
        let fields = self.fields();
        let found = fields
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            let what = format!("field of a {}", self.word());
            unknown(&what, name, fields.iter().map(|(known, _)| *known))
        })
    }

    /// Refuses a word that the field can never have.
    pub(super) fn check_word(self, name: &str, word: &str) -> Result<(), String> {
        let words: Vec<&str> = match (self, name.to_ascii_lowercase().as_str()) {
            (Self::Attempt, "kind") => AttemptKind::ALL.iter().map(|kind| kind.word()).collect(),
            (Self::Attempt, "outcome") => vec!["success", "failure", "incomplete", "unknown"],
            (Self::Attempt, "stage") | (Self::Gap, "from_step" | "to_step") => {
                Stage::ALL.iter().map(|stage| stage.word()).collect()
            }
            (Self::Token, "verdict") => TokenVerdict::ALL.iter().map(|word| word.word()).collect(),
            (Self::Token, "strength") => Strength::ALL.iter().map(|word| word.word()).collect(),
            _ => return Ok(()),
        };
        if words.contains(&word) {
            return Ok(());
        }
        Err(unknown(
            &format!("{} of a {}", name, self.word()),
            word,
            words,
        ))
    }
}

const ATTEMPT: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("kind", Kind::Text),
    ("outcome", Kind::Text),
    ("code", Kind::Text),
    ("start", Kind::Time),
    ("end", Kind::Time),
    ("seconds", Kind::Any),
    ("stage", Kind::Text),
    ("server_words", Kind::Text),
    ("relation", Kind::Text),
    ("steps", Kind::Text),
];

const TOKEN: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("service", Kind::Text),
    ("audience", Kind::Text),
    ("audience_name", Kind::Text),
    ("app_id", Kind::Text),
    ("app_name", Kind::Text),
    ("tenant", Kind::Text),
    ("subject", Kind::Text),
    ("verdict", Kind::Text),
    ("strength", Kind::Text),
    ("issued_at", Kind::Time),
    ("not_before", Kind::Time),
    ("expires_at", Kind::Time),
    ("lifetime_seconds", Kind::Any),
    ("acquired", Kind::Time),
    ("used", Kind::Time),
    ("seconds_after_expiry", Kind::Any),
    ("is_opaque", Kind::Bool),
];

const GAP: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("from_step", Kind::Text),
    ("to_step", Kind::Text),
    ("from", Kind::Time),
    ("to", Kind::Time),
    ("seconds", Kind::Any),
    ("budget_seconds", Kind::Any),
    ("ratio", Kind::Number),
];

const CLOCK: &[(&str, Kind)] = &[
    ("source", Kind::Text),
    ("offset_seconds", Kind::Any),
    ("uncertainty_seconds", Kind::Any),
    ("corrects", Kind::Bool),
    ("steps", Kind::Number),
    ("falls", Kind::Number),
    ("largest_fall", Kind::Any),
    ("basis", Kind::Text),
    ("recording", Kind::Bool),
];

/// First parts of the names of device facts.
const FACT_GROUPS: &[&str] = &[
    "ad_configuration",
    "changed",
    "device_details",
    "device_state",
    "diagnostics",
    "join_state",
    "ngc_prerequisites",
    "os",
    "policy",
    "registry",
    "section",
    "shared",
    "sso_state",
    "system_proxy",
    "task",
    "tenant",
    "tenant_details",
    "tpm",
    "url_proxy",
    "user_proxy",
    "user_state",
    "winhttp_proxy",
    "work_account",
];

fn device_fact(name: &str) -> Result<Kind, String> {
    let group = name.split('.').next().unwrap_or(name);
    let known = FACT_GROUPS.iter().any(|known| {
        group
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '[']))
    });
    if known {
        // A fact is a text that can hold a number or a time.
        Ok(Kind::Any)
    } else {
        Err(unknown(
            "group of device facts",
            group,
            FACT_GROUPS.iter().copied(),
        ))
    }
}

/// The words of an attempt, for comparing: what a text can hold no byte of divides them.
pub(super) fn words_of_attempt(attempt: &Attempt, words: &mut Vec<u8>) {
    words.push(attempt.kind as u8);
    let relation = attempt.follows.as_ref().map(|follows| &follows.relation);
    let relation = relation.map(AsRef::as_ref);
    for text in [Some(attempt.outcome), attempt.code.as_deref(), relation] {
        match text {
            Some(text) => words.extend_from_slice(text.as_bytes()),
            None => words.push(0xFE),
        }
        words.push(0xFF);
    }
    words.push(stage_of(attempt).map_or(0xFF, |stage| stage as u8));
    words.extend(attempt.steps.iter().map(|step| step.step as u8));
}

/// The stage that an attempt failed at, or came to.
fn stage_of(attempt: &Attempt) -> Option<Stage> {
    let mut main = attempt.steps.iter().filter(|step| !step.extra);
    let step = attempt.failing_step().or_else(|| main.next_back());
    step.map(|step| step.step)
}

/// A field of an attempt.
pub(super) fn of_attempt<'a>(attempt: &'a Attempt, name: &str) -> Option<Amount<'a>> {
    let text = |text: &'a str| Some(Amount::text_of(text));
    match name {
        "id" => text(&attempt.id),
        "kind" => text(attempt.kind.word()),
        "outcome" => text(attempt.outcome),
        "code" => text(attempt.code.as_deref()?),
        "start" => Some(Amount::Time(attempt.start)),
        "end" => Some(Amount::Time(attempt.end)),
        "seconds" => Some(Amount::Span(attempt.seconds)),
        "stage" => text(stage_of(attempt)?.word()),
        "server_words" if attempt.server_words.is_empty() => None,
        "server_words" => Some(Amount::Text(attempt.server_words.join(": ").into())),
        "relation" => text(&attempt.follows.as_ref()?.relation),
        "steps" => {
            let mut words = String::with_capacity(8 * attempt.steps.len());
            for step in &attempt.steps {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(step.step.word());
            }
            Some(Amount::Text(words.into()))
        }
        _ => None,
    }
}

/// The use of a token that tells most: the latest against its expiry, else the last.
pub(super) fn worst_use(token: &Token) -> Option<&crate::model::TokenUse> {
    let late = token
        .uses
        .iter()
        .filter(|used| used.seconds_after_expiry.is_some())
        .max_by(|left, right| {
            // What surely was this token says more.
            let after = |used: &crate::model::TokenUse| used.seconds_after_expiry.unwrap_or(0.0);
            let sure = right.strength.cmp(&left.strength);
            let of_kind = (after(left) >= 0.0).cmp(&(after(right) >= 0.0));
            of_kind
                .then(sure)
                .then(after(left).total_cmp(&after(right)))
        });
    late.or_else(|| token.uses.last())
}

/// A field of a token; `service` is the word of the service that it is for.
pub(super) fn of_token<'a>(
    token: &'a Token,
    service: Option<&'a str>,
    name: &str,
) -> Option<Amount<'a>> {
    let text = |text: Option<&'a str>| text.map(Amount::text_of);
    match name {
        "id" => text(Some(&token.id)),
        "service" => text(service),
        "audience" => text(token.audience.as_deref()),
        "audience_name" => text(token.audience_name),
        "app_id" => text(token.app_id.as_deref()),
        "app_name" => text(token.app_name),
        "tenant" => text(token.tenant.as_deref()),
        "subject" => text(token.subject.as_deref()),
        "verdict" => text(Some(token.verdict.word())),
        "strength" => text(Some(worst_use(token)?.strength.word())),
        "issued_at" => token.issued_at.map(Amount::Time),
        "not_before" => token.not_before.map(Amount::Time),
        "expires_at" => token.expires_at.map(Amount::Time),
        "lifetime_seconds" => token.lifetime_seconds.map(Amount::Span),
        "acquired" => token.acquired.as_ref()?.time.map(Amount::Time),
        "used" => worst_use(token)?.time.map(Amount::Time),
        "seconds_after_expiry" => worst_use(token)?.seconds_after_expiry.map(Amount::Span),
        "is_opaque" => Some(Amount::Bool(token.digest.is_none())),
        _ => None,
    }
}

/// A field of a gap.
pub(super) fn of_gap<'a>(gap: &'a Gap, name: &str) -> Option<Amount<'a>> {
    match name {
        "id" => Some(Amount::text_of(&gap.id)),
        "from_step" => Some(Amount::text_of(gap.from.step.word())),
        "to_step" => Some(Amount::text_of(gap.to.step.word())),
        "from" => Some(Amount::Time(gap.from.time)),
        "to" => Some(Amount::Time(gap.to.time)),
        "seconds" => Some(Amount::Span(gap.seconds)),
        "budget_seconds" => gap.budget_seconds.map(Amount::Span),
        "ratio" => gap.ratio.map(Amount::Number),
        _ => None,
    }
}
