//! Requests of recordings by what they ask for, through the whole program.

mod common;

use common::{Dir, text};
use samples::har::{Entry, Har};
use samples::http::Message;
use samples::instant::parse_rfc3339;
use samples::saz::{Saz, SazSession};

/// Requests are found by their endpoint's number and word, and judged by the status of the answer.
#[test]
fn endpoints_can_be_asked_for() {
    let host = "https://login.microsoftonline.us";
    let saved = Har::new()
        .entry(Entry::new("GET", &format!("{host}/common/oauth2/authorize")).status(302, "Found"))
        .entry(Entry::new("POST", &format!("{host}/common/oauth2/token")).status(200, "OK"))
        .entry(
            Entry::new("POST", &format!("{host}/common/oauth2/token")).status(400, "Bad Request"),
        )
        .entry(Entry::new("GET", "https://news.example/").status(304, "Not Modified"))
        .entry(Entry::new("POST", &format!("{host}/common/oauth2/token")).status(0, ""))
        .to_text();
    let dir = Dir::new().file("a.har", saved.as_bytes());
    let check = |query: &str, expected: &[&str]| {
        let run = dir.run(&["timeline", "a.har", "--where", query]).exits(0);
        let shown: Vec<String> = run
            .lines()
            .iter()
            .map(|line| {
                let outcome = text(line, "event.outcome");
                let title = text(line, "message");
                format!("{outcome} {title}")
            })
            .collect();
        assert_eq!(shown, expected, "{query}: {}", run.out);
    };
    let asked = "Client asked for a token";
    let good = format!("success {asked}: 200 OK");
    let bad = format!("failure {asked}: 400 Bad Request");
    let none = format!("failure {asked}: 0 no answer");
    let all = [&*good, &*bad, &*none];
    check("event:HTTP/4", &all);
    check("endpoint=token", &all);
    check("endpoint=token status=400", &[&bad]);
    check("endpoint=token status=0", &[&none]);
    check("stage:authenticate outcome:failure", &[&bad, &none]);
    check(
        "endpoint=authorize",
        &["info Client began a sign-in: 302 Found"],
    );
    check(
        "event:HTTP/0",
        &["info GET news.example/: 304 Not Modified"],
    );
}

/// A token that is no JWT, as an answer hands it over.
const OPAQUE_ACCESS: &str = "0.AQsample-opaque-4f9c2e7b1d0AbC";
const OPAQUE_REFRESH: &str = "1.AXo-sample-refresh-9c2e7b1d0AbC_XyZ";

