//! Lists the flow files and the rule files, so that adding one edits no Rust.
//!
//! Reads nothing but this repository and writes nothing but lists of `include_str!`s.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let (rules, out) = (Path::new(&root).join("rules"), Path::new(&out));
    let flows = files_of(&rules.join("flows"))?;
    list(
        &out.join("flows.rs"),
        "pub(super) const FLOWS",
        "flow",
        &rules.join("flows"),
        &flows,
    )?;
    // A rule lies in the folder of its area; `flows` and `catalog` hold other things.
    let mut found = Vec::new();
    for entry in fs::read_dir(&rules)? {
        let folder = entry?.path();
        let name = folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if folder.is_dir() && !matches!(name, "flows" | "catalog") {
            found.extend(files_of(&folder)?);
        }
    }
    found.sort();
    list(&out.join("rules.rs"), "const RULES", "rule", &rules, &found)?;
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

/// Writes a constant with path (below `root`) and text of every file.
fn list(to: &Path, name: &str, what: &str, root: &Path, files: &[PathBuf]) -> io::Result<()> {
    let mut list =
        format!("/// Name and text of every {what} file.\n{name}: &[(&str, &str)] = &[\n");
    for path in files {
        let below = path
            .strip_prefix(root)
            .unwrap_or(path)
            .display()
            .to_string();
        let below = below.replace('\\', "/");
        let path = path.display().to_string();
        let _ = writeln!(list, "    ({below:?}, include_str!({path:?})),");
    }
    list.push_str("];\n");
    fs::write(to, list)
}
