//! Lists the flow files, so that adding one edits no Rust.
//!
//! Reads nothing but this repository and writes nothing but the list of `include_str!`s.

use std::fmt::Write as _;
use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let folder = Path::new(&root).join("rules/flows");
    let mut names: Vec<String> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    names.sort();
    let mut list = String::from(
        "/// Name and text of every flow file.\npub(super) const FLOWS: &[(&str, &str)] = &[\n",
    );
    for name in names {
        let path = folder.join(&name);
        let path = path.display().to_string();
        let _ = writeln!(list, "    ({name:?}, include_str!({path:?})),");
    }
    list.push_str("];\n");
    println!("cargo::rerun-if-changed=rules/flows");
    fs::write(Path::new(&out).join("flows.rs"), list)
}