/// One request of each kind on the way from an unknown device to a managed one: what is sent, what the
/// answer is, and the endpoint's number and word.
fn way() -> Vec<(Message, Message, &'static str)> {
    let sign_in = "https://login.microsoftonline.com/contoso.example";
    let drs = "https://enterpriseregistration.windows.net";
    let mdm = "https://enrollment.manage.microsoft.com/EnrollmentServer";
    let device = format!("{drs}/EnrollmentServer/device/11111111-2222-3333-4444-555555555555");
    let given = format!(
        r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{OPAQUE_ACCESS}","refresh_token":"{OPAQUE_REFRESH}"}}"#
    );
    let renewal = format!("grant_type=refresh_token&refresh_token={OPAQUE_REFRESH}");
    let soap =
        |action: &str| format!("<Envelope><Header><Action>{action}</Action></Header></Envelope>");
    let (policy, enrol) = (
        soap("urn:IPolicy/GetPolicies"),
        soap("urn:enrollment/RST/wstep"),
    );
    let rows: &[(&str, String, &str, &str, &'static str)] = &[
        (
            "GET",
            "http://www.msftconnecttest.com/connecttest.txt".into(),
            "",
            "",
            "21 connectivity",
        ),
        (
            "POST",
            "https://ztd.dds.microsoft.com/devices".into(),
            "{}",
            "{}",
            "18 autopilot",
        ),
        (
            "POST",
            "https://cs.dds.microsoft.com/x".into(),
            "{}",
            "{}",
            "40 autopilot-settings",
        ),
        (
            "GET",
            "https://login.microsoftonline.com/common/userrealm/a@contoso.example".into(),
            "",
            "{}",
            "1 realm",
        ),
        (
            "POST",
            "https://login.microsoftonline.com/common/GetCredentialType".into(),
            "{}",
            "{}",
            "23 credential-type",
        ),
        (
            "GET",
            format!("{sign_in}/.well-known/openid-configuration"),
            "",
            "{}",
            "2 openid-configuration",
        ),
        (
            "GET",
            format!("{drs}/contoso.example/Discover?api-version=1.9"),
            "",
            "{}",
            "6 discover",
        ),
        (
            "GET",
            format!("{sign_in}/oauth2/authorize?client_id=x"),
            "",
            "<html>",
            "3 authorize",
        ),
        (
            "GET",
            format!("{sign_in}/reprocess?ctx=x"),
            "",
            "<html>",
            "25 reprocess",
        ),
        (
            "POST",
            format!("{sign_in}/login"),
            "",
            "<html>",
            "24 sign-in",
        ),
        (
            "GET",
            "https://sts.contoso.example/adfs/services/trust/mex".into(),
            "",
            "<a/>",
            "5 mex",
        ),
        (
            "POST",
            "https://sts.contoso.example/adfs/services/trust/13/windowstransport".into(),
            "<a/>",
            "<a/>",
            "29 ws-trust",
        ),
        (
            "POST",
            format!("{sign_in}/oauth2/token"),
            "grant_type=srv_challenge",
            "{}",
            "28 nonce",
        ),
        (
            "POST",
            format!("{sign_in}/oauth2/token"),
            "grant_type=password",
            &given,
            "4 token",
        ),
        (
            "POST",
            format!("{sign_in}/oauth2/token"),
            &renewal,
            &given,
            "4 token",
        ),
        (
            "POST",
            format!("{sign_in}/oauth2/devicecode"),
            "client_id=x",
            "{}",
            "27 device-code",
        ),
        (
            "GET",
            "https://device.login.microsoftonline.com/x".into(),
            "",
            "",
            "13 device-auth",
        ),
        (
            "GET",
            "https://ekop.intel.com/ekcertservice/x".into(),
            "",
            "",
            "20 ek",
        ),
        (
            "GET",
            "https://v-keyid-0.microsoftaik.azure.net/templates/Aik/scep?operation=GetCACaps"
                .into(),
            "",
            "",
            "19 aik",
        ),
        (
            "POST",
            format!("{drs}/EnrollmentServer/device/?api-version=2.0"),
            "{}",
            "{}",
            "7 join",
        ),
        ("PUT", device.clone(), "{}", "{}", "8 hybrid-join"),
        (
            "POST",
            format!("{drs}/EnrollmentServer/key/"),
            "{}",
            "{}",
            "10 hello-key",
        ),
        ("GET", format!("{drs}/webauthn/t"), "", "{}", "11 fido"),
        ("GET", format!("{drs}/manage/t"), "", "{}", "12 manage"),
        (
            "POST",
            format!("{mdm}/Discovery.svc"),
            "<a/>",
            "<a/>",
            "14 mdm-discover",
        ),
        (
            "POST",
            format!("{mdm}/Enrollment.svc"),
            &policy,
            "<a/>",
            "15 mdm-policy",
        ),
        (
            "POST",
            format!("{mdm}/Enrollment.svc"),
            &enrol,
            "<a/>",
            "16 mdm-enrol",
        ),
        (
            "GET",
            "https://portal.manage.microsoft.com/TermsofUse.aspx".into(),
            "",
            "<html>",
            "38 terms-of-use",
        ),
        (
            "POST",
            "https://r.manage.microsoft.com/devicegatewayproxy/x?mode=Maintenance".into(),
            "<a/>",
            "<a/>",
            "17 oma-dm",
        ),
        ("DELETE", device, "", "", "9 leave"),
        (
            "GET",
            "http://169.254.169.254/metadata/identity/info".into(),
            "",
            "{}",
            "22 instance-metadata",
        ),
        ("GET", "https://news.example/".into(), "", "<html>", "0 "),
    ];
    rows.iter()
        .map(|(method, url, asked, answered, expected)| {
            let host = url.split('/').nth(2).unwrap_or_default();
            let request = Message::request(method, url)
                .field("Host", host)
                .field("Authorization", &format!("Bearer {OPAQUE_ACCESS}"))
                .body(asked.as_bytes());
            let answer = Message::response(200, "OK").body(answered.as_bytes());
            (request, answer, *expected)
        })
        .collect()
}

#[test]
fn every_endpoint_is_named_and_no_token_is_shown() {
    let start = parse_rfc3339("2026-03-02T08:00:00Z").unwrap_or_default();
    let mut saz = Saz::new();
    for (at, (request, answer, _)) in (0..).zip(way()) {
        let session = SazSession::new(&request.to_bytes())
            .answered(&answer.to_bytes())
            .at(start + at * 10_000_000, 5_000_000);
        saz = saz.session(session);
    }
    let dir = Dir::new().file("a.saz", &saz.to_bytes());
    let lines = dir.run(&["timeline", "a.saz"]).exits(0).lines();
    let shown: Vec<String> = lines
        .iter()
        .map(|line| {
            let word = text(&line["fields"], "endpoint");
            format!("{} {word}", line["event.code"])
        })
        .collect();
    let expected: Vec<&str> = way().iter().map(|(_, _, expected)| *expected).collect();
    assert_eq!(shown, expected);

    let mut outputs = Vec::new();
    for call in [
        &["tokens"][..],
        &["tokens", "--format", "json"],
        &["analyze"],
        &["analyze", "--format", "json"],
        &["timeline"],
        &["timeline", "--format", "csv"],
        &["inspect", "--format", "json"],
        &["report", "-o", "out.html"],
    ] {
        let arguments: Vec<&str> = call.iter().copied().chain(["a.saz"]).collect();
        let run = dir.run(&arguments);
        assert!(!run.err.contains("panicked"), "{}", run.err);
        outputs.extend([run.out, run.err]);
    }
    outputs.push(dir.text("out.html"));
    for output in &outputs {
        for secret in [OPAQUE_ACCESS, OPAQUE_REFRESH] {
            assert!(!output.contains(secret), "{secret} in {output}");
        }
    }
}
