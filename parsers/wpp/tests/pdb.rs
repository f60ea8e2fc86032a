//! PDBs: messages among the symbols, and containers that are damaged.

mod msf;

use joinscope_wire::Guid;
use joinscope_wpp::pdb::{Container, Identity, PdbError, container, read};
use joinscope_wpp::{Catalogue, Fault, Place};
use msf::{Pdb, annotation, symbol};

const ORIGIN: &str = "6f1d2c3b-0a19-4e58-8f76-a5b4c3d2e1f0 joiner // SRC=join.cpp MJ= MN=";

fn message(number: u16, ending: &[&str]) -> Vec<u8> {
    let line = format!("#typev join_cpp78 {number} \"%0hr=%10!x!\" // FUNC=Run");
    let strings = ["TMF:", ORIGIN, &line, "{", "hr, ItemLong -- 10", "}"];
    annotation(&[&strings, ending].concat())
}

/// Two modules with messages, one without, and other symbols between.
fn sample(page_size: usize) -> Pdb {
    let other = annotation(&["TMC:", "not a message"]);
    let name = symbol(0x1101, b"\0\0\0\0a.obj\0");
    Pdb::new(page_size)
        .module(
            "join.obj",
            &[
                name.clone(),
                message(10, &[]),
                other,
                message(11, &["PUBLIC_TMF:"]),
            ],
        )
        .module("empty.obj", &[])
        .module("long.obj", &[vec![name; 40].concat(), message(12, &[])])
        .global(&[message(13, &[])])
}

fn numbers(pdb: &joinscope_wpp::pdb::Pdb) -> Vec<u16> {
    pdb.messages.iter().map(|message| message.number).collect()
}

#[test]
fn messages_of_all_modules() {
    for page_size in [512, 1024, 4096, 32768] {
        let pdb = read(&sample(page_size).to_bytes()).unwrap();
        assert_eq!(pdb.problems, []);
        assert_eq!(numbers(&pdb), [10, 11, 12, 13]);
        let counts = (
            pdb.message_annotations,
            pdb.public_annotations,
            pdb.other_annotations,
        );
        assert_eq!(counts, (4, 1, 1));
        let guid = Guid(*b"0123456789abcdef");
        assert_eq!(pdb.identity, Some(Identity { guid, age: 3 }));
        let first = &pdb.messages[0];
        assert_eq!(&*first.origin.component, "joiner");
        assert_eq!(first.function.as_deref(), Some("Run"));
        assert_eq!(&*first.arguments[0].name, "hr");
    }
}

#[test]
fn an_identity_without_an_age_of_the_modules() {
    let mut sample = sample(512);
    sample.age = 0;
    assert_eq!(read(&sample.to_bytes()).unwrap().identity.unwrap().age, 1);
}

#[test]
fn a_catalogue_takes_both_sources() {
    let mut catalogue = Catalogue::default();
    let pdb = catalogue.add_pdb(&sample(512).to_bytes()).unwrap();
    assert_eq!((pdb.messages.len(), catalogue.counts().messages), (0, 4));
    catalogue.add_tmf(&format!(
        "{ORIGIN}\n#typev join_cpp99 10 \"%0hr=%10!x!\" // FUNC=Run\n{{\nhr, ItemLong -- 10\n}}\n"
    ));
    assert_eq!(
        (catalogue.counts().duplicates, catalogue.counts().conflicts),
        (1, 0)
    );
}

#[test]
fn kinds_of_containers() {
    let check = |bytes: &[u8], kind, error| {
        assert_eq!(container(bytes), kind);
        assert_eq!(read(bytes).unwrap_err(), error);
    };
    check(b"", None, PdbError::NotPdb);
    check(b"MZ\x90\0", None, PdbError::NotPdb);
    for (magic, kind) in [
        (
            &b"Microsoft C/C++ program database 2.00\r\n\x1aJG\0\0"[..],
            Container::Old,
        ),
        (
            b"Microsoft MSFZ Container\r\n\x1aALD\0\0",
            Container::Compressed,
        ),
        (b"BSJB\x01\0\x01\0", Container::Portable),
    ] {
        check(magic, Some(kind), PdbError::Unsupported(kind));
    }
}

