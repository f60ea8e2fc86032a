//! The same output, saved in different ways, must give the same fields.

mod texts;

use joinscope_dsreg::{
    Capture, Field, FieldValue, Report, SectionKind, TestResult, parse, parse_bytes, sniff,
};

/// Every row as `name=text`, in order.
fn rows(report: &Report) -> Vec<String> {
    let fields = report.captures.iter().flat_map(Capture::fields);
    fields
        .map(|field| format!("{}={}", field.canonical, field.raw))
        .collect()
}

/// Checks that a differently saved text holds what the plain one does.
fn check_same(saved: &str, plain: &str) {
    assert_eq!(rows(&parse(saved)), rows(&parse(plain)));
    assert!(sniff(saved));
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

/// As a console of a width prints it.
fn wrapped_at(text: &str, width: usize) -> String {
    each_line(text, |line| {
        let chars: Vec<char> = line.chars().collect();
        chars
            .chunks(width)
            .map(String::from_iter)
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// The only field with a name.
#[track_caller]
fn field<'a>(report: &'a Report, canonical: &str) -> &'a Field {
    let all = report.captures.iter().flat_map(Capture::fields);
    let found: Vec<_> = all.filter(|field| field.canonical == canonical).collect();
    assert_eq!(found.len(), 1, "{canonical}");
    found[0]
}

#[test]
fn line_ends_quotation_indent_and_fences() {
    for plain in [texts::MODERN, texts::BEFORE_JOIN, texts::LEGACY] {
        check_same(&plain.replace('\n', "\r\n"), plain);
        check_same(&each_line(plain, |line| format!("> {line}")), plain);
        check_same(&each_line(plain, |line| format!(">> {line}")), plain);
        check_same(&each_line(plain, |line| format!("      {line}  ")), plain);
        check_same(&each_line(plain, |line| format!("\t{line}")), plain);
        check_same(&each_line(plain, |line| line.trim().to_owned()), plain);
        check_same(&format!("```text\n{plain}```\n"), plain);
        check_same(&each_line(plain, |line| format!("{line}\n")), plain);
    }
}

#[test]
fn without_frames() {
    for plain in [texts::MODERN, texts::BEFORE_JOIN, texts::LEGACY] {
        let titles_only: String = plain
            .lines()
            .filter(|line| !line.starts_with('+'))
            .map(|line| line.trim_matches(['|', ' ']).to_owned() + "\n")
            .collect();
        check_same(&titles_only, plain);
        assert_eq!(parse(&titles_only).captures.len(), 1);
        let drawn = plain
            .replace('|', "\u{2502}")
            .replace('-', "\u{2500}")
            .replace('+', "\u{251c}");
        assert_eq!(
            parse(&drawn).captures[0].sections.len(),
            parse(plain).captures[0].sections.len()
        );
    }
    let rows_only: String = texts::MODERN
        .lines()
        .filter(|line| line.contains(" : "))
        .map(|l| l.to_owned() + "\n")
        .collect();
    let report = parse(&rows_only);
    assert_eq!(report.captures.len(), 1);
    assert!(report.captures[0].section(SectionKind::SsoState).is_some());
    assert!(sniff(&rows_only));
}

#[test]
fn wrapped_by_a_console() {
    for plain in [texts::MODERN, texts::BEFORE_JOIN] {
        for width in [80, 100, 120] {
            check_same(&wrapped_at(plain, width), plain);
            let pasted = each_line(&wrapped_at(plain, width), |line| format!("    {line}"));
            check_same(&pasted, plain);
        }
    }
}

#[test]
fn encodings() {
    let text = texts::MODERN.replace("anna", "ann\u{e4}");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&b"\xff\xfe"[..], &utf16].concat();
    let ansi: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect();
    let expected = rows(&parse(&text));
    for bytes in [text.as_bytes(), &utf16, &marked, &ansi] {
        assert_eq!(rows(&parse_bytes(bytes)), expected);
    }
}

#[test]
fn meanings() {
    let report = parse(texts::MODERN);
    assert_eq!(report.problems, []);
    let capture = &report.captures[0];
    assert_eq!(
        (report.captures.len(), capture.sections.len(), capture.line),
        (1, 9, 3)
    );
    let value = |name| field(&report, name).value.clone();
    assert_eq!(value("AzureAdJoined"), FieldValue::YesNo(true));
    assert_eq!(value("Virtual Desktop"), FieldValue::NotSet);
    assert_eq!(value("MdmUrl"), FieldValue::Empty);
    assert_eq!(value("AuthCodeUrl"), FieldValue::Url);
    assert_eq!(value("WamDefaultSet"), FieldValue::Error(0x8007_0520));
    assert_eq!(value("Attempt Status"), FieldValue::Code(0xc000_006d));
    assert_eq!(value("HTTP Status"), FieldValue::Number(400));
    assert_eq!(
        value("DeviceAuthStatus"),
        FieldValue::Test(TestResult::Fail {
            code: None,
            sub: None
        })
    );
    assert_eq!(value("LogonCertTemplateReady"), FieldValue::YesNo(true));
    assert!(
        matches!(value("DeviceCertificateValidity"), FieldValue::TimeSpan(from, to) if from < to)
    );
    assert!(matches!(value("WamDefaultGUID"), FieldValue::Guid(_)));
    assert!(matches!(value("Executing Account Name"), FieldValue::List(parts) if parts.len() == 2));
    let unknown = field(&report, "Frobnication Mode");
    assert_eq!((unknown.known, unknown.raw.as_str()), (false, "gentle"));
}

#[test]
fn groups() {
    let report = parse(texts::MODERN);
    assert_eq!(
        field(&report, "Server Error Code").group,
        Some("RefreshPrtDiagnostics")
    );
    assert_eq!(field(&report, "EnterprisePrt").group, None);
    let report = parse(texts::BEFORE_JOIN);
    assert_eq!(
        field(&report, "HTTP Status").group,
        Some("Previous Registration")
    );
    assert_eq!(field(&report, "HTTP Status").name, "Https Status");
    assert_eq!(field(&report, "User Context").group, None);
    let expected = TestResult::Fail {
        code: Some(0x801c_0021),
        sub: Some(0x801c_000c),
    };
    assert_eq!(
        field(&report, "DRS Discovery Test").value,
        FieldValue::Test(expected)
    );
    let waiting = &report.captures[0].debug_lines;
    assert_eq!((waiting.len(), waiting[0].line), (1, 20));
}

#[test]
fn first_generations() {
    let report = parse(texts::LEGACY);
    assert_eq!(report.problems, []);
    let device = report.captures[0]
        .section(SectionKind::DeviceState)
        .expect("is printed");
    assert_eq!(device.fields.len(), 8);
    assert_eq!(field(&report, "MdmComplianceUrl").name, "dmComplianceUrl");
    assert!(!field(&report, "NewThing42").known);
    assert_eq!(
        field(&report, "KeySignTest").value,
        FieldValue::Test(TestResult::NotElevated)
    );
}

#[test]
fn several_captures_with_prompts() {
    let text = format!(
        "Windows text above\nC:\\Users\\anna>dsregcmd /status\n{}\nC:\\Users\\anna>hostname\n\
         DESKTOP-EXMPL01\nPS C:\\> dsregcmd /status /debug\n{}{}",
        texts::MODERN,
        texts::DEBUG,
        texts::BEFORE_JOIN
    );
    let report = parse(&text);
    let commands: Vec<_> = report
        .captures
        .iter()
        .map(|capture| capture.command.as_deref())
        .collect();
    let first = Some("C:\\Users\\anna>dsregcmd /status");
    assert_eq!(
        commands,
        [first, Some("PS C:\\> dsregcmd /status /debug"), None]
    );
    assert_eq!(report.captures[0], {
        let mut alone = parse(&format!(
            "Windows text above\n{}\n{}",
            "C:\\Users\\anna>dsregcmd /status",
            texts::MODERN
        ));
        alone.captures.remove(0)
    });
    let joined = format!("{}{}", texts::MODERN, texts::MODERN);
    assert_eq!(parse(&joined).captures.len(), 2);
}

#[test]
fn debug_lines() {
    let report = parse(texts::DEBUG);
    let capture = &report.captures[0];
    assert_eq!(
        (
            report.captures.len(),
            capture.debug_lines.len(),
            capture.line
        ),
        (1, 13, 1)
    );
    let line = |number: usize| {
        capture
            .debug_lines
            .iter()
            .find(|l| l.line == number)
            .expect("is kept")
    };
    assert_eq!(line(5).key.as_deref(), Some("preCheckResult"));
    assert_eq!(line(8).text, "Some sentence that no list has.");
    assert_eq!(line(10).codes().collect::<Vec<_>>(), [0xcaa1_000e]);
    assert_eq!(rows(&report), ["AzureAdJoined=NO", "EnterpriseJoined=NO"]);
}

#[test]
fn server_messages_of_several_lines() {
    let text = texts::MODERN.replace(
        "Error validating credentials.\n",
        "Error validating credentials.\nTrace ID: 11\nCorrelation ID: 22\nTimestamp: 2024-05-07 10:11:12Z\n",
    );
    let report = parse(&text);
    assert_eq!(
        field(&report, "Server Error Description").raw,
        "AADSTS50126: Error validating credentials. Trace ID: 11 Correlation ID: 22 \
         Timestamp: 2024-05-07 10:11:12Z"
    );
    assert_eq!(rows(&report).len(), rows(&parse(texts::MODERN)).len());
}

#[test]
fn a_message_that_names_the_command() {
    let text = texts::BEFORE_JOIN.replace(
        "is not found.\n",
        "is not found.\nRun dsregcmd /leave once.\n",
    );
    let report = parse(&text);
    assert_eq!(report.captures.len(), 1);
    assert!(
        field(&report, "Server Message")
            .raw
            .ends_with("not found. Run dsregcmd /leave once.")
    );
}

#[test]
fn debug_lines_between_rows() {
    let text = texts::BEFORE_JOIN.replace(
        "              Https Status",
        "AdalLog: later ; HRESULT: 0x0\n              Https Status",
    );
    let report = parse(&text);
    assert_eq!(rows(&report), rows(&parse(texts::BEFORE_JOIN)));
    assert_eq!(
        report.captures[0].debug_lines[1].key.as_deref(),
        Some("AdalLog")
    );
}

#[test]
fn an_address_moved_to_the_next_line() {
    let text = texts::MODERN.replace("AuthCodeUrl : https", "AuthCodeUrl :\nhttps");
    assert_eq!(rows(&parse(&text)), rows(&parse(texts::MODERN)));
}

#[test]
fn text_after_the_output_is_not_taken_in() {
    let other =
        "\nWindows IP Configuration\n\n   Host Name . . . : DESKTOP-EXMPL01\n   State : up\n";
    let report = parse(&format!("{}{other}", texts::MODERN));
    assert_eq!(rows(&report), rows(&parse(texts::MODERN)));
    let prose = "One line.\nAnother.\nA third.\nA fourth.\nNote : this is not a field\n";
    let report = parse(&format!("{}\n{prose}", texts::BEFORE_JOIN));
    assert_eq!(rows(&report), rows(&parse(texts::BEFORE_JOIN)));
}

#[test]
fn values_that_do_not_fit_stay_text() {
    let text = texts::MODERN
        .replace("7e0d2b4a-1c9f", "xxxxxxxx-xxxx")
        .replace("2024-05-06 07:08:09.000 UTC", "2024-05-06 07:08:09.000");
    let report = parse(&text);
    let problems: Vec<_> = report
        .problems
        .iter()
        .map(|p| (p.line, p.what.as_str()))
        .collect();
    assert_eq!(
        problems,
        [
            (17, "value of DeviceId is not a guid"),
            (51, "value of AzureAdPrtUpdateTime is not a time in UTC")
        ]
    );
    assert_eq!(field(&report, "DeviceId").value, FieldValue::Text);
    assert!(field(&report, "DeviceId").raw.starts_with("xxxxxxxx"));
}

#[test]
fn work_accounts_and_unknown_sections() {
    let text = "+---+\n| User State |\n+---+\n  WorkplaceJoined : YES\n  WorkAccountCount : 1\n\
                +---+\n| Work Account 1 |\n+---+\n  WorkplaceDeviceId : x\n  NgcSet : NO\n\
                +---+\n| Brand New Table |\n+---+\n  Anything : at all\n";
    let report = parse(text);
    let kinds: Vec<_> = report.captures[0]
        .sections
        .iter()
        .map(|s| (s.kind, s.title.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (SectionKind::UserState, "User State"),
            (SectionKind::WorkAccount, "Work Account 1"),
            (SectionKind::Other, "Brand New Table"),
        ]
    );
    assert_eq!(field(&report, "Anything").raw, "at all");
}
