//! Lists the rule files with what is read of them at every start, so that adding one edits no Rust.
//!
//! Reads nothing but this repository and writes nothing but that list. YAML takes long to read, so the
//! content of each file stands beside its text as JSON, without the tests in it; the program reads the
//! text where the JSON does not do.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::to_string;
use sha2::{Digest, Sha256};

/// The tables that the digest is made over, in its order; those of rules and flows follow.
const TABLES: [&str; 16] = [
    "apps",
    "endpoints",
    "hosts",
    "http_facts",
    "events",
    "ids",
    "providers",
    "errors",
    "families",
    "facilities",
    "payloads",
    "trace_providers",
    "channels",
    "texts",
    "noise",
    "redact",
];

/// The files that lie in no folder: name, and what they hold. The last one follows the rules in the
/// digest, the others the flows.
const SINGLE: [(&str, &str); 5] = [
    ("context", "What events say of the session they belong to."),
    ("device", "Facts about devices that events state."),
    (
        "clocks",
        "What clocks are measured with, and how they were set.",
    ),
    ("tokens", "Which events get a token and which use one."),
    ("coverage", "Which sources hold what is looked for."),
];

fn main() -> io::Result<()> {
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let rules = Path::new(&root).join("rules");
    let flows = files_of(&rules.join("flows"))?;
    // A rule lies in the folder of its area; `flows` and `catalog` hold other things.
    let mut found = Vec::new();
    for entry in fs::read_dir(&rules)? {
        let folder = entry?.path();
        let name = folder.file_name().and_then(|name| name.to_str());
        if folder.is_dir() && !matches!(name, None | Some("flows" | "catalog")) {
            found.extend(files_of(&folder)?);
        }
    }
    found.sort();

    let mut text = String::new();
    let mut digested: Vec<PathBuf> = Vec::new();
    let tables = TABLES.iter().map(|name| format!("catalog/{name}.tsv"));
    digested.extend(tables.map(|name| rules.join(name)));
    digested.extend(flows.iter().cloned());
    text += &list("FLOWS", "flow", &rules.join("flows"), &flows)?;
    text += &list("RULES", "rule", &rules, &found)?;
    let mut found = Some(found);
    for (name, what) in SINGLE {
        if name == "coverage" {
            digested.extend(found.take().into_iter().flatten());
        }
        let path = rules.join(format!("{name}.yaml"));
        let file = entry(&rules, &path)?;
        let name = name.to_uppercase();
        let _ = writeln!(text, "/// {what}\npub const {name}: RuleFile = {file};");
        digested.push(path);
    }
    let digest = digest(&digested)?;
    let _ = writeln!(text, "const DIGEST: &str = {digest:?};");
    fs::write(Path::new(&out).join("rule_files.rs"), text)?;
    println!("cargo::rerun-if-changed=rules");
    Ok(())
}

/// The YAML files of a folder, sorted.
fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    Ok(files)
}

/// A constant with every file.
fn list(name: &str, what: &str, root: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut list = format!("/// Every {what} file.\npub const {name}: &[RuleFile] = &[\n");
    for path in files {
        let _ = writeln!(list, "{},", entry(root, path)?);
    }
    list.push_str("];\n");
    Ok(list)
}

/// One file: its path below `root`, its text and its content.
fn entry(root: &Path, path: &Path) -> io::Result<String> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = below.display().to_string().replace('\\', "/");
    let prepared = prepared(&fs::read_to_string(path)?);
    let path = path.display().to_string();
    Ok(format!(
        "RuleFile {{ path: {below:?}, text: include_str!({path:?}), prepared: {prepared:?} }}"
    ))
}

/// What a file holds as JSON, in its order; nothing where it is no YAML, as its reader tells that with
/// the line.
fn prepared(text: &str) -> String {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    let content = serde_saphyr::from_str_with_options(text, options);
    let Ok(mut content) = content else {
        return String::new();
    };
    if let Tree::Map(entries) = &mut content {
        entries.retain(|(key, _)| key != "tests");
    }
    content.json()
}

/// YAML of any form, in its order.
enum Tree {
    /// A single value, as JSON.
    Leaf(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    fn json(&self) -> String {
        match self {
            Self::Leaf(json) => json.clone(),
            Self::List(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::json).collect();
                format!("[{}]", parts.join(","))
            }
            Self::Map(entries) => {
                let entry = |(key, value): &(String, Self)| {
                    let key = to_string(key).unwrap_or_default();
                    format!("{key}:{}", value.json())
                };
                let entries: Vec<String> = entries.iter().map(entry).collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfAnyForm)
    }
}

struct OfAnyForm;

impl<'de> Visitor<'de> for OfAnyForm {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf("null".to_owned()))
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf("null".to_owned()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_bool<E>(self, set: bool) -> Result<Tree, E> {
        Ok(Tree::Leaf(set.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Leaf(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Leaf(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Tree, E> {
        if !number.is_finite() {
            return Err(E::custom("JSON has no such number"));
        }
        to_string(&number).map(Tree::Leaf).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        to_string(text).map(Tree::Leaf).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element()? {
            parts.push(part);
        }
        Ok(Tree::List(parts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}

/// SHA-256 over these files, each behind its length, as 16 hex digits.
fn digest(files: &[PathBuf]) -> io::Result<String> {
    let mut digest = Sha256::new();
    for path in files {
        let text = fs::read(path)?;
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    }
    let digest = digest.finalize();
    Ok(digest.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
