//! Every endpoint in every cloud, and what only looks like one.

use crate::catalog::{Asked, Catalog};

fn catalog() -> Catalog {
    Catalog::embedded().expect("a test holds that the tables load")
}

/// The word of the endpoint that `METHOD address [body]` goes to; `-` for none.
#[track_caller]
fn check(catalog: &Catalog, request: &str, expected: &str) {
    let mut parts = request.splitn(3, ' ');
    let mut next = || parts.next().unwrap_or_default();
    let (method, address, body) = (next(), next(), next());
    let (host, rest) = address.split_at(address.find(['/', '?']).unwrap_or(address.len()));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let asked = Asked {
        method,
        host,
        path,
        query,
        body_has: &|text| body.contains(text),
    };
    let found = catalog.endpoints.find(&asked);
    assert_eq!(found.map_or("-", |found| found.word), expected, "{request}");
}

#[test]
fn sign_in_of_every_cloud() {
    let catalog = catalog();
    for host in [
        "login.microsoftonline.com",
        "LOGIN.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
        "login.microsoftonline.de",
        "login.windows.net",
        "login.microsoft.com",
        "login.windows.net.",
        "eu.login.microsoftonline.com",
    ] {
        let check = |method: &str, rest: &str, expected| {
            check(&catalog, &format!("{method} {host}{rest}"), expected);
        };
        check(
            "GET",
            "/common/userrealm/anna@contoso.example?api-version=1.0",
            "realm",
        );
        check("GET", "/common/UserRealm?user=x", "realm");
        check("GET", "/GetUserRealm.srf?login=x", "realm");
        check(
            "POST",
            "/common/GetCredentialType?mkt=de",
            "credential-type",
        );
        check(
            "GET",
            "/common/.well-known/openid-configuration",
            "openid-configuration",
        );
        check(
            "GET",
            "/contoso.example/v2.0/.well-known/openid-configuration",
            "openid-configuration",
        );
        check(
            "GET",
            "/common/discovery/instance?api-version=1.1",
            "instance-discovery",
        );
        check("GET", "/common/discovery/v2.0/keys", "signing-keys");
        check("GET", "/common/oauth2/authorize?client_id=x", "authorize");
        check("POST", "/common/oauth2/v2.0/authorize", "authorize");
        check("POST", "/common/oauth2/token", "token");
        check(
            "POST",
            "/common/oauth2/v2.0/token/ grant_type=password",
            "token",
        );
        check("post", "//oauth2/token", "token");
        check(
            "POST",
            "/common/oauth2/token grant_type=srv_challenge",
            "nonce",
        );
        check("POST", "/common/oauth2/v2.0/devicecode", "device-code");
        check("GET", "/common/oauth2/logout", "logout");
        check(
            "GET",
            "/11111111-2222-4333-8444-555555555555/reprocess?ctx=x",
            "reprocess",
        );
        check("POST", "/kmsi", "keep-signed-in");
        check("POST", "/common/login", "sign-in");
        check("POST", "/common/SAS/ProcessAuth", "sign-in");
        check("GET", "/common/oauth2/token", "sign-in");
        check("POST", "/rst2.srf", "ws-trust");
        check("CONNECT", "", "tunnel");
        check("GET", "", "sign-in");
    }
}

#[test]
fn device_sign_in_of_every_cloud() {
    let catalog = catalog();
    for host in [
        "device.login.microsoftonline.com",
        "device.login.microsoftonline.us",
        "device.login.partner.microsoftonline.cn",
        "device.login.microsoftonline.de",
        "certauth.login.microsoftonline.com",
        "t11111111-2222-4333-8444-555555555555.certauth.login.microsoftonline.us",
    ] {
        check(
            &catalog,
            &format!("GET {host}/common/DeviceAuthTls/reprocess2"),
            "device-auth",
        );
        check(
            &catalog,
            &format!("GET {host}/common/reprocess"),
            "reprocess",
        );
        check(
            &catalog,
            &format!("POST {host}/common/oauth2/token"),
            "token",
        );
        check(&catalog, &format!("CONNECT {host}"), "tunnel");
    }
}

