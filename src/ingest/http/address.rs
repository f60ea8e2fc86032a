//! Parts of an address, and whether they are those of a sign-in, a registration or an enrolment.

/// Host, without user and port, and path, without query and fragment. The path is empty for a tunnel.
pub(super) fn host_and_path(url: &str) -> (&str, &str) {
    let (is_absolute, rest) = match url.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, url),
    };
    if !is_absolute && rest.starts_with('/') {
        return ("", before_query(rest));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    (without_port(host), before_query(path))
}

fn before_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or_default()
}

fn without_port(host: &str) -> &str {
    let Some((name, port)) = host.rsplit_once(':') else {
        return host;
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    // An IPv6 address stands in brackets, so a colon inside of them is no port's.
    if is_port && !name.ends_with(':') && (!name.contains(':') || name.ends_with(']')) {
        name
    } else {
        host
    }
}

/// Hosts of sign-in, registration and enrolment in all clouds: the name itself or one below it.
const HOSTS: &[&str] = &[
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "login.microsoftonline.de",
    "login.microsoft.com",
    "login.windows.net",
    "login.windows.local",
    "login.live.com",
    "logincert.microsoftonline.com",
    "enterpriseregistration.windows.net",
    "enterpriseregistration.microsoftonline.us",
    "enterpriseregistration.partner.microsoftonline.cn",
    "enrollment.manage.microsoft.com",
    "enterpriseenrollment.manage.microsoft.com",
    "manage.microsoft.com",
    "manage.microsoft.us",
    "dm.microsoft.com",
    "ztd.dds.microsoft.com",
    "cs.dds.microsoft.com",
    "microsoftaik.azure.net",
];

/// Beginnings of the hosts that organisations have for the same.
const PREFIXES: &[&str] = &["enterpriseregistration.", "enterpriseenrollment."];

/// Parts of paths that say the same on hosts of any name, as those of AD FS; in lower case.
const PATHS: &[&str] = &[
    "/adfs/",
    "/enrollmentserver/",
    "/oauth2/",
    "/common/userrealm/",
    "/.well-known/openid-configuration",
];

/// Whether the request is about signing in, registering or enrolling, so that its bodies are worth an
/// excerpt.
pub(super) fn is_identity(host: &str, path: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_below = |name: &str| {
        let rest = host.strip_suffix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if HOSTS.iter().any(|name| is_below(name)) || PREFIXES.iter().any(|name| host.starts_with(name))
    {
        return true;
    }
    let path = path.to_ascii_lowercase();
    PATHS.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_paths() {
        let check = |url: &str, host: &str, path: &str| {
            assert_eq!(host_and_path(url), (host, path), "{url}");
        };
        check("https://a.example/b/c?d=/e#f", "a.example", "/b/c");
        check("https://a.example:8443?x", "a.example", "");
        check("http://user:pass@a.example/", "a.example", "/");
        check("a.example:443", "a.example", "");
        check("[2001:db8::1]:443", "[2001:db8::1]", "");
        check("https://[2001:db8::1]/x", "[2001:db8::1]", "/x");
        check("2001:db8::1", "2001:db8::1", "");
        check("/only/path?q", "", "/only/path");
        check("*", "*", "");
        check("", "", "");
    }

    #[test]
    fn what_identity_is_about() {
        let check = |host: &str, path: &str, expected| {
            assert_eq!(is_identity(host, path), expected, "{host}{path}");
        };
        check("login.microsoftonline.com", "/", true);
        check("device.login.microsoftonline.com", "/", true);
        check("LOGIN.microsoftonline.us", "/", true);
        check("notlogin.microsoftonline.com", "/", false);
        check("EnterpriseRegistration.contoso.example", "/", true);
        check("sts.contoso.example", "/adfs/services/trust/mex", true);
        check("contoso.example", "/EnrollmentServer/Discovery.svc", true);
        check("news.example", "/", false);
    }
}
