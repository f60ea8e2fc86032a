//! The printed form, line by line.

use super::*;

fn check(text: &DsregText, expected: &[&str]) {
    let bytes = text.to_bytes();
    let printed = String::from_utf8(bytes).unwrap();
    assert_eq!(printed.split("\r\n").collect::<Vec<_>>(), expected);
}

fn small() -> DsregText {
    DsregText::new()
        .section("Device State")
        .field("AzureAdJoined", "YES")
        .field("DomainName", "")
}

fn status(release: Release, state: JoinState) -> String {
    String::from_utf8(DsregText::status(release, state).to_bytes()).unwrap()
}

#[test]
fn box_and_alignment() {
    let rule = format!("+{}+", "-".repeat(70));
    let title = format!("| Device State{} |", " ".repeat(56));
    check(
        &small(),
        &[
            &rule,
            &title,
            &rule,
            "",
            " AzureAdJoined : YES",
            "    DomainName :",
            "",
        ],
    );
}

#[test]
fn tidied_by_hand() {
    let text = small()
        .frame(Frame::TitleOnly)
        .key_style(KeyStyle::Tight)
        .indented(2);
    let text = text.line_above("C:\\>dsregcmd /status");
    check(
        &text,
        &[
            "  C:\\>dsregcmd /status",
            "",
            "  Device State",
            "",
            "  AzureAdJoined: YES",
            "  DomainName:",
            "",
        ],
    );
}

#[test]
fn long_values_break_without_a_key() {
    let text = DsregText::new()
        .field("Url", "https://contoso.example/")
        .wrapped_at(16);
    check(&text, &[" Url : https://c", "ontoso.example/", ""]);
}

#[test]
fn encodings() {
    let text = DsregText::new().field("Tür", "€").line_ends(LineEnds::Lf);
    assert_eq!(
        text.clone().encoding(Encoding::Windows1252).to_bytes(),
        b" T\xFCr : \x80\n"
    );
    let wide = text.clone().encoding(Encoding::Utf16Le).to_bytes();
    assert_eq!(&wide[..6], b"\xFF\xFE \0T\0");
    assert!(
        text.clone()
            .encoding(Encoding::Utf8Marked)
            .to_bytes()
            .starts_with(b"\xEF\xBB\xBF T")
    );
    assert!(
        text.line_ends(LineEnds::CrCrLf)
            .to_bytes()
            .ends_with(b"\r\r\n")
    );
}

#[test]
fn releases_differ_in_sections_and_fields() {
    let old = status(Release::V1511, JoinState::Hybrid);
    assert!(old.contains("KeySignTest: : MUST Run elevated to test."));
    assert!(!old.contains("Device Details") && !old.contains("SSO State"));
    assert!(old.contains("DomainName : CONTOSO"));
    let newer = status(Release::V21H2, JoinState::Entra);
    assert!(newer.contains("CloudTGT : YES") && newer.contains("| SSO State"));
    let newest = status(Release::V23H2, JoinState::Entra);
    assert!(newest.contains("OnPremTGT : YES") && !newest.contains("CloudTGT :"));
    assert!(newest.contains("             AzureAdJoined : YES"));
}

#[test]
fn details_are_printed_for_joined_devices_only() {
    let none = status(Release::V23H2, JoinState::None);
    assert!(!none.contains("Device Details") && !none.contains("Diagnostic Data"));
    assert!(none.contains("AzureAdJoined : NO") && none.contains("AzureAdPrt : NO"));
    let domain = status(Release::V1803, JoinState::DomainOnly);
    assert!(
        domain.contains("AD Connectivity Test : PASS") && domain.contains("DomainJoined : YES")
    );
    let registered = status(Release::V21H2, JoinState::Registered);
    assert!(
        registered.contains("WorkplaceJoined : YES") && registered.contains("WorkplaceTenantId")
    );
}

#[test]
fn a_failed_token_attempt_stands_behind_the_authority() {
    let failure = PrtFailure {
        time: "2026-03-02 09:00:00.000 UTC".into(),
        status: "0xc000006d".into(),
        user: "ada@contoso.example".into(),
        credential: "Password".into(),
        correlation_id: "1e5b0c8d-7a42-4f96-b3d1-90c6e8f2a754".into(),
        endpoint: "https://login.microsoftonline.com/common/oauth2/token/".into(),
        http_error: "0x0".into(),
        http_status: 400,
        server_error: "invalid_grant".into(),
        server_description: "AADSTS50126: invented".into(),
    };
    let text = DsregText::status(Release::V21H2, JoinState::Entra).prt_failure(&failure);
    assert!(!text.has("AzureAdPrtUpdateTime"));
    let printed = String::from_utf8(text.to_bytes()).unwrap();
    let place = |what: &str| printed.find(what).unwrap();
    assert!(place("AzureAdPrt : NO") < place("AcquirePrtDiagnostics : PRESENT"));
    assert!(place("Server Error Description") < place("EnterprisePrt : NO"));
}

#[test]
fn fields_can_be_changed() {
    let text = DsregText::status(Release::V21H2, JoinState::Entra)
        .set("TpmProtected", "NO")
        .without("KeySignTest")
        .without_section("User State")
        .add("Diagnostic Data", "Extra", "1");
    let printed = String::from_utf8(text.to_bytes()).unwrap();
    assert!(printed.contains("TpmProtected : NO") && printed.contains("Extra : 1"));
    assert!(!printed.contains("KeySignTest") && !printed.contains("User State"));
}
