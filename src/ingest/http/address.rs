//! Parts of an address.

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

/// The query without its question mark and without the fragment; empty where there is none.
pub(super) fn query(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    url.split_once('?').map_or("", |(_, query)| query)
}

/// The fragment without its mark; empty where there is none.
pub(super) fn fragment(url: &str) -> &str {
    url.split_once('#').map_or("", |(_, fragment)| fragment)
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
    fn queries() {
        let check = |url: &str, expected: &str| assert_eq!(query(url), expected, "{url}");
        check("https://a.example/b?c=d&e=/f?g#h?i", "c=d&e=/f?g");
        check("https://a.example/b#c?d", "");
        check("/b?", "");
        check("", "");
    }
}
