//! The help of the program and of each verb, as it is printed into a pipe.

use super::common::Dir;

#[test]
fn help_of_every_verb() {
    let dir = Dir::new();
    let program = dir.run(&["--help"]).exits(0).silent().out;
    insta::assert_snapshot!("help", program);
    let verbs = program
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let verbs: Vec<&str> = verbs
        .filter_map(|line| line.strip_prefix("  "))
        // What goes on from the line before stands deeper.
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.contains(&"analyze") && verbs.len() >= 9, "{verbs:?}");
    for verb in verbs.iter().filter(|verb| **verb != "help") {
        let text = dir.run(&[verb, "--help"]).exits(0).silent().out;
        insta::assert_snapshot!(format!("help_{verb}"), text);
    }
}

#[test]
fn version_is_the_packages() {
    let run = Dir::new().run(&["--version"]).exits(0).silent();
    assert_eq!(
        run.out,
        concat!("joinscope ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
