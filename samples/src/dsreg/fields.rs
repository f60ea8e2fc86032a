//! Which fields a release prints for a device in a state, with invented values.
//!
//! Device and tenant details are printed for joined devices only; the diagnostics before a join are
//! printed for domain members that are not joined.

/// Release of Windows whose field set is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// Windows 10 1511: two big sections.
    V1511,
    /// Windows 10 1803: sections are split, diagnostics appear.
    V1803,
    /// Windows 11 21H2: token diagnostics, cloud Kerberos tickets.
    V21H2,
    /// Windows 11 23H2: the prerequisite check says `OnPremTGT` instead of `CloudTGT`.
    V23H2,
}

/// What the device is joined to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinState {
    /// Nothing.
    None,
    /// Entra ID.
    Entra,
    /// Entra ID and a domain.
    Hybrid,
    /// A domain only.
    DomainOnly,
    /// Nothing, but an account is registered with Entra ID.
    Registered,
}

pub(super) const SSO_STATE: &str = "SSO State";
const DEVICE_STATE: &str = "Device State";
const DEVICE_DETAILS: &str = "Device Details";
const TENANT_DETAILS: &str = "Tenant Details";
const USER_STATE: &str = "User State";
const DIAGNOSTICS: &str = "Diagnostic Data";
const ACCOUNT: &str = "Work Account 1";
const PROXY_USER: &str = "IE Proxy Config for Current User";
const PROXY_SYSTEM: &str = "WinHttp Default Proxy Config";
const PREREQUISITES: &str = "Ngc Prerequisite Check";

/// In which states a field is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    Joined,
    BeforeJoin,
    Registered,
}

use Release::{V21H2, V23H2, V1511, V1803};
use When::{Always, BeforeJoin, Joined, Registered};

type Row = (
    &'static str,
    &'static str,
    &'static str,
    Release,
    Option<Release>,
    When,
);

