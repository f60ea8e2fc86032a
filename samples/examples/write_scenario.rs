//! Writes a scenario into a folder: its files, and `<name>.zip` with the same files beside them.

use std::error::Error;
use std::path::PathBuf;

use samples::scenario;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = || {
        format!(
            "usage: write_scenario <name> <folder>; names: {}",
            scenario::names().join(", ")
        )
    };
    let (name, folder) = arguments.next().zip(arguments.next()).ok_or_else(usage)?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(folder.join("files"))?;
    for (file, bytes) in scenario::build_files(&name)? {
        std::fs::write(folder.join("files").join(file), bytes)?;
    }
    std::fs::write(folder.join(format!("{name}.zip")), scenario::build(&name)?)?;
    Ok(())
}
