//! The table of known sections and fields.
//!
//! Names are compared by their letters and digits alone, without case: the
//! generations differ in blanks and capitals (`HTTP status`, `Https Status`).
//! Older generations print fields in another section than the one named here,
//! so a name that its own section does not have is looked up everywhere.
//! Grades: specified in the vendor's articles, unless a row says observed,
//! which means that published transcripts show it.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::report::SectionKind::{
    self, DeviceDetails, DeviceState, Diagnostics, NgcPrerequisites, SsoState, SystemProxy,
    TenantDetails, UrlProxy, UserProxy, UserState, WinHttpProxy, WorkAccount,
};

/// The type of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// YES or NO.
    YesNo,
    /// YES or NO on some devices, words on others.
    Answer,
    /// One line of free text.
    Text,
    /// Free text that can go on over several lines.
    Message,
    /// An absolute address.
    Url,
    /// One long word without blanks, such as Base64.
    Word,
    /// A GUID.
    Guid,
    /// A SHA-1 hash in hexadecimal.
    Thumbprint,
    /// A time in UTC.
    Time,
    /// Two times in UTC.
    TimeSpan,
    /// A hexadecimal code.
    Code,
    /// A decimal number.
    Number,
    /// PASS, FAIL with codes, SKIPPED or a request to elevate.
    Test,
    /// Parts with commas between them.
    List,
}

/// One known field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The section that the current generation prints it in.
    pub section: SectionKind,
    /// The canonical name.
    pub name: &'static str,
    /// Names of other generations.
    pub aliases: &'static [&'static str],
    /// The type of its value.
    pub kind: ValueKind,
    /// Whether it opens a group or belongs to the one that is open.
    pub grouping: Grouping,
}

/// How a field takes part in a group of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grouping {
    /// It stands alone and ends a group.
    Alone,
    /// The rows after it tell about it.
    Head,
    /// It tells about the head before it.
    Member,
}

/// The fields by the letters and digits of their names.
static BY_NAME: LazyLock<HashMap<String, Vec<&'static FieldSpec>>> = LazyLock::new(|| {
    let mut by_name: HashMap<String, Vec<&FieldSpec>> = HashMap::new();
    for spec in FIELDS {
        for name in spec.aliases.iter().chain([&spec.name]) {
            by_name
                .entry(significant(name).collect())
                .or_default()
                .push(spec);
        }
    }
    by_name
});

/// Looks a printed name up: first in its section, then in all of them.
pub fn find(section: Option<SectionKind>, name: &str) -> Option<&'static FieldSpec> {
    let fitting = BY_NAME.get(&significant(name).collect::<String>())?;
    let here = fitting.iter().find(|spec| Some(spec.section) == section);
    here.or_else(|| fitting.iter().find(|spec| spec.is_found_elsewhere()))
        .copied()
}

/// The section of a printed title; `None` for a title that is not known.
pub fn section_of_title(title: &str) -> Option<SectionKind> {
    let unnumbered = title.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    TITLES
        .iter()
        .find(|(known, kind)| {
            same_name(
                known,
                if *kind == WorkAccount {
                    unnumbered
                } else {
                    title
                },
            )
        })
        .map(|(_, kind)| *kind)
}

/// Whether two names have the same letters and digits, without case.
fn same_name(known: &str, printed: &str) -> bool {
    significant(known).eq(significant(printed))
}

fn significant(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
}

const TITLES: &[(&str, SectionKind)] = &[
    ("Device State", DeviceState),
    ("Device Details", DeviceDetails),
    ("Tenant Details", TenantDetails),
    ("User State", UserState),
    ("SSO State", SsoState),
    ("Work Account", WorkAccount), // Observed.
    ("Diagnostic Data", Diagnostics),
    ("IE Proxy Config for Current User", UserProxy), // Observed.
    ("IE Proxy Config for System Account", SystemProxy), // Observed.
    ("URL Specific Proxy Config", UrlProxy),         // Observed.
    ("WinHttp Default Proxy Config", WinHttpProxy),  // Observed.
    ("Ngc Prerequisite Check", NgcPrerequisites),
];

const fn field(section: SectionKind, name: &'static str, kind: ValueKind) -> FieldSpec {
    FieldSpec {
        section,
        name,
        aliases: &[],
        kind,
        grouping: Grouping::Alone,
    }
}