/// Section, key, value, first release, first release without it, condition; in printed order.
/// An empty value may be filled in from the state.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    (DEVICE_STATE, "AzureAdJoined", "", V1511, None, Always),
    (DEVICE_STATE, "EnterpriseJoined", "NO", V1511, None, Always),
    (DEVICE_STATE, "DomainJoined", "", V1803, None, Always),
    (DEVICE_STATE, "DomainName", "CONTOSO", V1803, None, Always),
    (DEVICE_STATE, "Virtual Desktop", "NOT SET", V23H2, None, Always),
    (DEVICE_STATE, "Device Name", "DESKTOP-EXMPL01", V21H2, None, Always),
    (DEVICE_DETAILS, "DeviceId", "8f4e2b61-9c05-4d37-b1aa-6e70d3c2f914", V1511, None, Joined),
    (DEVICE_DETAILS, "Thumbprint", "3B9D1E70A5C84F2266D0917BE4F8A35C0D7142EB", V1511, None, Joined),
    (DEVICE_DETAILS, "DeviceCertificateValidity", "[ 2026-03-02 07:45:31.000 UTC -- 2036-03-02 08:15:31.000 UTC ]", V21H2, None, Joined),
    (DEVICE_DETAILS, "KeyContainerId", "d27a40c3-1f68-4b9e-8052-c9e6b13f7a04", V1511, None, Joined),
    (DEVICE_DETAILS, "KeyProvider", "Microsoft Platform Crypto Provider", V1511, None, Joined),
    (DEVICE_DETAILS, "TpmProtected", "YES", V1511, None, Joined),
    (DEVICE_DETAILS, "DeviceAuthStatus", "SUCCESS", V21H2, None, Joined),
    (DEVICE_DETAILS, "KeySignTest:", "MUST Run elevated to test.", V1511, Some(V1803), Joined),
    (TENANT_DETAILS, "TenantName", "Contoso", V1511, None, Joined),
    (TENANT_DETAILS, "TenantId", "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18", V1511, None, Joined),
    (TENANT_DETAILS, "Idp", "login.windows.net", V1511, None, Joined),
    (TENANT_DETAILS, "AuthCodeUrl", "https://login.microsoftonline.com/5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18/oauth2/authorize", V1511, None, Joined),
    (TENANT_DETAILS, "AccessTokenUrl", "https://login.microsoftonline.com/5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18/oauth2/token", V1511, None, Joined),
    (TENANT_DETAILS, "MdmUrl", "https://enrollment.manage.microsoft.com/EnrollmentServer/Discovery.svc", V1511, None, Joined),
    (TENANT_DETAILS, "MdmTouUrl", "https://portal.manage.microsoft.com/TermsofUse.aspx", V1511, None, Joined),
    (TENANT_DETAILS, "dmComplianceUrl", "https://portal.manage.microsoft.com/?portalAction=Compliance", V1511, Some(V1803), Joined),
    (TENANT_DETAILS, "MdmComplianceUrl", "https://portal.manage.microsoft.com/?portalAction=Compliance", V1803, None, Joined),
    (TENANT_DETAILS, "SettingsUrl", "", V1511, None, Joined),
    (TENANT_DETAILS, "JoinSrvVersion", "2.0", V1511, None, Joined),
    (TENANT_DETAILS, "JoinSrvUrl", "https://enterpriseregistration.windows.net/EnrollmentServer/device/", V1511, None, Joined),
    (TENANT_DETAILS, "JoinSrvId", "urn:ms-drs:enterpriseregistration.windows.net", V1511, None, Joined),
    (TENANT_DETAILS, "KeySrvVersion", "1.0", V1511, None, Joined),
    (TENANT_DETAILS, "KeySrvUrl", "https://enterpriseregistration.windows.net/EnrollmentServer/key/", V1511, None, Joined),
    (TENANT_DETAILS, "KeySrvId", "urn:ms-drs:enterpriseregistration.windows.net", V1511, None, Joined),
    (TENANT_DETAILS, "WebAuthNSrvVersion", "1.0", V21H2, None, Joined),
    (TENANT_DETAILS, "WebAuthNSrvUrl", "https://enterpriseregistration.windows.net/webauthn/5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18/", V21H2, None, Joined),
    (TENANT_DETAILS, "WebAuthNSrvId", "urn:ms-drs:enterpriseregistration.windows.net", V21H2, None, Joined),
    (TENANT_DETAILS, "DeviceManagementSrvVer", "1.0", V21H2, None, Joined),
    (TENANT_DETAILS, "DeviceManagementSrvUrl", "https://enterpriseregistration.windows.net/manage/5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18/", V21H2, None, Joined),
    (TENANT_DETAILS, "DeviceManagementSrvId", "urn:ms-drs:enterpriseregistration.windows.net", V21H2, None, Joined),
    (DEVICE_STATE, "DomainJoined", "", V1511, Some(V1803), Always),
    (DEVICE_STATE, "DomainName", "CONTOSO", V1511, Some(V1803), Always),
    (USER_STATE, "NgcSet", "YES", V1511, None, Joined),
    (USER_STATE, "NgcSet", "NO", V1511, None, BeforeJoin),
    (USER_STATE, "NgcKeyId", "{A41F0C57-6E2D-4B83-97D5-1C08F6B3E24A}", V1511, None, Joined),
    (USER_STATE, "CanReset", "DestructiveAndNonDestructive", V21H2, None, Joined),
    (USER_STATE, "WorkplaceJoined", "", V1511, None, Always),
    (USER_STATE, "WorkAccountCount", "1", V21H2, None, Registered),
    (USER_STATE, "WamDefaultSet", "YES", V1511, None, Joined),
    (USER_STATE, "WamDefaultSet", "NO", V1511, None, BeforeJoin),
    (USER_STATE, "WamDefaultAuthority", "organizations", V1511, None, Joined),
    (USER_STATE, "WamDefaultId", "https://login.microsoft.com", V1511, None, Joined),
    (USER_STATE, "WamDefaultGUID", "{B16898C6-A148-4967-9171-64D755DA8520} (AzureAd)", V1511, None, Joined),
    (SSO_STATE, "AzureAdPrt", "YES", V1511, None, Joined),
    (SSO_STATE, "AzureAdPrt", "NO", V1511, None, BeforeJoin),
    (SSO_STATE, "AzureAdPrtUpdateTime", "2026-03-02 08:20:05.000 UTC", V1803, None, Joined),
    (SSO_STATE, "AzureAdPrtExpiryTime", "2026-03-16 08:20:04.000 UTC", V1803, None, Joined),
    (SSO_STATE, "AzureAdPrtAuthority", "https://login.microsoftonline.com/5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18", V1511, None, Joined),
    (SSO_STATE, "AzureAdPrtAuthority", "", V1511, None, BeforeJoin),
    (SSO_STATE, "EnterprisePrt", "NO", V1511, None, Always),
    (SSO_STATE, "EnterprisePrtAuthority", "", V1511, None, Always),
    (SSO_STATE, "OnPremTgt", "NO", V21H2, None, Joined),
    (SSO_STATE, "CloudTgt", "YES", V21H2, None, Joined),
    (SSO_STATE, "KerbTopLevelNames", ".windows.net,.windows.net:1433,.windows.net:3342,.azure.net,.azure.net:1433,.azure.net:3342", V21H2, None, Joined),
    (ACCOUNT, "WorkplaceDeviceId", "b06d3e94-27f1-4a58-8c63-f51e0a9d7b42", V1511, None, Registered),
    (ACCOUNT, "WorkplaceThumbprint", "9E04C7B1D25F386AA07C41E8F3B95D620C18FA73", V1511, None, Registered),
    (ACCOUNT, "WorkplaceIdp", "login.windows.net", V1511, None, Registered),
    (ACCOUNT, "WorkplaceTenantId", "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18", V1511, None, Registered),
    (ACCOUNT, "WorkplaceTenantName", "Contoso", V1511, None, Registered),
    (DIAGNOSTICS, "Diagnostics Reference", "www.microsoft.com/aadjerrors", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "User Context", "UN-ELEVATED User", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "Client Time", "2026-03-02 08:25:00.000 UTC", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "AD Connectivity Test", "PASS", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "AD Configuration Test", "PASS", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "DRS Discovery Test", "PASS", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "DRS Connectivity Test", "PASS", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "Token acquisition Test", "SKIPPED", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "Fallback to Sync-Join", "ENABLED", V1803, None, BeforeJoin),
    (DIAGNOSTICS, "AadRecoveryEnabled", "NO", V21H2, None, Joined),
    (DIAGNOSTICS, "Executing Account Name", "AzureAD\\AdaExample, ada@contoso.example", V21H2, None, Joined),
    (DIAGNOSTICS, "KeySignTest", "PASSED", V1803, None, Joined),
    (DIAGNOSTICS, "DisplayNameUpdated", "Managed by MDM", V21H2, None, Joined),
    (DIAGNOSTICS, "OsVersionUpdated", "Managed by MDM", V21H2, None, Joined),
    (DIAGNOSTICS, "HostNameUpdated", "YES", V21H2, None, Joined),
    (DIAGNOSTICS, "Last HostName Update", "NONE", V21H2, None, Joined),
    (PROXY_USER, "Auto Detect Settings", "YES", V21H2, None, Always),
    (PROXY_USER, "Auto-Configuration URL", "", V21H2, None, Always),
    (PROXY_USER, "Proxy Server List", "", V21H2, None, Always),
    (PROXY_USER, "Proxy Bypass List", "", V21H2, None, Always),
    (PROXY_SYSTEM, "Access Type", "DIRECT", V21H2, None, Always),
    (PREREQUISITES, "IsDeviceJoined", "", V1803, None, Always),
    (PREREQUISITES, "IsUserAzureAD", "", V1511, None, Always),
    (PREREQUISITES, "PolicyEnabled", "", V1511, None, Always),
    (PREREQUISITES, "PostLogonEnabled", "YES", V1803, None, Always),
    (PREREQUISITES, "DeviceEligible", "YES", V1511, None, Always),
    (PREREQUISITES, "SessionIsNotRemote", "YES", V1511, None, Always),
    (PREREQUISITES, "CertEnrollment", "none", V1803, None, Always),
    (PREREQUISITES, "CloudTGT", "YES", V21H2, Some(V23H2), Joined),
    (PREREQUISITES, "OnPremTGT", "YES", V23H2, None, Joined),
    (PREREQUISITES, "PreReqResult", "", V1511, None, Always),
];

