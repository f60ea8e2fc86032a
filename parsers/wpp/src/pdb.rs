//! PDBs: the trace messages that the compiler noted among the symbols.
//!
//! Each message is one annotation in the symbols of its module, whose strings
//! are the lines of its block in a TMF text. Public PDBs have only those
//! messages that their programmer released, so a PDB that fits a trace may
//! still describe only a part of it.
//!
//! Sources. *Specified* by the documentation of the PDB format that the LLVM
//! project publishes: the streams, their headers, the module list and the
//! records. *Specified* by the public configuration template of the WPP
//! preprocessor: the strings of an annotation. *Assumed*: that symbols outside
//! of modules may hold annotations too; they are looked through as well.

use std::sync::Arc;

use joinscope_wire::{Cursor, Error, Guid, decode_text};
use rustc_hash::FxHashSet;

use crate::message::Message;
use crate::msf::{self, Msf, Stream};
use crate::problem::{Fault, Place, Problem};
use crate::tmf::Reader;

/// Stream with the PDB's identity.
const IDENTITY_STREAM: u32 = 1;
/// Stream with the list of modules.
const DBI_STREAM: u32 = 3;
/// Stands for no stream where a module names its own.
const NO_STREAM: u16 = 0xffff;
/// Before the symbols of a module stands the version of their format.
const SYMBOLS_OFFSET: usize = 4;
/// Symbol record of an annotation.
const S_ANNOTATION: u16 = 0x1019;
/// First string of an annotation that holds a message.
const MESSAGE_MARK: &[u8] = b"TMF:";
/// String of an annotation that its programmer released for public PDBs.
const PUBLIC_MARK: &[u8] = b"PUBLIC_TMF:";

/// Kinds of files that are called PDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// MSF 7.00, the only one that is read.
    Msf,
    /// The format before it, of Visual C++ 6 and older.
    Old,
    /// The compressed MSFZ.
    Compressed,
    /// Portable PDB of .NET, which has no trace messages.
    Portable,
}

/// Why nothing can be read from a PDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PdbError {
    /// The file does not begin like a PDB.
    #[error("not a pdb")]
    NotPdb,
    /// It is a PDB of a kind that is not read.
    #[error("pdb of unsupported kind {0:?}")]
    Unsupported(Container),
    /// The page size is none that the format allows.
    #[error("page size {0} is impossible")]
    PageSize(u32),
    /// A stream that has to be there is not.
    #[error("stream {0} is not in the directory")]
    NoStream(u32),
    /// A structure is cut or impossible. Offsets count from the start of the
    /// stream or file that holds the structure.
    #[error(transparent)]
    Damaged(#[from] Error),
}

/// What a PDB says about itself and about trace messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Pdb {
    /// What a trace names the PDB by; `None` when the stream is damaged.
    pub identity: Option<Identity>,
    /// The messages, in the order of modules and symbols.
    pub messages: Vec<Message>,
    /// How many annotations hold a message.
    pub message_annotations: usize,
    /// How many of them are marked as released for public PDBs.
    pub public_annotations: usize,
    /// How many annotations hold something else.
    pub other_annotations: usize,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What ties a PDB to its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The signature that the program's debug directory and a trace have.
    pub guid: Guid,
    /// The age that belongs to it: that of the module list, which the program's
    /// debug directory repeats; else that of the identity stream.
    pub age: u32,
}

/// What kind of PDB the first bytes of a file announce; `None` for another file.
pub fn container(bytes: &[u8]) -> Option<Container> {
    msf::container(bytes)
}

/// Reads the messages of a PDB.
///
/// # Errors
/// When the container or the list of modules cannot be read at all. Damage
/// behind that is among the PDB's problems.
pub fn read(bytes: &[u8]) -> Result<Pdb, PdbError> {
    let mut msf = Msf::open(bytes)?;
    let identity = msf.read(IDENTITY_STREAM).map(|stream| identity(&stream));
    let stream = msf.read(DBI_STREAM)?;
    let dbi = Dbi::read(&stream)?;
    let mut symbols = Symbols::default();
    symbols.note_missing(DBI_STREAM, &stream);
    symbols.read_modules(&mut msf, &dbi);
    if dbi.symbol_stream != NO_STREAM {
        symbols.read_stream(&mut msf, dbi.symbol_stream, 0, None, &Arc::from(""));
    }
    let (messages, problems) = symbols.reader.finish();
    let age = |own| if dbi.age == 0 { own } else { dbi.age };
    let identity = identity.ok().and_then(Result::ok);
    Ok(Pdb {
        identity: identity.map(|own| Identity {
            age: age(own.age),
            ..own
        }),
        messages,
        message_annotations: symbols.messages,
        public_annotations: symbols.public,
        other_annotations: symbols.others,
        problems,
    })
}

fn identity(stream: &Stream) -> Result<Identity, Error> {
    let mut cursor = Cursor::new(&stream.bytes);
    cursor.skip(8, "version and signature")?;
    let age = cursor.u32("age")?;
    let guid = cursor.guid("pdb guid")?;
    Ok(Identity { guid, age })
}

/// The part of the module list's stream that leads to symbols.
struct Dbi<'a> {
    age: u32,
    symbol_stream: u16,
    modules: Cursor<'a>,
}

impl<'a> Dbi<'a> {
    const HEADER_SIZE: usize = 64;

