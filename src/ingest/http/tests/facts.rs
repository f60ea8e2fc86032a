//! Facts of built messages, each endpoint's in the words that its service uses.

use samples::http::Message;

use super::{batch, fields};
use crate::catalog::{Catalog, FactKind};
use crate::ingest::secrets::is_secret_field;

const SIGN_IN: &str = "https://login.microsoftonline.com/common";
const DRS: &str = "https://enterpriseregistration.windows.net";
const MDM: &str = "https://enrollment.manage.microsoft.com/EnrollmentServer";

/// Fields that do not come from bodies, addresses or headers of the table.
const OTHER: &[&str] = &[
    "method",
    "url",
    "host",
    "path",
    "reason",
    "duration_ms",
    "request_type",
    "response_type",
    "request_bytes",
    "response_bytes",
    "request_body",
    "response_body",
    "authorization",
    "location",
    "status",
];

/// The facts of an exchange: `METHOD address`, body, status, body of the answer.
#[track_caller]
fn check(line: &str, asked: &str, status: u16, answered: &str, expected: &[&str]) {
    let (method, url) = line.split_once(' ').expect("method and address");
    let kind = match asked.as_bytes().first() {
        Some(b'{') => "application/json",
        Some(b'<') => "application/soap+xml; charset=utf-8",
        _ => "application/x-www-form-urlencoded",
    };
    let request = Message::request(method, url)
        .field("Content-Type", kind)
        .body(asked.as_bytes());
    let response = Message::response(status, "x").body(answered.as_bytes());
    check_messages(&request, &response, expected);
}

#[track_caller]
fn check_messages(request: &Message, response: &Message, expected: &[&str]) {
    let (batch, _) = batch(&request.to_bytes(), Some(&response.to_bytes()));
    let fields = fields(&batch);
    let is_fact = |field: &&String| {
        let name = field.split('=').next().unwrap_or_default();
        !OTHER.contains(&name)
    };
    let facts: Vec<&String> = fields.iter().filter(is_fact).collect();
    assert_eq!(facts, expected);
}

#[test]
fn tokens_that_are_asked_for() {
    let token = &format!("POST {SIGN_IN}/oauth2/token");
    check(
        token,
        "grant_type=refresh_token&client_id=29d9ed98-a469-4536-ade2-f981bc1d605e&resource=urn%3Ams-drs%3Aenterpriseregistration.windows.net&refresh_token=1.AXoAbCdEfGh0123456789",
        200,
        r#"{"token_type":"Bearer","expires_in":"3599","ext_expires_in":3599,"resource":"urn:ms-drs:enterpriseregistration.windows.net","access_token":"0.AbCdEf0123456789ghij","refresh_token":"1.AXoZyXwVu9876543210"}"#,
        &[
            "endpoint=token",
            "grant_type=refresh_token",
            "client=29d9ed98-a469-4536-ade2-f981bc1d605e",
            "resource=urn:ms-drs:enterpriseregistration.windows.net",
            "has_refresh_token=true",
            "service=drs",
            "token_type=Bearer",
            "expires_in=3599",
            "ext_expires_in=3599",
            "granted_resource=urn:ms-drs:enterpriseregistration.windows.net",
            "got_access_token=true",
            "got_refresh_token=true",
        ],
    );
    check(
        &format!("POST {SIGN_IN}/oauth2/v2.0/token"),
        "grant_type=password&client_id=x&scope=openid+https%3A%2F%2Fenrollment.manage.microsoft.com%2F%2F.default",
        400,
        r#"{"error":"interaction_required","error_description":"AADSTS50076: Due to…","error_codes":[50076],"suberror":"basic_action","timestamp":"2026-03-02 08:00:00Z"}"#,
        &[
            "endpoint=token",
            "grant_type=password",
            "client=x",
            "scope=openid https://enrollment.manage.microsoft.com//.default",
            "service=mdm",
            "error=interaction_required",
            "error_description=AADSTS50076: Due to…",
            "error_codes=50076",
            "suberror=basic_action",
            "server_time=2026-03-02 08:00:00Z",
            "aadsts=50076",
        ],
    );
    check(
        token,
        "grant_type=srv_challenge",
        200,
        r#"{"Nonce":"AwABAAEAAAACAOz_BAD0abcdef0123"}"#,
        &[
            "endpoint=nonce",
            "grant_type=srv_challenge",
            "got_nonce=true",
        ],
    );
}