/// Keys whose empty value says whether the device is joined to Entra ID.
const SAYS_JOINED: [&str; 4] = [
    "AzureAdJoined",
    "IsDeviceJoined",
    "IsUserAzureAD",
    "PolicyEnabled",
];

/// Section, key and value of every field, in printed order.
pub(super) fn fields(
    release: Release,
    state: JoinState,
) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let is_printed = move |row: &&Row| {
        let (_, key, _, first, end, when) = **row;
        let in_release = first <= release && end.is_none_or(|end| release < end);
        let has_domain = matches!(state, JoinState::Hybrid | JoinState::DomainOnly);
        in_release && applies(when, key, state) && (key != "DomainName" || has_domain)
    };
    ROWS.iter()
        .filter(is_printed)
        .map(move |(section, key, value, ..)| {
            (
                section_in(release, section),
                *key,
                value_in(key, value, state).to_owned(),
            )
        })
}

fn applies(when: When, key: &str, state: JoinState) -> bool {
    let is_joined = matches!(state, JoinState::Entra | JoinState::Hybrid);
    // Of what is printed before a join, the diagnostics are for domain members only.
    let is_user_field = matches!(
        key,
        "NgcSet" | "WamDefaultSet" | "AzureAdPrt" | "AzureAdPrtAuthority"
    );
    match when {
        Always => true,
        Joined => is_joined,
        BeforeJoin => !is_joined && (is_user_field || state == JoinState::DomainOnly),
        Registered => state == JoinState::Registered,
    }
}

/// The section's title in a release: before the split there are two, and the prerequisites.
fn section_in(release: Release, section: &'static str) -> &'static str {
    match section {
        DEVICE_DETAILS | TENANT_DETAILS if release < V1803 => DEVICE_STATE,
        SSO_STATE if release < V1803 => USER_STATE,
        section => section,
    }
}

fn value_in<'a>(key: &str, value: &'a str, state: JoinState) -> &'a str {
    let is_joined = matches!(state, JoinState::Entra | JoinState::Hybrid);
    let yes = |condition| if condition { "YES" } else { "NO" };
    match key {
        "DomainJoined" => yes(matches!(state, JoinState::Hybrid | JoinState::DomainOnly)),
        "WorkplaceJoined" => yes(state == JoinState::Registered),
        "PreReqResult" if is_joined => "WillProvision",
        "PreReqResult" => "WillNotProvision",
        key if SAYS_JOINED.contains(&key) => yes(is_joined),
        _ => value,
    }
}
