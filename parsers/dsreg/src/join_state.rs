//! How a device is joined, by the vendor's decision table.
//!
//! The answer names the rows that it rests on. Rows that are missing make it
//! unknown, unless the others decide alone. WorkplaceJoined belongs to the
//! account that ran the tool, so in a capture made as SYSTEM it says nothing
//! about the user at the screen.

use crate::report::{Capture, Field};

/// How a device is joined, and why that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinState {
    /// The state.
    pub kind: JoinKind,
    /// The rows that decided, in the order of the decision table.
    pub rests_on: Vec<Basis>,
    /// Rows that are needed and absent, or hold neither YES nor NO.
    pub missing: Vec<&'static str>,
}

/// One row that a join state rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Canonical name of the field.
    pub field: &'static str,
    /// YES or NO.
    pub answer: bool,
    /// Line in the text, from 1.
    pub line: usize,
}

/// The states of the decision table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JoinKind {
    /// Joined to Entra ID alone.
    EntraJoined,
    /// Joined to Active Directory and Entra ID.
    HybridJoined,
    /// As above, and the account also has a registration of its own left over.
    HybridJoinedAndRegistered,
    /// Joined to Active Directory alone: a hybrid join is pending, failed or
    /// not configured.
    DomainJoined,
    /// Joined to the registration service of the organisation's own AD FS.
    OnPremisesJoined,
    /// Not joined to Entra ID; the account has a registration.
    EntraRegistered,
    /// Nothing of all that.
    NotJoined,
    /// Two rows that cannot both be YES, or one row with two answers.
    Contradiction,
    /// A row that is needed is missing, or the table has no such line.
    Unknown,
}

const AZURE: &str = "AzureAdJoined";
const ENTERPRISE: &str = "EnterpriseJoined";
const DOMAIN: &str = "DomainJoined";
const WORKPLACE: &str = "WorkplaceJoined";

/// Decides how the device of a capture is joined.
pub fn join_state(capture: &Capture) -> JoinState {
    let answers = [AZURE, ENTERPRISE, DOMAIN, WORKPLACE].map(|name| answer(capture, name));
    let conflict: Vec<Basis> = answers.iter().flat_map(Answer::conflict).copied().collect();
    if !conflict.is_empty() {
        return JoinState {
            kind: JoinKind::Contradiction,
            rests_on: conflict,
            missing: Vec::new(),
        };
    }
    let [azure, enterprise, domain, workplace] = answers.each_ref().map(Answer::value);
    let kind = match (azure, enterprise, domain, workplace) {
        (Some(true), Some(true), _, _) => JoinKind::Contradiction,
        (Some(true), Some(false), Some(false), _) => JoinKind::EntraJoined,
        (Some(true), Some(false), Some(true), Some(true)) => JoinKind::HybridJoinedAndRegistered,
        (Some(true), Some(false), Some(true), _) => JoinKind::HybridJoined,
        (Some(false), Some(true), Some(true), _) => JoinKind::OnPremisesJoined,
        (Some(false), Some(false), _, Some(true)) => JoinKind::EntraRegistered,
        (Some(false), Some(false), Some(true), Some(false)) => JoinKind::DomainJoined,
        (Some(false), Some(false), Some(false), Some(false)) => JoinKind::NotJoined,
        _ => JoinKind::Unknown,
    };
    let needed = match kind {
        JoinKind::Contradiction => 2,
        JoinKind::EntraJoined | JoinKind::OnPremisesJoined => 3,
        _ => 4,
    };
    let rests_on = answers
        .iter()
        .take(needed)
        .filter_map(Answer::basis)
        .collect();
    let absent = |answer: &Answer| answer.value().is_none().then_some(answer.field);
    let missing = answers.iter().take(needed).filter_map(absent).collect();
    JoinState {
        kind,
        rests_on,
        missing,
    }
}

/// All answers that a capture gives to one question.
struct Answer {
    field: &'static str,
    given: Vec<Basis>,
}