    fn read(stream: &'a Stream) -> Result<Self, Error> {
        let mut cursor = Cursor::new(&stream.bytes);
        cursor.skip(8, "version of the module list")?;
        let age = cursor.u32("age of the module list")?;
        cursor.skip(8, "global symbols")?;
        let symbol_stream = cursor.u16("symbol record stream")?;
        cursor.skip(2, "build number")?;
        let modules_size = cursor.u32("size of the module list")?;
        cursor.seek(Self::HEADER_SIZE, "header of the module list")?;
        // A list that is cut gives the modules that are there.
        let there = cursor.remaining().min(msf::size(modules_size));
        let modules = cursor.sub(there, "module list")?;
        Ok(Self {
            age,
            symbol_stream,
            modules,
        })
    }
}

/// One module of the list.
struct Module {
    stream: u16,
    symbols_size: usize,
    name: Arc<str>,
}

impl Module {
    fn read(list: &mut Cursor<'_>) -> Result<Self, Error> {
        list.skip(34, "section and flags of a module")?;
        let stream = list.u16("symbol stream of a module")?;
        let symbols_size = msf::size(list.u32("size of a module's symbols")?);
        list.skip(24, "lines and files of a module")?;
        let name = until_nul(list, "name of a module")?;
        until_nul(list, "object file of a module")?;
        // The list may end without the last padding.
        let _ = list.align(4, "padding of a module");
        Ok(Self {
            stream,
            symbols_size,
            name: decode_text(name).0.into(),
        })
    }
}

/// What was found in symbols so far.
#[derive(Default)]
struct Symbols {
    reader: Reader,
    seen: FxHashSet<u16>,
    messages: usize,
    public: usize,
    others: usize,
}

impl Symbols {
    fn read_modules(&mut self, msf: &mut Msf<'_>, dbi: &Dbi<'_>) {
        let mut list = dbi.modules.clone();
        while !list.is_empty() {
            let module = match Module::read(&mut list) {
                Ok(module) => module,
                Err(error) => {
                    return self
                        .reader
                        .problem(&Place::Stream(DBI_STREAM), error.into());
                }
            };
            if module.stream != NO_STREAM {
                let (stream, size) = (module.stream, Some(module.symbols_size));
                self.read_stream(msf, stream, SYMBOLS_OFFSET, size, &module.name);
            }
        }
    }

    /// Reads the symbols of a stream, from an offset to a size if it has one.
    /// A stream that was read before has nothing new.
    fn read_stream(
        &mut self,
        msf: &mut Msf<'_>,
        number: u16,
        offset: usize,
        size: Option<usize>,
        module: &Arc<str>,
    ) {
        if !self.seen.insert(number) {
            return;
        }
        let place = Place::Stream(number.into());
        let Ok(stream) = msf.read(number.into()) else {
            return self.reader.problem(&place, Fault::NoStream);
        };
        self.note_missing(number.into(), &stream);
        let symbols = size.and_then(|size| stream.bytes.get(..size));
        let mut cursor = Cursor::new(symbols.unwrap_or(&stream.bytes));
        // A module without symbols has not even the version.
        if cursor.skip(offset, "version of symbols").is_err() {
            return;
        }
        while !cursor.is_empty() {
            let place = Place::Symbol {
                module: module.clone(),
                offset: u32::try_from(cursor.position()).unwrap_or(u32::MAX),
            };
            if let Err(error) = self.read_record(&mut cursor, &place) {
                // Without a length, nothing says where the next record begins.
                return self.reader.problem(&place, error.into());
            }
        }
    }

    fn read_record(&mut self, symbols: &mut Cursor<'_>, place: &Place) -> Result<(), Error> {
        let length = symbols.u16("length of a symbol")?;
        let mut record = symbols.sub(length.into(), "symbol")?;
        if record.u16("kind of a symbol")? == S_ANNOTATION
            && let Err(error) = self.read_annotation(&mut record, place)
        {
            self.reader.problem(place, error.into());
        }
        Ok(())
    }

    fn read_annotation(&mut self, record: &mut Cursor<'_>, place: &Place) -> Result<(), Error> {
        record.skip(6, "address of an annotation")?;
        let count = record.u16("number of strings")?;
        let first = until_nul(record, "first string of an annotation");
        if count == 0 || first? != MESSAGE_MARK {
            self.others += 1;
            return Ok(());
        }
        self.messages += 1;
        let mut public = false;
        let mut strings = || -> Result<(), Error> {
            for _ in 1..count {
                let string = until_nul(record, "string of an annotation")?;
                public |= string == PUBLIC_MARK;
                self.reader.line(place, &decode_text(string).0);
            }
            Ok(())
        };
        let read = strings();
        self.public += usize::from(public);
        self.reader.end_block();
        read
    }

    fn note_missing(&mut self, number: u32, stream: &Stream) {
        if stream.missing > 0 {
            let fault = Fault::MissingBytes(stream.missing);
            self.reader.problem(&Place::Stream(number), fault);
        }
    }
}

/// The bytes before a NUL, which is passed over.
fn until_nul<'a>(cursor: &mut Cursor<'a>, what: &'static str) -> Result<&'a [u8], Error> {
    let rest = cursor.rest();
    let length = rest.iter().position(|byte| *byte == 0);
    let text = cursor.take(length.unwrap_or(rest.len() + 1), what)?;
    cursor.skip(1, what)?;
    Ok(text)
}