#[test]
fn registration_of_every_cloud() {
    let catalog = catalog();
    let id = "11111111-2222-3333-4444-555555555555";
    for host in [
        "enterpriseregistration.windows.net",
        "enterpriseregistration.microsoftonline.us",
        "enterpriseregistration.partner.microsoftonline.cn",
        "EnterpriseRegistration.contoso.example",
    ] {
        let check = |method: &str, rest: &str, expected| {
            check(&catalog, &format!("{method} {host}{rest}"), expected);
        };
        check(
            "GET",
            "/contoso.example/Discover?api-version=1.9",
            "discover",
        );
        check(
            "GET",
            &format!("/{id}/enrollmentserver/contract?api-version=1.2"),
            "discover",
        );
        check("POST", "/EnrollmentServer/device/?api-version=2.0", "join");
        check(
            "PUT",
            &format!("/EnrollmentServer/device/{id}?api-version=2.0"),
            "hybrid-join",
        );
        check(
            "DELETE",
            &format!("/EnrollmentServer/device/{id}?api-version=1.0"),
            "leave",
        );
        check(
            "POST",
            "/EnrollmentServer/key/?api-version=1.0",
            "hello-key",
        );
        check("POST", "/EnrollmentServer/nonce/?api-version=1.0", "nonce");
        check("GET", &format!("/webauthn/{id}/"), "fido");
        check("PATCH", &format!("/manage/{id}/x"), "manage");
        check(
            "GET",
            &format!("/EnrollmentServer/device/{id}"),
            "registration",
        );
        check("GET", "/", "registration");
        check("CONNECT", "", "tunnel");
    }
}

#[test]
fn federations_by_path() {
    let catalog = catalog();
    for (request, expected) in [
        ("GET sts.contoso.example/adfs/services/trust/mex", "mex"),
        (
            "POST sts.contoso.example/adfs/services/trust/13/usernamemixed",
            "ws-trust",
        ),
        (
            "POST sts.contoso.example/adfs/services/trust/2005/windowstransport",
            "ws-trust",
        ),
        (
            "POST idp.contoso.example/app/trust/13/certificatemixed",
            "ws-trust",
        ),
        (
            "GET sts.contoso.example/adfs/ls/?wa=wsignin1.0",
            "federation-page",
        ),
        (
            "GET sts.contoso.example/FederationMetadata/2007-06/FederationMetadata.xml",
            "federation-page",
        ),
        ("POST sts.contoso.example/adfs/oauth2/token", "token"),
        (
            "POST sts.contoso.example/adfs/oauth2/token/ grant_type=srv_challenge",
            "nonce",
        ),
        ("GET sts.contoso.example/adfs/oauth2/authorize", "authorize"),
        (
            "GET sts.contoso.example/adfs/.well-known/openid-configuration",
            "openid-configuration",
        ),
        (
            "POST autologon.microsoftazuread-sso.com/contoso.example/winauth/trust/2005/windowstransport",
            "ws-trust",
        ),
        (
            "GET autologon.microsoftazuread-sso.com/contoso.example/winauth/sso",
            "seamless-sso",
        ),
    ] {
        check(&catalog, request, expected);
    }
}

