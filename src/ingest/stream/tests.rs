//! What comes piece by piece is read like the whole.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use samples::damage;
use samples::etl::{EtlEvent, EtlTrace, EventDescription, Property, Sample, Tail, samples};
use samples::evtx::{Closure, EventSpec, EvtxLog};

use super::super::driver::{Unwatched, run_jobs};
use super::super::{Decoders, FORMATS, etl};
use super::*;
use crate::bundle::{Limits, Passwords, open};
use crate::catalog::Catalog;
use crate::model::Payload;

const CHUNK: usize = 65536;

/// A log of so many chunks with three events each, of which the oldest stands at this place.
fn log(chunks: usize, oldest: u16, closure: Closure) -> Vec<u8> {
    let mut log = EvtxLog::new("Contoso/Admin", "PC1");
    log.closure(closure).oldest_chunk_at(oldest).spare_chunks(2);
    for number in 0..chunks {
        for event in 0..3_u16 {
            let spec = EventSpec::new("Contoso", "00000001-0002-0003-0004-000000000005", event);
            log.event(
                spec.at(134_169_120_000_000_000 + number as u64)
                    .field("N", number as u64),
            );
        }
        log.end_chunk();
    }
    log.into_bytes().expect("a small log can be built")
}

/// Everything that batches say, whatever parts they are in.
fn told(batches: &[Batch]) -> Vec<String> {
    let mut told = Vec::new();
    for batch in batches {
        let text = |id| batch.texts.str(id);
        for (record, kind) in batch.events() {
            let payload = batch.arena.get(record.start as usize..).unwrap_or_default();
            let payload = Payload(payload.get(..record.length as usize).unwrap_or_default());
            let values: Vec<_> = payload.collect();
            let (stamp, locator) = (record.stamp(kind), record.locator(kind));
            let origin = batch.origins.get(kind.origin.0);
            let origin = origin.map(|origin| {
                let (provider, channel) = (text(origin.provider), text(origin.channel));
                (provider, channel, text(origin.stream))
            });
            let shape = batch.shapes.get(kind.shape.0);
            let names = shape.map(|shape| shape.names.iter().map(|name| text(*name)));
            let names: Vec<_> = names.into_iter().flatten().collect();
            let id = (kind.code, kind.version, kind.decoding);
            told.push(format!(
                "{stamp:?} {locator} {origin:?} {id:?} {names:?} {values:?}"
            ));
        }
    }
    let spots = batches.iter().flat_map(|batch| &batch.blindspots);
    told.extend(spots.map(|spot| format!("{spot:?}")));
    let mut notes = Vec::new();
    for note in batches.iter().flat_map(|batch| &batch.notes) {
        note.clone().add_to(&mut notes);
    }
    notes.sort_by_key(|note| note.key);
    told.extend(notes.iter().map(|note| format!("{note:?}")));
    let counted_from = batches.iter().filter_map(|batch| batch.counted_from);
    told.extend(counted_from.map(|start| format!("counted from {start:?}")));
    told
}

/// How a content is read in pieces.
type PassesOf<'p> = &'p dyn for<'a> Fn(&'a Content<'a>) -> Passes<'a>;

/// Reads contents in every way.
struct Reader {
    folder: tempfile::TempDir,
    decoders: Decoders,
}

impl Reader {
    fn new() -> Self {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        Self {
            folder: tempfile::tempdir().expect("a folder can be made"),
            decoders: Decoders::shipped(&catalog),
        }
    }

    /// The content as a file of this name and as a member of an archive.
    fn write(&self, file: &str, bytes: &[u8]) -> (PathBuf, PathBuf) {
        let plain = self.folder.path().join(file);
        std::fs::write(&plain, bytes).expect("a file can be written");
        let packed = self.folder.path().join("packed.zip");
        let zip = samples::scenario::pack(&[(file.to_owned(), bytes.to_vec())]);
        let mut archive = std::fs::File::create(&packed).expect("a file can be written");
        archive.write_all(&zip).expect("a file can be written");
        (plain, packed)
    }

    fn read(&self, name: &str, path: &Path, passes: Option<PassesOf<'_>>) -> Vec<String> {
        let bundle = open(
            &[path.to_owned()],
            &Limits::default(),
            &Passwords::default(),
        );
        let bundle = bundle.expect("what was just written can be opened");
        let artifact = &bundle.artifacts[0];
        let reading = artifact.read();
        let content = Content {
            artifact,
            bytes: if passes.is_some() {
                &[]
            } else {
                &reading.bytes
            },
            messages: None,
            decoders: &self.decoders,
        };
        let format = FORMATS
            .iter()
            .find(|format| artifact.name.ends_with(format.name()));
        let format = *format.expect("it is named by its format");
        let batches = if let Some(passes) = passes {
            let pieces = artifact.pieces().expect("it is not locked");
            let passes = passes(&content);
            let streamed = read_pieces(passes, &content, pieces, Digests::Make, &Unwatched);
            let mut streamed = streamed.expect("nobody stops it");
            format.conclude(&mut streamed.batches);
            assert_eq!(streamed.bytes, reading.bytes.len() as u64, "{name}");
            let digest = hex_text(&Sha256::digest(&*reading.bytes));
            assert_eq!(streamed.sha256, digest, "{name}");
            let spot = |spot: &Blindspot| (spot.kind, spot.detail.clone(), spot.offset);
            let found = streamed.blindspot.as_ref().map(spot);
            assert_eq!(found, reading.blindspot.as_ref().map(spot), "{name}");
            streamed.batches
        } else {
            run_jobs(format, &content, &Unwatched).expect("nobody stops it")
        };
        let path = artifact.path.to_string();
        let told = told(&batches).into_iter();
        told.map(|line| line.replace(&path, "content")).collect()
    }