#[test]
fn which_service_a_token_is_for() {
    let check = |body: &str, expected: Option<&str>| {
        let request =
            Message::request("POST", &format!("{SIGN_IN}/oauth2/token")).body(body.as_bytes());
        let (batch, _) = batch(&request.to_bytes(), None);
        let fields = fields(&batch);
        let found = fields
            .iter()
            .find_map(|field| field.strip_prefix("service="));
        assert_eq!(found, expected, "{body}");
    };
    let join = "client_id=dd762716-544d-4aeb-a526-687b73838a22";
    check("resource=01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", Some("drs"));
    check(
        "scope=01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9/.default",
        Some("drs"),
    );
    check(join, Some("drs"));
    check(&format!("{join}&scope=openid+profile"), Some("drs"));
    check(&format!("{join}&resource=https://graph.windows.net"), None);
    check(&format!("{join}&resource=urn:unknown"), None);
    check("client_id=unknown", None);
}

#[test]
fn sign_in_pages() {
    let page = r#"<!DOCTYPE html><html><script>$Config={"pgid":"ConvergedError","sErrorCode":"50058","strServiceExceptionMessage":"AADSTS50058: A \u0022silent\u0022 sign-in.","correlationId":"c-1","iMax":7};</script></html>"#;
    check(
        &format!(
            "GET {SIGN_IN}/oauth2/authorize?client%5Fid=x&resource=y&response_type=code&client-request-id=r-1"
        ),
        "",
        200,
        page,
        &[
            "endpoint=authorize",
            "client-request-id=r-1",
            "client=x",
            "resource=y",
            "response_kind=code",
            "page=ConvergedError",
            "page_error=50058",
            "error_description=AADSTS50058: A \"silent\" sign-in.",
            "correlation_id=c-1",
            "aadsts=50058",
        ],
    );
    let cut = format!("{SIGN_IN}/reprocess?ctx=x");
    check(
        &format!("GET {cut}"),
        "",
        200,
        r#"<html>"pgid":"cut"#,
        &["endpoint=reprocess"],
    );
    let request = Message::request("GET", &format!("{SIGN_IN}/oauth2/authorize"));
    let response = Message::response(302, "Found").field(
        "Location",
        "https://client.example/#error=login_required&error_description=AADSTS50058%3a+None.",
    );
    check_messages(
        &request,
        &response,
        &[
            "endpoint=authorize",
            "error=login_required",
            "error_description=AADSTS50058: None.",
            "aadsts=50058",
        ],
    );
}

#[test]
fn where_a_user_and_a_tenant_belong() {
    check(
        &format!("GET {SIGN_IN}/userrealm/a@contoso.example?api-version=1.0"),
        "",
        200,
        r#"{"ver":"1.0","account_type":"Federated","domain_name":"contoso.example","federation_protocol":"WSTrust","federation_metadata_url":"https://sts.contoso.example/adfs/services/trust/mex","cloud_instance_name":"microsoftonline.com"}"#,
        &[
            "endpoint=realm",
            "api_version=1.0",
            "namespace_type=Federated",
            "federation_protocol=WSTrust",
            "federation_metadata=https://sts.contoso.example/adfs/services/trust/mex",
            "cloud_instance=microsoftonline.com",
            "domain=contoso.example",
        ],
    );
    check(
        &format!("GET {DRS}/contoso.example/Discover?api-version=1.9"),
        "",
        200,
        r#"{"DeviceRegistrationService":{"RegistrationResourceId":"urn:r"},"DeviceJoinService":{"JoinEndpoint":"https://j.example/x"},"AuthenticationService":{"OAuth2":{"TokenEndpoint":"https://t.example/token"}},"IdentityProviderService":{"Federated":false},"TenantInfo":{"TenantId":"t-1","DisplayName":"Contoso"}}"#,
        &[
            "endpoint=discover",
            "api_version=1.9",
            "registration_resource=urn:r",
            "token_endpoint=https://t.example/token",
            "is_federated=false",
            "join_endpoint=https://j.example/x",
            "TenantId=t-1",
            "tenant_display_name=Contoso",
        ],
    );
}

