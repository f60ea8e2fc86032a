//! Lists the story files, so that adding one edits no Rust.
//!
//! Reads nothing but this repository and writes nothing but the list of `include_str!`s.

use std::fmt::Write as _;
use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let folder = Path::new(&root).join("scenarios");
    let mut names: Vec<String> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| folder.join(name).join("story.yaml").is_file())
        .collect();
    names.sort();
    let mut stories = String::new();
    let mut list = String::new();
    for name in &names {
        let path = folder.join(name).join("story.yaml");
        let path = path.display().to_string();
        let _ = writeln!(stories, "    ({name:?}, include_str!({path:?})),");
        let _ = writeln!(list, "    {name:?},");
    }
    let text = format!(
        "/// Every story by name, in alphabetical order.\nconst STORIES: &[(&str, &str)] = &[\n{stories}];\n\
         /// Their names.\nconst NAMES: &[&str] = &[\n{list}];\n"
    );
    println!("cargo::rerun-if-changed=scenarios");
    fs::write(Path::new(&out).join("stories.rs"), text)
}