/// A sample with some of its bytes replaced.
fn patched(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = sample(512).to_bytes();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

#[test]
fn heads_that_claim_the_impossible() {
    for page_size in [0_u32, 3, 256, 65536, u32::MAX] {
        let file = patched(32, &page_size.to_le_bytes());
        assert_eq!(read(&file), Err(PdbError::PageSize(page_size)));
    }
    for (at, value) in [
        (44, u32::MAX),
        (44, 20_000),
        (44, 0),
        (52, u32::MAX),
        (52, 9999),
    ] {
        let found = read(&patched(at, &value.to_le_bytes()));
        assert!(
            matches!(found, Err(PdbError::Damaged(_))),
            "{at} {value} {found:?}"
        );
    }
}

#[test]
fn a_directory_without_modules() {
    let file = msf::container(512, &[vec![], vec![1; 28]]);
    assert_eq!(read(&file), Err(PdbError::NoStream(3)));
    let file = msf::container(512, &[vec![], vec![], vec![], vec![1; 20]]);
    assert!(matches!(read(&file), Err(PdbError::Damaged(_))));
}

#[test]
fn damaged_symbols_cost_only_what_is_behind_them() {
    let cut = [message(14, &[])[..60].to_vec(), message(15, &[])].concat();
    // The strings that are missing would lie outside of the record.
    let mut short = message(16, &[]);
    let size = u16::try_from(short.len() - 2 - 8).unwrap();
    short.truncate(short.len() - 8);
    short[..2].copy_from_slice(&size.to_le_bytes());
    let zero = [vec![0; 4], message(17, &[])].concat();
    let pdb = Pdb::new(512)
        .module("cut.obj", &[message(10, &[]), cut])
        .module("short.obj", &[short, message(11, &[])])
        .module("zero.obj", &[zero])
        .module("good.obj", &[message(12, &[])]);
    let pdb = read(&pdb.to_bytes()).unwrap();
    let modules: Vec<&str> = pdb
        .problems
        .iter()
        .map(|problem| match &problem.place {
            Place::Symbol { module, .. } => &**module,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(numbers(&pdb)[0], 10);
    assert!(numbers(&pdb).ends_with(&[11, 12]));
    for name in ["cut.obj", "short.obj", "zero.obj"] {
        assert!(modules.contains(&name), "{modules:?}");
    }
    assert!(!modules.contains(&"good.obj"));
}

/// Forty modules claim four hundred pages each, and it is always the same page.
/// What is read of them all is no longer than the file.
#[test]
fn pages_that_many_streams_claim_are_not_read_without_end() {
    let module = |pdb: Pdb, number| pdb.module(&format!("{number}.obj"), &[]);
    let dbi = (0..40).fold(Pdb::new(512), module).dbi();
    let symbols = [vec![4, 0, 0, 0], symbol(0x1101, &[0; 504])].concat();
    let mut pages = vec![vec![0; 512], vec![0; 512], vec![0; 512], symbols];
    pages.extend(dbi.chunks(512).map(<[u8]>::to_vec));
    let dbi_pages: Vec<u32> = (4..).zip(&pages[4..]).map(|(number, _)| number).collect();
    let dbi_size = u32::try_from(dbi.len()).unwrap();
    for page in &mut pages {
        page.resize(512, 0);
    }
    let head = vec![46, 0, 0, 0, dbi_size, 0, 0];
    let directory = [head, vec![400 * 512; 40], dbi_pages, vec![3; 400 * 40]].concat();
    let directory: Vec<u8> = directory.into_iter().flat_map(u32::to_le_bytes).collect();
    let file = msf::with_directory(512, pages, &directory);
    let pdb = read(&file).unwrap();
    let missing: usize = pdb
        .problems
        .iter()
        .map(|problem| match problem.fault {
            Fault::MissingBytes(count) => count,
            _ => 0,
        })
        .sum();
    assert!(40 * 400 * 512 - missing <= file.len());
}

#[test]
fn a_page_beyond_the_end_is_counted() {
    let mut file = sample(512).to_bytes();
    // The last numbers of the directory are those of the longest module.
    let map = file.len() - 512;
    let page = u32::from_le_bytes(file[map..map + 4].try_into().unwrap()) as usize;
    let size = u32::from_le_bytes(file[44..48].try_into().unwrap()) as usize;
    assert!(size <= 512, "the directory has one page");
    let last = page * 512 + size - 4;
    file[last..last + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let pdb = read(&file).unwrap();
    assert!(numbers(&pdb).starts_with(&[10, 11]));
    let missing =
        |problem: &joinscope_wpp::Problem| matches!(problem.fault, Fault::MissingBytes(_));
    assert!(pdb.problems.iter().any(missing), "{:?}", pdb.problems);
}

#[test]
fn every_prefix_and_every_changed_byte_ends() {
    let file = sample(512).to_bytes();
    for end in 0..file.len() {
        let _ = read(&file[..end]);
    }
    let mut changed = file.clone();
    for at in 0..file.len() {
        for flip in [0xff, 0x01, 0x80] {
            changed[at] = file[at] ^ flip;
            let _ = read(&changed);
        }
        changed[at] = file[at];
    }
}
