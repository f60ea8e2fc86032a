//! Writes a scenario into a folder: its files, and `<name>.zip` with the same files beside them. The
//! scenario is one that comes with the crate, or a story file of one's own.

use std::error::Error;
use std::path::{Path, PathBuf};

use samples::scenario;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = || {
        format!(
            "usage: write_scenario <name|story.yaml> <folder>; names: {}",
            scenario::names().join(", ")
        )
    };
    let (name, folder) = arguments.next().zip(arguments.next()).ok_or_else(usage)?;
    let story = Path::new(&name);
    let is_story = story
        .extension()
        .is_some_and(|extension| extension == "yaml");
    let (name, files) = if is_story {
        let text = std::fs::read_to_string(story)?;
        ("story".to_owned(), scenario::build_story(&text)?)
    } else {
        let files = scenario::build_files(&name)?;
        (name, files)
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(folder.join("files"))?;
    for (file, bytes) in &files {
        std::fs::write(folder.join("files").join(file), bytes)?;
    }
    std::fs::write(folder.join(format!("{name}.zip")), scenario::pack(&files))?;
    Ok(())
}
