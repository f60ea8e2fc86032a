//! Status texts: every field of two states, and a section and a key of the text's own.

use super::{Planting, on_one_line};
use crate::dsreg::{DsregText, JoinState, PrtFailure, Release};

/// Keys whose value is a text, of a device that is joined and of one that is not. Those that say whether
/// it is keep their values, as they decide what is read of the others.
const KEYS: &[&str] = &[
    "DomainName",
    "Device Name",
    "DeviceId",
    "Thumbprint",
    "DeviceCertificateValidity",
    "KeyContainerId",
    "KeyProvider",
    "DeviceAuthStatus",
    "TenantName",
    "TenantId",
    "Idp",
    "AuthCodeUrl",
    "AccessTokenUrl",
    "MdmUrl",
    "SettingsUrl",
    "JoinSrvUrl",
    "KeySrvId",
    "WamDefaultAuthority",
    "WamDefaultGUID",
    "NgcKeyId",
    "AzureAdPrtAuthority",
    "KerbTopLevelNames",
    "Diagnostics Reference",
    "User Context",
    "DRS Discovery Test",
    "Token acquisition Test",
    "Executing Account Name",
    "KeySignTest",
    "Auto-Configuration URL",
    "Proxy Server List",
    "Proxy Bypass List",
    "Access Type",
];

pub(super) fn joined(planting: &Planting<'_>) -> Vec<u8> {
    let text = on_one_line(planting.text);
    let status = DsregText::status(Release::V23H2, JoinState::Hybrid).prt_failure(&PrtFailure {
        time: "2026-03-02 08:15:00.000 UTC".to_owned(),
        status: "0xc000006d".to_owned(),
        user: text.clone(),
        credential: text.clone(),
        correlation_id: text.clone(),
        endpoint: text.clone(),
        http_error: "0x0".to_owned(),
        http_status: 400,
        server_error: text.clone(),
        server_description: text,
    });
    filled(planting, status)
}

pub(super) fn before_join(planting: &Planting<'_>) -> Vec<u8> {
    filled(
        planting,
        DsregText::status(Release::V23H2, JoinState::DomainOnly),
    )
}

/// The text in every field, then the named ones.
fn filled(planting: &Planting<'_>, status: DsregText) -> Vec<u8> {
    let text = on_one_line(planting.text);
    let status = KEYS
        .iter()
        .fold(status, |status, key| status.set(key, &text));
    let named = planting.named.iter();
    let status = named.fold(status, |status, (name, value)| {
        if status.has(name) {
            status.set(name, value)
        } else {
            status.add("Device Details", name, value)
        }
    });
    status.line_above(&text).add(&text, &text, &text).to_bytes()
}
