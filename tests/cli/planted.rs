//! What `inspect` says of evidence with a secret in every field, and where its packets alone show one.

use samples::planted::Planting;
use samples::scenario::pack;

use super::common::Dir;

const SECRET: &str = "Zq7PlantedBearer4f9c2e7b1d88aa03";

#[test]
fn inspecting_shows_no_secret_but_in_packets_that_are_asked_for() {
    let text = format!("Authorization: Bearer {SECRET}");
    let planting = Planting {
        computer: Some("DESKTOP-EXMPL01"),
        ..Planting::of(&text)
    };
    let files = planting.files().unwrap();
    let dir = files.iter().fold(Dir::new(), |dir, (name, bytes)| {
        dir.file(&format!("planted/{name}"), bytes)
    });
    let dir = dir.file("planted.zip", &pack(&files));
    let mut inputs: Vec<String> = files
        .iter()
        .map(|(name, _)| format!("planted/{name}"))
        .collect();
    inputs.push("planted.zip".to_owned());
    for format in ["text", "json"] {
        for input in &inputs {
            let run = dir.run(&["inspect", input, "--format", format]);
            for said in [&run.out, &run.err] {
                assert!(!said.contains(SECRET), "{format} of {input}:\n{said}");
            }
        }
    }
    // A capture holds the bytes that were on the wire: it is the one output that is not looked through,
    // and it is written only when it is asked for by name.
    dir.run(&["inspect", "--packets", "planted.zip", "-o", "out.pcapng"]);
    let capture = std::fs::read(dir.path("out.pcapng")).unwrap();
    let secret = SECRET.as_bytes();
    assert!(capture.windows(secret.len()).any(|found| found == secret));
}