fn answer(capture: &Capture, field: &'static str) -> Answer {
    let basis = |row: &Field| {
        row.yes().map(|answer| Basis {
            field,
            answer,
            line: row.line,
        })
    };
    let rows = capture.fields().filter(|row| row.canonical == field);
    Answer {
        field,
        given: rows.filter_map(basis).collect(),
    }
}

impl Answer {
    fn basis(&self) -> Option<Basis> {
        self.given.first().copied()
    }

    fn value(&self) -> Option<bool> {
        self.basis().map(|basis| basis.answer)
    }

    /// The first answer and one that differs from it.
    fn conflict(&self) -> impl Iterator<Item = &Basis> {
        let first = self.given.first();
        let other = self
            .given
            .iter()
            .find(|basis| first.is_some_and(|f| f.answer != basis.answer));
        first.filter(|_| other.is_some()).into_iter().chain(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters are the answers of the four rows; `-` leaves a row out.
    fn check(answers: &str, kind: JoinKind, missing: &[&str]) {
        let mut text = String::new();
        for (letter, name) in answers.chars().zip([AZURE, ENTERPRISE, DOMAIN, WORKPLACE]) {
            let value = match letter {
                'Y' => "YES",
                'N' => "NO",
                _ => continue,
            };
            text.extend([name, " : ", value, "\n"]);
        }
        let report = crate::parse(&text);
        let state = join_state(&report.captures.first().cloned().unwrap_or_default());
        assert_eq!(
            (state.kind, &state.missing[..]),
            (kind, missing),
            "{answers}"
        );
    }

    #[test]
    fn the_decision_table() {
        check("YNNN", JoinKind::EntraJoined, &[]);
        check("YNNY", JoinKind::EntraJoined, &[]);
        check("YNYN", JoinKind::HybridJoined, &[]);
        check("YNYY", JoinKind::HybridJoinedAndRegistered, &[]);
        check("NNYN", JoinKind::DomainJoined, &[]);
        check("NYYN", JoinKind::OnPremisesJoined, &[]);
        check("NYYY", JoinKind::OnPremisesJoined, &[]);
        check("NNNY", JoinKind::EntraRegistered, &[]);
        check("NNYY", JoinKind::EntraRegistered, &[]);
        check("NNNN", JoinKind::NotJoined, &[]);
        check("YYNN", JoinKind::Contradiction, &[]);
        check("YY--", JoinKind::Contradiction, &[]);
        check("NYNN", JoinKind::Unknown, &[]);
    }

    #[test]
    fn missing_rows() {
        check(
            "----",
            JoinKind::Unknown,
            &[AZURE, ENTERPRISE, DOMAIN, WORKPLACE],
        );
        check("YNN-", JoinKind::EntraJoined, &[]);
        check("YNY-", JoinKind::HybridJoined, &[WORKPLACE]);
        check("NNY-", JoinKind::Unknown, &[WORKPLACE]);
        check("YN--", JoinKind::Unknown, &[DOMAIN, WORKPLACE]);
        check("NN-Y", JoinKind::EntraRegistered, &[DOMAIN]);
    }

    #[test]
    fn the_rows_that_decided_are_named() {
        let report =
            crate::parse("AzureAdJoined : YES\nEnterpriseJoined : NO\n\nDomainJoined : NO\n");
        let basis = |field, answer, line| Basis {
            field,
            answer,
            line,
        };
        assert_eq!(
            join_state(&report.captures[0]).rests_on,
            [
                basis(AZURE, true, 1),
                basis(ENTERPRISE, false, 2),
                basis(DOMAIN, false, 4)
            ]
        );
    }

    #[test]
    fn one_row_with_two_answers() {
        let text = "EnterpriseJoined : NO\nAzureAdJoined : NO\nEnterpriseJoined : YES\n";
        let state = join_state(&crate::parse(text).captures[0]);
        assert_eq!(state.kind, JoinKind::Contradiction);
        assert_eq!(
            state
                .rests_on
                .iter()
                .map(|basis| basis.line)
                .collect::<Vec<_>>(),
            [1, 3]
        );
    }
}
