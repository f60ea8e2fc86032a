//! Where dependencies come from and under which terms, from the lock file and `cargo metadata`.
//!
//! The lock file names the packages of every platform, the metadata those of this one, as only
//! these are sure to be at hand without a network. `deny.toml` holds all of them where its tool is
//! there.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use super::{none, root};

/// Terms under which a dependency may be used. Each is permissive; none asks to open what links it.
const TERMS: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that open connections or download during a build: this program is offline.
const NETWORK: &[&str] = &[
    "curl",
    "curl-sys",
    "h2",
    "hickory-resolver",
    "hyper",
    "isahc",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "socket2",
    "surf",
    "tokio",
    "tonic",
    "tungstenite",
    "ureq",
    "webpki-roots",
];

/// Whether an SPDX expression can be met by the allowed terms alone.
fn allowed(expression: &str) -> bool {
    // `/` is how older packages write OR.
    let expression = expression.replace('/', " OR ");
    let mut words = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .split_whitespace()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    words.reverse();
    let met = either(&mut words);
    met && words.is_empty()
}

fn either(words: &mut Vec<String>) -> bool {
    let mut met = both(words);
    while words.last().is_some_and(|word| word == "OR") {
        words.pop();
        met |= both(words);
    }
    met
}

fn both(words: &mut Vec<String>) -> bool {
    let mut met = term(words);
    while words.last().is_some_and(|word| word == "AND") {
        words.pop();
        met &= term(words);
    }
    met
}

fn term(words: &mut Vec<String>) -> bool {
    let Some(mut name) = words.pop() else {
        return false;
    };
    if name == "(" {
        let met = either(words);
        return words.pop().is_some_and(|word| word == ")") && met;
    }
    if words.last().is_some_and(|word| word == "WITH") {
        words.pop();
        name = format!("{name} WITH {}", words.pop().unwrap_or_default());
    }
    TERMS.contains(&&*name)
}

/// What this machine builds, as cargo knows it.
fn metadata() -> Value {
    let rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("-vV")
        .output()
        .unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned();
    let cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            &host,
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        cargo.status.success(),
        "{}",
        String::from_utf8_lossy(&cargo.stderr)
    );
    serde_json::from_slice(&cargo.stdout).unwrap()
}

#[test]
fn dependencies_are_permissive() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "the packages were found");
    let mut faults = Vec::new();
    for package in packages {
        let license = package["license"].as_str().unwrap_or_default();
        if !allowed(license) {
            faults.push(format!(
                "{} {} is under {license:?}",
                package["name"], package["version"]
            ));
        }
    }
    none(faults);
}

/// Packages of the lock file: name and version to source, empty for those of this workspace.
fn locked() -> BTreeMap<(String, String), String> {
    let text = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages = text.split("[[package]]").skip(1);
    let of = |package: &str| {
        let value = |key: &str| {
            let line = package
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        ((value("name"), value("version")), value("source"))
    };
    packages.map(of).collect()
}

#[test]
fn dependencies_come_from_the_registry_or_from_here() {
    let locked = locked();
    assert!(locked.len() > 50, "the packages were found");
    let foreign = locked
        .iter()
        .filter(|(_, source)| !source.is_empty() && !source.starts_with("registry+"));
    none(foreign.map(|((name, version), source)| format!("{name} {version} comes from {source}")));
}

#[test]
fn no_dependency_talks_to_a_network() {
    let found = locked()
        .into_keys()
        .map(|(name, _)| name)
        .filter(|name| NETWORK.contains(&&**name));
    none(found);
}

/// Folders of the workspace's members.
fn members() -> Vec<String> {
    let parsers = std::fs::read_dir(root().join("parsers")).unwrap();
    let names = parsers.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    // The fuzz crate is a workspace of its own.
    let mut members: Vec<String> = names
        .filter(|name| name != "fuzz")
        .map(|name| format!("parsers/{name}"))
        .collect();
    members.extend(["samples".to_owned(), ".".to_owned()]);
    members
}

/// Members name a dependency; its version and features are said once, in the root.
#[test]
fn dependencies_are_declared_once() {
    let mut faults = Vec::new();
    for folder in members() {
        let manifest = std::fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
        let mut section = "";
        for line in manifest
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if line.starts_with('[') {
                section = line;
            } else if section.ends_with("dependencies]")
                && section != "[workspace.dependencies]"
                && !line.ends_with(".workspace = true")
            {
                faults.push(format!("{folder}/Cargo.toml: {line}"));
            }
        }
    }
    none(faults);
}

#[test]
fn terms_are_read_as_written() {
    let check = |expression: &str, expected: bool| {
        assert_eq!(allowed(expression), expected, "{expression}");
    };
    check("MIT", true);
    check("MIT/Apache-2.0", true);
    check("GPL-3.0 OR MIT", true);
    check("(MIT OR GPL-2.0) AND Unicode-3.0", true);
    check("Apache-2.0 WITH LLVM-exception OR MIT", true);
    check("MIT AND GPL-3.0", false);
    check("MIT AND (GPL-3.0 OR LGPL-2.1)", false);
    check("MPL-2.0", false);
    check("AGPL-3.0-only", false);
    check("GPL-2.0 WITH Classpath-exception-2.0", false);
    check("", false);
    check("MIT OR", true);
    check("(MIT", false);
}
