//! `rules import`: plain Sigma rules as rule files.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use super::output::{Existing, create, make_folder, refuse_existing};
use super::stages::Knowledge;
use super::{Exit, Stop};
use crate::export::clean;
use crate::rules::ImportedRule;

/// Bytes of a file; nobody's rules are longer.
const MAX_FILE: u64 = 16 << 20;

/// Translates a file, and writes its rules to a folder or, for `-`, one behind the other.
pub(super) fn run(
    file: &Path,
    output: &Path,
    existing: Existing,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let wrong = |what: &str| Stop::Usage(format!("{}: {what}", file.display()));
    let mut text = String::new();
    let opened =
        File::open(file).and_then(|file| file.take(MAX_FILE + 1).read_to_string(&mut text));
    opened.map_err(|error| wrong(&error.to_string()))?;
    if text.len() as u64 > MAX_FILE {
        return Err(wrong("it is too long"));
    }
    let knowledge = Knowledge::load()?;
    let imported = knowledge.rule_set.import_sigma(&knowledge.catalog, &text);
    let imported = imported.map_err(|fault| wrong(&fault))?;
    let mut err = io::stderr().lock();
    for part in &imported.untranslated {
        writeln!(err, "{}: {}", file.display(), clean(&part.to_string()))?;
    }
    if imported.rules.is_empty() {
        return Err(wrong("nothing of it could be translated"));
    }
    if output == Path::new("-") {
        for (place, rule) in imported.rules.iter().enumerate() {
            let between = if place > 0 { "---\n" } else { "" };
            write!(out, "{between}{}", rule.text)?;
        }
    } else {
        write_files(&imported.rules, output, existing, out)?;
    }
    Ok(Exit::Done)
}

fn write_files(
    rules: &[ImportedRule],
    folder: &Path,
    existing: Existing,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    make_folder(folder)?;
    let path_of = |rule: &ImportedRule| -> PathBuf { folder.join(format!("{}.yaml", rule.id)) };
    // Before the first is written, so that a refusal leaves nothing half done.
    for rule in rules {
        refuse_existing(&path_of(rule), existing)?;
    }
    for rule in rules {
        let path = path_of(rule);
        let mut file = create(&path, existing)?;
        file.write_all(rule.text.as_bytes())?;
        file.flush()?;
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}
