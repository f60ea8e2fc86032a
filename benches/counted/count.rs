//! Runs one workload once, on one thread and on generated evidence, so that its instructions can be
//! counted: the program that `benches/instructions.sh` runs below valgrind.
//!
//! `list` names the workloads, `write FOLDER` makes their evidence, `run WORKLOAD FOLDER` runs one.
//! Each runs twice: first on a small copy of its evidence, so that what is made once in a process
//! is there, then, inside of the one function that is counted in, on the large one.
//! It is an example and not a bench, as cargo makes the program itself for every bench.

#[path = "../recordings/archive.rs"]
mod archive;
mod evidence;
#[path = "../knowledge/mod.rs"]
mod knowledge;
#[path = "../logs/mod.rs"]
mod logs;
#[path = "../evidence/opened.rs"]
mod opened;
#[path = "../raw/mod.rs"]
mod raw;
#[path = "../recordings/tokens.rs"]
mod tokens;
#[path = "../traces/mod.rs"]
mod traces;
#[path = "../walks/mod.rs"]
mod walks;
mod workloads;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use evidence::{Evidence, Size};
use walks::on_threads;
use workloads::{Counted, WORKLOADS};

const USAGE: &str = "list, write FOLDER, or run WORKLOAD FOLDER";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["list"] => list(),
        ["write", folder] => evidence::write(Path::new(folder))?,
        ["run", name, folder] => run(name, Path::new(folder))?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the names are what is asked for")]
fn list() {
    for (name, _) in WORKLOADS {
        println!("{name}");
    }
}

fn run(name: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let (_, prepare) = WORKLOADS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or("there is no such workload")?;
    on_threads(1, || {
        prepare(&Evidence::of(folder, Size::Small))();
        counted_part(prepare(&Evidence::of(folder, Size::Large)));
    });
    Ok(())
}

/// Valgrind is told to count where this name is, and in all that is called from here.
#[inline(never)]
fn counted_part(work: Counted) {
    work();
    // So that the call before is no jump, after which this function would be left already.
    black_box(());
}