    /// A log gives the same as a file, as a deflated member and as a whole.
    fn check_log(&self, name: &str, bytes: &[u8]) {
        let (plain, packed) = self.write("plain.evtx", bytes);
        let passes: PassesOf<'_> = &|content| FORMATS[0].stream(content).expect("logs can be");
        let whole = self.read(name, &plain, None);
        let read = self.read(name, &plain, Some(passes));
        assert_eq!(read, whole, "{name}, as a file");
        let read = self.read(name, &packed, Some(passes));
        assert_eq!(read, whole, "{name}, unpacked");
    }

    /// A trace gives the same in pieces of these sizes as it does as a whole.
    fn check_trace(&self, name: &str, bytes: &[u8], pieces: &[usize]) {
        let (plain, packed) = self.write("plain.etl", bytes);
        let whole = self.read(name, &plain, None);
        for size in pieces {
            let read = self.read(name, &packed, Some(&|content| etl::passes(content, *size)));
            assert_eq!(read, whole, "{name}, in pieces of {size}");
        }
    }
}

#[test]
fn pieces_of_logs_give_what_the_whole_gives() {
    let reader = Reader::new();
    let check = |name: &str, bytes: &[u8]| reader.check_log(name, bytes);
    let closed = log(37, 0, Closure::Closed);
    check("closed", &closed);
    check("wrapped", &log(37, 21, Closure::Closed));
    check("wrapped at a piece", &log(37, 16, Closure::Closed));
    let open = log(37, 0, Closure::Dirty);
    check("open", &open);
    let in_chunk = |number: usize| 4096 + number * CHUNK + 1000;
    for number in [0, 20, 36] {
        let harmed = damage::flip_bit(&closed, in_chunk(number), 3);
        check(&format!("harmed in chunk {number}"), &harmed);
        let harmed = damage::flip_bit(&open, in_chunk(number), 3);
        check(&format!("open and harmed in chunk {number}"), &harmed);
    }
    let wrapped = log(37, 21, Closure::Dirty);
    check(
        "open, wrapped and harmed",
        &damage::flip_bit(&wrapped, in_chunk(20), 3),
    );
    let headless = damage::zero(&closed, 4096 + 18 * CHUNK..4096 + 18 * CHUNK + 40);
    check("a chunk without a head", &headless);
    for length in [
        0,
        100,
        4096,
        4097,
        4096 + 17 * CHUNK,
        4096 + 17 * CHUNK + 2000,
    ] {
        check(&format!("cut at {length}"), &damage::cut(&closed, length));
    }
}

const PROVIDER: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";

/// Sixty small buffers of events whose schema stands in the last one.
fn schema_behind() -> Vec<u8> {
    let described = EventDescription::new(PROVIDER, "Contoso-Behind", 7)
        .property(Property::new("Number", 8, 0));
    let mut trace = EtlTrace::new();
    trace.buffer_size(1024).cpus(2).cpus_in_turn();
    for number in 0..300_u32 {
        trace
            .after(1000)
            .event(EtlEvent::manifest(PROVIDER, 7).field(number));
        // Nothing describes this one; what its provider is called stands elsewhere.
        trace.event(EtlEvent::manifest(PROVIDER, 8).field(number));
    }
    trace.event(described);
    trace.into_bytes().expect("a small trace can be built")
}

#[test]
fn pieces_of_traces_give_what_the_whole_gives() {
    let reader = Reader::new();
    for Sample { name, trace, .. } in samples() {
        let bytes = trace.to_bytes().expect("a small trace can be built");
        reader.check_trace(name, &bytes, &[1 << 20, 9000, 700]);
    }
    let behind = schema_behind();
    reader.check_trace("a schema behind", &behind, &[1 << 20, 5000, 1024, 300]);
    let told = reader.read("", &reader.write("a.etl", &behind).0, None);
    let named = |line: &&String| line.contains("\"Contoso-Behind\"");
    assert_eq!(told.iter().filter(named).count(), 600);
    let large = EtlTrace::large(3, 3 << 20).expect("a trace can be built");
    reader.check_trace("large", &large, &[1 << 20]);
}