#[test]
fn device_management_and_what_comes_before() {
    let catalog = catalog();
    let svc =
        "POST enrollment.manage.microsoft.com/ENROLLMENTSERVER/DEVICEENROLLMENTWEBSERVICE.SVC";
    let policy = format!("{svc} <Action>…/IPolicy/GetPolicies</Action>");
    let enrol = format!("{svc} <Action>…/enrollment/RST/wstep</Action>");
    for (request, expected) in [
        (
            "POST enrollment.manage.microsoft.com/EnrollmentServer/Discovery.svc",
            "mdm-discover",
        ),
        (
            "GET enterpriseenrollment.contoso.example/EnrollmentServer/Discovery.svc",
            "mdm-discover",
        ),
        (
            "POST enrollment.manage.microsoft.us/EnrollmentServer/Discovery.svc",
            "mdm-discover",
        ),
        (&*policy, "mdm-policy"),
        (&*enrol, "mdm-enrol"),
        (svc, "mdm-enrol"),
        (
            "POST mdm.contoso.example/EnrollmentServer/PolicyService.svc",
            "mdm-policy",
        ),
        (
            "POST mdm.contoso.example/own.svc …/enrollment/RST/wstep",
            "mdm-enrol",
        ),
        (
            "GET portal.manage.microsoft.com/TermsofUse.aspx",
            "terms-of-use",
        ),
        (
            "POST r.manage.microsoft.com/devicegatewayproxy/cimhandler.ashx?mode=Maintenance&Platform=WoA",
            "oma-dm",
        ),
        (
            "POST mdm.contoso.example/sync?mode=Maintenance&Platform=WoA",
            "oma-dm",
        ),
        ("POST mdm.contoso.example/sync?other=1", "-"),
        ("GET portal.manage.microsoft.com/x", "management"),
        ("POST ztd.dds.microsoft.com/devices/x", "autopilot"),
        ("POST cs.dds.microsoft.com/x", "autopilot-settings"),
        (
            "GET vendor-keyid-0123.microsoftaik.azure.net/templates/Aik/scep?operation=GetCACaps",
            "aik",
        ),
        (
            "GET ekcert.spserv.microsoft.com/EKCertificate/GetEKCertificate/v1",
            "ek",
        ),
        ("GET ekop.intel.com/ekcertservice", "ek"),
        (
            "GET www.msftconnecttest.com/connecttest.txt",
            "connectivity",
        ),
        (
            "GET 169.254.169.254/metadata/identity/info",
            "instance-metadata",
        ),
        ("GET pas.windows.net/x", "vm-registration"),
        ("POST login.live.com/RST2.srf", "personal-account"),
        ("GET aadcdn.msauth.net/ests/2.1/x.js", "sign-in-asset"),
        ("CONNECT aadcdn.msauth.net", "-"),
    ] {
        check(&catalog, request, expected);
    }
}

#[test]
fn what_only_looks_like_an_endpoint() {
    let catalog = catalog();
    for (request, expected) in [
        (
            "POST evil-login.microsoftonline.com.example/common/oauth2/token",
            "oauth",
        ),
        (
            "POST login.microsoftonline.com.example/common/oauth2/token",
            "oauth",
        ),
        ("GET notlogin.microsoftonline.com/", "-"),
        ("GET login.microsoftonline.com.example/common/login", "-"),
        (
            "GET xenterpriseregistration.windows.net/contoso.example/Discover",
            "-",
        ),
        (
            "GET www.enterpriseregistration.example/contoso.example/Discover",
            "-",
        ),
        ("GET enterpriseregistration/contoso.example/Discover", "-"),
        (
            "GET news.example/?u=https://login.microsoftonline.com/common/oauth2/token",
            "-",
        ),
        ("POST news.example/oauth2token", "-"),
        ("POST notmanage.microsoft.com/devicegatewayproxy/x", "-"),
        ("POST contoso.example/EnrollmentServer/device", "join"),
        (
            "POST contoso.example/EnrollmentServer/devices",
            "management",
        ),
        ("GET 1169.254.169.254/metadata/x", "-"),
        ("CONNECT contoso.example/EnrollmentServer/device", "-"),
        ("", "-"),
    ] {
        check(&catalog, request, expected);
    }
}

/// What the table of endpoints says of one and what the catalogue says of its events.
#[test]
fn every_endpoint_has_a_row_of_the_catalogue() {
    let catalog = catalog();
    for endpoint in catalog.endpoints.rows() {
        let row = catalog.events.find("HTTP", "", endpoint.id, 0);
        let row = row.and_then(|row| catalog.events.rows().get(row));
        let row = row.unwrap_or_else(|| panic!("{} has no row", endpoint.word));
        assert_eq!(row.stage, endpoint.stage, "{}", endpoint.word);
        assert_eq!(row.status, Some("http:status"), "{}", endpoint.word);
    }
    let http = catalog.events.provider("HTTP");
    let known = |id| id == 0 || catalog.endpoints.rows().iter().any(|row| row.id == id);
    for row in catalog.events.rows() {
        assert!(
            Some(row.provider) != http || known(row.id),
            "HTTP/{}",
            row.id
        );
    }
}
