//! The lines that `/debug` prints around the tables.
//!
//! They have no layout: function names, `name: value` pairs and sentences.
//! Observed in published transcripts only. The same names come in the debug
//! output of the registration client's events.

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, multispace0};
use nom::combinator::{recognize, verify};
use nom::multi::many1_count;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser, branch::alt};

use crate::report::DebugLine;

/// The sentence that a debug run begins with; it can be printed twice.
pub(crate) const FIRST_LINE: &str = "dsregcmd::wmain";

/// The mark before the short state at the end of a debug run of `/join`.
pub(crate) const END_MARK: &str = "DSREGCMD_END_STATUS";

/// Names before a colon. Letter case counts: `keyProvider` is a debug name,
/// `KeyProvider` a row of Device Details.
const NAMES: &[&str] = &[
    "AdalCorrelationId",
    "AdalErrorCode",
    "AdalErrorDesc",
    "AdalLog",
    "AdalResponseCode",
    "AutoEnrollAsComputer",
    "GetComputerTokenForADRS",
    "Join HTTP status",
    "Join error code",
    "Join message",
    "Join request",
    "Join request ID",
    "Join response time",
    "Join server error",
    "adalCorrelationId",
    "adalLog",
    "adalResponseCode",
    "configLocation",
    "deviceKeysHealthy",
    "dsrInstance",
    "elapsedSeconds",
    "errorPhase",
    "isDcAvailable",
    "isJoined",
    "isPrivateKeyFound",
    "isSystem",
    "joinMode",
    "keyContainer",
    "keyProvider",
    "preCheckResult",
    "registrationType",
    "resultCode",
    "tenantId",
    "tenantName",
    "tenantType",
];

/// Beginnings of sentences.
const SENTENCES: &[&str] = &[
    "Another instance of the Join Task",
    "Automatic device join pre-check tasks",
    END_MARK,
    "DsGetDcName",
    "DsrDeviceAutoJoin",
    "PreJoinChecks Complete",
    "The device can NOT be joined",
    "The device can be joined",
];

/// Whether a line (without blanks at its ends) is one that `/debug` prints.
pub(crate) fn is_debug(body: &str) -> bool {
    SENTENCES.iter().any(|start| body.starts_with(start)) || named(body).is_ok()
}

/// A line with its name split off.
pub(crate) fn debug_line(line: usize, body: &str) -> DebugLine {
    match named(body) {
        Ok((text, name)) => DebugLine {
            line,
            key: Some(name.to_owned()),
            text: text.to_owned(),
        },
        Err(_) => DebugLine {
            line,
            key: None,
            text: body.to_owned(),
        },
    }
}

/// A known name or a function, a colon, and the text behind it.
fn named(input: &str) -> IResult<&str, &str> {
    let known_name = terminated(
        verify(
            take_while1(|c: char| c.is_ascii_alphabetic() || c == ' '),
            |name: &str| NAMES.contains(&name),
        ),
        char(':'),
    );
    terminated(alt((known_name, function)), multispace0).parse(input)
}

/// `Class::Function` followed by a colon or a blank.
fn function(input: &str) -> IResult<&str, &str> {
    let word =
        |input| take_while1(|c: char| c.is_ascii_alphanumeric() || "_~<>".contains(c)).parse(input);
    let path = recognize((word, many1_count(preceded(tag("::"), word))));
    terminated(path, alt((char(':'), char(' ')))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, key: Option<&str>, text: &str) {
        assert!(is_debug(body), "{body}");
        let expected = DebugLine {
            line: 7,
            key: key.map(str::to_owned),
            text: text.to_owned(),
        };
        assert_eq!(debug_line(7, body), expected);
    }

    #[test]
    fn names_and_functions() {
        check("preCheckResult: Join", Some("preCheckResult"), "Join");
        check("Join HTTP status: 400", Some("Join HTTP status"), "400");
        check(
            "AdalLog:  HRESULT: 0xcaa1000e",
            Some("AdalLog"),
            "HRESULT: 0xcaa1000e",
        );
        check(
            "DsrCmdAccountMgr::IsDrsJoined: no",
            Some("DsrCmdAccountMgr::IsDrsJoined"),
            "no",
        );
        check("A::B:", Some("A::B"), "");
        check(
            "dsregcmd::wmain logging initialized.",
            Some("dsregcmd::wmain"),
            "logging initialized.",
        );
    }

    #[test]
    fn sentences() {
        check("PreJoinChecks Complete.", None, "PreJoinChecks Complete.");
        check(
            "DsrDeviceAutoJoin failed 0x801c03f2.",
            None,
            "DsrDeviceAutoJoin failed 0x801c03f2.",
        );
    }

    #[test]
    fn other_lines() {
        for body in [
            "KeyProvider: x",
            "std::move",
            "tenantid: x",
            "::a: b",
            "a: b::c",
            "",
        ] {
            assert!(!is_debug(body), "{body}");
        }
    }
}