#[test]
fn pieces_of_damaged_traces_give_what_the_whole_gives() {
    let reader = Reader::new();
    for Sample { name, trace, .. } in samples() {
        if ![
            "small-buffers",
            "appended",
            "circular",
            "packed-mixed",
            "merged",
        ]
        .contains(&name)
        {
            continue;
        }
        let bytes = trace.to_bytes().expect("a small trace can be built");
        let check = |what: String, bytes: &[u8]| {
            reader.check_trace(&format!("{name}, {what}"), bytes, &[9000, 900]);
        };
        let eighth = bytes.len() / 8;
        for part in 0..8 {
            check(
                format!("cut in {part}"),
                &damage::cut(&bytes, part * eighth),
            );
            let zeroed = damage::zero(&bytes, part * eighth..part * eighth + 1500);
            check(format!("zeroed in {part}"), &zeroed);
        }
        for seed in 0..4 {
            let flipped = damage::flip_random_bits(&bytes, seed, 20);
            check(format!("flipped by {seed}"), &flipped);
        }
        check(
            "without its header".to_owned(),
            &damage::cut_front(&bytes, 1024),
        );
        let swapped = damage::swap_blocks(&bytes, 0, 1024, 1, 3);
        check("out of order".to_owned(), &swapped);
    }
}

#[test]
fn real_traces_give_in_pieces_what_the_whole_gives() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/etl");
    let Ok(files) = std::fs::read_dir(corpus) else {
        eprintln!("skipped: the corpus of traces is not here");
        return;
    };
    let reader = Reader::new();
    for file in files.flatten().map(|file| file.path()) {
        let bytes = std::fs::read(&file).expect("a file can be read");
        // Larger ones take too long in a build for tests.
        if file.extension().is_some_and(|end| end == "etl") && bytes.len() < 2 << 20 {
            reader.check_trace(&file.to_string_lossy(), &bytes, &[1 << 20, 70_000]);
        }
    }
}

#[test]
fn a_large_trace_is_unpacked_twice_and_a_file_is_mapped() {
    let mut trace = EtlTrace::new();
    trace.closure(samples::etl::Closure::Running);
    trace.tail(Tail::ZeroBuffers(260));
    trace.event(EtlEvent::manifest(PROVIDER, 7).field(1_u32));
    let bytes = trace.into_bytes().expect("a trace can be built");
    let reader = Reader::new();
    let (plain, packed) = reader.write("plain.etl", &bytes);
    let read = |path: &Path, is_twice: bool| {
        let path = path.to_owned();
        let bundle = open(&[path], &Limits::default(), &Passwords::default());
        let bundle = bundle.expect("what was just written can be opened");
        let artifact = &bundle.artifacts[0];
        let content = Content {
            artifact,
            bytes: &[],
            messages: None,
            decoders: &reader.decoders,
        };
        let passes = etl::passes(&content, 1 << 20);
        assert_eq!(is_worth(&passes, artifact), is_twice);
        let read = super::super::read(&bundle, &reader.decoders, Digests::Make, &Unwatched);
        let path = artifact.path.to_string();
        let told = told(&read.batches).into_iter();
        let told: Vec<_> = told.map(|line| line.replace(&path, "content")).collect();
        (
            told,
            read.artifacts[0].sha256.clone(),
            read.artifacts[0].bytes,
        )
    };
    assert_eq!(read(&packed, true), read(&plain, false));
}

/// Whoever stops the reading when asked for so many times.
struct Impatient(AtomicUsize);

impl Watch for Impatient {
    fn is_stopped(&self) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        left == 0
    }
}

/// A look that fails, in this thread or another one.
struct Failing;

impl<'a> Look<'a> for Failing {
    fn wants(&self) -> usize {
        100
    }

    fn take(&mut self, piece: &Bytes) -> (Vec<Glance<'a>>, usize) {
        (
            vec![Box::new(|| std::panic::resume_unwind(Box::new(())))],
            piece.len(),
        )
    }

    fn take_last(&mut self, _: &Bytes) -> Vec<Glance<'a>> {
        Vec::new()
    }

    fn finish(self: Box<Self>) -> Box<dyn Stream<'a> + 'a> {
        std::panic::resume_unwind(Box::new(()))
    }
}

#[test]
fn what_is_stopped_or_fails_is_never_half_a_trace() {
    let reader = Reader::new();
    let (_, packed) = reader.write("plain.etl", &schema_behind());
    let bundle = open(&[packed], &Limits::default(), &Passwords::default());
    let bundle = bundle.expect("what was just written can be opened");
    let artifact = &bundle.artifacts[0];
    let content = &Content {
        artifact,
        bytes: &[],
        messages: None,
        decoders: &reader.decoders,
    };
    let read = |passes, watch: &dyn Watch| {
        let pieces = artifact.pieces().expect("it is not locked");
        let read = read_pieces(passes, content, pieces, Digests::Skip, watch);
        read.map(|read| told(&read.batches))
    };
    let whole = read(etl::passes(content, 5000), &Unwatched);
    for patience in 0..80 {
        let watch = Impatient(AtomicUsize::new(patience));
        let read = read(etl::passes(content, 5000), &watch);
        assert!(read.is_none() || read == whole, "{patience}");
        assert!(read.is_none() || patience > 20, "{patience}");
    }
    let failed = read(Passes::Two(Box::new(Failing)), &Unwatched);
    let failed = failed.expect("nobody stops it");
    assert!(matches!(&failed[..], [spot] if spot.contains("failed inside this program")));
}