#[test]
fn joins() {
    check(
        &format!("POST {DRS}/EnrollmentServer/device/?api-version=2.0"),
        r#"{"CertificateRequest":{"Type":"pkcs10","Data":"MIIC"},"TransportKey":"UlNB","TargetDomain":"contoso.example","DeviceType":"Windows","OSVersion":"10.0.26100.1","DeviceDisplayName":"PC-1","JoinType":0,"AikCertificate":"","AttestationData":null,"Attributes":{"ReuseDevice":"true","SharedDevice":"false"}}"#,
        200,
        r#"{"Certificate":{"Thumbprint":"0011","RawBody":"MIID"},"User":{"Upn":"a@contoso.example"},"MembershipChanges":[{"LocalSID":"S-1-5-32-544","AddSIDs":["S-1-12-1-1"]}]}"#,
        &[
            "endpoint=join",
            "api_version=2.0",
            "JoinType=0",
            "DeviceType=Windows",
            "OSVersion=10.0.26100.1",
            "TargetDomain=contoso.example",
            "DeviceDisplayName=PC-1",
            "certificate_request=pkcs10",
            "has_certificate_request=true",
            "has_transport_key=true",
            "ReuseDevice=true",
            "SharedDevice=false",
            "Thumbprint=0011",
            "has_certificate=true",
            "Upn=a@contoso.example",
            "membership_changes=1",
        ],
    );
    check(
        &format!("PUT {DRS}/EnrollmentServer/device/11111111-2222-3333-4444-555555555555"),
        r#"{"ServerAdJoinData":{"TransportKey":"UlNB","ClientIdentity":{"Type":"sha256signed","SignedBlob":"x"}}}"#,
        400,
        r#"{"ErrorType":"DirectoryError","Message":"The device object was not found.","TraceId":"t-1","Time":"2026"}"#,
        &[
            "endpoint=hybrid-join",
            "device_id=11111111-2222-3333-4444-555555555555",
            "has_transport_key=true",
            "client_identity=sha256signed",
            "has_signed_blob=true",
            "server_code=DirectoryError",
            "server_message=The device object was not found.",
            "server_time=2026",
            "trace_id=t-1",
        ],
    );
}