const fn head(section: SectionKind, name: &'static str, kind: ValueKind) -> FieldSpec {
    FieldSpec {
        section,
        name,
        aliases: &[],
        kind,
        grouping: Grouping::Head,
    }
}

const fn member(section: SectionKind, name: &'static str, kind: ValueKind) -> FieldSpec {
    FieldSpec {
        section,
        name,
        aliases: &[],
        kind,
        grouping: Grouping::Member,
    }
}

impl FieldSpec {
    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// The members of the Virtual Desktop group have names that are ordinary
    /// words, so they are only known in their own section.
    fn is_found_elsewhere(&self) -> bool {
        self.section != DeviceState || self.grouping != Grouping::Member
    }
}

/// Every known field, by section in the order that the tool prints them.
pub static FIELDS: &[FieldSpec] = &[
    field(DeviceState, "AzureAdJoined", ValueKind::YesNo),
    field(DeviceState, "EnterpriseJoined", ValueKind::YesNo),
    field(DeviceState, "DomainJoined", ValueKind::YesNo),
    field(DeviceState, "DomainName", ValueKind::Text),
    head(DeviceState, "Virtual Desktop", ValueKind::Answer),
    // The form of these four rows is assumed; only their names are specified.
    member(DeviceState, "Provider", ValueKind::Text),
    member(DeviceState, "Type", ValueKind::Text),
    member(DeviceState, "User mode", ValueKind::Text),
    member(DeviceState, "Extensions", ValueKind::Text),
    field(DeviceState, "Device Name", ValueKind::Text), // Observed.
    field(DeviceDetails, "DeviceId", ValueKind::Guid),
    field(DeviceDetails, "Thumbprint", ValueKind::Thumbprint),
    field(
        DeviceDetails,
        "DeviceCertificateValidity",
        ValueKind::TimeSpan,
    ),
    field(DeviceDetails, "KeyContainerId", ValueKind::Guid),
    field(DeviceDetails, "KeyProvider", ValueKind::Text),
    field(DeviceDetails, "TpmProtected", ValueKind::YesNo),
    field(DeviceDetails, "DeviceAuthStatus", ValueKind::Test),
    field(TenantDetails, "TenantName", ValueKind::Text),
    field(TenantDetails, "TenantId", ValueKind::Guid),
    field(TenantDetails, "Idp", ValueKind::Text),
    field(TenantDetails, "AuthCodeUrl", ValueKind::Url),
    field(TenantDetails, "AccessTokenUrl", ValueKind::Url),
    field(TenantDetails, "MdmUrl", ValueKind::Url),
    field(TenantDetails, "MdmTouUrl", ValueKind::Url),
    field(TenantDetails, "MdmComplianceUrl", ValueKind::Url).also(&["dmComplianceUrl"]),
    field(TenantDetails, "SettingsUrl", ValueKind::Word),
    field(TenantDetails, "JoinSrvVersion", ValueKind::Text),
    field(TenantDetails, "JoinSrvUrl", ValueKind::Url),
    field(TenantDetails, "JoinSrvId", ValueKind::Word),
    field(TenantDetails, "KeySrvVersion", ValueKind::Text),
    field(TenantDetails, "KeySrvUrl", ValueKind::Url),
    field(TenantDetails, "KeySrvId", ValueKind::Word),
    field(TenantDetails, "WebAuthNSrvVersion", ValueKind::Text),
    field(TenantDetails, "WebAuthNSrvUrl", ValueKind::Url),
    field(TenantDetails, "WebAuthNSrvId", ValueKind::Word),
    field(TenantDetails, "DeviceManagementSrvVer", ValueKind::Text)
        .also(&["DeviceManagementSrvVersion"]),
    field(TenantDetails, "DeviceManagementSrvUrl", ValueKind::Url),
    field(TenantDetails, "DeviceManagementSrvId", ValueKind::Word),
    field(UserState, "NgcSet", ValueKind::YesNo),
    field(UserState, "NgcKeyId", ValueKind::Guid),
    field(UserState, "CanReset", ValueKind::Text),
    field(UserState, "WorkplaceJoined", ValueKind::YesNo),
    field(UserState, "WorkAccountCount", ValueKind::Number), // Observed.
    field(UserState, "WamDefaultSet", ValueKind::YesNo),
    field(UserState, "WamDefaultAuthority", ValueKind::Text),
    field(UserState, "WamDefaultId", ValueKind::Url),
    field(UserState, "WamDefaultGUID", ValueKind::Guid),
    field(SsoState, "AzureAdPrt", ValueKind::YesNo),
    field(SsoState, "AzureAdPrtUpdateTime", ValueKind::Time),
    field(SsoState, "AzureAdPrtExpiryTime", ValueKind::Time),
    field(SsoState, "AzureAdPrtAuthority", ValueKind::Url),
    head(SsoState, "AcquirePrtDiagnostics", ValueKind::Text),
    head(SsoState, "RefreshPrtDiagnostics", ValueKind::Text),
    member(SsoState, "Previous Prt Attempt", ValueKind::Time),
    member(SsoState, "Attempt Status", ValueKind::Code),
    member(SsoState, "User Identity", ValueKind::Text),
    member(SsoState, "Credential Type", ValueKind::Text),
    member(SsoState, "Correlation ID", ValueKind::Guid),
    member(SsoState, "Endpoint URI", ValueKind::Url),
    member(SsoState, "HTTP Method", ValueKind::Text),
    member(SsoState, "HTTP Error", ValueKind::Code),
    member(SsoState, "HTTP Status", ValueKind::Number).also(&["Https Status"]),
    member(SsoState, "Server Error Code", ValueKind::Text),
    member(SsoState, "Server Error Description", ValueKind::Message),
    field(SsoState, "EnterprisePrt", ValueKind::YesNo),
    field(SsoState, "EnterprisePrtUpdateTime", ValueKind::Time),
    field(SsoState, "EnterprisePrtExpiryTime", ValueKind::Time),
    field(SsoState, "EnterprisePrtAuthority", ValueKind::Url),
    field(SsoState, "OnPremTgt", ValueKind::YesNo),
    field(SsoState, "CloudTgt", ValueKind::YesNo),
    field(SsoState, "KerbTopLevelNames", ValueKind::List),
    field(WorkAccount, "WorkplaceDeviceId", ValueKind::Guid),
    field(WorkAccount, "WorkplaceThumbprint", ValueKind::Thumbprint),
    // Observed in Work Account sections, from here to the next mark.
    field(
        WorkAccount,
        "DeviceCertificateValidity",
        ValueKind::TimeSpan,
    ),
    field(WorkAccount, "KeyContainerId", ValueKind::Guid),
    field(WorkAccount, "KeyProvider", ValueKind::Text),
    field(WorkAccount, "TpmProtected", ValueKind::YesNo),
    field(WorkAccount, "WorkplaceIdp", ValueKind::Text),
    field(WorkAccount, "WorkplaceTenantId", ValueKind::Guid),
    field(WorkAccount, "WorkplaceTenantName", ValueKind::Text),
    field(WorkAccount, "WorkplaceMdmUrl", ValueKind::Url),
    field(WorkAccount, "WorkplaceSettingsUrl", ValueKind::Word),
    field(WorkAccount, "NgcSet", ValueKind::YesNo),
    // Before the join, specified again.
    field(Diagnostics, "Diagnostics Reference", ValueKind::Url),
    field(Diagnostics, "User Context", ValueKind::Text),
    field(Diagnostics, "Client Time", ValueKind::Time),
    field(Diagnostics, "AD Connectivity Test", ValueKind::Test),
    field(Diagnostics, "AD Configuration Test", ValueKind::Test),
    field(Diagnostics, "DRS Discovery Test", ValueKind::Test),
    field(Diagnostics, "DRS Connectivity Test", ValueKind::Test),
    field(Diagnostics, "Kerberos Ticket Test", ValueKind::Test), // Observed.
    field(Diagnostics, "Token acquisition Test", ValueKind::Test),
    field(Diagnostics, "Fallback to Sync-Join", ValueKind::Text),
    field(Diagnostics, "Fallback to Fed-Join", ValueKind::Text), // Observed.
    head(Diagnostics, "Previous Registration", ValueKind::Time),
    member(Diagnostics, "Registration Type", ValueKind::Text),
    member(Diagnostics, "Error Phase", ValueKind::Text),
    member(Diagnostics, "Client ErrorCode", ValueKind::Code),
    member(Diagnostics, "Server ErrorCode", ValueKind::Text),
    member(Diagnostics, "Server Error SubCode", ValueKind::Text), // Assumed.
    member(Diagnostics, "Server Message", ValueKind::Message),
    member(Diagnostics, "HTTP Status", ValueKind::Number).also(&["Https Status"]),
    member(Diagnostics, "Request Id", ValueKind::Guid),
    // After the join.
    field(Diagnostics, "AadRecoveryEnabled", ValueKind::YesNo),
    field(Diagnostics, "Executing Account Name", ValueKind::List), // Observed.
    field(Diagnostics, "KeySignTest", ValueKind::Test),
    field(Diagnostics, "DisplayNameUpdated", ValueKind::Answer), // Observed.
    field(Diagnostics, "OsVersionUpdated", ValueKind::Answer),   // Observed.
    field(Diagnostics, "HostNameUpdated", ValueKind::Answer),    // Observed.
    field(Diagnostics, "Last HostName Update", ValueKind::Answer), // Observed.
    // The proxy sections are observed.
    field(UserProxy, "Auto Detect Settings", ValueKind::YesNo),
    field(UserProxy, "Auto-Configuration URL", ValueKind::Url),
    field(UserProxy, "Proxy Server List", ValueKind::Text),
    field(UserProxy, "Proxy Bypass List", ValueKind::Text),
    field(UrlProxy, "Auto Detect PAC Status", ValueKind::Message),
    field(UrlProxy, "Access Type", ValueKind::Text),
    field(UrlProxy, "Proxy Server", ValueKind::Text),
    field(UrlProxy, "Proxy Bypass", ValueKind::Text),
    field(NgcPrerequisites, "NgcPreReq", ValueKind::Answer), // Observed.
    field(NgcPrerequisites, "IsDeviceJoined", ValueKind::YesNo),
    field(NgcPrerequisites, "IsUserAzureAD", ValueKind::YesNo),
    field(NgcPrerequisites, "PolicyEnabled", ValueKind::YesNo),
    field(NgcPrerequisites, "PostLogonEnabled", ValueKind::YesNo),
    field(NgcPrerequisites, "DeviceEligible", ValueKind::YesNo),
    field(NgcPrerequisites, "SessionIsNotRemote", ValueKind::YesNo),
    field(NgcPrerequisites, "CertEnrollment", ValueKind::Text),
    field(NgcPrerequisites, "AdfsRefreshToken", ValueKind::YesNo),
    field(NgcPrerequisites, "AdfsRaIsReady", ValueKind::YesNo),
    field(NgcPrerequisites, "LogonCertTemplateReady", ValueKind::YesNo),
    field(NgcPrerequisites, "OnPremTGT", ValueKind::YesNo).also(&["CloudTGT"]),
    field(NgcPrerequisites, "PreReqResult", ValueKind::Text),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(section: Option<SectionKind>, name: &str, expected: Option<(SectionKind, &str)>) {
        let found = find(section, name).map(|spec| (spec.section, spec.name));
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn names_are_found_in_every_spelling() {
        check(None, "AzureAdJoined", Some((DeviceState, "AzureAdJoined")));
        check(None, "device name", Some((DeviceState, "Device Name")));
        check(
            None,
            "dmComplianceUrl",
            Some((TenantDetails, "MdmComplianceUrl")),
        );
        check(
            Some(Diagnostics),
            "Https Status",
            Some((Diagnostics, "HTTP Status")),
        );
        check(
            Some(SsoState),
            "HTTP status",
            Some((SsoState, "HTTP Status")),
        );
        check(
            Some(NgcPrerequisites),
            "CloudTGT",
            Some((NgcPrerequisites, "OnPremTGT")),
        );
        check(Some(SsoState), "CloudTgt", Some((SsoState, "CloudTgt")));
        check(
            Some(WinHttpProxy),
            "Access Type",
            Some((UrlProxy, "Access Type")),
        );
        check(Some(DeviceState), "Idp", Some((TenantDetails, "Idp")));
        check(Some(DeviceState), "Type", Some((DeviceState, "Type")));
        check(Some(SsoState), "Type", None);
        check(None, "AzureAdJoine", None);
        check(None, "", None);
    }

    #[test]
    fn titles() {
        assert_eq!(section_of_title("SSO State"), Some(SsoState));
        assert_eq!(section_of_title("Work Account 12"), Some(WorkAccount));
        assert_eq!(section_of_title("Device State 1"), None);
        assert_eq!(section_of_title("+"), None);
    }

    #[test]
    fn no_name_means_two_fields_of_one_section() {
        for (name, specs) in BY_NAME.iter() {
            let mut sections: Vec<_> = specs.iter().map(|spec| spec.section).collect();
            sections.sort();
            sections.dedup();
            assert_eq!(sections.len(), specs.len(), "{name}");
        }
    }
}