/// A SOAP message with this header and body.
fn soap(header: &str, body: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

#[test]
fn soap_messages() {
    let action = "<a:Action s:mustUnderstand=\"1\">urn:act</a:Action>";
    let refused = "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>s:DeviceCapReached</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en\">Too &amp; &#109;any&unknown;.</s:Text></s:Reason><s:Detail><DeviceEnrollmentServiceError><ErrorType>DeviceCapReached</ErrorType><Message>Cap.</Message><TraceId>t-1</TraceId></DeviceEnrollmentServiceError></s:Detail></s:Fault>";
    let request = "<wst:RequestSecurityToken><wst:TokenType>urn:DeviceEnrollmentToken</wst:TokenType><wst:RequestType>urn:Issue</wst:RequestType><wsse:BinarySecurityToken ValueType='urn:PKCS10'>MIIC</wsse:BinarySecurityToken><ac:AdditionalContext><ac:ContextItem Name=\"DeviceType\"><ac:Value>CIMClient_Windows</ac:Value></ac:ContextItem><ac:ContextItem Name=\"EnrollmentType\"><ac:Value>Device</ac:Value></ac:ContextItem><ac:ContextItem Name=\"HWDevID\"><ac:Value>00</ac:Value></ac:ContextItem></ac:AdditionalContext></wst:RequestSecurityToken>";
    check(
        &format!("POST {MDM}/Enrollment.svc"),
        &soap(
            &format!(
                "{action}<o:Security><o:BinarySecurityToken ValueType=\"urn:UserToken\">eyJ</o:BinarySecurityToken></o:Security>"
            ),
            request,
        ),
        500,
        &soap("<a:Action>urn:fault</a:Action>", refused),
        &[
            "endpoint=mdm-enrol",
            "soap_action=urn:act",
            "security_token_type=urn:UserToken",
            "TokenType=urn:DeviceEnrollmentToken",
            "request_kind=urn:Issue",
            "certificate_request=urn:PKCS10",
            "has_certificate_request=true",
            "DeviceType=CIMClient_Windows",
            "EnrollmentType=Device",
            "has_hardware_id=true",
            "answer_action=urn:fault",
            "fault_code=s:Receiver",
            "fault_subcode=s:DeviceCapReached",
            "fault_reason=Too & many.",
            "server_code=DeviceCapReached",
            "server_message=Cap.",
            "trace_id=t-1",
        ],
    );
    check(
        "POST https://sts.contoso.example/adfs/services/trust/13/usernamemixed",
        &soap(
            "<o:Security><o:UsernameToken><o:Username>a</o:Username></o:UsernameToken></o:Security>",
            "<t:RequestSecurityToken><p:AppliesTo><a:EndpointReference><a:Address>urn:federation:MicrosoftOnline</a:Address></a:EndpointReference></p:AppliesTo></t:RequestSecurityToken>",
        ),
        200,
        &soap(
            "",
            "<t:RequestSecurityTokenResponse><t:TokenType>urn:saml</t:TokenType><t:RequestedSecurityToken><saml:Assertion/></t:RequestedSecurityToken></t:RequestSecurityTokenResponse>",
        ),
        &[
            "endpoint=ws-trust",
            "has_username_token=true",
            "applies_to=urn:federation:MicrosoftOnline",
            "TokenType=urn:saml",
            "got_assertion=true",
        ],
    );
}

#[test]
fn device_management_and_autopilot() {
    let status = |code: u16| format!("<Status><CmdID>1</CmdID><Data>{code}</Data></Status>");
    let asked = format!(
        "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><SessionID>7</SessionID><MsgID>2</MsgID></SyncHdr><SyncBody>{}{}{}{}<Alert><Data>1201</Data></Alert><Final/></SyncBody></SyncML>",
        status(200),
        status(404),
        status(500),
        status(404)
    );
    check(
        "POST https://r.manage.microsoft.com/devicegatewayproxy/cimhandler.ashx?mode=Maintenance&Platform=WoA",
        &asked,
        200,
        "<SyncML><SyncBody><Status><Data>212</Data></Status></SyncBody></SyncML>",
        &[
            "endpoint=oma-dm",
            "session_id=7",
            "message_id=2",
            "device_failures=404, 500",
            "alerts=1201",
            "is_final=true",
        ],
    );
    check(
        "POST https://ztd.dds.microsoft.com/devices",
        "",
        200,
        r#"{"profile":[{"CloudAssignedTenantId":"t-1","CloudAssignedTenantDomain":"contoso.example","CloudAssignedOobeConfig":1310}],"ZtdCorrelationId":"z-1"}"#,
        &[
            "endpoint=autopilot",
            "CloudAssignedTenantId=t-1",
            "CloudAssignedTenantDomain=contoso.example",
            "CloudAssignedOobeConfig=1310",
            "ZtdCorrelationId=z-1",
        ],
    );
}

#[test]
fn words_that_refusals_use_are_facts_of_refusals_only() {
    let join = &format!("POST {DRS}/EnrollmentServer/device/");
    let body = r#"{"code":"a","message":"b","time":"c"}"#;
    check(join, "", 200, body, &["endpoint=join"]);
    let refused = [
        "endpoint=join",
        "server_code=a",
        "server_message=b",
        "server_time=c",
    ];
    check(join, "", 401, body, &refused);
    // What is refused is read wherever it comes from.
    check("GET https://news.example/", "", 403, body, &refused[1..]);
    check("GET https://news.example/", "", 200, body, &[]);
}

/// Bodies that are cut anywhere, nested without end or full of references.
#[test]
fn any_body_is_read_to_its_end() {
    let run = |line: &str, body: &str| {
        let (method, url) = line.split_once(' ').expect("method and address");
        let request = Message::request(method, url).body(body.as_bytes());
        let response = Message::response(400, "x").body(body.as_bytes());
        let (batch, _) = batch(&request.to_bytes(), Some(&response.to_bytes()));
        fields(&batch)
    };
    let enrol = &format!("POST {MDM}/Enrollment.svc");
    let token = &format!("POST {SIGN_IN}/oauth2/token");
    let text = soap(
        "<a:Action>urn:act &amp; &#x41;</a:Action>",
        "<s:Fault a='&lt;' Name=\"x\"><s:Code><!-- - --><![CDATA[x]]></s:Code></s:Fault>",
    );
    for length in 0..text.len() {
        run(enrol, &text[..length]);
    }
    let json =
        r#"{"error":{"code":["a",{"b":null}],"message":"é"},"expires_in":-1.5e3,"x":"\u00e9"}"#;
    for length in (0..json.len()).filter(|length| json.is_char_boundary(*length)) {
        run(token, &json[..length]);
    }
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]><Envelope><Header><Action>x&c;y</Action></Header></Envelope>";
    assert!(run(enrol, bomb).contains(&"soap_action=xy".to_owned()));
    let deep = format!(
        "{}<Header><Action>z</Action></Header>",
        "<Envelope>".repeat(50_000)
    );
    assert!(
        !run(enrol, &deep)
            .iter()
            .any(|field| field.starts_with("soap_action="))
    );
    run(token, &"{\"error\":".repeat(50_000));
    let many = format!(
        "<Fault>{}</Fault>",
        "<Reason><Text>a</Text></Reason>".repeat(20_000)
    );
    assert!(run(enrol, &many).contains(&"fault_reason=a".to_owned()));
    let long = soap(&format!("<Action>{}</Action>", "é".repeat(100_000)), "");
    let kept = run(enrol, &long);
    let action = kept.iter().find(|field| field.starts_with("soap_action="));
    assert!(action.is_some_and(|action| action.len() < 1100));
}

/// What is a secret by its name is told of, never told.
#[test]
fn no_fact_of_the_table_is_a_secret() {
    let catalog = Catalog::embedded().expect("a test holds that the tables load");
    for fact in &catalog.http_facts {
        let name = fact.path.rsplit(['.', '/']).next().unwrap_or_default();
        let is_harmless = matches!(fact.kind, FactKind::Has | FactKind::Count);
        assert!(is_harmless || !is_secret_field(name), "{}", fact.path);
    }
}
